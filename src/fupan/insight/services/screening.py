"""Look for trouble: judge the weeks that are over, open signals, follow and close them. Twice is once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from fupan.core import clock, weeks
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.insight.models import LIVE, Signal, SignalKind, SignalSettings, SignalState
from fupan.insight.policies import facts_of
from fupan.insight.queries import breaches
from fupan.insight.queries.signals import fingerprint, judged_before, newest_whole_week
from fupan.insight.screening.causes import Live, Noticed
from fupan.insight.screening.week import Figures, Screening
from fupan.insight.services._quiet import QUIET, close_quiet
from fupan.people.models import Member, Workspace

AGAIN = 2  # newest weeks that are judged again when facts change: reports arrive late
AT_FIRST = 6  # weeks that are judged the first time
METRIC = "incident_rate"
FOUND = (SignalKind.OUTBREAK, SignalKind.DRIFT)


@dataclass(frozen=True, slots=True)
class Screened:
    """What a screening did."""

    weeks: tuple[int, ...] = ()
    found: int = 0
    continued: int = 0
    closed: int = 0

    def __add__(self, other: Screened) -> Screened:
        return Screened(
            self.weeks + other.weeks, self.found + other.found, self.continued + other.continued,
            self.closed + other.closed,
        )  # fmt: skip


def screen(
    workspace: Workspace, *, week: int | None = None, since: int | None = None, by: Member | None = None
) -> Screened:
    """Judge the weeks that are over and not yet judged by these facts; or `week` alone; or all from `since` on.

    Nothing is computed when nothing behind the last screening has changed; any number of processes may do it at once.
    """
    wake(workspace)
    chosen, _new = SignalSettings.objects.get_or_create(workspace=workspace)
    newest = newest_whole_week(workspace)
    if newest is None:
        return Screened()
    reading = facts_of(workspace).read()
    mark = fingerprint(reading, chosen, newest)
    if week is None and since is None and chosen.screened.endswith(f":{mark}"):
        return Screened()
    asked = [week] if week is not None else _waiting(judged_before(chosen), newest, since)
    if not asked or asked[0] > newest or asked[-1] < min(reading.weeks("tickets"), default=asked[-1] + 1):
        return Screened()
    done = _judge_all(workspace, Screening(reading, asked[-1]), asked, chosen, mark if week is None else "")
    if done.weeks:
        record(
            "insight.screened", workspace, by=by, workspace_id=workspace.pk, weeks=list(done.weeks), found=done.found,
            continued=done.continued, closed=done.closed,
        )  # fmt: skip
    return done


def _waiting(judged: int | None, newest: int, since: int | None) -> list[int]:
    if since is not None:
        return weeks.between(since, newest)
    first = weeks.shift(newest, 1 - AT_FIRST)
    if judged is not None:
        first = max(weeks.shift(newest, 1 - 2 * AT_FIRST), min(weeks.shift(judged, 1 - AGAIN), newest))
    return weeks.between(first, newest)


def _judge_all(
    workspace: Workspace, screening: Screening, asked: Sequence[int], chosen: SignalSettings, mark: str
) -> Screened:
    done, seen, judged_until = Screened(), chosen.screened, judged_before(chosen) or 0
    for week in asked:
        if not screening.judges(week):
            continue
        judged_until = max(week, judged_until)
        judged = _judge(workspace, screening, week, chosen, (seen, f"{judged_until}:"))
        if judged is None:  # another process was quicker
            return done
        done, seen = done + judged, f"{judged_until}:"
    if mark:
        told = f"{judged_until or ''}:{mark}"
        SignalSettings.objects.filter(pk=chosen.pk, screened=seen).update(screened=told)
    return done


def _judge(
    workspace: Workspace, screening: Screening, week: int, chosen: SignalSettings, swap: tuple[str, str]
) -> Screened | None:
    """Judge one week: compute first, then write in one short transaction."""
    signals = _followed(workspace, week)
    live = [Live(Slice.parse(one.slice).as_dict(), screening.place(one.week)) for one in signals]
    noticed = screening.judge(week, live, q=chosen.q)
    stirring = [(signal, told) for signal, told in zip(signals, live, strict=True) if told.stirs]
    slices = [(told.moved or told.where, told.since) for _signal, told in stirring]
    figures = screening.figures(slices + [(one.where, one.since) for one in noticed], week)
    missed = breaches.missed(workspace, screening.ground.reading, week)
    with transaction.atomic():
        before, after = swap
        if not SignalSettings.objects.filter(pk=chosen.pk, screened=before).update(screened=after):
            return None
        for (signal, told), seen in zip(stirring, figures, strict=False):
            _follow(signal, told, seen, week)
        found = _open_new(workspace, noticed, figures[len(stirring) :], week, chosen.budget)
        found += _miss(workspace, missed, week)
        closed = close_quiet(workspace, week, Signal.objects.exclude(kind=SignalKind.TOPIC))
    return Screened((week,), found, len(stirring), closed)


def _followed(workspace: Workspace, week: int) -> list[Signal]:
    """Outbreaks that this week may go on with: the live ones, and those found not real that have not been quiet yet."""
    rows = Signal.objects.filter(workspace=workspace, metric=METRIC, kind__in=FOUND, week__lte=week)
    live = rows.filter(state__in=LIVE)
    dismissed = rows.filter(state=SignalState.DISMISSED, last_week__gte=weeks.shift(week, -QUIET))
    return [*live.order_by("pk"), *dismissed.order_by("pk")]


def _follow(signal: Signal, told: Live, seen: Figures, week: int) -> None:
    if week < signal.last_week:
        return  # an older week judged again says nothing new of a younger one
    if told.moved is not None:
        where = str(Slice.of(told.moved))
        taken = Signal.objects.filter(workspace_id=signal.workspace_id, slice=where, state__in=LIVE)
        signal.slice = signal.slice if taken.exclude(pk=signal.pk).exists() else where
    signal.last_week, signal.quiet, signal.causes = week, 0, told.causes
    _figure(signal, seen, told.pvalue if signal.kind == SignalKind.DRIFT else 1.0)
    signal.save()


def _figure(signal: Signal, seen: Figures, pvalue: float) -> None:
    signal.observed, signal.expected, signal.upper = seen.observed, round(seen.expected, 2), seen.upper
    signal.excess = round(seen.observed - seen.expected, 2)
    signal.pvalue, signal.score = min(seen.pvalue, pvalue), round(seen.score, 3)
    signal.cost_week, signal.band = seen.cost_week, seen.band


def _open_new(
    workspace: Workspace, noticed: Iterable[Noticed], figures: Iterable[Figures], week: int, budget: int
) -> int:
    """Open what is new, within the budget of the week; what was found not real keeps its peace."""
    already = Signal.objects.filter(workspace=workspace, week=week, kind__in=FOUND).count()
    found = 0
    for one, seen in zip(noticed, figures, strict=True):
        where = str(Slice.of(one.where))
        same = Signal.objects.filter(workspace=workspace, metric=METRIC, kind__in=FOUND, slice=where)
        if same.filter(state__in=LIVE).exists() or same.filter(week__lte=week, last_week__gte=week).exists():
            continue
        if already + found >= budget:
            break
        signal = Signal(
            workspace=workspace, kind=one.kind, metric=METRIC, slice=where, week=week, last_week=week,
            causes=one.causes, external=one.external, opened_at=clock.now(),
        )  # fmt: skip
        _figure(signal, seen, one.pvalue)
        _open(signal)
        found += 1
    return found


def _open(signal: Signal) -> None:
    signal.save()
    record("insight.signal_opened", signal, by=None, kind=signal.kind, week=signal.week)


def _miss(workspace: Workspace, missed: Iterable[breaches.Breach], week: int) -> int:
    """Open or follow the signals of missed targets."""
    found = 0
    for one in missed:
        same = Signal.objects.filter(
            workspace=workspace, kind=SignalKind.TARGET, metric=one.metric, slice=one.slice, week__lte=week
        )
        recent = same.filter(state=SignalState.DISMISSED, last_week__gte=weeks.shift(week, -QUIET))
        signal = same.filter(state__in=LIVE).first() or recent.first() or same.filter(last_week__gte=week).first()
        new = signal is None
        if signal is None:
            signal = Signal(
                workspace=workspace, kind=SignalKind.TARGET, metric=one.metric, slice=one.slice, week=week,
                last_week=week, opened_at=clock.now(),
            )  # fmt: skip
        if week < signal.last_week:
            continue
        for name, value in one.figures().items():
            setattr(signal, name, value)
        signal.last_week, signal.quiet = week, 0
        if new:
            _open(signal)
            found += 1
        else:
            signal.save()
    return found


@transaction.atomic
def wake(workspace: Workspace) -> int:
    """Open snoozed signals whose day has come; how many."""
    today = clock.now().astimezone(weeks.zone(workspace.timezone)).date()
    due = Signal.objects.filter(
        workspace=workspace, state=SignalState.SNOOZED, snoozed_until__lt=today + timedelta(days=1)
    )
    woken = 0
    for signal in due.order_by("pk"):
        signal.state, signal.snoozed_until = SignalState.OPEN, None
        signal.save(update_fields=["state", "snoozed_until"])
        record("insight.signal_woken", signal, by=None)
        woken += 1
    return woken
