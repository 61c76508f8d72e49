"""Problems as the pages list them: by state, by what a ticket or a signal belongs to, with others like them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from fupan.commerce.policies import shops_seen_by
from fupan.core import weeks
from fupan.core.models import Event
from fupan.core.slices import Slice
from fupan.desk.models import Cause, Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.filters import filtered
from fupan.insight.models import Signal
from fupan.insight.queries.screens import names_of
from fupan.people.models import Member
from fupan.people.policies import members_seen_by
from fupan.review.models import UNDER_WAY, Problem, ProblemRound, ProblemState, Why, WhyState
from fupan.review.policies import problems_seen_by

Rows = QuerySet[Problem]
STATES = ("under_way", *ProblemState.values)
SIMILAR = 3
SHOWN_EVENTS = 60
_ORDER = ("-opened_at", "-pk")


def where_of(problem: Problem) -> dict[str, str]:
    return parsed(problem.slice)


def parsed(text: str) -> dict[str, str]:
    """The conditions of a slice; none of one that names a dimension that is gone."""
    try:
        return Slice.parse(text).as_dict()
    except ValueError:
        return {}


def listed(member: Member, *, state: str = "under_way", owner: str = "", words: str = "") -> Rows:
    """The member's problems in a state, newest first."""
    rows = problems_seen_by(member).select_related("owner__user", "signal").order_by(*_ORDER)
    if state == "under_way":
        rows = rows.filter(state__in=UNDER_WAY)
    elif state in ProblemState.values:
        rows = rows.filter(state=state)
    if owner == "me":
        rows = rows.filter(owner=member)
    elif owner == "none":
        rows = rows.filter(owner=None)
    elif owner.isdecimal() and len(owner) < 18:
        rows = rows.filter(owner_id=int(owner))
    return rows.filter(_said(member, words)) if words else rows


def _said(member: Member, words: str) -> Q:
    """By number, title, or the names behind the codes of the slice."""
    plain = words.upper().removeprefix("P-").lstrip("0")
    found = Q(title__icontains=words) | Q(slice__icontains=words)
    if plain.isdecimal() and len(plain) < 9:
        found |= Q(number=int(plain))
    for dimension in ("product", "issue_type"):
        for code, name in names_of(member, dimension).items():
            if words.lower() in name.lower():
                found |= Q(slice__contains=f"{dimension}={code}")
    return found


def counts_by_state(member: Member) -> dict[str, int]:
    found = dict(problems_seen_by(member).order_by().values_list("state").annotate(number=Count("pk")))
    return found | {"under_way": sum(found.get(state, 0) for state in UNDER_WAY)}


def find(member: Member, number: int) -> Problem | None:
    related = problems_seen_by(member).select_related("owner__user", "signal", "opened_by__user", "workspace")
    return related.filter(number=number).first()


def latest_rounds(problems: Sequence[Problem]) -> dict[int, ProblemRound]:
    """The newest round of each that has an outcome to show."""
    rounds = ProblemRound.objects.filter(problem__in=problems).order_by("number")
    return {one.problem_id: one for one in rounds if one.outcome.get("verdict")}


# Tickets


def ticket_params(member: Member, where: Mapping[str, str], **more: str) -> dict[str, str]:
    """A slice as filters of desk's list."""
    told = {name: value or "none" for name, value in where.items()}
    if "shop" in told:
        shop = shops_seen_by(member).filter(name=told["shop"]).values_list("pk", flat=True).first()
        told["shop"] = str(shop or 0)
    return {**told, **more}


def tickets_url(member: Member, where: Mapping[str, str], **more: str) -> str:
    return f"{reverse('desk:tickets')}?{urlencode(ticket_params(member, where, **more))}"


def days_of(first: int, last: int) -> dict[str, str]:
    """Whole weeks as the days of the list's filter."""
    return {"from": weeks.week_period(first).start.isoformat(), "to": weeks.week_period(last).end.isoformat()}


def in_slice(member: Member, where: Mapping[str, str], **more: str) -> QuerySet[Ticket]:
    return filtered(member, ticket_params(member, where, **more))


@dataclass(frozen=True, slots=True)
class Told:
    """A ticket worth reading, and why."""

    ticket: Ticket
    why: str  # linked | worst | newest | first


