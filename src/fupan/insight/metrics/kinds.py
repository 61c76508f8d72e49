"""How a metric is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import ibis.expr.types as ir

Unit = Literal["count", "rate", "per_1000", "share", "hours", "money", "score"]
Kind = Literal["count", "rate", "share", "quantile", "mean", "money", "spread", "repeat"]
Delay = Literal["contact", "return", "rating", "incident"]
Table = Literal["tickets", "messages", "orders"]
Counter = Callable[[ir.Table], ir.Value]


@dataclass(frozen=True)
class Metric:
    """A named, defined number.

    kind         how its parts make a value: a count; a rate over exposure; a share of its own denominator; a quantile
                 of binned durations; a mean; money; a spread between agents; buyers who came back
    numerator    what is summed, per row of `table`; of a quantile, the column of bins
    denominator  what the sum is divided by, for shares and means; a rate divides by exposure
    exposure     what a rate divides by: units, or orders
    delay        whose delay curve weights the shipments behind a rate
    clock        the columns that say in which week and month a row counts
    sources      reports without which a zero would be a lie
    filters      what a link to the tickets behind it adds
    look_back    how many earlier weeks' files may hold rows of this clock's week
    """

    code: str
    name: dict[str, str]
    meaning: dict[str, str]
    unit: Unit
    direction: int  # -1: down is good, 1: up is good, 0: neither
    kind: Kind
    numerator: Counter
    denominator: Counter | None = None
    table: Table = "tickets"
    exposure: Literal["units", "orders"] = "units"
    delay: Delay = "incident"
    clock: tuple[str, str] = ("week", "month")
    quantile: float = 0.5
    sources: tuple[str, ...] = ()
    filters: str = ""
    look_back: int = 0

    @property
    def exposed(self) -> bool:
        """Whether it needs orders: without them there is no rate."""
        return self.kind in ("rate", "repeat")

    @property
    def scale(self) -> float:
        return 1000.0 if self.unit == "per_1000" else 1.0
