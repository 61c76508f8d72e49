"""What a mail says: subject, plain text and HTML, in the language of its reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.notify import kinds
from fupan.people.models import Member


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    text: str
    html: str = ""


def address(url: str) -> str:
    """A site-relative address in full."""
    return f"{settings.BASE_URL}{url}" if url.startswith("/") else url


def foot() -> str:
    return _("You choose what comes by e-mail under “My account”.")


def letter(member: Member, kind: str, context: Mapping[str, Any], url: str) -> Letter:
    """The mail of a notice."""
    with override(member.user.language):
        said = kinds.sentence(kind, context)
        filled = {
            "sentence": said,
            "workspace": member.workspace,
            "action": kinds.action(kind),
            "action_url": address(url) if url else "",
            "foot": foot(),
        }
        lines = [said, *([filled["action_url"]] if url else []), "", f"{member.workspace} · Fupan", foot()]
        return Letter(said, "\n".join(map(str, lines)) + "\n", render_to_string("notify/mail.html", filled))
