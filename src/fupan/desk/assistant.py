"""Translations and drafts from an OpenAI-compatible service of the company's own choice; off until it is set up.

What leaves: redacted words of the buyer, the team's own words, and the case a draft is to rest on. Names, addresses and
order numbers stay here and are put back into the answer afterwards. Nothing that comes back is ever sent by itself.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.core.redact import redact
from fupan.desk.models import Assistant, Ticket
from fupan.notify.senders import wire
from fupan.notify.senders.parcel import Request

PATIENCE = 40.0  # seconds
LONGEST = 6_000  # characters of one text
_NAMES = {
    "en": "English", "zh": "Simplified Chinese", "de": "German", "ja": "Japanese", "fr": "French", "es": "Spanish",
    "pt": "Portuguese", "it": "Italian", "th": "Thai", "vi": "Vietnamese", "ms": "Malay", "nl": "Dutch",
}  # fmt: skip
_TRANSLATE = (
    "You translate messages between an online seller and a buyer into {language}. Give the translation only, in a "
    "polite and plain tone. Keep words in braces such as {{order}} and in brackets such as [name] exactly as they are."
)
_DRAFT = (
    "You draft a reply in {language} to a buyer of an online seller. Rest only on the notes given: promise nothing, "
    "and name no fact, that is not in them. Say that a colleague will look into it where they are silent. Be brief, "
    "warm and plain. Write {{buyer}} for the buyer's name and {{order}} for the order number. Never ask for a review, "
    "offer nothing for one, give no links, addresses or telephone numbers, and advertise nothing."
)


def translate(assistant: Assistant, text: str, language: str) -> str:
    """The text in another language."""
    return _ask(assistant, _TRANSLATE.format(language=_NAMES.get(language, language)), text)


def draft(assistant: Assistant, said: str, grounds: Sequence[str], language: str) -> str:
    """A reply to what the buyer said that rests on these notes."""
    notes = "\n\n".join(one.strip()[:LONGEST] for one in grounds if one.strip())
    asked = f"Notes:\n{notes}\n\nThe buyer wrote:\n{said[:LONGEST]}"
    return _ask(assistant, _DRAFT.format(language=_NAMES.get(language, language)), asked)


def veiled(text: str, ticket: Ticket) -> str:
    """Our own words without what identifies the buyer; `variables` put it back."""
    known = ((ticket.order_number, "{order}"), (ticket.buyer_name, "{buyer}"))
    for value, name in known:
        text = text.replace(value, name) if value else text
    return redact(text)


def _ask(assistant: Assistant, role: str, words: str) -> str:
    body = {
        "model": assistant.model, "temperature": 0.2,
        "messages": [{"role": "system", "content": role}, {"role": "user", "content": words[: 3 * LONGEST]}],
    }  # fmt: skip
    headers = {"Authorization": f"Bearer {assistant.key}"} if assistant.key else {}
    request = Request(f"{assistant.url.rstrip('/')}/chat/completions", json.dumps(body).encode(), headers)
    try:
        reply = wire.post(request, seconds=PATIENCE, deadline=PATIENCE)
    except wire.NotAllowed as wrong:
        raise Refused(_("The address of the assistant is not allowed."), code=wrong.code) from wrong
    except (OSError, http.client.HTTPException) as wrong:
        raise Refused(_("The assistant did not answer."), code="assistant-silent") from wrong
    if reply.status != http.client.OK:
        said = {"status": reply.status}
        raise Refused(_("The assistant answered with an error (%(status)s).") % said, code="assistant-error")
    return _content(reply.body)


def _content(body: bytes) -> str:
    """The words of the first choice; whatever else came back is none."""
    try:
        told: Any = json.loads(body)
        words = told["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as wrong:
        raise Refused(_("What the assistant answered cannot be read."), code="assistant-unreadable") from wrong
    if not isinstance(words, str) or not words.strip():
        raise Refused(_("The assistant had nothing to say."), code="assistant-empty")
    return words.strip()[: 2 * LONGEST]
