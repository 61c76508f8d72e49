"""The ticket list's filters, one function per parameter of the address; every number of the product links to them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import GreaterThan
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from fupan.commerce.policies import shops_seen_by
from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.desk.clocks import CLOCKED_KINDS, platform_rules
from fupan.desk.models import PRAISE, Draft, LabelSource, Mention, Ticket, TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.lapse import Hours
from fupan.people.models import Member

Params = Mapping[str, Any] | QueryDict
Rows = QuerySet[Ticket]
NONE = "none"


def filtered(member: Member, params: Params) -> Rows:
    """The member's tickets that the parameters ask for; unknown parameters change nothing."""
    rows = _of_days(tickets_seen_by(member), member, params)
    for name, narrow in _FILTERS.items():
        values = several(params, name)
        if values:
            rows = narrow(rows, values, member)
    return rows


def several(params: Params, name: str) -> list[str]:
    """All values of a parameter; empty ones do not count."""
    found = params.getlist(name) if isinstance(params, QueryDict) else params.get(name, [])
    found = found if isinstance(found, list | tuple) else [found]
    return [str(value).strip() for value in found if value is not None and str(value).strip()]


def one(params: Params, name: str) -> str:
    return next(iter(several(params, name)), "")


# Days, on the clock of each shop


def _of_days(rows: Rows, member: Member, params: Params) -> Rows:
    week = one(params, "week")
    if week:
        rows = rows.filter(week=weeks.parse_week(week))
    month = one(params, "month")
    first, last = one(params, "from"), one(params, "to")
    if month:
        period = weeks.parse_month(month)
        rows = _between(rows, member, period.start, period.end)
    if first or last:
        rows = _between(rows, member, _day(first) if first else None, _day(last) if last else None)
    return rows


def _day(text: str) -> date:
    try:
        return _meant(date.fromisoformat(text))
    except ValueError as wrong:
        raise Refused(
            _("“%(text)s” is not a day; write it like 2026-11-16.") % {"text": text}, code="not-a-day"
        ) from wrong


def _meant(day: date) -> date:
    if day.year not in weeks.YEARS:
        raise ValueError(day)
    return day


def _between(rows: Rows, member: Member, first: date | None, last: date | None) -> Rows:
    zones = set(shops_seen_by(member).values_list("timezone", flat=True))
    within = Q(pk__in=[])
    for name in sorted(zones):
        there = Q(shop__timezone=name)
        if first:
            there &= Q(opened_at__gte=_midnight(first, name))
        if last:
            there &= Q(opened_at__lt=_midnight(last + timedelta(days=1), name))
        within |= there
    return rows.filter(within)


def _midnight(day: date, timezone: str) -> datetime:
    return datetime.combine(day, time(), weeks.zone(timezone)).astimezone(UTC)


# What it is, where, about what


def _equal(column: str) -> Callable[[Rows, list[str], Member], Rows]:
    def narrow(rows: Rows, values: list[str], member: Member) -> Rows:
        known = [value for value in values if value != NONE]
        found = Q(**{f"{column}__in": known})
        return rows.filter(found | _blank(column) if NONE in values else found)

    return narrow


def _blank(column: str) -> Q:
    owner = column.split("__")[0]
    field = Ticket._meta.get_field(owner)
    if "__" in column:
        nothing = Q(**{f"{owner}__isnull": True})
        return nothing if column.endswith("__code") and owner != "listing" else nothing | Q(**{column: ""})
    return Q(**{f"{owner}__isnull": True}) if field.null else Q(**{column: ""})


def _number(column: str) -> Callable[[Rows, list[str], Member], Rows]:
    def narrow(rows: Rows, values: list[str], member: Member) -> Rows:
        if NONE in values:
            return rows.filter(**{f"{column}__isnull": True})
        return rows.filter(
            **{f"{column}__in": [int(value) for value in values if value.isdecimal() and len(value) < 18]}
        )

    return narrow


def _issue(rows: Rows, values: list[str], member: Member) -> Rows:
    """An issue type and those below it; `none` = unlabelled."""
    if values == [NONE]:
        return rows.filter(issue_type=None)  # by itself, so that its index is used
    found = Q(issue_type__code__in=values) | Q(issue_type__parent__code__in=values)
    return rows.filter(found | Q(issue_type=None) if NONE in values else found)


def _cause(rows: Rows, values: list[str], member: Member) -> Rows:
    """The confirmed cause, else the guess; with the causes below it."""
    confirmed = Q(cause_confirmed__code__in=values) | Q(cause_confirmed__parent__code__in=values)
    guessed = Q(cause_guess__code__in=values) | Q(cause_guess__parent__code__in=values)
    found = confirmed | (Q(cause_confirmed=None) & guessed)
    return rows.filter(found | Q(cause_confirmed=None, cause_guess=None) if NONE in values else found)


def _liable(rows: Rows, values: list[str], member: Member) -> Rows:
    guessed = Q(cause_confirmed=None, cause_guess__liable__in=values)
    return rows.filter(Q(cause_confirmed__liable__in=values) | guessed)


def _assignee(rows: Rows, values: list[str], member: Member) -> Rows:
    mine = [str(member.pk) if value == "me" else value for value in values]
    return _number("assignee_id")(rows, mine, member)


def _source(rows: Rows, values: list[str], member: Member) -> Rows:
    return rows.filter(label_source__in=[LabelSource.NONE if value == NONE else value for value in values])


def _stars(rows: Rows, values: list[str], member: Member) -> Rows:
    return rows.filter(stars__lte=int(values[0])) if values[0] in {"1", "2", "3", "4", "5"} else rows.none()


