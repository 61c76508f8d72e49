"""Real weeks in which nothing was done: two public order files, cut into slices for placebo actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from fupan.engine.checks import FloatArray

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
_BAND = 1.6  # a unit with a rate within this factor is a slice by itself


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """Cases and exposure of the smallest units by week, each (units, weeks), and the plan they are long enough for."""

    name: str
    cases: FloatArray
    exposure: FloatArray
    baseline: int
    after: int

    def slices(self, rng: np.random.Generator, weekly: float, number: int) -> tuple[FloatArray, FloatArray] | None:
        """``number`` slices of about ``weekly`` cases: single units where there are enough, else random groups."""
        mean = self.cases.mean(axis=1)
        fitting = np.flatnonzero((mean > weekly / _BAND) & (mean < weekly * _BAND))
        if len(fitting) >= number:
            chosen = rng.choice(fitting, number, replace=False)
            return self.cases[chosen], self.exposure[chosen]
        order = rng.permutation(np.flatnonzero((mean < weekly) & (mean > 0)))
        group = (np.cumsum(mean[order]) / weekly).astype(np.intp)
        if not len(order) or group[-1] < number:
            return None
        return tuple(_grouped(part[order], group, number) for part in (self.cases, self.exposure))  # type: ignore[return-value]


def _grouped(part: FloatArray, group: np.ndarray, number: int) -> FloatArray:
    total = np.zeros((group[-1] + 1, part.shape[1]))
    np.add.at(total, group, part)
    return total[:number]


def histories(folder: Path) -> list[History]:
    """What of the shared data is there."""
    found: list[History] = []
    retail = folder / "uci_online_retail" / "online_retail.parquet"
    amazon = folder / "amazon_india_orders" / "amazon_sale_report.parquet"
    if retail.exists():
        found += _retail(pq.read_table(retail).to_pandas())
    if amazon.exists():
        found += _amazon(pq.read_table(amazon).to_pandas())
    return found


def _retail(lines: pd.DataFrame) -> list[History]:
    """Returns per order line by article, and order lines by article: counts with the lives of real products."""
    weeks = _weeks(lines["InvoiceDate"], date(2010, 11, 29))
    back = lines["InvoiceNo"].str.startswith("C")
    sold = _weekly(lines["StockCode"][~back], weeks[~back])
    returned = _weekly(lines["StockCode"][back], weeks[back]).reindex(sold.index, fill_value=0)
    units, cases = (part.to_numpy(float)[:, :53] for part in (sold, returned))
    return [
        History("UCI returns", cases, units, 26, 8),
        History("UCI lines", units, np.ones_like(units), 26, 8),
    ]


def _amazon(orders: pd.DataFrame) -> list[History]:
    """Cancelled, returned, rejected, lost and damaged orders of 13 weeks, by category, size and state."""
    weeks = _weeks(pd.to_datetime(orders["date_parsed"]), date(2022, 3, 28))
    unit = orders["Category"] + "|" + orders["Size"] + "|" + orders["ship-state"].str.upper()
    bad = orders["Status"].str.contains("Cancel|Return|Reject|Lost|Damag")
    placed = _weekly(unit, weeks)
    failed = _weekly(unit[bad], weeks[bad]).reindex(placed.index, fill_value=0)
    return [History("Amazon.in failed", failed.to_numpy(float), placed.to_numpy(float), 8, 4)]


def _weeks(days: pd.Series, monday: date) -> pd.Series:
    return (days - pd.Timestamp(monday)).dt.days // 7


def _weekly(unit: pd.Series, week: pd.Series) -> pd.DataFrame:
    table = pd.crosstab(unit, week)
    return table.reindex(columns=range(int(week.max()) + 1), fill_value=0)