def telling(member: Member, problem: Problem, days: Mapping[str, str], *, most: int = 6) -> list[Told]:
    """Linked tickets first, then the worst, the first and the newest of its slice."""
    shown = ("shop", "issue_type", "resolution")
    linked = tickets_seen_by(member).filter(pk__in=problem.links.values("ticket")).select_related(*shown)
    found = [Told(one, "linked") for one in linked.defer("buyer_name", "buyer_email").order_by("-opened_at")[:most]]
    seen = {one.ticket.pk for one in found}
    rows = in_slice(member, where_of(problem), **days).filter(merged_into=None)
    rows = rows.select_related(*shown).defer("buyer_name", "buyer_email")
    chosen = (
        ("worst", rows.exclude(cost=None).order_by("-cost", "-pk").first() or rows.order_by("stars", "pk").first()),
        ("newest", rows.order_by("-opened_at", "-pk").first()),
        ("first", rows.order_by("opened_at", "pk").first()),
    )
    for why, ticket in chosen:
        if ticket is not None and ticket.pk not in seen and len(found) < most:
            seen.add(ticket.pk)
            found.append(Told(ticket, why))
    return found


@dataclass(frozen=True, slots=True)
class Guesses:
    """What the agents guessed first, against the causes that were confirmed."""

    told: int
    right: int
    by_cause: list[tuple[Cause, int, bool]]  # the most guessed first


def guesses(member: Member, problem: Problem) -> Guesses | None:
    """Of tickets whose cause this problem confirmed; None before a cause is confirmed or where nobody guessed."""
    confirmed = set(confirmed_causes(problem).values_list("cause_id", flat=True))
    if not confirmed:
        return None
    linked = Q(pk__in=problem.links.values("ticket"))
    held_up = Q(pk__in=Why.objects.filter(problem=problem).values("evidence__tickets"))
    rows = tickets_seen_by(member).filter(linked | held_up, cause_confirmed__in=confirmed).exclude(cause_guess=None)
    counted: dict[int, list[int]] = {}
    for guess, cause in rows.values_list("cause_guess", "cause_confirmed"):
        right, all_ = counted.setdefault(guess, [0, 0])
        counted[guess] = [right + (guess == cause), all_ + 1]
    if not counted:
        return None
    causes = Cause.objects.in_bulk(counted)
    every = sorted(counted.items(), key=lambda one: -one[1][1])
    return Guesses(
        sum(all_ for _right, all_ in counted.values()), sum(right for right, _all in counted.values()),
        [(causes[pk], all_, right > 0) for pk, (right, all_) in every],
    )  # fmt: skip


def causes_of(problems: Sequence[Problem]) -> dict[int, list[Why]]:
    """The confirmed causes of each."""
    found: dict[int, list[Why]] = {}
    rows = Why.objects.filter(problem__in=problems, state=WhyState.CONFIRMED).exclude(cause=None).order_by("pk")
    for why in rows.select_related("cause", "department"):
        found.setdefault(why.problem_id, []).append(why)
    return found


def confirmed_causes(problem: Problem) -> QuerySet[Why]:
    return Why.objects.filter(problem=problem, state=WhyState.CONFIRMED).exclude(cause=None)


# What a ticket or a signal belongs to


def of_signal(member: Member, signal: Signal) -> Problem | None:
    """The problem a signal became: one opened from it, else one under way about its slice."""
    rows = problems_seen_by(member).select_related("owner__user")
    mine = rows.filter(signal=signal).order_by("-pk").first()
    if mine is not None:
        return mine
    return rows.filter(slice=signal.slice, state__in=UNDER_WAY).exclude(slice="").first()


def about_issue(member: Member, code: str, *, most: int = 3) -> list[Problem]:
    """Problems about an issue type, those under way first."""
    rows = problems_seen_by(member).filter(slice__contains=f"issue_type={code}").select_related("owner__user", "signal")
    found = [one for one in rows.order_by("-pk")[:100] if where_of(one).get("issue_type") == code]
    return sorted(found, key=lambda one: one.state not in UNDER_WAY)[:most]


