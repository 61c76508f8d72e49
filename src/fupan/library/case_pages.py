"""What the pages of cases show: the list, one case as it is read, its revisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.core.paginator import Page
from django.http import QueryDict
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from fupan.core import clock, figures
from fupan.desk.queries import choices
from fupan.desk.queries.filters import one, several
from fupan.library.addresses import action_address
from fupan.library.compute import Gap, Share
from fupan.library.models import Case, CaseEvidence, CaseReview, CaseUse, Masking, Outcome, State
from fupan.library.policies import (
    articles_seen_by,
    may_edit_case,
    may_open_evidence,
    may_review_case,
    waiting_for,
)
from fupan.library.queries import cases as asked
from fupan.library.queries import lacks
from fupan.library.queries.articles import waiting as waiting_articles
from fupan.library.queries.content import Change, changes, filled_count, gaps
from fupan.library.queries.debts import mine, open_debts
from fupan.library.queries.lists import has_read
from fupan.library.queries.proposals import open_count
from fupan.library.queries.uses import newest_uses, record_of
from fupan.library.wording import FIELDS, OUTCOME_STONES, REF_ICONS, STATE_STONES, ended, reason, verdict
from fupan.people.models import Member
from fupan.people.policies import may

REF_PAGES = {"problem": "review:problem", "action": "action:action", "meeting": "review:meeting"}


def tabs(member: Member) -> dict[str, int]:
    """Counts beside the tabs of the library: what waits for this member."""
    reviews = waiting_for(member).count() + waiting_articles(member).count()
    owed = open_debts(member).count() if may(member, "review_cases") else mine(member).count()
    edits = may(member, "edit_articles")
    return {
        "reviews": reviews, "debts": owed, "edits": edits, "proposals": open_count(member) if edits else 0,
        "leads": may(member, "review_cases"), "gaps": lacks.open_count(member),
    }  # fmt: skip


@dataclass(slots=True)
class Row:
    """A case as the list shows it."""

    case: Case
    stone: tuple[str, str]
    outcome: tuple[str, str]
    used: int
    ended: int
    worked: int
    few: bool


def row(case: Case) -> Row:
    counts = {name: int(getattr(case, name, 0)) for name in ("used", "ended", "worked")}
    return Row(case, STATE_STONES[case.state], OUTCOME_STONES.get(case.outcome, ("open", "faint")),
               few=counts["ended"] < 5, **counts)  # fmt: skip


def listing(member: Member, params: QueryDict, page: Page[Any]) -> dict[str, Any]:
    """The list with its tree, tags and filters."""
    return {
        "tabs": tabs(member), "page": page, "rows": [row(one) for one in page.object_list],
        "tree": asked.tree(member, params), "issue": one(params, "issue_type"), "tags": asked.tags_of(member, params),
        "tagged": several(params, "tag"), "counts": asked.counts(member), "states": [("", _("In use")), *State.choices],
        "state": one(params, "state"), "outcomes": Outcome.choices, "outcome": one(params, "outcome"),
        "q": one(params, "q"), "sort": one(params, "sort"), "sorts": _sorts(), "chosen": chosen(member, params),
        "product": one(params, "product"), "anything": page.paginator.count > 0 or asked.counts(member).in_use > 0,
        "may_write": may(member, "write_cases"), "filters": params.urlencode(),
    }  # fmt: skip


def _sorts() -> list[tuple[str, str]]:
    return [("", _("Newest first")), ("used", _("Most used first")), ("best", _("Most often successful first")),
            ("checked", _("Next check first"))]  # fmt: skip


def chosen(member: Member, params: QueryDict) -> list[tuple[str, str]]:
    """Filters that have no field of their own, as chips: words, and the address without them."""
    names = dict(choices.issue_names(member))
    found = []
    for name, words in (("issue_type", names), ("tag", {}), ("product", {}), ("author", {"me": _("mine")})):
        for value in several(params, name):
            rest = params.copy()
            rest.setlist(name, [one for one in several(params, name) if one != value])
            rest.pop("page", None)
            shown = words.get(value, value)
            found.append((f"#{shown}" if name == "tag" else shown, f"?{rest.urlencode()}"))
    return found


# One case


class Proof(NamedTuple):
    evidence: CaseEvidence
    icon: str
    state: str
    open: bool


class Used(NamedTuple):
    use: CaseUse
    stone: str
    tone: str
    words: str


class Point(NamedTuple):
    """A line of the rubric: whether it holds, and by what."""

    name: str
    label: str
    holds: bool
    by: str


class Related(NamedTuple):
    icon: str
    words: str
    url: str
    note: str


def detail(member: Member, case: Case, *, ticket: str = "") -> dict[str, Any]:
    """A case as it is read."""
    proofs = [_proof(member, one) for one in case.evidence.select_related("attachment")]
    told = record_of(member, case)
    review = case.reviews.filter(passed=True).select_related("by__user").first()
    last = case.reviews.select_related("by__user").first()
    return {
        "case": case, "stone": STATE_STONES[case.state], "outcome": OUTCOME_STONES.get(case.outcome, ("open", "faint")),
        "why_state": reason(case.state_reason), "gaps": [(name, FIELDS[name]) for name in gaps(case)],
        "filled": filled_count(case, len(proofs)), "fields": FIELDS, "proofs": proofs, "record": told,
        "axis": _axis(told.settled, told.without), "gap": _gap_words(told.gap),
        "uses": [_used(one) for one in newest_uses(member, case=case)[:3]],
        "review": review, "sent_back": last if last is not None and not last.passed else None,
        "rubric": _rubric(case, review, filled_count(case, len(proofs)), told.used),
        "revisions": list(case.revisions.select_related("by__user")[:6]), "related": _related(member, case),
        "links": asked.tickets_of(member, case), "read": has_read(member, case), "ticket": ticket,
        "act_url": _act_url(member, case), "cost": _cost(member, case), "took": _took(case.took), "delay": _delay(case),
        **_rights(member, case),
    }  # fmt: skip


def _rights(member: Member, case: Case) -> dict[str, bool]:
    writes = may_edit_case(member, case)
    return {
        "may_edit": writes,
        "may_submit": writes and case.state in (State.DRAFT, State.STALE),
        "may_review": case.state == State.IN_REVIEW and may_review_case(member, case),
        "may_use": may(member, "answer") and case.state in (State.PUBLISHED, State.STALE),
        "may_flag": may(member, "write_cases") and case.state == State.PUBLISHED,
        "may_check": may(member, "review_cases"),
        "may_add_evidence": writes and may_open_evidence(member),
        "may_open": may_open_evidence(member),
        "may_drop": writes and case.published_at is None and case.state in (State.DRAFT, State.IN_REVIEW),
        "sees_order": may(member, "see_buyers"),
    }


def _proof(member: Member, one: CaseEvidence) -> Proof:
    kind = one.attachment.kind if one.attachment else ""
    icon = (
        "photo"
        if kind.startswith("image/")
        else "file-spreadsheet"
        if "sheet" in kind or "csv" in kind
        else "file-text"
    )
    state = str(Masking(one.masking).label) if one.attachment else _("purged on schedule")
    return Proof(one, icon if one.attachment else "lock", state, bool(one.attachment) and may_open_evidence(member))


def _used(use: CaseUse) -> Used:
    stone, tone, words = ended(use)
    parts = [str(use.ticket.resolution)] if use.ticket.resolution else []
    return Used(use, stone, tone, " · ".join([*parts, str(words)]))


def _axis(mine: Share | None, rest: Share | None) -> dict[str, Any] | None:
    """Both shares on one axis from 0 to 100 %."""
    return {"mine": mine, "rest": rest} if mine is not None else None


def _gap_words(gap: Gap | None) -> str:
    if gap is None:
        return ""
    points = {"points": figures.delta(gap.mid, "points"), "span": figures.span(gap.low, gap.high, "points")}
    if not gap.detectable:
        return _("no detectable difference %(span)s") % points
    return _("difference %(points)s %(span)s") % points


def _rubric(case: Case, review: CaseReview | None, filled: int, used: int) -> list[Point]:
    held = {
        name: bool(review and getattr(review, name))
        for name in ("complete", "cause_right", "can_follow", "data_removed")
    }
    cause = _("confirmed") if case.cause_confirmed else _("a guess") if case.cause_id or case.cause_text else "—"
    looked = _("by rule and by a person") if held["data_removed"] else _("by rule")
    tried = _("used on %(count)s tickets") % {"count": used} if used else _("not used yet")
    return [
        Point("complete", _("Complete"), held["complete"], _("%(filled)s / 11 fields") % {"filled": filled}),
        Point("cause_right", _("Cause right"), held["cause_right"], cause),
        Point("can_follow", _("Can be followed"), held["can_follow"], tried),
        Point("data_removed", _("Personal data removed"), held["data_removed"], looked),
    ]  # fmt: skip


def _related(member: Member, case: Case) -> list[Related]:
    found = [
        Related("book", f"{one} {one.title}", reverse("library:article", args=[one.number]), _("cites this case"))
        for one in articles_seen_by(member).filter(cases=case).exclude(state=State.ARCHIVED).order_by("number")[:5]
    ]
    found += [
        Related("books", f"{one} {one.title}", reverse("library:case", args=[one.number]), "")
        for one in asked.like(member, case)
    ]
    return found + [
        Related(REF_ICONS.get(ref["kind"], "link"), ref["title"], _ref_url(ref), " ".join(verdict(ref)).strip())
        for ref in case.refs
    ]  # fmt: skip


def _ref_url(ref: Mapping[str, Any]) -> str:
    try:
        return reverse(REF_PAGES[ref["kind"]], args=[ref["id"]])
    except (KeyError, NoReverseMatch):
        return ""


def _act_url(member: Member, case: Case) -> str:
    """Where it becomes an action: the form of a new one, about the same goods and trouble, with what it suggests."""
    if not may(member, "edit_actions"):
        return ""
    first = case.suggestion.splitlines()[0] if case.suggestion else ""
    return action_address(
        title=first, detail=f"{case} {case.title}\n{case.suggestion}",
        issue_type=case.issue_type.code if case.issue_type else "", product=case.product.code if case.product else "",
    )  # fmt: skip


def _cost(member: Member, case: Case) -> str:
    if case.cost is None or not may(member, "see_money"):
        return ""
    return figures.amount(case.cost, case.currency or case.workspace.currency)


def _took(took: timedelta | None) -> str:
    return figures.duration(took) if took is not None else ""


def _delay(case: Case) -> str:
    """How long after closing it was handed in, which is what the debt counts."""
    link = case.links.filter(source=True).select_related("ticket").first()
    if link is None or link.ticket.resolved_at is None or case.submitted_at is None:
        return ""
    late = case.submitted_at - link.ticket.resolved_at
    return figures.duration(late) if late > timedelta() else ""


# Its revisions


def compared(case: Case, params: QueryDict) -> dict[str, Any]:
    """Two revisions side by side; without a choice the newest and the one before."""
    revisions = list(case.revisions.select_related("by__user"))
    numbers = [one.number for one in revisions]
    new = _chosen(params, "to", numbers, numbers[0] if numbers else 0)
    old = _chosen(params, "from", numbers, next((number for number in numbers if number < new), 0))
    contents = {one.number: one.content for one in revisions}
    told: list[Change] = changes(contents.get(old, {}), contents.get(new, {}))
    names = field_names()
    return {"case": case, "revisions": revisions, "old": old, "new": new,
            "changes": [(names.get(change.field, change.field), change.pieces) for change in told]}  # fmt: skip


def field_names() -> dict[str, str]:
    more = {"title": _("Title"), "avoid": _("Do not do this"), "suggestion": _("Suggestion"), "tags": _("Tags"),
            "about": _("What it is for"), "body": _("Content"), "cases": _("Cases it comes from"),
            "expires_on": _("Check again on"), "expires_why": _("because")}  # fmt: skip
    return {name: str(words) for name, words in FIELDS.items()} | more


def _chosen(params: QueryDict, name: str, numbers: list[int], otherwise: int) -> int:
    text = one(params, name)
    number = int(text) if text.isdecimal() and len(text) < 9 else otherwise
    return number if number in numbers else otherwise


def next_check(case: Case) -> str:
    """How the head of the page says until when it holds."""
    day = case.check_on.isoformat() if case.check_on else ""
    if day and case.check_when:
        return _("next check %(day)s, or when: %(when)s") % {"day": day, "when": case.check_when}
    if day or case.check_when:
        return _("next check %(day)s") % {"day": day or case.check_when}
    return ""


def queue(member: Member) -> dict[str, Any]:
    """What waits for a reviewer: cases by age, and versions of articles."""
    cases = asked.related(waiting_for(member)).order_by("submitted_at", "number")
    stale = asked.related(asked.filtered(member, {"state": State.STALE})).order_by("number")
    return {
        "tabs": tabs(member),
        "cases": [(one, gaps(one), _waited(one)) for one in cases],
        "stale": [(one, reason(one.state_reason)) for one in stale[:30]],
        "versions": list(waiting_articles(member)),
    }


def _waited(case: Case) -> timedelta | None:
    return clock.now() - case.submitted_at if case.submitted_at else None
