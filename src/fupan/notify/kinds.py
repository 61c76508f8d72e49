"""The sentences of notices: one per kind, filled from the notice's context in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrPromise

from fupan.notify.models import Topic

# What groups and programs may hear of; the rest is between Fupan and one person. A kind under one of these topics is
# worded by `outward` and `shares` below.
SHARED_TOPICS = ("review", "digest", "signal", "import", "meeting")
OWNED_TOPICS = ("digest", "signal")  # of these, a department's destination hears only what is its own


@dataclass(frozen=True, slots=True)
class Kind:
    """What is said, and the words of the link to where it can be acted on.

    Groups and programs outside read `outward`, filled with the names in `shares` only: file names and reasons may hold
    what a buyer wrote.
    """

    sentence: StrPromise
    action: StrPromise
    icon: str
    outward: StrPromise | None = None
    shares: tuple[str, ...] = ()


KINDS: dict[str, Kind] = {
    "review_ready": Kind(
        _("The review pack of %(period)s is ready."), _("Open the review pack"), "history", shares=("period",)
    ),
    "digest": Kind(
        _("%(department)s: %(count)s incidents of yours in %(period)s."),
        _("Open the review pack"),
        "chart-dots-3",
        shares=("department", "count", "period"),
    ),
    "signal": Kind(
        _("%(slice)s: %(observed)s cases in %(week)s, %(expected)s were expected."),
        _("Look at the signal"),
        "alert-circle",
        shares=("slice", "observed", "expected", "week"),
    ),
    "signal_target": Kind(
        _("%(slice)s missed its target in %(week)s."),
        _("Look at the signal"),
        "target-arrow",
        shares=("slice", "week"),
    ),
    "import_done": Kind(
        _("%(file)s is in: %(created)s new, %(updated)s updated, %(rejected)s rejected."),
        _("Open the import"),
        "check",
        _("An import ended: %(created)s new, %(updated)s updated, %(rejected)s rejected."),
        ("created", "updated", "rejected"),
    ),
    "import_failed": Kind(
        _("%(file)s stopped half-way: %(reason)s"),
        _("Open the import"),
        "alert-triangle",
        _("An import stopped half-way."),
        ("created", "updated", "rejected"),
    ),
    "meeting_weekly": Kind(
        _("The weekly review of %(period)s is on %(when)s."), _("Open the meeting"), "users", shares=("period", "when")
    ),
    "minutes_weekly": Kind(
        _(
            "Minutes of the weekly review of %(period)s: %(decisions)s decisions, %(actions)s actions, %(parked)s parked."
        ),
        _("Open the minutes"),
        "file-text",
        shares=("period", "decisions", "actions", "parked"),
    ),
    "meeting_monthly": Kind(
        _("The monthly review of %(period)s is on %(when)s."), _("Open the meeting"), "users", shares=("period", "when")
    ),
    "minutes_monthly": Kind(
        _(
            "Minutes of the monthly review of %(period)s: %(decisions)s decisions, %(actions)s actions, %(parked)s parked."
        ),
        _("Open the minutes"),
        "file-text",
        shares=("period", "decisions", "actions", "parked"),
    ),
    "meeting_promotion": Kind(
        _("The promotion review of %(period)s is on %(when)s."),
        _("Open the meeting"),
        "users",
        shares=("period", "when"),
    ),
    "minutes_promotion": Kind(
        _(
            "Minutes of the promotion review of %(period)s: %(decisions)s decisions, %(actions)s actions, %(parked)s parked."
        ),
        _("Open the minutes"),
        "file-text",
        shares=("period", "decisions", "actions", "parked"),
    ),
    "verdict": Kind(
        _("“%(title)s”: %(verdict)s %(change)s, %(meaning)s."),
        _("Read the verdict"),
        "target",
    ),
    "verdict_chase": Kind(
        _("%(by)s asks how far %(action)s “%(title)s” is: it is not in place everywhere."),
        _("Look at the verdict"),
        "send",
    ),
    "report_led": Kind(
        _("Your report %(ticket)s led to work on “%(title)s”: %(verdict)s %(change)s. %(prevented)s"),
        _("See what became of it"),
        "trophy",
    ),
    "test": Kind(_("A test"), _("Open Fupan"), "send"),
}


def shared_topics() -> list[tuple[str, str]]:
    """What a destination may choose from; a digest there is not “mine” but its department's."""
    names = {**dict(Topic.choices), Topic.DIGEST: _("Digest of its department")}
    return [(topic, str(names[topic])) for topic in SHARED_TOPICS]


class _Holes(dict[str, Any]):
    """A hole nobody filled shows as a dash, never as an error."""

    def __missing__(self, key: str) -> str:
        return "—"


def sentence(kind: str, context: Mapping[str, Any]) -> str:
    """The sentence of a notice in the active language."""
    known = KINDS.get(kind)
    return str(known.sentence) % _Holes(context) if known else kind


def outward(kind: str, context: Mapping[str, Any]) -> str:
    """The sentence as it may leave the product."""
    known = KINDS.get(kind)
    return str(known.outward or known.sentence) % _Holes(shared(kind, context)) if known else kind


def shared(kind: str, context: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a context that may leave the product."""
    names = KINDS[kind].shares if kind in KINDS else ()
    return {name: context[name] for name in names if name in context}


def action(kind: str) -> str:
    return str(KINDS[kind].action) if kind in KINDS else str(_("Open"))


def icon(kind: str) -> str:
    return KINDS[kind].icon if kind in KINDS else "bell"
