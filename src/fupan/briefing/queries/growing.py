"""What grows fastest: slices of incidents against their own past at equal exposure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from fupan.briefing import compute
from fupan.briefing.queries.material import EARLIER, Material, Table, rows_for
from fupan.briefing.queries.names import Names
from fupan.insight.queries.measure import number
from fupan.insight.sums import Floats, Key

NOW = EARLIER
SHOWN = 5
LEAST_PAST = 4  # periods that must have been covered
Entry = dict[str, Any]


@dataclass(frozen=True)
class Slices:
    """Candidates of one kind: their dimensions, keys, cases and exposure, (slices, buckets) each."""

    by: tuple[str, ...]
    keys: list[Key]
    cases: Floats
    units: Floats
    past_cases: Floats
    past_units: Floats


def fastest_growing(material: Material, names: Names) -> list[Entry]:
    """The slices whose ratio is highest for certain; one that another explains stands back."""
    slices = list(_candidates(material))
    if not _enough_past(material):
        return []
    grown = compute.growth(*(np.concatenate(parts) for parts in zip(*map(_compared, slices), strict=True)))
    wheres = [dict(zip(one.by, key, strict=True)) for one in slices for key in one.keys]
    trends = [cases for one in slices for cases in one.cases]
    order = sorted(
        range(len(wheres)), key=lambda row: (not grown.detectable[row], -_rank(grown, row), len(wheres[row]))
    )
    chosen: list[int] = []
    for row in order:
        if grown.observed[row] < compute.LEAST_SEEN or not np.isfinite(grown.ratio[row]):
            continue
        if not any(_nested(wheres[row], wheres[other]) for other in chosen):
            chosen.append(row)
        if len(chosen) == SHOWN:
            break
    return [_entry(material, names, wheres[row], grown, row, trends[row]) for row in chosen]


def _rank(grown: compute.Grown, row: int) -> float:
    """By the excess that is certain, in cases, on a scale that lets a sharp small rise stand beside a large slow one."""
    low = float(grown.low[row])
    certain = max(low - 1, 0.0) * float(grown.expected[row])
    return float(np.sqrt(certain) * np.log(max(low, 1e-9))) if low > 1 else low - 1


def _nested(one: dict[str, str], other: dict[str, str]) -> bool:
    """Whether they share their trouble: the same issue, and nothing in which they differ."""
    if one.get("issue_type") != other.get("issue_type") and "issue_type" in one and "issue_type" in other:
        return False
    return all(one[name] == other[name] for name in one.keys() & other.keys()) and bool(one.keys() & other.keys())


def _candidates(material: Material) -> Iterator[Slices]:
    goods, ways, shipped, sent = material.rated_goods, material.rated_ways, material.shipped, material.sent
    whole = np.broadcast_to(_units(material, shipped.total("incident")[None, :]), (1, EARLIER + 1))
    yield _slices(goods.cut("issue_type"), lambda _key: whole[0])
    for table, exposed, by in (
        (goods, shipped, ("product",)), (ways, sent, ("country",)), (ways, sent, ("carrier",)), (ways, sent, ("shop",)),
    ):  # fmt: skip
        units = _lookup(material, exposed.cut(*by))
        yield _slices(table.cut(*by), units)
        yield _slices(table.cut("issue_type", *by), lambda key, units=units: units(key[1:]))
    yield _batches(material)


def _slices(table: Table, units: Any) -> Slices:
    """Those with a value in every dimension."""
    rows = [row for row, key in enumerate(table.keys) if all(key)]
    keys = [table.keys[row] for row in rows]
    cases = table.values["incidents"][rows]
    exposed = np.array([units(key) for key in keys], dtype=np.float64).reshape(len(keys), EARLIER + 1)
    return Slices(table.by, keys, cases, exposed, cases[:, :NOW], exposed[:, :NOW])


def _batches(material: Material) -> Slices:
    """A batch is held against all of its product, since a new batch has no past of its own."""
    by_batch = material.rated_goods.cut("issue_type", "product", "batch")
    by_product = material.rated_goods.cut("issue_type", "product")
    own = _lookup(material, material.shipped.cut("product", "batch"))
    all_of_it = _lookup(material, material.shipped.cut("product"))
    found = _slices(by_batch, lambda key: own(key[1:]))
    keys = [key[:2] for key in found.keys]
    past = rows_for(by_product, keys, "incidents")[:, :NOW]
    units = np.array([all_of_it(key[1:]) for key in keys], dtype=np.float64).reshape(len(keys), EARLIER + 1)
    return Slices(found.by, found.keys, found.cases, found.units, past, units[:, :NOW])


def _lookup(material: Material, table: Table) -> Any:
    """Key -> exposure per bucket; without orders every bucket weighs the same."""
    at = {key: row for row, key in enumerate(table.keys)}
    nothing = np.zeros(EARLIER + 1)

    def units(key: Key) -> Floats:
        if not material.rated:
            return np.ones(EARLIER + 1)
        return table.values["incident"][at[key]] if key in at else nothing

    return units


def _units(material: Material, exposure: Floats) -> Floats:
    return exposure if material.rated else np.ones_like(exposure)


def _compared(one: Slices) -> tuple[Floats, Floats, Floats, Floats]:
    return one.cases[:, NOW], one.units[:, NOW], one.past_cases, one.past_units


def _enough_past(material: Material) -> bool:
    """Growth needs a past: some earlier periods with facts (and orders, where the period has them)."""
    known = material.recent.known[:NOW] & material.mask.any(axis=0)[:NOW]
    return int(known.sum()) >= LEAST_PAST


def _entry(
    material: Material, names: Names, where: dict[str, str], grown: compute.Grown, row: int, trend: Floats
) -> Entry:
    order = [name for name in ("product", "batch", "country", "carrier", "shop", "issue_type") if name in where]
    said = {name: where[name] for name in order}
    return {
        "slice": said,
        "label": names.label(said),
        "observed": int(grown.observed[row]),
        "expected": number(round(float(grown.expected[row]), 1)),
        "ratio": number(grown.ratio[row]),
        "low": number(grown.low[row]),
        "high": number(grown.high[row]),
        "detectable": bool(grown.detectable[row]),
        "trend": [int(value) for value in trend],
        "url": names.tickets(said, "first=1"),
    }
