"""Problems as people read them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.review.models import EvidenceKind, ProblemOrigin, ProblemState

STATES: dict[str, Promise] = {
    "under_way": pgettext_lazy("problems", "Under way"),
    ProblemState.OPEN: pgettext_lazy("problem", "Open"),
    ProblemState.ANALYSING: _("Analysing"),
    ProblemState.ACTING: _("Acting"),
    ProblemState.VERIFYING: _("Verifying"),
    ProblemState.SOLVED: pgettext_lazy("problem", "Solved"),
    ProblemState.ACCEPTED: _("Accepted as a risk"),
}
STONES: dict[str, tuple[str, str]] = {  # stone, tone
    ProblemState.OPEN: ("open", "ink"),
    ProblemState.ANALYSING: ("half", "jade"),
    ProblemState.ACTING: ("half", "jade"),
    ProblemState.VERIFYING: ("half", "jade"),
    ProblemState.SOLVED: ("done", "jade"),
    ProblemState.ACCEPTED: ("done", "slate"),
}
ORIGINS: dict[str, Promise] = {
    ProblemOrigin.SIGNAL: _("from signal S-%(signal)s"),
    ProblemOrigin.TOP_ISSUE: _("from the top of a review"),
    ProblemOrigin.TICKETS: _("from a choice of tickets"),
    ProblemOrigin.HAND: _("opened by hand"),
}
VERDICTS: dict[str, tuple[Promise, str, str]] = {  # word, stone, tone
    "effective": (pgettext_lazy("verdict", "Effective"), "done", "jade"),
    "not_effective": (pgettext_lazy("verdict", "Not effective"), "open", "slate"),
    "harmful": (pgettext_lazy("verdict", "Harmful"), "warn", "red"),
    "inconclusive": (pgettext_lazy("verdict", "Not enough data yet"), "half", "slate"),
}
OPENINGS: dict[str, Promise] = {
    "first": pgettext_lazy("round", "opened"),
    "verdict": _("the verdict asked for another round"),
    "recurrence": _("it came back"),
    "person": _("reopened by a person"),
}
WHY_SHOWN: dict[str, Promise] = {
    "linked": pgettext_lazy("ticket", "linked"),
    "worst": pgettext_lazy("ticket", "worst"),
    "newest": pgettext_lazy("ticket", "newest"),
    "first": pgettext_lazy("ticket", "first"),
}
EVIDENCE_ICONS: dict[str, str] = {
    EvidenceKind.TICKETS: "tag",
    EvidenceKind.NUMBER: "chart-dots-3",
    EvidenceKind.LINK: "link",
    EvidenceKind.NOTE: "file-text",
}
EVENTS: dict[str, Promise] = {
    "review.problem_opened": _("opened the problem"),
    "review.problem_edited": _("changed title, number or weeks"),
    "review.problem_owned": _("changed the owner"),
    "review.problem_moved": _("moved it to “%(to)s”"),
    "review.risk_accepted": _("accepted it as a risk"),
    "review.problem_solved": _("solved it"),
    "review.verdict_noted": _("a verdict came in: %(verdict)s"),
    "review.round_started": _("began round %(round)s"),
    "review.tickets_linked": _("linked tickets"),
    "review.ticket_unlinked": _("took a ticket out"),
    "review.why_added": _("added a why"),
    "review.why_edited": _("said a why better"),
    "review.why_moved": _("moved a why"),
    "review.why_dropped": _("took a why away"),
    "review.evidence_added": _("added evidence"),
    "review.evidence_dropped": _("took evidence away"),
    "review.cause_confirmed": _("confirmed a cause"),
    "review.cause_unconfirmed": _("took a cause up again"),
    "review.cause_ruled_out": _("ruled a cause out"),
}
