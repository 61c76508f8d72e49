"""Checks as the pages list them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet

from fupan.core import clock, weeks
from fupan.core.models import Event
from fupan.people.models import Member, Workspace
from fupan.people.policies import may
from fupan.verification import compute
from fupan.verification.compute import Verdict
from fupan.verification.models import Check, CheckState, Look, Outcome
from fupan.verification.policies import checks_seen_by

Rows = QuerySet[Check]
SHAPES = ("due", "collecting", *Outcome.values, "stopped")


def rich(rows: Rows) -> Rows:
    """With all that a row of a list shows."""
    return rows.select_related(
        "action__owner__user", "action__department", "action__problem", "carrying", "workspace"
    ).prefetch_related(Prefetch("looks", Look.objects.defer("numbers").order_by("week")))


def listed(member: Member, told: Mapping[str, str]) -> Rows:
    """The member's checks that the address asks for, the newest verdict first."""
    rows = checks_seen_by(member)
    state = told.get("state", "")
    if state in SHAPES:
        rows = rows.filter(_shape(state, _this_week(member.workspace)))
    else:
        rows = rows.exclude(state=CheckState.STOPPED)
    if told.get("type"):
        rows = rows.filter(action__type=told["type"])
    words = told.get("q", "").strip()[:80]
    if words:
        rows = rows.filter(Q(action__title__icontains=words) | Q(action__slice__icontains=words))
    return rich(rows.distinct()).order_by("-decided_at", "due_week", "-pk")


def counts(member: Member) -> dict[str, int]:
    """How many of each shape there are."""
    rows, week = checks_seen_by(member), _this_week(member.workspace)
    found = rows.aggregate(
        **{f"in_{shape}": Count("pk", filter=_shape(shape, week), distinct=True) for shape in SHAPES}
    )
    return {shape: found[f"in_{shape}"] for shape in SHAPES}


def _this_week(workspace: Workspace) -> int:
    return weeks.week_of(clock.now(), workspace.timezone)


def _shape(state: str, week: int) -> Q:
    if state == "due":
        return Q(state=CheckState.COLLECTING, due_week__lte=week, design__reason="")
    if state in (CheckState.COLLECTING, CheckState.STOPPED):
        return Q(state=state)
    return Q(looks__final=True, looks__verdict=state) & ~Q(state=CheckState.STOPPED)


def due(member: Member) -> Rows:
    """Verdicts that stand in the next meeting: taken and not yet acted on, or due by the end of this week."""
    week = weeks.shift(_this_week(member.workspace), 1)
    waiting = Q(state=CheckState.DECIDED, next_step="") | Q(state=CheckState.COLLECTING, due_week__lte=week)
    return rich(checks_seen_by(member).filter(waiting, design__reason="")).order_by("due_week", "pk")


def of_problem(member: Member, problem_id: int) -> Rows:
    return rich(checks_seen_by(member).filter(action__problem_id=problem_id)).order_by("-pk")


def of_action(member: Member, action_id: int) -> Rows:
    return rich(checks_seen_by(member).filter(action_id=action_id)).order_by("-pk")


def neighbours(member: Member, check: Check) -> tuple[int | None, int | None]:
    """The checks before and after in the list of all."""
    ids = list(listed(member, {}).values_list("pk", flat=True))
    if check.pk not in ids:
        return None, None
    place = ids.index(check.pk)
    return (ids[place - 1] if place else None), (ids[place + 1] if place + 1 < len(ids) else None)


def another(member: Member, check: Check) -> Check | None:
    """A second verdict to read beside: of the same problem first, else the newest that ended open."""
    rows = checks_seen_by(member).exclude(pk=check.pk).filter(looks__final=True).distinct()
    same = rows.filter(action__problem_id=check.action.problem_id) if check.action.problem_id else rows.none()
    open_end = rows.filter(looks__final=True, looks__verdict=Outcome.INCONCLUSIVE)
    return rich(same).order_by("-pk").first() or rich(open_end).order_by("-decided_at", "-pk").first()


def final_look(check: Check) -> Look | None:
    """The look that is the verdict."""
    return next((one for one in check.looks.all() if one.final), None)


def newest_look(check: Check) -> Look | None:
    looks = list(check.looks.all())
    return looks[-1] if looks else None


@dataclass(frozen=True, slots=True)
class Together:
    """One verdict over all that was done, and how many of the single ones stand when many are looked at."""

    verdict: Verdict
    number: int
    stand: int


def together(member: Member) -> Together | None:
    """Over the last look of every check of the member; None with fewer than two."""
    verdicts = [compute.verdict_of(one.numbers["verdict"]) for one in last_looks(checks_seen_by(member))]
    if len(verdicts) < 2:
        return None
    if not may(member, "see_money"):
        verdicts = [compute.without_money(one) for one in verdicts]
    found = compute.discovered([one.pvalue for one in verdicts])
    told = compute.pooled(verdicts, currency=member.workspace.currency)
    return Together(told, len(verdicts), sum(found))


def last_looks(rows: Rows) -> Iterable[Look]:
    """The verdict of each check, else its newest look with a figure."""
    alive = rows.exclude(state=CheckState.STOPPED).prefetch_related(Prefetch("looks", Look.objects.order_by("week")))
    for check in alive.order_by("pk"):
        chosen = final_look(check) or newest_look(check)
        if chosen is not None and chosen.change is not None:
            yield chosen


def last_looked(workspace: Workspace) -> Event | None:
    return Event.objects.filter(workspace_id=workspace.pk, name="verification.looked").order_by("-pk").first()
