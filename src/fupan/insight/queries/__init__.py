"""Questions to the facts."""

from __future__ import annotations

from fupan.insight.queries.measure import AGAINST, Compared, Measured, labels, measure, measured, trend
from fupan.insight.queries.scope import Scope, scope_of

__all__ = ["AGAINST", "Compared", "Measured", "Scope", "labels", "measure", "measured", "scope_of", "trend"]
