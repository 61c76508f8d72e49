"""Signals of a workspace, what the screening stands on, and what another choice of it would have raised."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any
from uuid import uuid4

import numpy as np
from django.db.models import QuerySet

from fupan.commerce.models import Shop
from fupan.core import clock, weeks
from fupan.insight import compute, storage
from fupan.insight.facts import FactsView, Reading
from fupan.insight.models import FactFile, Signal, SignalSettings, SignalState, Target
from fupan.insight.policies import facts_of, in_shops, signals_seen_by
from fupan.insight.screening.ground import Ground
from fupan.insight.screening.tree import LEAST, Tree
from fupan.insight.screening.week import LEAST_HISTORY
from fupan.intake.models import Coverage
from fupan.people.models import Member, Workspace

SHAPE = 1  # of what screening makes; a new one screens again
LOOKED_BACK = 26
_FEW = 4  # weeks in which a slice needs a handful of cases, and in which an issue type tells one story
NEWEST = ("-last_week", "-score", "pk")


def signals_of(member: Member, *, state: str | None = SignalState.OPEN) -> QuerySet[Signal]:
    """The member's signals in a state (None: in any), newest and strongest first."""
    rows = signals_seen_by(member).select_related("decided_by__user", "topic").order_by(*NEWEST)
    return rows if state is None else rows.filter(state=state)


def seen_in(view: FactsView, week_numbers: Iterable[int]) -> QuerySet[Signal]:
    """Signals with an alarm in these weeks that nobody found not real, as a view of the facts may see them."""
    asked = sorted(week_numbers)
    rows = Signal.objects.filter(workspace_id=view.workspace_id, week__lte=asked[-1], last_week__gte=asked[0])
    rows = rows.select_related("topic")
    if view.shop_ids is not None:
        rows = rows.filter(in_shops(Shop.objects.filter(pk__in=view.shop_ids).values_list("name", flat=True)))
    return rows.exclude(state=SignalState.DISMISSED).order_by("-last_week", "-score", "pk")


# What screening stands on


def newest_whole_week(workspace: Workspace) -> int | None:
    """The newest week with tickets that is over on the workspace's clock."""
    today = clock.now().astimezone(weeks.zone(workspace.timezone)).date()
    known = FactFile.objects.filter(workspace=workspace, table="tickets", rows__gt=0)
    known = known.filter(week__lte=weeks.last_whole_week(today))
    return known.order_by("-week").values_list("week", flat=True).first()


def judged_before(chosen: SignalSettings) -> int | None:
    """The newest week that has been judged."""
    told = chosen.screened.split(":")[0]
    return int(told) if told else None


def fingerprint(reading: Reading, chosen: SignalSettings, newest: int) -> str:
    """Everything a screening depends on, hashed."""
    mine = {"workspace_id": reading.view.workspace_id}
    parts = [
        SHAPE, newest, chosen.q, chosen.budget,
        {table: sorted(files.items()) for table, files in reading.files.items()},
        _rows(Coverage, mine, "shop_id", "source", "first_day", "last_day"),
        _rows(Target, mine, "metric", "bound", "slice", "valid_from", "valid_to"),
    ]  # fmt: skip
    return sha256(json.dumps(parts, default=str).encode()).hexdigest()[:32]


def _rows(model: Any, where: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return list(model.objects.filter(**where).order_by("pk").values_list("pk", *names))


# What another choice would have raised


def sensitivity(workspace: Workspace, q: float, budget: int) -> list[tuple[int, int]]:
    """(week, new alarms) of the last 26 weeks that a choice would have raised, oldest first.

    Alarms of one issue type within four weeks are one story here, as most of them turn out to be once localised.
    """
    newest = newest_whole_week(workspace)
    if newest is None:
        return []
    told = _surprises(workspace, newest)
    levels, issues = np.array(told["levels"], dtype=np.int64), told["issues"]
    counts: list[tuple[int, int]] = []
    last_seen: dict[str, int] = {}
    for place, (week, pvalues) in enumerate(told["weeks"]):
        rows, values = np.array(pvalues["rows"], dtype=np.int64), np.array(pvalues["values"], dtype=np.float64)
        alarmed = {issues[row] for row in _chosen(rows, values, levels, pvalues["tested"], q)}
        new = [issue for issue in alarmed if place - last_seen.get(issue, -LOOKED_BACK) > _FEW]
        last_seen |= dict.fromkeys(alarmed, place)
        counts.append((int(week), min(len(new), budget)))
    return counts


def prepare_sensitivity(workspace: Workspace) -> None:
    """Make what `sensitivity` stands on, if these facts do not have it yet."""
    newest = newest_whole_week(workspace)
    if newest is not None:
        _surprises(workspace, newest)


def _chosen(rows: Any, values: Any, levels: Any, tested: list[int], q: float) -> list[int]:
    """Rows pointed at, level by level; all rows that are not kept are as usual."""
    found: list[int] = []
    for level, count in enumerate(tested):
        mine = np.flatnonzero(levels[rows] == level)
        padded = np.concatenate([values[mine], np.ones(max(0, count - len(mine)))])
        if len(padded):
            found += [int(rows[mine[at]]) for at in np.flatnonzero(compute.discoveries(padded, q)) if at < len(mine)]
    return found


def _surprises(workspace: Workspace, newest: int) -> dict[str, Any]:
    """P-values of the last weeks, small ones only; made once for these facts."""
    reading = facts_of(workspace).read()
    mark = fingerprint(reading, SignalSettings(q=0.0, budget=0), newest)
    path = storage.folder(workspace.pk, "packs") / f"surprises-{mark}.json"
    with suppress(OSError, ValueError):
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return found
    made = _made(Tree(Ground(reading, newest)))
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid4().hex}.tmp")
    draft.write_text(json.dumps(made), "utf-8")
    draft.replace(path)
    return made


def _made(tree: Tree) -> dict[str, Any]:
    weeks_known = tree.ground.weeks
    judged = range(max(LEAST_HISTORY, len(weeks_known) - LOOKED_BACK), len(weeks_known))
    told = [(weeks_known[place], _small(tree, place)) for place in judged if tree.ground.judged(weeks_known[place])]
    return {"levels": tree.levels.tolist(), "issues": [key[0] for _by, key in tree.slices], "weeks": told}


def _small(tree: Tree, place: int) -> dict[str, Any]:
    """P-values up to .5 of slices with a handful of cases, and how many slices of each level were looked at."""
    watched = np.flatnonzero(tree.counts[:, : place + 1].sum(axis=1) >= LEAST)
    band = tree.band(watched, place)
    values = np.nan_to_num(band.pvalue[:, 0], nan=1.0)
    tested = np.isfinite(band.expected[:, 0])
    recent = tree.counts[watched, max(0, place - _FEW + 1) : place + 1].sum(axis=1) >= LEAST
    kept = np.flatnonzero((values < 0.5) & tested & recent)
    counts = np.bincount(tree.levels[watched][tested], minlength=len(tree.cuts))
    return {"rows": watched[kept].tolist(), "values": values[kept].tolist(), "tested": counts.tolist()}
