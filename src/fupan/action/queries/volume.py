"""How many cases a slice has a week, and so how long until an effect on it can be told from chance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fupan.action import compute
from fupan.action.models import ActionType
from fupan.commerce.models import Product
from fupan.core.slices import Slice
from fupan.insight.facts import FactsView
from fupan.insight.queries import series
from fupan.insight.queries.signals import newest_whole_week
from fupan.people.models import Workspace

LEVEL = 26  # weeks that say how many cases there are
BY_ORDER = frozenset({ActionType.LISTING, ActionType.SUPPLIER, ActionType.PACKAGING, ActionType.LOGISTICS})
_WIDER = ("batch", "carrier", "country", "shop", "fulfilment", "platform", "product", "supplier", "line")
Floats = NDArray[np.float64]
Where = dict[str, str]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Cases a week now, and weeks until a verdict; weeks None: not foreseeable."""

    slice: str
    weekly: float
    weeks: int | None


def weekly_count(view: FactsView, metric: str, slice: str, kind: str = "") -> float:
    """Cases a week of a slice, over the last half year; 0 where nothing is counted."""
    found = _series(view, metric, [Slice.parse(slice).as_dict()], kind)
    return float(found[0][0].mean()) if found and len(found[0][0]) else 0.0


def foreseen(view: FactsView, metric: str, slice: str, change: float, kind: str = "") -> list[Foreseen]:
    """For the slice, then for the next wider one that gets there sooner, if there is one."""
    where = Slice.parse(slice).as_dict()
    options = [where, *wider(view.workspace_id, where)]
    told = [
        Foreseen(
            str(Slice.of(option)), float(counts.mean()) if len(counts) else 0.0,
            compute.weeks_needed(
                counts, units, series.of_bad_cases(metric, change, float(counts.sum()), float(units.sum()))
            ),
        )
        for option, (counts, units) in zip(options, _series(view, metric, options, kind), strict=False)
    ]  # fmt: skip
    if not told:
        return []
    sooner = [one for one in told[1:] if one.weeks is not None and one.weeks < (told[0].weeks or 999)]
    return told[:1] + sorted(sooner, key=lambda one: (-one.slice.count("="), one.weeks))[:1]


def wider(workspace_id: int, where: Where) -> list[Where]:
    """The slice without one of its conditions; a product gives way to its line first."""
    told = []
    if "product" in where:
        product = Product.objects.filter(workspace_id=workspace_id, code=where["product"]).exclude(line="").first()
        if product is not None:
            told.append({name: value for name, value in where.items() if name != "product"} | {"line": product.line})
    told += [{key: value for key, value in where.items() if key != name} for name in _WIDER if name in where]
    return [one for one in told if one]


def _series(view: FactsView, metric: str, options: list[Where], kind: str) -> list[tuple[Floats, Floats]]:
    """Counts and exposure of the last weeks; nothing for numbers that count nothing bad, or without facts."""
    newest = newest_whole_week(Workspace.objects.get(pk=view.workspace_id))
    if newest is None or not series.judged(metric):
        return []
    reading = view.read()
    ordered = kind in BY_ORDER and series.by_order(metric)
    age = series.aged(reading, metric, newest) if ordered else 0
    source = series.source(reading, metric, "order" if ordered else "contact", newest, options, age=age)
    pairs = [source.series(option) for option in options]
    return [(counts[-LEVEL:], units[-LEVEL:]) for counts, units in pairs]
