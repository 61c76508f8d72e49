"""Packs that were made before: as long as nothing behind them has changed, they are read from a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from fupan.commerce.models import Product, Shop
from fupan.core import stale
from fupan.core.weeks import Period
from fupan.desk.models import IssueType, Resolution
from fupan.insight import storage
from fupan.insight.facts import Reading
from fupan.insight.models import SubTopicWeek, Target
from fupan.intake.models import Coverage
from fupan.people.models import Department, Workspace

SHAPE = 2  # of the pack; part of the key
SETTLED = timedelta(days=14)  # after that no clock of the period still runs
Pack = dict[str, Any]


def kept(
    reading: Reading, workspace: Workspace, period: Period, department: Department | None, make: Callable[[], Pack]
) -> Pack:
    """The pack of this key if there is one, else a new one."""
    path = storage.folder(workspace.pk, "packs") / f"{period.label}-{_key(reading, workspace, period, department)}.json"
    with suppress(OSError, ValueError):
        found: Pack = json.loads(path.read_text("utf-8"))
        return found
    made = make()
    _keep(path, made)
    return made


def _keep(path: Path, pack: Pack) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid4().hex}.tmp")
    draft.write_text(json.dumps(pack, ensure_ascii=False), "utf-8")
    draft.replace(path)


def _key(reading: Reading, workspace: Workspace, period: Period, department: Department | None) -> str:
    """Everything a pack depends on, hashed: files, coverage, targets, names, and the hour while clocks still run."""
    view = reading.view
    mine = {"workspace_id": workspace.pk}
    parts: list[Any] = [
        SHAPE, period.label, _hour(reading, period), department.pk if department else None,
        sorted(view.shop_ids) if view.shop_ids is not None else None,
        {table: sorted(files.items()) for table, files in reading.files.items()},
        [workspace.name, workspace.currency, workspace.timezone],
        _rows(Coverage, mine, "shop_id", "source", "first_day", "last_day"),
        _rows(SubTopicWeek, {"topic__workspace_id": workspace.pk, "week__in": period.weeks}, "topic__state", "pvalue"),
        _rows(Target, mine, "metric", "bound", "slice", "valid_from", "valid_to"),
        _rows(Shop, mine, "name", "platform"),
        _rows(IssueType, mine, "code", "name_en", "name_zh", "department_id", "parent_id"),
        _rows(Resolution, mine, "code", "name_en", "name_zh"),
        _rows(Product, mine, "code", "name"),
        sorted({mark.week for mark in stale.marks(workspace.pk)}.intersection(period.weeks)),
    ]  # fmt: skip
    return sha256(json.dumps(parts, default=str).encode()).hexdigest()[:32]


def _rows(model: Any, where: dict[str, Any], *names: str) -> list[tuple[Any, ...]]:
    return list(model.objects.filter(**where).order_by("pk").values_list("pk", *names))


def _hour(reading: Reading, period: Period) -> str:
    done = reading.as_of.date() > period.end + SETTLED
    return "" if done else f"{reading.as_of:%Y-%m-%dT%H}"
