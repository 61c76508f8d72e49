"""Geometry of the verdict page's small pictures: the interval on its axis, the looks, the controls and their strip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from fupan.core import figures
from fupan.core.drawing import Axis, points, text

WIDEST = (-1.0, 1.0)  # what an axis shows at most
_STEPS = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Reach:
    """An interval and its middle, in pixels; `cut`: it goes on beyond the axis."""

    low: float
    mid: float
    high: float
    cut: bool

    @property
    def width(self) -> float:
        return round(max(self.high - self.low, 1.0), 1)


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight axis of changes with its ticks."""

    axis: Axis
    ticks: tuple[Tick, ...]
    zero: float

    @property
    def after_zero(self) -> float:
        return self.zero + 6

    def at(self, value: float) -> float:
        return self.axis.at(value)

    def reach(self, low: float, mid: float, high: float) -> Reach:
        return Reach(self.at(low), self.at(mid), self.at(high), high > self.axis.end or low < self.axis.start)


def scale(values: Iterable[float | None], *, first: float, last: float, most: int = 8) -> Scale:
    """An axis that holds these changes and no change, in round steps."""
    here = [min(max(value, WIDEST[0]), WIDEST[1]) for value in values if value is not None] + [0.0]
    low, high = min(here), max(here)
    step = next((one for one in _STEPS if (high - low) / one <= most - 1), _STEPS[-1])
    start, end = floor(low / step - 0.2) * step, ceil(high / step + 0.2) * step
    start, end = max(start, WIDEST[0]), min(end, WIDEST[1])
    axis = Axis(start, end, first, last)
    count = round((end - start) / step)
    ticks = tuple(
        Tick(axis.at(start + place * step), figures.percent(start + place * step, 0, signed=True))
        for place in range(count + 1)
    )
    return Scale(axis, ticks, axis.at(0.0))


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float


def strip(changes: Sequence[float], along: Scale, *, floor_at: float, radius: float = 3.1) -> list[Dot]:
    """Dots piled up where they would cover each other."""
    piles: dict[int, int] = {}
    dots = []
    for change in sorted(changes):
        cell = round(along.at(change) / (2.2 * radius))
        height = piles.get(cell, 0)
        piles[cell] = height + 1
        dots.append(Dot(round(cell * 2.2 * radius, 1), round(floor_at - radius - 2 - height * 2.3 * radius, 1)))
    return dots


@dataclass(frozen=True, slots=True)
class Small:
    """A small line chart of 116 by 44, with a line at the action."""

    line: str
    action: float


def small(values: Sequence[float], top: float, action: int) -> Small:
    across = Axis(0, max(len(values) - 1, 1), 1, 115)
    up = Axis(0, max(top, 1.0), 42, 3)
    runs = points(list(values), across, up)
    return Small(" ".join(text(run) for run in runs), across.at(action + 0.5))
