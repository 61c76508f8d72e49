"""Buyers who came back."""

from __future__ import annotations

import ibis.expr.types as ir
import numpy as np

from fupan.core import weeks
from fupan.insight.compute import Parts
from fupan.insight.facts import ORDERS
from fupan.insight.metrics import Metric
from fupan.insight.queries.scope import Scope
from fupan.insight.sums import filtered


def repeat_parts(scope: Scope, metric: Metric) -> Parts:
    """Per bucket: buyers, and those of them who had bought in the weeks before."""
    pairs = [_buyers(scope, bucket, metric.look_back) for bucket in scope.buckets]
    counts = np.array(pairs, dtype=np.float64).T.reshape(2, 1, len(scope.buckets))
    return Parts(counts[0], counts[1])


def _buyers(scope: Scope, bucket: int, look_back: int) -> tuple[int, int]:
    here = scope.calendar.files([bucket])
    before = {weeks.shift(min(here), -step) for step in range(1, look_back + 1)}
    told = _told(scope)
    now = told.filter(told[scope.calendar.grain] == bucket).select("buyer").distinct()
    earlier = told.filter(told.week.isin(sorted(before))).select("buyer").distinct()
    again = now.semi_join(earlier, "buyer")
    both = ir.Table.union(now.aggregate(n=now.count()), again.aggregate(n=again.count()), distinct=False)
    counts = sorted(row["n"] for row in scope.reading.answer(both, here | before).to_pylist())
    return counts[0], counts[1]


def _told(scope: Scope) -> ir.Table:
    table = filtered(ORDERS, "orders", scope.where)
    return table.filter(table.counted, table.buyer != "")
