"""When people buy: promotions by date, seasons by product, weekdays and hours."""

from __future__ import annotations

import math
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

WEEKDAYS = np.array([1.06, 1.0, 0.98, 0.97, 0.95, 0.98, 1.06])
HOURS = np.array(
    [1.2, 0.7, 0.4, 0.3, 0.3, 0.4, 0.9, 1.8, 2.8, 3.6, 4.2, 4.6,
     4.7, 4.4, 4.3, 4.4, 4.6, 4.9, 5.2, 5.8, 6.6, 6.9, 5.2, 2.8]
)  # fmt: skip

# Day of the year of the peak, and how much stronger the peak is than the mean (amplitude of a cosine).
_PEAKS = {"summer": (190, 0.55), "winter": (350, 0.5), "gift": (340, 0.35), "newyear": (20, 0.4)}


class Promotion(NamedTuple):
    name: str
    platform: str  # "amazon" | "shopee"
    start: date
    end: date
    lift: float  # on its days
    discount: float


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _of_year(year: int) -> list[Promotion]:
    prime, autumn = _nth_weekday(year, 7, 1, 2), _nth_weekday(year, 10, 1, 2)
    friday = _nth_weekday(year, 11, 3, 4) + timedelta(days=1)
    day = timedelta(days=1)
    return [
        Promotion(f"Prime Day {year}", "amazon", prime, prime + 3 * day, 2.7, 0.2),
        Promotion(f"Prime Big Deal Days {year}", "amazon", autumn, autumn + day, 2.2, 0.15),
        Promotion(f"Black Friday {year}", "amazon", friday - day, friday + 3 * day, 3.0, 0.25),
        Promotion(f"9.9 {year}", "shopee", date(year, 9, 8), date(year, 9, 10), 1.8, 0.15),
        Promotion(f"11.11 {year}", "shopee", date(year, 11, 9), date(year, 11, 12), 3.2, 0.25),
        Promotion(f"12.12 {year}", "shopee", date(year, 12, 10), date(year, 12, 13), 2.3, 0.2),
    ]


def promotions(first: date, last: date) -> list[Promotion]:
    """All promotions that touch the days from `first` to `last`, by date."""
    years = range(first.year, last.year + 1)
    found = [promotion for year in years for promotion in _of_year(year)]
    return sorted((p for p in found if p.end >= first and p.start <= last), key=lambda p: (p.start, p.name))


def demand(first: date, days: int, platform: str) -> tuple[Floats, Floats]:
    """(relative demand, discount) of each day: growth, weekday, promotions with the lull before and the tail after."""
    level = np.ones(days) * WEEKDAYS[(first.weekday() + np.arange(days)) % 7]
    level *= 1 + 0.12 * np.arange(days) / 365
    discount = np.zeros(days)
    for promotion in promotions(first - timedelta(days=14), first + timedelta(days=days + 14)):
        start, end = (promotion.start - first).days, (promotion.end - first).days + 1
        if promotion.platform == platform:
            level[max(0, start - 5) : max(0, start)] *= 0.88
            level[max(0, start) : max(0, end)] *= promotion.lift
            level[max(0, end) : max(0, end + 4)] *= 0.93
            discount[max(0, start) : max(0, end)] = promotion.discount
    return level * _year_end(first, days, platform), discount


def _year_end(first: date, days: int, platform: str) -> Floats:
    """December is strong, the last week of the year and the Lunar New Year are quiet."""
    level = np.ones(days)
    for step in range(days):
        day = first + timedelta(days=step)
        if day.month == 12:
            level[step] = 1.3 if day.day <= 20 else 0.75
        elif platform == "shopee" and day.month == 2 and 8 <= day.day <= 22:
            level[step] = 0.7
    return level


def season(kind: str, day: date) -> float:
    """Relative demand of a product of that season on that day; 1 on average."""
    if kind not in _PEAKS:
        return 1.0
    peak, amplitude = _PEAKS[kind]
    return 1 + amplitude * math.cos(2 * math.pi * (day.timetuple().tm_yday - peak) / 365.25)
