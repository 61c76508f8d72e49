"""How the check of an action is designed: on which clock, from when, against which slices, over which weeks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from fupan.action.models import OPEN_STATES, Action, ActionState, ActionType
from fupan.commerce.models import Batch, Product
from fupan.core import weeks
from fupan.core.slices import Slice
from fupan.desk.models import IssueType
from fupan.insight.facts import Reading
from fupan.insight.policies import facts_of
from fupan.insight.queries import series
from fupan.insight.queries.signals import newest_whole_week
from fupan.review.models import UNDER_WAY, Problem
from fupan.verification.design import Design
from fupan.verification.models import Clock

CLOCKS: dict[str, str] = {
    ActionType.LISTING: Clock.ORDER,
    ActionType.SUPPLIER: Clock.BATCH,
    ActionType.PACKAGING: Clock.BATCH,
    ActionType.LOGISTICS: Clock.ORDER,
    ActionType.TEMPLATE: Clock.CONTACT,
    ActionType.PROCESS: Clock.CONTACT,
    ActionType.TRAINING: Clock.CONTACT,
}
MIN_EFFECT = 0.2
LONGEST_BASELINE, SHORTEST_BASELINE = 52, 8
BEGINNING = 2  # first weeks of the tickets: some orders behind them are unknown
MOST_CONTROLS = 60
PROOFS_WITHIN = 56  # days after the action's day in which other places may follow
Where = dict[str, str]


def designed(action: Action) -> Design | None:
    """The design of an action that was carried out; None without facts to stand on."""
    assert action.carried_on is not None
    newest = newest_whole_week(action.workspace)
    if newest is None:
        return None
    reading = facts_of(action.workspace).read()
    where = _where(action.slice)
    asked = CLOCKS[action.type]
    clock, renewed = _clock(action, where, asked)
    age = series.aged(reading, action.metric, newest) if clock != Clock.CONTACT else 0
    effective = _effective(action)
    week = weeks.week_of_day(action.carried_on)
    delay = (weeks.monday(weeks.week_of_day(effective)) - weeks.monday(week)).days // 7
    if clock == Clock.CONTACT and action.type == ActionType.PROCESS and series.by_order(action.metric):
        delay += series.half_shown(reading, action.metric, newest)
        effective = max(effective, action.carried_on + timedelta(weeks=delay))
    if clock == Clock.BATCH:
        where.pop("batch", None)
    chosen = _selection(action, age if clock != Clock.CONTACT else 0)
    base = _baseline(reading, week, chosen)
    told = series.judged(action.metric)
    reason = "tracked" if not told else "history" if base is None else ""
    target = _target(action, reading, where, newest) if told else action.change
    controls = [] if reason or base is None else _controls(action, reading, where, clock, age, newest, base)
    return Design(
        slice=str(Slice.of(where)), metric=action.metric, reason=reason, clock=clock, asked=asked, age=age,
        carried_on=action.carried_on.isoformat(), effective_on=effective.isoformat(), action_week=week, delay=delay,
        selection_weeks=tuple(chosen), baseline=base or (week, week), controls=tuple(controls), target=target,
        min_effect=MIN_EFFECT, planned_weeks=max(1, action.window), renewed_from=renewed,
    )  # fmt: skip


def _target(action: Action, reading: Reading, where: Where, newest: int) -> float:
    """What the bad cases shall do, as a share of them."""
    if not series.upside_down(action.metric):
        return -abs(action.change)
    bad, every = series.source(reading, action.metric, Clock.CONTACT, newest, [where]).series(where)
    return series.of_bad_cases(action.metric, action.change, float(bad[-26:].sum()), float(every[-26:].sum()))


def _where(text: str) -> Where:
    return Slice.parse(text).as_dict()


def _clock(action: Action, where: Where, asked: str) -> tuple[str, str]:
    """The clock that can be kept, and the day from which batches are new ones."""
    if not series.by_order(action.metric):
        return Clock.CONTACT, ""
    if asked != Clock.BATCH:
        return asked, ""
    if action.carried_on is not None and _batches(action, where).filter(effective_from__lt=action.carried_on).exists():
        return Clock.BATCH, action.carried_on.isoformat()
    return Clock.ORDER, ""


def _batches(action: Action, where: Where) -> QuerySet[Batch]:
    """Batches with a known day of the goods of a slice."""
    found = Batch.objects.filter(workspace_id=action.workspace_id, effective_from__isnull=False)
    if "product" in where:
        return found.filter(product__code=where["product"])
    if "supplier" in where:
        return found.filter(product__supplier=where["supplier"])
    return found.none()


def _effective(action: Action) -> date:
    """The day of the last place that followed."""
    assert action.carried_on is not None
    latest = action.carried_on + timedelta(days=PROOFS_WITHIN)
    days = action.proofs.exclude(place="").filter(day__gte=action.carried_on, day__lte=latest)
    return max([action.carried_on, *(day for day in days.values_list("day", flat=True) if day is not None)])


def _selection(action: Action, age: int) -> list[int]:
    """Weeks that drew attention, and on the order clock the order weeks that showed in them."""
    chosen: set[int] = set()
    if action.problem is not None:
        chosen.update(action.problem.selection_weeks)
        signal = action.problem.signal
        if signal is not None:
            chosen.update(weeks.between(signal.week, signal.last_week))
    reached = {weeks.shift(week, -back) for week in chosen for back in range(age + 1)}
    assert action.carried_on is not None
    return sorted(week for week in reached if week <= weeks.week_of_day(action.carried_on))


def _baseline(reading: Reading, week: int, chosen: list[int]) -> tuple[int, int] | None:
    """Up to a year before the first week that drew attention."""
    begun = weeks.shift(reading.weeks("tickets")[0], BEGINNING)
    last = weeks.shift(min([week, *_near(chosen, week)]), -1)
    first = max(begun, weeks.shift(last, 1 - LONGEST_BASELINE))
    if first > last or len(weeks.between(first, last)) < SHORTEST_BASELINE:
        return None
    return first, last


def _near(chosen: list[int], week: int) -> list[int]:
    """Only what lies within half a year; older weeks are left out of the baseline one by one."""
    return [one for one in chosen if one >= weeks.shift(week, -26)]


def _controls(
    action: Action, reading: Reading, where: Where, clock: str, age: int, newest: int, base: tuple[int, int]
) -> list[str]:
    """Untreated slices with enough cases, the largest first."""
    if not where:
        return []
    kind = Clock.CONTACT if clock == Clock.CONTACT else Clock.ORDER
    found = series.source(reading, action.metric, kind, newest, [where], age=age)
    touched = _touched(action)
    least = len(weeks.between(*base)) / 3
    related = _Related(action, where, clock)
    kept: list[str] = []
    for other, cases in series.candidates(found, where, base[1]):
        if cases < least or len(kept) == MOST_CONTROLS:
            break
        overlaps = any(not series.disjoint(other, one) for one in touched)
        if not overlaps and not related(other):
            kept.append(str(Slice.of(other)))
    return kept


def _touched(action: Action) -> list[Where]:
    """Slices in which something else is being done, and what stands open."""
    problems = Problem.objects.filter(workspace_id=action.workspace_id, state__in=UNDER_WAY)
    actions = Action.objects.filter(workspace_id=action.workspace_id).exclude(state=ActionState.DROPPED)
    alive = actions.filter(Q(carried_on__isnull=False) | Q(state__in=OPEN_STATES))
    texts: Iterable[str] = {
        *problems.exclude(pk=action.problem_id or 0).values_list("slice", flat=True),
        *alive.exclude(pk=action.pk).values_list("slice", flat=True),
    }
    own = _where(action.slice)
    return [one for text in sorted(texts) if (one := _where(text)) and one != own]


class _Related:
    """Neighbours that the action may have moved as well: sister issues of the same product, for a supplier's or a
    carton's change everything of that supplier."""

    def __init__(self, action: Action, where: Where, clock: str) -> None:
        self.where, self.by_goods = where, clock == Clock.BATCH
        parents = IssueType.objects.filter(workspace_id=action.workspace_id, parent__isnull=False)
        self.parents = dict(parents.values_list("code", "parent_id"))
        suppliers = Product.objects.filter(workspace_id=action.workspace_id).exclude(supplier="")
        self.suppliers = dict(suppliers.values_list("code", "supplier")) if self.by_goods else {}

    def __call__(self, other: Where) -> bool:
        issue, mine = other.get("issue_type", ""), self.where.get("issue_type", "")
        if issue != mine and "product" in self.where:
            return issue in self.parents and self.parents[issue] == self.parents.get(mine)
        maker = self.suppliers.get(self.where.get("product", ""))
        return bool(maker) and self.suppliers.get(other.get("product", "")) == maker


def fresh_batches(workspace_id: int, design: Design) -> list[str]:
    """Codes of the batches that the change is in, as far as they are known by now."""
    where = design.where
    found = Batch.objects.filter(workspace_id=workspace_id, effective_from__gte=date.fromisoformat(design.renewed_from))
    if "product" in where:
        found = found.filter(product__code=where["product"])
    elif "supplier" in where:
        found = found.filter(product__supplier=where["supplier"])
    return sorted(set(found.values_list("code", flat=True)))
