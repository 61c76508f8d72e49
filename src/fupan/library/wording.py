"""States, outcomes and kinds as people see them: words, stones, icons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.core import figures
from fupan.desk.models import Ticket, TicketState
from fupan.library.models import ArticleKind, CaseUse, Outcome, ProposalKind, State

STATE_STONES: dict[str, tuple[str, str]] = {
    State.DRAFT: ("open", "faint"),
    State.IN_REVIEW: ("half", "amber"),
    State.PUBLISHED: ("done", "jade"),
    State.STALE: ("half", "amber"),
    State.ARCHIVED: ("done", "slate"),
}
OUTCOME_STONES: dict[str, tuple[str, str]] = {
    Outcome.SUCCESS: ("done", "jade"),
    Outcome.PARTIAL: ("half", "amber"),
    Outcome.FAILED: ("open", "ink"),
}
KIND_ICONS: dict[str, str] = {
    ArticleKind.SOP: "checklist",
    ArticleKind.PITFALL: "alert-triangle",
    ArticleKind.FAQ: "help",
    ArticleKind.TREE: "git-branch",
}
PROPOSAL_ICONS: dict[str, str] = {
    ProposalKind.CASE: "books",
    ProposalKind.TEMPLATE: "message",
    **KIND_ICONS,
}
VERDICTS: dict[str, tuple[Promise, str, str]] = {  # words, stone, tone
    "effective": (pgettext_lazy("verdict", "Effective"), "done", "jade"),
    "not_effective": (pgettext_lazy("verdict", "Not effective"), "open", "slate"),
    "harmful": (pgettext_lazy("verdict", "Harmful"), "warn", "red"),
    "inconclusive": (pgettext_lazy("verdict", "Not enough data yet"), "half", "slate"),
}
STAGES: dict[str, Promise] = {
    "receive": _("Receive"),
    "diagnose": _("Diagnose"),
    "plan": _("Decide"),
    "follow_up": _("Follow up"),
}
REASONS: dict[str, Promise] = {  # of the product itself; what a person said stands in their words
    ":due": _("the day to check it again has come"),
    ":unused": _("nobody has used it for half a year"),
    ":restored": _("taken out of the archive"),
}
REF_ICONS: dict[str, str] = {"problem": "target", "action": "checklist", "meeting": "history"}
FIELDS: dict[str, Promise] = {
    "number": _("Case number"),
    "issue_type": _("Issue type"),
    "happened_on": _("When it happened"),
    "product": _("Product and order"),
    "demand": _("What the buyer wanted"),
    "cause": _("Root cause"),
    "steps": _("Solution and steps"),
    "wording": _("Wording and key points"),
    "outcome": pgettext_lazy("case", "Outcome"),
    "evidence": _("Evidence"),
    "lessons": _("Lessons and improvement"),
}
LANGUAGES: tuple[tuple[str, Promise], ...] = (
    ("zh", _("Chinese")), ("en", _("English")), ("de", _("German")), ("ja", _("Japanese")), ("fr", _("French")),
    ("es", _("Spanish")), ("pt", _("Portuguese")), ("it", _("Italian")), ("th", _("Thai")), ("vi", _("Vietnamese")),
    ("ms", _("Malay and Indonesian")),
)  # fmt: skip


def reason(text: str) -> str:
    return str(REASONS.get(text, text))


def ended(use: CaseUse) -> tuple[str, str, Promise]:
    """How the ticket of a use ended: stone, tone, words; `queries.uses.newest_uses` knows who came back."""
    ticket: Ticket = use.ticket
    if ticket.csat is not None and ticket.csat <= 2:
        return "open", "amber", _("low satisfaction")
    if ticket.reopened:
        return "open", "amber", pgettext_lazy("use", "reopened")
    if getattr(use, "again", False):
        return "open", "amber", _("the buyer wrote again")
    if ticket.state != TicketState.SOLVED:
        return "half", "slate", pgettext_lazy("use", "under way")
    if ticket.replies <= 1:
        return "done", "jade", pgettext_lazy("use", "solved at first contact")
    return "done", "jade", pgettext_lazy("use", "solved")


# Why something is put forward; the holes are the values of the reason.
WHY: dict[str, Promise] = {
    "tickets": _("%(count)s solved tickets since %(since)s tell the same, and no case does."),
    "promotion": _("%(count)s tickets of %(name)s tell the same, and no case does."),
    "decided": _("Decided in “%(meeting)s”: %(text)s"),
    "cause": _("%(problem)s: the cause was confirmed: %(text)s"),
    "verdict": _("%(action)s “%(title)s” was measured: %(verdict)s %(change)s"),
}


def why(reason: Mapping[str, Any]) -> str:
    """The sentence of a reason, in the reader's language."""
    told = dict(reason)
    if told["code"] == "verdict":
        words, change = verdict(told)
        told |= {"verdict": words, "change": change}
    return (str(WHY[told["code"]]) % told).strip()


def verdict(told: Mapping[str, Any]) -> tuple[str, str]:
    """A verdict in words, and its change with the interval."""
    words = str(VERDICTS[told["verdict"]][0]) if told.get("verdict") in VERDICTS else ""
    if told.get("change") is None:
        return words, ""
    return words, f"{figures.delta(told['change'])} {figures.span(told.get('low'), told.get('high'))}".strip()
