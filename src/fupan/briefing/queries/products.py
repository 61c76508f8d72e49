"""The worst products, small samples drawn to the average."""

from __future__ import annotations

from typing import Any

import numpy as np

from fupan.briefing import compute
from fupan.briefing.queries.material import EARLIER, Material, Table
from fupan.briefing.queries.names import Names
from fupan.insight.metrics import METRICS
from fupan.insight.queries.measure import number

NOW = EARLIER
TOP = 5
_RANKED = (("return_rate", "returned", "return"), ("negative_rating_rate", "negative", "rating"))
Entry = dict[str, Any]


def top_products(material: Material, names: Names) -> list[Entry]:
    """Five by return rate, five by negative ratings; a product without a case is no bad product."""
    if not material.rated:
        return []
    return [entry for ranking in _RANKED for entry in _ranked(material, names, *ranking)]


def _ranked(material: Material, names: Names, code: str, measure: str, delay: str) -> list[Entry]:
    shipped = material.shipped.cut("product")
    keys = [key for key in shipped.keys if key[0]]
    n = shipped.rows_for(keys, delay)[:, NOW]
    k = np.where(n > 0, material.rated_goods.cut("product").rows_for(keys, measure)[:, NOW], 0.0)
    if not n.any() or not k.any():
        return []
    ranked = compute.worst(k, n)
    table = material.rated_goods.cut("product", "issue_type")
    worst = [int(row) for row in ranked.order if k[row] > 0][:TOP]
    scale = METRICS[code].scale
    return [
        {
            "product": keys[row][0],
            "name": names.product(keys[row][0]),
            "metric": code,
            "k": number(k[row]),
            "n": number(round(n[row], 1)),
            "rate": number(k[row] / n[row] * scale),
            "shrunk": number(ranked.shrunk[row] * scale),
            "low": number(ranked.low[row] * scale),
            "high": number(ranked.high[row] * scale),
            "small": bool(ranked.small[row]),
            **_main_issue(table, names, keys[row][0], measure),
            "url": names.tickets({"product": keys[row][0]}, METRICS[code].filters),
        }
        for row in worst
    ]


def _main_issue(table: Table, names: Names, product: str, measure: str) -> Entry:
    """What most of its cases are about, if most of them say anything."""
    rows = [row for row, key in enumerate(table.keys) if key[0] == product]
    cases = {table.keys[row][1]: float(table[measure][row, NOW]) for row in rows}
    total = sum(cases.values())
    issue = max((code for code in cases if code), key=lambda code: cases[code], default="")
    if not issue or not cases[issue]:
        return {"main_issue": None, "main_issue_name": None, "main_issue_share": None}
    return {
        "main_issue": issue,
        "main_issue_name": names.issue(issue),
        "main_issue_share": number(cases[issue] / total),
    }
