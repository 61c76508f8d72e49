"""After a problem was solved: watch its slice for half a year, and say so when it comes back."""

from __future__ import annotations

import json
from dataclasses import asdict
from hashlib import sha256

from django.db import transaction

from fupan.core import clock, weeks
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.insight.facts import Reading
from fupan.insight.policies import facts_of
from fupan.insight.queries.series import Band, bands
from fupan.insight.queries.signals import newest_whole_week
from fupan.people.models import Workspace
from fupan.review.models import Problem, ProblemState
from fupan.verification.models import Watch

WEEKS = 26


@transaction.atomic
def start_watch(problem_id: int) -> Watch | None:
    """Watch the slice of a solved problem from now on; a problem solved again is watched anew."""
    problem = Problem.objects.select_for_update().filter(pk=problem_id, state=ProblemState.SOLVED).first()
    if problem is None:
        return None
    since = weeks.week_of(problem.closed_at or clock.now(), problem.workspace.timezone)
    until = weeks.shift(since, WEEKS)
    watch, new = Watch.objects.get_or_create(problem=problem, defaults={"since": since, "until": until})
    if not new and (watch.since, watch.closed_at) == (since, None):
        return watch
    watch.since, watch.until, watch.weeks, watch.seen, watch.closed_at = since, until, [], "", None
    watch.save()
    record("verification.watch_started", watch, by=None, workspace_id=problem.workspace_id, problem=problem.pk)
    return watch


def watch_all(workspace: Workspace) -> int:
    """Look at every watched slice that has new facts; how many came back."""
    newest = newest_whole_week(workspace)
    if newest is None:
        return 0
    reading = facts_of(workspace).read()
    mark = _mark(reading, newest)
    rows = Watch.objects.filter(problem__workspace=workspace, closed_at=None).exclude(seen=mark)
    return sum(_watch(watch, reading, newest, mark) for watch in rows.select_related("problem").order_by("pk"))


def _watch(watch: Watch, reading: Reading, newest: int, mark: str) -> int:
    asked = [week for week in weeks.between(watch.since, newest)[1:] if week <= watch.until] if newest else []
    where = Slice.parse(watch.problem.slice).as_dict()
    told = bands(reading, where, asked, newest) if asked and where else []
    back = next((one for one in told if one.alarm), None)
    with transaction.atomic():
        here = Watch.objects.select_for_update().get(pk=watch.pk)
        if here.closed_at is not None or here.since != watch.since:
            return 0
        here.weeks, here.seen = [asdict(one) for one in told], mark
        if back is not None or newest >= here.until:
            here.closed_at = clock.now()
        here.save()
        if back is not None:
            _came_back(here, back)
    return int(back is not None)


def _came_back(watch: Watch, week: Band) -> None:
    record(
        "verification.recurred", watch, by=None, workspace_id=watch.problem.workspace_id, problem=watch.problem_id,
        week=week.week, observed=week.observed, expected=round(week.expected, 2), upper=week.upper,
    )  # fmt: skip


def _mark(reading: Reading, newest: int) -> str:
    parts = [newest, {table: sorted(files.items()) for table, files in reading.files.items()}]
    return sha256(json.dumps(parts).encode()).hexdigest()
