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
SHARED_TOPICS = ("review", "digest", "signal", "import", "meeting", "escalation", "bulletin")
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
            "Minutes of the weekly review of %(period)s: %(decisions)s decisions, %(actions)s actions, "
            "%(parked)s parked."
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
            "Minutes of the monthly review of %(period)s: %(decisions)s decisions, %(actions)s actions, "
            "%(parked)s parked."
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
            "Minutes of the promotion review of %(period)s: %(decisions)s decisions, %(actions)s actions, "
            "%(parked)s parked."
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
    "action_given": Kind(_("%(action)s “%(title)s” is yours, by %(deadline)s."), _("Open the action"), "checklist"),
    "action_soon": Kind(_("%(action)s “%(title)s” is due on %(deadline)s."), _("Open the action"), "clock"),
    "action_due": Kind(_("%(action)s “%(title)s” is due today."), _("Open the action"), "clock"),
    "action_late": Kind(
        _("%(action)s “%(title)s” is overdue since %(deadline)s."),
        _("Open the action"),
        "alert-circle",
    ),
    "action_escalated": Kind(
        _("%(action)s “%(title)s” of %(owner)s is overdue by %(days)s days."), _("Open the action"), "alert-circle"
    ),
    "action_comment": Kind(_("Somebody commented on %(action)s “%(title)s”."), _("Open the action"), "message"),
    "action_guest": Kind(_("A guest told something about %(action)s “%(title)s”."), _("Open the action"), "link"),
    "action_guest_done": Kind(_("A guest carried %(action)s “%(title)s” out."), _("Open the action"), "check"),
    "mentioned": Kind(_("%(by)s mentioned you on %(ticket)s."), _("Open the ticket"), "message"),
    "ticket_woken": Kind(_("%(ticket)s, which you had snoozed, is back."), _("Open the ticket"), "clock"),
    "draft_taken_over": Kind(_("%(by)s goes on with your draft on %(ticket)s."), _("Open the ticket"), "edit"),
    "followed_received": Kind(_("The buyer wrote on %(ticket)s, which you follow."), _("Open the ticket"), "mail"),
    "followed_replied": Kind(_("%(by)s answered %(ticket)s, which you follow."), _("Open the ticket"), "send"),
    "followed_solved": Kind(_("%(ticket)s, which you follow, is solved."), _("Open the ticket"), "circle-check"),
    "followed_reopened": Kind(_("%(ticket)s, which you follow, was reopened."), _("Open the ticket"), "refresh"),
    "case_review": Kind(_("%(by)s asks for a review of %(case)s “%(title)s”."), _("Review the case"), "books"),
    "case_sent_back": Kind(_("%(case)s “%(title)s” was sent back: %(reason)s"), _("Open the case"), "arrow-back-up"),
    "case_published": Kind(_("%(case)s “%(title)s” is in the library now."), _("Open the case"), "circle-check"),
    "case_flagged": Kind(_("%(case)s “%(title)s” may be out of date: %(reason)s"), _("Open the case"), "flag"),
    "case_aged": Kind(_("%(case)s “%(title)s” wants a check: its day has come."), _("Open the case"), "calendar"),
    "case_owed": Kind(_("%(ticket)s owes a case, and it is yours to write."), _("See what is owed"), "books"),
    "case_handed": Kind(_("The case of %(ticket)s was given to you to write."), _("See what is owed"), "books"),
    "case_due": Kind(_("The case of %(ticket)s is due soon."), _("See what is owed"), "clock"),
    "case_late": Kind(_("The case of %(ticket)s is overdue."), _("See what is owed"), "alert-circle"),
    "case_escalated": Kind(
        _("The case of %(ticket)s is a day overdue with %(owner)s."), _("See what is owed"), "alert-circle"
    ),
    "article_review": Kind(_("%(by)s asks for approval of %(article)s “%(title)s”."), _("Open the article"), "books"),
    "article_approved": Kind(_("%(article)s “%(title)s” was approved."), _("Open the article"), "circle-check"),
    "article_sent_back": Kind(
        _("%(article)s “%(title)s” was sent back: %(reason)s"), _("Open the article"), "arrow-back-up"
    ),
    "article_flagged": Kind(_("Somebody doubts %(article)s “%(title)s”: %(reason)s"), _("Open the article"), "flag"),
    "article_aged": Kind(_("%(article)s “%(title)s” wants a check."), _("Open the article"), "calendar"),
    "proposals": Kind(_("New proposals for the library: %(count)s."), _("Look at the proposals"), "bulb"),
    "case_used": Kind(
        _("%(case)s “%(title)s”, which you wrote, has helped on %(count)s tickets."), _("Open the case"), "star"
    ),
    "case_proved": Kind(
        _("What %(case)s “%(title)s” says was put to the test: %(verdict)s %(change)s."), _("Open the case"), "trophy"
    ),
    "library_report": Kind(
        _("%(department)s: what the library learnt in %(month)s, with %(causes)s causes of yours."),
        _("Read the report"),
        "books",
        shares=("department", "month", "causes"),
    ),
    "bulletin": Kind(
        _("%(kind)s: %(title)s"), _("Read the bulletin"), "speakerphone", shares=("kind", "title", "until")
    ),
    "bulletin_again": Kind(
        _("Changed, please read it again: %(title)s"),
        _("Read the bulletin"),
        "speakerphone",
        shares=("kind", "title", "until"),
    ),
    "bulletin_over": Kind(
        _("Over: %(title)s. Please stop using its wording."),
        _("Open the bulletin"),
        "circle-check",
        shares=("kind", "title"),
    ),
    "help_asked": Kind(_("%(by)s asks %(department)s: %(about)s"), _("Answer"), "help"),
    "help_answered": Kind(_("%(by)s answered for %(department)s: %(answer)s"), _("Read the answer"), "message"),
    "follow_up_given": Kind(
        _("%(ticket)s: the buyer gave %(score)s of 5. Please go after it by %(due)s."), _("Go after it"), "mood-sad"
    ),
    "follow_up_late": Kind(
        _("The follow-up of %(ticket)s is overdue (%(owner)s)."), _("See the follow-ups"), "alert-circle"
    ),
    "template_review": Kind(
        _("%(by)s asks for approval of the template “%(title)s”."), _("Open the template"), "template"
    ),
    "template_approved": Kind(_("The template “%(title)s” was approved."), _("Open the template"), "circle-check"),
    "template_sent_back": Kind(
        _("The template “%(title)s” was sent back: %(reason)s"), _("Open the template"), "arrow-back-up"
    ),
    "escalated": Kind(
        _("%(by)s asks about %(ticket)s: %(what)s, by %(until)s."),
        _("Decide"),
        "arrow-up-circle",
        _("A decision waits until %(until)s: %(ticket)s, %(what)s."),
        ("ticket", "what", "until"),
    ),
    "escalation_approved": Kind(_("%(ticket)s: approved. %(said)s"), _("Open the ticket"), "circle-check"),
    "escalation_declined": Kind(_("%(ticket)s: declined. %(said)s"), _("Open the ticket"), "circle-x"),
    "given_back": Kind(_("%(ticket)s waited too long and went to somebody else."), _("Open the ticket"), "clock"),
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
