"""Is the sender who the mail says? Read from what our own mail server found out (Authentication-Results)."""

from __future__ import annotations

import re

from fupan.intake.channels.mail import amazon
from fupan.intake.channels.mail.letter import Letter

_METHOD = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)([^;]*)", re.IGNORECASE)
_DOMAIN = re.compile(
    r"(?:header\.(?:d|i|from)|smtp\.mailfrom|smtp\.helo|envelope-from)\s*=\s*\"?(?:[^\s;@\"]*@)?([a-z0-9.-]+)",
    re.IGNORECASE,
)
_BAD = frozenset({"fail", "softfail", "permerror"})


def doubt(letter: Letter, *, strict: bool) -> str:
    """Why the mail is held back, as a code; empty when nothing speaks against it."""
    if letter.senders > 1:
        return "two-senders"
    if amazon.pretends(letter.sender, letter.sender_name):
        return "pretends-amazon"
    if letter.notification and not amazon.is_ours(letter.sender):
        return "pretends-amazon"
    results = _results(letter)
    domain = letter.sender.rpartition("@")[2]
    if any(result == "pass" and _aligned(domain, about) for _method, result, about in results):
        return ""
    ours = amazon.is_ours(letter.sender)
    if any(result in _BAD or (ours and result == "pass") for _method, result, _about in results):
        return "forged-sender"
    return "unchecked-sender" if strict and ours else ""


def _results(letter: Letter) -> list[tuple[str, str, str]]:
    """(method, result, domain) of the server that stands nearest to us: what lies below may be forged."""
    found = []
    for method, result, rest in _METHOD.findall(letter.checks[0] if letter.checks else ""):
        about = _DOMAIN.search(rest)
        found.append((method.lower(), result.lower(), about[1].lower() if about else ""))
    return found


def _aligned(domain: str, about: str) -> bool:
    """A pass counts for the sender's own domain, or one above or below it."""
    if not about or not domain:
        return False
    if amazon.is_ours(f"x@{domain}"):
        return amazon.is_ours(f"x@{about}")
    return about == domain or about.endswith(f".{domain}") or domain.endswith(f".{about}")