def _tag(rows: Rows, values: list[str], member: Member) -> Rows:
    return rows.filter(tags__name__in=values).distinct()


def _incident(rows: Rows, values: list[str], member: Member) -> Rows:
    return _number("incident_id")(rows, values, member)


# Clocks, incidents, words

_ROUNDING = 1e-4  # hours: SQLite keeps days as floating-point numbers


def late(rows: Rows) -> Rows:
    """Questions whose answer missed the marketplace's clock, or that wait beyond it now. Those closed without an
    answer needed none."""
    missed = Q(pk__in=[])
    rules = platform_rules()
    for rule in rules:
        newer = [other.since for other in rules if other.platform == rule.platform and other.since > rule.since]
        mine = Q(shop__platform=rule.platform, opened_at__gte=_start(rule.since))
        if newer:
            mine &= Q(opened_at__lt=_start(min(newer)))
        took = Hours(F("first_response_at"), F("opened_at"))
        answered = Q(first_response_at__isnull=False) & GreaterThan(took, rule.hours + _ROUNDING)
        waiting = Q(first_response_at=None, state=TicketState.OPEN) & Q(
            opened_at__lt=clock.now() - timedelta(hours=rule.hours)
        )
        missed |= mine & (answered | waiting)
    return rows.filter(missed, kind__in=CLOCKED_KINDS)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _late(rows: Rows, values: list[str], member: Member) -> Rows:
    return late(rows) if values[0] == "platform" else rows.none()


def first_of_incidents(rows: Rows) -> Rows:
    """One ticket per incident: the earliest that is no praise; merged ones count with what they were merged into."""
    before = Q(opened_at__lt=OuterRef("opened_at")) | Q(opened_at=OuterRef("opened_at"), pk__lt=OuterRef("pk"))
    earlier = Ticket.objects.filter(before, incident=OuterRef("incident"), merged_into=None).exclude(PRAISE)
    return rows.filter(Q(incident=None) | ~Exists(earlier), merged_into=None).exclude(PRAISE)


SOON = timedelta(hours=4)


def _due(rows: Rows, values: list[str], member: Member) -> Rows:
    """Open tickets one of whose clocks ends soon (`soon`, the late ones too) or has ended (`late`)."""
    until = clock.now() + (SOON if values[0] == "soon" else timedelta())
    ends = Q(platform_due_at__lte=until) | Q(office_due_at__lte=until)
    return rows.filter(ends, state=TicketState.OPEN) if values[0] in {"soon", "late"} else rows.none()


def _snoozed(rows: Rows, values: list[str], member: Member) -> Rows:
    return rows.filter(snoozed_until__isnull=values[0] == "0")


def _following(rows: Rows, values: list[str], member: Member) -> Rows:
    mine = Ticket.followers.through.objects.filter(member_id=member.pk)
    return rows.filter(pk__in=mine.values("ticket_id")) if values[0] == "me" else rows.none()


def _mentioned(rows: Rows, values: list[str], member: Member) -> Rows:
    """Where colleagues named the member; `new`: and that was not read yet."""
    mentions = Mention.objects.filter(member=member)
    if values[0] == "new":
        mentions = mentions.filter(seen_at=None)
    return rows.filter(pk__in=mentions.values("message__ticket_id")) if values[0] in {"me", "new"} else rows.none()


def _draft(rows: Rows, values: list[str], member: Member) -> Rows:
    mine = Draft.objects.filter(by=member)
    return rows.filter(pk__in=mine.values("ticket_id")) if values[0] == "me" else rows.none()


def _first(rows: Rows, values: list[str], member: Member) -> Rows:
    return first_of_incidents(rows) if values[0] in {"1", "true"} else rows


_ORDER_NUMBER = re.compile(r"\S*\d\S*")  # whatever the marketplace: one word with a figure in it


def _search(rows: Rows, values: list[str], member: Member) -> Rows:
    """A ticket's number, an order number, or words of the subject."""
    text = " ".join(values)
    plain = text.upper().removeprefix("T-")
    if plain.isdecimal() and len(plain) < 18:
        return rows.filter(Q(number=int(plain)) | Q(order_number=text))
    words = Q()
    for word in text.split()[:8]:
        words &= Q(subject__icontains=word)
    return rows.filter(words | Q(order_number=text) if _ORDER_NUMBER.fullmatch(text) else words)


_FILTERS: dict[str, Callable[[Rows, list[str], Member], Rows]] = {
    "number": _number("number"),
    "shop": _number("shop_id"),
    "platform": _equal("shop__platform"),
    "kind": _equal("kind"),
    "issue_type": _issue,
    "product": _equal("listing__product__code"),
    "line": _equal("listing__product__line"),
    "supplier": _equal("listing__product__supplier"),
    "batch": _equal("batch__code"),
    "country": _equal("country"),
    "carrier": _equal("carrier"),
    "fulfilment": _equal("fulfilment"),
    "cause": _cause,
    "liable": _liable,
    "resolution": _equal("resolution__code"),
    "state": _equal("state"),
    "assignee": _assignee,
    "agent": _equal("agent"),
    "language": _equal("language"),
    "channel": _equal("channel"),
    "label_source": _source,
    "stars_max": _stars,
    "tag": _tag,
    "incident": _incident,
    "late": _late,
    "due": _due,
    "snoozed": _snoozed,
    "following": _following,
    "mentioned": _mentioned,
    "draft": _draft,
    "first": _first,
    "q": _search,
}
NAMES = ("week", "month", "from", "to", *_FILTERS)
