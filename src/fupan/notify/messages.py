"""What a group chat or a program is told: a title, some lines, one link. Never a buyer’s word or name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.notify import kinds
from fupan.notify.letters import address


class Line(NamedTuple):
    """A line of text, and where it leads (may be empty)."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Plain text; each sender marks it up as its channel likes."""

    title: str
    lines: Sequence[Line] = ()
    action: str = ""
    url: str = ""
    foot: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "title": self.title,
            "lines": [list(line) for line in self.lines],
            "action": self.action,
            "url": self.url,
            "foot": self.foot,
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Message:
        """The message a delivery keeps."""
        lines = tuple(Line(*line) for line in kept.get("lines", ()))
        return cls(kept.get("title", ""), lines, kept.get("action", ""), kept.get("url", ""), kept.get("foot", ""))


def message(workspace: Any, kind: str, context: Mapping[str, Any], url: str, language: str) -> Message:
    """The message of a notice, without anything that is not fit to leave."""
    with override(language):
        return Message(
            kinds.outward(kind, context), (), kinds.action(kind) if url else "", address(url) if url else "",
            foot(workspace),
        )  # fmt: skip


def trial_message(workspace: Any, language: str) -> Message:
    """What “send a test” says."""
    with override(language):
        said = (Line(_("If you can read this, messages of Fupan arrive here.")),)
        return Message(str(_("A test")), said, _("Open Fupan"), address("/"), foot(workspace))


def foot(workspace: Any) -> str:
    """Stands under every message: robots may ask for a keyword, and this is it."""
    return f"{workspace} · Fupan"
