"""The sentences of notices: one per kind, filled from the notice's context in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said, and the words of the link to where it can be acted on."""

    sentence: StrPromise
    action: StrPromise
    icon: str


KINDS: dict[str, Kind] = {
    "review_ready": Kind(_("The review pack of %(period)s is ready."), _("Open the review pack"), "history"),
    "digest": Kind(
        _("%(department)s: %(count)s incidents of yours in %(period)s."), _("Open the review pack"), "chart-dots-3"
    ),
    "import_done": Kind(
        _("%(file)s is in: %(created)s new, %(updated)s updated, %(rejected)s rejected."), _("Open the import"), "check"
    ),
    "import_failed": Kind(_("%(file)s stopped half-way: %(reason)s"), _("Open the import"), "alert-triangle"),
}


class _Holes(dict[str, Any]):
    """A hole nobody filled shows as a dash, never as an error."""

    def __missing__(self, key: str) -> str:
        return "—"


def sentence(kind: str, context: Mapping[str, Any]) -> str:
    """The sentence of a notice in the active language."""
    known = KINDS.get(kind)
    return str(known.sentence) % _Holes(context) if known else kind


def action(kind: str) -> str:
    return str(KINDS[kind].action) if kind in KINDS else str(_("Open"))


def icon(kind: str) -> str:
    return KINDS[kind].icon if kind in KINDS else "bell"
