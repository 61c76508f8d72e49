"""Signals as the pages list them: found by their slice, with the tickets behind them and others like them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from fupan.commerce.policies import shops_seen_by
from fupan.core import clock, weeks
from fupan.core.models import Event
from fupan.core.slices import Slice
from fupan.desk.models import Ticket
from fupan.desk.queries.filters import filtered, first_of_incidents
from fupan.insight.metrics import METRICS
from fupan.insight.models import Signal, SignalKind, SignalState, SubTopic
from fupan.insight.policies import signals_seen_by
from fupan.insight.queries.screens import names_of
from fupan.insight.queries.signals import signals_of
from fupan.people.models import Member
from fupan.people.policies import members_seen_by

Rows = QuerySet[Signal]
ASKED = ("product", "issue_type", "batch", "country", "shop")  # conditions an address may ask for
SEARCHED = ("product", "issue_type")
SHOWN_TICKETS = 8
A_YEAR = timedelta(days=365)


def listed(member: Member, *, state: str, told: Mapping[str, str]) -> Rows:
    """The member's signals in a state that the address asks for, newest and strongest first."""
    rows = signals_of(member, state=state)
    if told.get("kind") in SignalKind.values:
        rows = rows.filter(kind=told["kind"])
    where = {name: told[name] for name in ASKED if told.get(name)}
    rows = holding(rows, where)
    words = told.get("q", "").strip()[:80]
    return rows.filter(_named(member, words)) if words else rows


def holding(rows: Rows, where: Mapping[str, str]) -> Rows:
    """Signals whose slice has all these conditions."""
    for name, value in where.items():
        rows = rows.filter(_condition(f"{name}={value}"))
    return rows


def _condition(text: str) -> Q:
    """One condition within a slice text, whole: "product=A2" is not in "product=A20"."""
    ends = Q(slice__startswith=f"{text}&") | Q(slice__endswith=f"&{text}")
    return Q(slice=text) | ends | Q(slice__contains=f"&{text}&")


def _named(member: Member, words: str) -> Q:
    """Signals whose slice holds the words, as codes or as the names of products and issues."""
    found = Q(slice__icontains=words)
    for dimension in SEARCHED:
        for code, name in names_of(member, dimension).items():
            if words.lower() in name.lower():
                found |= _condition(f"{dimension}={code}")
    return found


def counts_by_state(member: Member) -> dict[str, int]:
    found = signals_seen_by(member).order_by().values_list("state").annotate(number=Count("pk"))
    return dict(found)


def open_signals(member: Member, **where: str) -> Rows:
    """Open signals of a slice, the strongest of the newest week first."""
    return holding(signals_of(member), where)


def open_by_product(member: Member) -> dict[str, int]:
    """How many open signals name each product."""
    found: dict[str, int] = {}
    for text in open_signals(member).filter(slice__contains="product=").values_list("slice", flat=True):
        code = parsed(text).get("product", "")
        found[code] = found.get(code, 0) + 1
    return found


def parsed(text: str) -> dict[str, str]:
    try:
        return Slice.parse(text).as_dict()
    except ValueError:
        return {}


def last_screened(member: Member) -> datetime | None:
    """When the slices of the workspace were last looked through."""
    done = Event.objects.filter(workspace_id=member.workspace_id, name="insight.screened")
    return done.order_by("-pk").values_list("at", flat=True).first()


# One signal


@dataclass(frozen=True, slots=True)
class Behind:
    """The tickets behind the figures of a signal's newest week."""

    tickets: list[Ticket]
    count: int
    incidents: int
    url: str


def behind(member: Member, signal: Signal) -> Behind:
    """What was counted in the newest week, newest first."""
    if signal.topic is not None:
        return _behind_topic(member, signal, signal.topic)
    params, narrowed = ticket_params(member, signal), _narrowed(signal)
    rows = filtered(member, params | narrowed)
    every = filtered(member, params | {name: value for name, value in narrowed.items() if name != "first"})
    shown = rows.select_related("shop", "order", "resolution", "issue_type").defer("buyer_name", "buyer_email")
    return Behind(
        list(shown.order_by("-opened_at", "-pk")[:SHOWN_TICKETS]),
        every.filter(merged_into=None).count(),
        rows.count() if narrowed.get("first") else first_of_incidents(rows).count(),
        f"{reverse('desk:tickets')}?{urlencode(params | narrowed)}",
    )


def _behind_topic(member: Member, signal: Signal, topic: SubTopic) -> Behind:
    """Tickets whose buyers say it, the most telling first."""
    said = topic.weeks.filter(week=signal.last_week).values_list("tickets", flat=True).first() or []
    seen = filtered(member, {}).filter(pk__in=said).select_related("shop", "order", "resolution", "issue_type")
    tickets = {ticket.pk: ticket for ticket in seen.defer("buyer_name", "buyer_email")}
    ordered = [tickets[pk] for pk in said if pk in tickets]
    address = urlencode([("number", ticket.number) for ticket in ordered])
    return Behind(ordered[:SHOWN_TICKETS], len(ordered), len(ordered), f"{reverse('desk:tickets')}?{address}")


def _narrowed(signal: Signal) -> dict[str, str]:
    """What the number of the signal counts, as filters of desk's list."""
    found = METRICS.get(signal.metric)
    return dict(parse_qsl(found.filters)) if found else {}


def ticket_params(member: Member, signal: Signal) -> dict[str, str]:
    """The filters of desk's list that hold the cases of a signal."""
    where = parsed(signal.slice)
    if "shop" in where:
        shop = shops_seen_by(member).filter(name=where["shop"]).values_list("pk", flat=True).first()
        where["shop"] = str(shop or 0)
    return {"week": weeks.label(signal.last_week), **{name: value or "none" for name, value in where.items()}}


@dataclass(frozen=True, slots=True)
class Record:
    """How signals of this kind about the same product and issue ended within a year."""

    number: int
    not_real: int


def record_of(member: Member, signal: Signal) -> Record:
    where = parsed(signal.slice)
    same: dict[str, str] = {name: where[name] for name in ("product", "issue_type") if name in where}
    since = clock.now() - A_YEAR
    rows = signals_seen_by(member).filter(kind=signal.kind, opened_at__gte=since).exclude(pk=signal.pk)
    rows = holding(rows, same)
    return Record(rows.count(), rows.filter(state=SignalState.DISMISSED).count())


def neighbours(member: Member, signal: Signal) -> tuple[int | None, int | None]:
    """The signals before and after this one in the list of its state."""
    ids = list(signals_of(member, state=signal.state).values_list("pk", flat=True))
    if signal.pk not in ids:
        return None, None
    place = ids.index(signal.pk)
    return (ids[place - 1] if place else None), (ids[place + 1] if place + 1 < len(ids) else None)


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a signal, and who did it (None: the screening)."""

    event: Event
    actor: Member | None


def history(member: Member, signal: Signal) -> list[Step]:
    """The newest decision first."""
    events = Event.objects.filter(
        workspace_id=member.workspace_id, subject_kind=Signal._meta.label_lower, subject_id=signal.pk
    )
    steps = list(events.order_by("-pk")[:20])
    people = {one.pk: one for one in members_seen_by(member).filter(pk__in={step.actor_id for step in steps})}
    return [Step(one, people.get(one.actor_id or 0)) for one in steps]
