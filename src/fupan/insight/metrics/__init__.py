"""The metrics: what each counts, over what, on which clock, and what that means in words.

A metric is declared once (`registry`) as Ibis expressions over the facts tables, so the pack, the insight page, the
API and either backend give the same number.
"""

from __future__ import annotations

from fupan.insight.metrics.kinds import Metric
from fupan.insight.metrics.registry import METRICS, metric

__all__ = ["METRICS", "Metric", "metric"]
