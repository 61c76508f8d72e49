"""The live wall: how much comes in against what is usual, what waits longest, what is about to breach, who is on."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet

from fupan.core import clock, weeks
from fupan.core.models import Event
from fupan.desk.models import Presence, Ticket, TicketState
from fupan.desk.policies import issues_seen_by, tickets_seen_by
from fupan.people.models import Member

PAST = 8  # weeks that say what is usual
SHOWN = 8
NEAR = timedelta(hours=2)
RECENT = timedelta(minutes=15)
HOUR = timedelta(hours=1)
KEPT_USUAL = 600  # seconds
KEPT_WALL = 60
_EVENTS = 400  # newest ones that tell who is at work

Hours = dict[int, float]  # hour of the day (-1: the last of the day before) -> tickets
Past = dict[int | None, list[Hours]]  # by issue type, one for each past week


@dataclass(frozen=True, slots=True)
class Usual:
    """What the same weekday of past weeks had by this time: mean, lowest, highest."""

    mean: float
    low: float
    high: float

    def judge(self, now: int) -> str:
        return "above" if now > self.high else "below" if now < self.low else "usual"


@dataclass(frozen=True, slots=True)
class Volume:
    """Tickets of an issue type, today until now and in the last 60 minutes, each against the usual."""

    code: str  # "" all of them, "none" those without a label
    today: int
    hour: int
    usual: Usual
    usual_hour: Usual

    @property
    def beyond(self) -> str:
        return self.usual.judge(self.today)

    @property
    def beyond_hour(self) -> str:
        return self.usual_hour.judge(self.hour)


@dataclass(frozen=True, slots=True)
class Waiting:
    number: int
    shop: str
    since: datetime
    due: datetime | None


@dataclass(frozen=True, slots=True)
class OnDuty:
    name: str
    at: datetime
    open: int


@dataclass(frozen=True, slots=True)
class Wall:
    at: datetime
    to_answer: int
    late: int
    near: int
    every: Volume
    issues: list[Volume]
    weeks: int  # past weeks there were tickets in
    oldest: list[Waiting]
    breaches: list[Waiting]
    on_duty: list[OnDuty]
    recent: int

    @property
    def per_minute(self) -> float:
        return self.recent / (RECENT.total_seconds() / 60)


def wall_of(member: Member) -> Wall:
    """For everybody who sees the same shops it is worked out once for each change, and once a minute."""
    newest = Event.objects.filter(workspace_id=member.workspace_id).order_by("-pk").values_list("pk", flat=True).first()
    key = f"wall:{_scope(member)}:{newest}:{clock.now():%H%M}"
    kept: Wall | None = cache.get(key)
    if kept is None:
        kept = _wall(member)
        cache.set(key, kept, KEPT_WALL)
    return kept


def _scope(member: Member) -> str:
    shops = ",".join(map(str, sorted(member.shop_ids or [])))
    return f"{member.workspace_id}:{hashlib.sha256(shops.encode()).hexdigest()[:12]}"


def _wall(member: Member) -> Wall:
    now = clock.now()
    tickets = tickets_seen_by(member).filter(merged_into=None)
    waiting = tickets.filter(state=TicketState.OPEN, snoozed_until=None)
    volumes, every, past = _volumes(member, tickets, now)
    due = Q(platform_due_at__isnull=False)
    counts = waiting.aggregate(
        all=Count("pk"), late=Count("pk", filter=due & Q(platform_due_at__lte=now)),
        near=Count("pk", filter=due & Q(platform_due_at__gt=now, platform_due_at__lte=now + NEAR)),
    )  # fmt: skip
    return Wall(
        now, counts["all"], counts["late"], counts["near"], every, volumes, past,
        _listed(waiting.filter(waiting_since__isnull=False).order_by("waiting_since")),
        _listed(waiting.filter(platform_due_at__gt=now).order_by("platform_due_at")), _on_duty(member, now),
        tickets.filter(opened_at__gt=now - RECENT, opened_at__lte=now).count(),
    )  # fmt: skip


def _listed(rows: QuerySet[Ticket], most: int = 5) -> list[Waiting]:
    columns = rows.values_list("number", "shop__name", "waiting_since", "opened_at", "platform_due_at")[:most]
    return [Waiting(number, shop, since or opened, due) for number, shop, since, opened, due in columns]


# Against the usual


def _volumes(member: Member, tickets: QuerySet[Ticket], now: datetime) -> tuple[list[Volume], Volume, int]:
    zone = weeks.zone(member.workspace.timezone)
    local = now.astimezone(zone)
    midnight = datetime.combine(local.date(), time(), zone)
    live = tickets.filter(opened_at__gte=min(midnight, now - HOUR), opened_at__lte=now).order_by()
    today, hour = Counter[int | None](), Counter[int | None]()
    for issue, opened in live.values_list("issue_type_id", "opened_at"):
        today[issue] += opened >= midnight
        hour[issue] += opened > now - HOUR
    past, total = _told(_past(member, tickets, local.date()))
    codes = dict(issues_seen_by(member).values_list("pk", "code"))
    at = local.hour + local.minute / 60
    found = [
        Volume(codes.get(issue or 0, "none"), today[issue], hour[issue], *_usual(past.get(issue, []), at))
        for issue in {*today, *past}
    ]
    found.sort(key=lambda one: (-one.today, -one.usual.mean, one.code))
    every = Volume("", sum(today.values()), sum(hour.values()), *_usual(total, at))
    return [one for one in found if one.today or one.usual.mean >= 1][:SHOWN], every, len(total)


def _usual(past: list[Hours], at: float) -> tuple[Usual, Usual]:
    """By this time of the day, and in the 60 minutes before it."""
    by_now = [_until(week, at) for week in past]
    return _range(by_now), _range([now - _until(week, at - 1) for now, week in zip(by_now, past, strict=True)])


def _until(hours: Hours, at: float) -> float:
    """Tickets from midnight until `at`; the running hour in proportion, hours before midnight negative."""
    whole = int(at // 1)
    part = at - whole
    if whole < 0:
        return -(1 - part) * hours.get(-1, 0.0)
    return sum(hours.get(one, 0.0) for one in range(whole)) + part * hours.get(whole, 0.0)


def _range(values: list[float]) -> Usual:
    return Usual(sum(values) / len(values), min(values), max(values)) if values else Usual(0.0, 0.0, 0.0)


def _told(past: Past) -> tuple[Past, list[Hours]]:
    """Only the weeks in which there was anything, by issue type and summed: a shop's first weeks are no usual ones."""
    total: list[Hours] = [{} for _week in range(PAST)]
    for each in past.values():
        for week, hours in zip(total, each, strict=True):
            for hour, number in hours.items():
                week[hour] = week.get(hour, 0.0) + number
    known = [at for at, week in enumerate(total) if week]
    return {issue: [each[at] for at in known] for issue, each in past.items()}, [total[at] for at in known]