def behind(member: Member, ticket: Ticket) -> list[tuple[Problem, bool]]:
    """Problems a ticket belongs to, and whether somebody linked it; open ones first."""
    rows = problems_seen_by(member).select_related("owner__user")
    linked = list(rows.filter(links__ticket=ticket).order_by("-pk")[:5])
    seen = {one.pk for one in linked}
    codes = _codes(ticket)
    wide = [one for one in rows.filter(state__in=UNDER_WAY).exclude(slice="")[:200] if one.pk not in seen]
    inside = [one for one in wide if _holds(where_of(one), codes)]
    found = [(one, True) for one in linked] + [(one, False) for one in inside[:3]]
    return sorted(found, key=lambda one: one[0].state not in UNDER_WAY)


def _codes(ticket: Ticket) -> dict[str, set[str]]:
    """Everything a slice may say of a ticket."""
    issue, listing, cause = ticket.issue_type, ticket.listing, ticket.cause_confirmed or ticket.cause_guess
    product = listing.product if listing is not None else None
    return {
        "shop": {ticket.shop.name}, "platform": {ticket.shop.platform}, "kind": {ticket.kind},
        "country": {ticket.country}, "carrier": {ticket.carrier}, "fulfilment": {ticket.fulfilment},
        "language": {ticket.language}, "channel": {ticket.channel}, "agent": {ticket.agent},
        "issue_type": {issue.code, *([issue.parent.code] if issue.parent else [])} if issue else {""},
        "product": {product.code} if product else {""}, "line": {product.line} if product else {""},
        "supplier": {product.supplier} if product else {""},
        "batch": {ticket.batch.code} if ticket.batch else {""},
        "cause": {cause.code} if cause else {""},
        "resolution": {ticket.resolution.code} if ticket.resolution else {""},
    }  # fmt: skip


def _holds(where: Mapping[str, str], codes: Mapping[str, set[str]]) -> bool:
    return bool(where) and all(
        ("" if value == "none" else value) in codes.get(name, set()) for name, value in where.items()
    )


def of_slice(member: Member, text: str, metric: str) -> Problem | None:
    """The problem under way about this slice and number."""
    same = problems_seen_by(member).filter(slice=text, metric=metric, state__in=UNDER_WAY)
    return same.first() if text else None


def similar(member: Member, problem: Problem) -> list[Problem]:
    """Closed problems about the same issue or product, the most alike first."""
    where = where_of(problem)
    alike = {name: where[name] for name in ("issue_type", "product", "batch") if name in where}
    if not alike:
        return []
    rows = (
        problems_seen_by(member).filter(state__in=(ProblemState.SOLVED, ProblemState.ACCEPTED)).exclude(pk=problem.pk)
    )
    near = Q()
    for name, value in alike.items():
        near |= Q(slice__contains=f"{name}={value}")
    scored = [
        (sum(where_of(one).get(name) == value for name, value in alike.items()), one) for one in rows.filter(near)
    ]
    return [one for score, one in sorted(scored, key=lambda pair: (-pair[0], -pair[1].pk)) if score][:SIMILAR]


# Its record


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a problem, and who did it (None: the product itself)."""

    event: Event
    actor: Member | None


def history(member: Member, problem: Problem) -> list[Step]:
    """The newest first."""
    events = Event.objects.filter(
        workspace_id=member.workspace_id, subject_kind=Problem._meta.label_lower, subject_id=problem.pk
    )
    steps = list(events.order_by("-pk")[:SHOWN_EVENTS])
    people = {one.pk: one for one in members_seen_by(member).filter(pk__in={step.actor_id for step in steps})}
    return [Step(one, people.get(one.actor_id or 0)) for one in steps]


def moments(problem: Problem) -> dict[str, Any]:
    """When it reached each step of its present round."""
    found: dict[str, Any] = {}
    started = problem.rounds.filter(number=problem.round).values_list("opened_at", flat=True).first()
    events = Event.objects.filter(subject_kind=Problem._meta.label_lower, subject_id=problem.pk)
    moved = events.filter(name="review.problem_moved", at__gte=started or problem.opened_at).order_by("pk")
    for event in moved:
        found[event.data.get("to", "")] = event.at
    return found
