"""What grows fastest: slices of incidents against their own past at equal exposure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fupan.briefing import compute
from fupan.briefing.queries.material import EARLIER, Material, Table
from fupan.briefing.queries.names import Names
from fupan.insight.queries.measure import number
from fupan.insight.sums import Floats, Key

NOW = EARLIER
PAST = EARLIER - 3  # what grew in the last three periods would hide itself in its own past
SHOWN = 5
SIGNALLED = "incident_rate"
LEAST_PAST = 4  # periods that must have been covered
_ORDER = ("product", "batch", "country", "carrier", "shop", "issue_type")  # as a slice is spoken
Entry = dict[str, Any]


@dataclass(frozen=True)
class Candidates:
    """Slices of one kind with enough cases: (slices, buckets) each; the past may be that of something wider."""

    by: tuple[str, ...]
    keys: list[Key]
    cases: Floats
    units: Floats
    past: Floats
    past_units: Floats


def fastest_growing(material: Material, names: Names) -> list[Entry]:
    """The slices that grow most for certain; one that tells the same story as another stands back."""
    if not _enough_past(material):
        return []
    kinds = list(_candidates(material))
    now = [(one.cases[:, NOW], one.units[:, NOW], one.past, one.past_units) for one in kinds]
    grown = compute.growth(*(np.concatenate(parts) for parts in zip(*now, strict=True)))
    wheres = [dict(zip(one.by, key, strict=True)) for one in kinds for key in one.keys]
    trends = [cases for one in kinds for cases in one.cases]
    chosen = _chosen(wheres, grown)
    return [_entry(names, wheres[row], grown, row, trends[row]) for row in chosen]


def led_by_signals(growing: list[Entry], noticed: Sequence[Entry], names: Names) -> list[Entry]:
    """Slices that signals point at first: they were held against years, not weeks, and localised."""
    leading: list[Entry] = []
    for one in noticed:
        if one["metric"] != SIGNALLED or one["observed"] <= one["expected"] or one["expected"] <= 0:
            continue
        if not any(_same_story(one["slice"], other["slice"]) for other in leading):
            known = next((entry for entry in growing if entry["slice"] == one["slice"]), None)
            leading.append(known if known and known["detectable"] else _signalled(one, names))
    rest = [one for one in growing if not any(_same_story(one["slice"], other["slice"]) for other in leading)]
    return [*leading, *rest][:SHOWN]


def _signalled(one: Entry, names: Names) -> Entry:
    """A signal in the shape of a growing slice; the interval is that of its cases against what was expected."""
    low, high = compute.ratio_span(one["observed"], one["expected"])
    return {
        "slice": one["slice"],
        "label": one["label"],
        "observed": int(one["observed"]),
        "expected": number(round(float(one["expected"]), 1)),
        "ratio": number(one["observed"] / one["expected"]),
        "low": number(low),
        "high": number(high),
        "detectable": low > 1,
        "trend": [int(value) for value in one["trend"]],
        "url": names.tickets(one["slice"], "first=1"),
    }


def _chosen(wheres: list[dict[str, str]], grown: compute.Grown) -> list[int]:
    certain = np.maximum(grown.low - 1, 0.0) * grown.expected  # cases above what was expected, for certain
    sharp = np.sqrt(certain) * np.log(np.maximum(grown.low, 1.0))
    rank = np.where(grown.low > 1, sharp, grown.low - 1)
    order = sorted(range(len(wheres)), key=lambda row: (not grown.detectable[row], -rank[row], len(wheres[row])))
    chosen: list[int] = []
    for row in order:
        if 1 < grown.ratio[row] < np.inf and not any(_same_story(wheres[row], wheres[other]) for other in chosen):
            chosen.append(row)
        if len(chosen) == SHOWN:
            break
    return chosen


def _same_story(one: dict[str, str], other: dict[str, str]) -> bool:
    """They agree in every dimension that both name, and name at least one together."""
    shared = one.keys() & other.keys()
    return bool(shared) and all(one[name] == other[name] for name in shared)


def _candidates(material: Material) -> Iterator[Candidates]:
    goods, ways, shipped, sent = material.rated_goods, material.rated_ways, material.shipped, material.sent
    yield _kind(material, goods.cut("issue_type"), shipped.cut(), ())
    cuts = [(goods, shipped, "product"), (ways, sent, "country"), (ways, sent, "carrier")]
    if len(material.scope.arrived.shops) > 1:
        cuts.append((material.rated_shops, material.served, "shop"))
    for table, exposed, by in cuts:
        yield _kind(material, table.cut(by), exposed.cut(by), (by,))
        yield _kind(material, table.cut("issue_type", by), exposed.cut(by), (by,))
    yield _batches(material)


def _kind(material: Material, table: Table, exposed: Table, over: tuple[str, ...]) -> Candidates:
    keys, cases = _with_cases(table)
    units = _units(material, exposed, [_part(table.by, key, over) for key in keys])
    return Candidates(table.by, keys, cases, units, cases[:, :PAST], units[:, :PAST])


def _batches(material: Material) -> Candidates:
    """A batch is held against all of its product, since a new batch has no past of its own."""
    table = material.rated_goods.cut("issue_type", "product", "batch")
    keys, cases = _with_cases(table)
    units = _units(material, material.shipped.cut("product", "batch"), [key[1:] for key in keys])
    past = material.rated_goods.cut("issue_type", "product").rows_for([key[:2] for key in keys], "incidents")
    past_units = _units(material, material.shipped.cut("product"), [key[1:2] for key in keys])
    if not material.rated:  # without orders nobody knows how much of a product a batch is
        keys, cases, units, past, past_units = [], cases[:0], units[:0], past[:0], past_units[:0]
    return Candidates(table.by, keys, cases, units, past[:, :PAST], past_units[:, :PAST])


def _with_cases(table: Table) -> tuple[list[Key], Floats]:
    """Slices with a value in every dimension and enough cases in the period."""
    enough = np.flatnonzero(table["incidents"][:, NOW] >= compute.LEAST_SEEN)
    rows = [int(row) for row in enough if all(table.slices[int(row)])]
    return [table.slices[row] for row in rows], table["incidents"][rows]


def _part(by: tuple[str, ...], key: Key, over: tuple[str, ...]) -> Key:
    return tuple(value for name, value in zip(by, key, strict=True) if name in over)


def _units(material: Material, exposed: Table, keys: list[Key]) -> Floats:
    """Exposure of the slices; without orders every period weighs the same."""
    return exposed.rows_for(keys, "incident") if material.rated else np.ones((len(keys), EARLIER + 1))


def _enough_past(material: Material) -> bool:
    """Growth needs a past: some earlier periods with facts (and orders, where the period has them)."""
    arrived = np.asarray(material.mask.any(axis=0), dtype=bool)
    return int((material.recent.known & arrived)[:PAST].sum()) >= LEAST_PAST


def _entry(names: Names, where: dict[str, str], grown: compute.Grown, row: int, trend: Floats) -> Entry:
    said = {name: where[name] for name in _ORDER if name in where}
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
