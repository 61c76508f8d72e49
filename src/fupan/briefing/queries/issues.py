"""What went wrong: Pareto, issue x product, and the three largest issue types."""

from __future__ import annotations

from typing import Any

import numpy as np

from fupan.briefing import compute
from fupan.briefing.queries.material import EARLIER, Material, Table
from fupan.briefing.queries.names import Names
from fupan.insight.models import SubTopicWeek
from fupan.insight.queries.measure import number
from fupan.insight.queries.sub_topics import risen

HEAT_ISSUES, HEAT_PRODUCTS, TOP = 9, 9, 3
NOW = EARLIER
Entry = dict[str, Any]


def pareto(material: Material, names: Names) -> list[Entry]:
    """Incidents by issue type, the largest first, with the share they reach together."""
    table = material.goods.cut("issue_type")
    counts = table["incidents"][:, NOW]
    total, reached, found = float(counts.sum()), 0.0, []
    for row in np.argsort(-counts, kind="stable"):
        if counts[row] == 0:
            break
        (code,) = table.keys[row]
        reached += float(counts[row])
        found.append({
            "issue_type": code,
            "name": names.issue(code),
            "incidents": int(counts[row]),
            "share": number(counts[row] / total),
            "cumulative": number(reached / total),
            "url": names.tickets({"issue_type": code}, "first=1"),
        })  # fmt: skip
    return found


def leading(pareto: list[Entry]) -> list[str]:
    """The largest issue types that say something."""
    return [entry["issue_type"] for entry in pareto if entry["issue_type"]][:TOP]


def heat(material: Material, names: Names, pareto: list[Entry]) -> Entry:
    """Cases of the largest issues and products; a cell is marked when the rest of its issue does not explain it."""
    issues = [entry["issue_type"] for entry in pareto if entry["issue_type"]][:HEAT_ISSUES]
    table = material.goods.cut("issue_type", "product")
    products = _largest_products(material.goods.cut("product"))
    counts = _grid(table, issues, products)
    rated = _grid(material.rated_goods.cut("issue_type", "product"), issues, products)
    exposure = material.shipped.cut("product").rows_for([(code,) for code in products], "incident")[:, NOW]
    if not material.rated:
        exposure = np.zeros(len(products))
    beyond = compute.beyond_chance(rated, exposure[None, :]) if exposure.any() else np.zeros(counts.shape, dtype=bool)
    cells = [
        _cell(names, issue, product, (counts[y, x], exposure[x], rated[y, x]), marked=bool(beyond[y, x]))
        for y, issue in enumerate(issues)
        for x, product in enumerate(products)
        if counts[y, x]
    ]
    return {
        "issues": [{"issue_type": code, "name": names.issue(code)} for code in issues],
        "products": [{"product": code, "name": names.product(code)} for code in products],
        "cells": cells,
    }


def _largest_products(table: Table) -> list[str]:
    counts = table["incidents"][:, NOW]
    order = [row for row in np.argsort(-counts, kind="stable") if counts[row] > 0]
    return [table.keys[row][0] for row in order if table.keys[row][0]][:HEAT_PRODUCTS]


def _grid(table: Table, issues: list[str], products: list[str]) -> np.ndarray[Any, np.dtype[np.float64]]:
    keys = [(issue, product) for issue in issues for product in products]
    return table.rows_for(keys, "incidents")[:, NOW].reshape(len(issues), len(products))


def _cell(names: Names, issue: str, product: str, counted: tuple[float, float, float], *, marked: bool) -> Entry:
    k, n, rated = counted
    return {
        "issue_type": issue,
        "product": product,
        "k": int(k),
        "n": number(round(n, 1)) if n else None,
        "per_thousand": number(1000 * rated / n) if n else None,
        "beyond": marked,
        "url": names.tickets({"issue_type": issue, "product": product}, "first=1"),
    }


def top_issues(material: Material, names: Names, pareto: list[Entry], quotes: dict[str, list[Entry]]) -> list[Entry]:
    """The three largest, how they moved at equal shipments, their products, and what buyers wrote."""
    by_issue, rated = material.goods.cut("issue_type"), material.rated_goods.cut("issue_type")
    codes = leading(pareto)
    keys = [(code,) for code in codes]
    if not keys:
        return []
    weekly = rated.rows_for(keys, "incidents")
    units = np.broadcast_to(_exposure(material), weekly.shape)
    moved = compute.moved(
        weekly[:, NOW], units[:, NOW], weekly[:, NOW - 1], units[:, NOW - 1], weekly[:, :NOW], units[:, :NOW]
    )
    tickets = by_issue.rows_for(keys, "tickets")[:, NOW]
    shares = {entry["issue_type"]: entry for entry in pareto}
    terms = _rising_terms(material, codes)
    return [
        {
            "issue_type": code,
            "name": names.issue(code),
            "incidents": shares[code]["incidents"],
            "tickets": int(tickets[row]),
            "share": shares[code]["share"],
            "change": number(moved.change[row]),
            "low": number(moved.low[row] - 1),
            "high": number(moved.high[row] - 1),
            "detectable": bool(moved.detectable[row] and np.isfinite(moved.ratio[row])),
            "top_products": _products_of(material, names, code),
            "rising_terms": terms.get(code, []),
            "sample_tickets": quotes.get(code, []),
            "url": shares[code]["url"],
        }
        for row, code in enumerate(codes)
    ]


def _rising_terms(material: Material, codes: list[str]) -> dict[str, list[Entry]]:
    """What buyers of an issue write about more than before; found over all shops, so told only to who sees them all."""
    view = material.reading.view
    if view.shop_ids is not None:
        return {}
    found = risen(view.workspace_id, material.period.weeks, codes)
    return {code: [_term(one) for one in rows] for code, rows in found.items()}


def _term(risen: SubTopicWeek) -> Entry:
    return {
        "term": risen.topic.term,
        "now": risen.now,
        "of_now": risen.of_now,
        "before": risen.before,
        "of_before": risen.of_before,
        "ratio": None if risen.ratio is None else number(risen.ratio),
        "low": number(risen.low),
        "state": risen.topic.state,
    }


def _exposure(material: Material) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Of everything shipped; without orders every period weighs the same."""
    return material.shipped.total("incident") if material.rated else np.ones(EARLIER + 1)


def _products_of(material: Material, names: Names, issue: str) -> list[Entry]:
    table = material.goods.cut("issue_type", "product")
    rows = [row for row, key in enumerate(table.keys) if key[0] == issue and key[1]]
    rows.sort(key=lambda row: -table["incidents"][row, NOW])
    chosen = [row for row in rows[:TOP] if table["incidents"][row, NOW] > 0]
    products = [table.keys[row][1] for row in chosen]
    shipped = material.shipped.cut("product").rows_for([(code,) for code in products], "incident")[:, NOW]
    return [
        {
            "product": product,
            "name": names.product(product),
            "k": int(table["incidents"][row, NOW]),
            "n": number(round(units, 1)) if units and material.rated else None,
            "url": names.tickets({"issue_type": issue, "product": product}, "first=1"),
        }
        for row, product, units in zip(chosen, products, shipped, strict=True)
    ]