def _past(member: Member, tickets: QuerySet[Ticket], today: date) -> Past:
    """The same weekday of past weeks, hour by hour; kept for ten minutes."""
    key = f"usual:{_scope(member)}:{today}"
    kept: Past | None = cache.get(key)
    if kept is None:
        kept = _read_past(member, tickets, today)
        cache.set(key, kept, KEPT_USUAL)
    return kept


def _read_past(member: Member, tickets: QuerySet[Ticket], today: date) -> Past:
    zone = weeks.zone(member.workspace.timezone)
    starts = [datetime.combine(today - timedelta(weeks=back), time(), zone) for back in range(1, PAST + 1)]
    windows = Q()
    for start in starts:
        windows |= Q(opened_at__gte=start - HOUR, opened_at__lt=start + timedelta(days=1))
    found: Past = {}
    for issue, opened in tickets.filter(windows).order_by().values_list("issue_type_id", "opened_at"):
        local = opened.astimezone(zone)
        week = next(at for at, start in enumerate(starts) if start - HOUR <= opened < start + timedelta(days=1))
        hour = local.hour if local >= starts[week] else -1
        hours = found.setdefault(issue, [{} for _week in range(PAST)])[week]
        hours[hour] = hours.get(hour, 0.0) + 1
    return found


# People


def _on_duty(member: Member, now: datetime) -> list[OnDuty]:
    """Who did something or has a ticket open within the last quarter of an hour, with the open tickets they own."""
    newest = Event.objects.filter(workspace_id=member.workspace_id).order_by("-pk")
    seen: dict[int, datetime] = {}
    for actor, at in newest.values_list("actor_id", "at")[:_EVENTS]:
        if actor and at > now - RECENT:
            seen[actor] = max(at, seen.get(actor, at))
    there = Presence.objects.filter(member__workspace_id=member.workspace_id, at__gt=now - RECENT)
    for actor, at in there.values_list("member_id", "at"):
        seen[actor] = max(at, seen.get(actor, at))
    mine = Count("tickets", filter=Q(tickets__state=TicketState.OPEN, tickets__merged_into=None))
    people = Member.objects.filter(workspace_id=member.workspace_id, pk__in=seen, active=True)
    rows = people.annotate(open=mine).order_by("user__name").values_list("pk", "user__name", "open")
    return [OnDuty(name, seen[pk], open_) for pk, name, open_ in rows]
