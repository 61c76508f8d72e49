"""Geometry of the small pictures the server draws: sparks, intervals, bars. Numbers in, coordinates out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

Values = Sequence[float | None]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """A straight axis: values from `start` to `end` onto pixels from `first` to `last`."""

    start: float
    end: float
    first: float
    last: float
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value, kept within the axis."""
        start, end, here = self._bent(self.start), self._bent(self.end), self._bent(value)
        share = (here - start) / (end - start) if end != start else 0.5
        pixel = self.first + min(1.0, max(0.0, share)) * (self.last - self.first)
        return round(pixel, 1)

    def holds(self, value: float) -> bool:
        """Whether the value lies on the axis at all."""
        return min(self.start, self.end) <= value <= max(self.start, self.end)

    def _bent(self, value: float) -> float:
        return log(max(value, 1e-9)) if self.log else value


def known(values: Iterable[float | None]) -> list[float]:
    """The values that are there."""
    return [float(value) for value in values if value is not None]


def spark_range(values: Iterable[float | None], *, least: float = 0.35) -> tuple[float, float]:
    """Lowest and highest value, widened to at least 35 % of the mean so that noise looks like noise."""
    here = known(values)
    if not here:
        return 0.0, 1.0
    low, high = min(here), max(here)
    missing = max(abs(sum(here) / len(here)) * least - (high - low), 0.0) or (1.0 if low == high == 0 else 0.0)
    return low - missing / 2, high + missing / 2


def rate_range(values: Iterable[float | None], *, least: float = 0.05) -> tuple[float, float]:
    """For rates near 100 %: at least five points, never past 100 %."""
    low, high = spark_range(values, least=0.0)
    missing = max(least - (high - low), 0.0)
    return max(0.0, low - missing / 2), min(1.0, high + missing / 2)


def points(values: Values, across: Axis, up: Axis) -> list[list[Point]]:
    """Runs of neighbouring points; a gap in the values is a gap in the line."""
    runs: list[list[Point]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((across.at(place), up.at(float(value))))
    return [run for run in runs if run]


def text(run: Iterable[Point]) -> str:
    """Points as SVG writes them."""
    return " ".join(f"{x:g},{y:g}" for x, y in run)


def band(low: Values, high: Values, across: Axis, up: Axis) -> str:
    """The outline of the area between two lines, over the places where both are known."""
    both = [
        (place, float(lower), float(upper))
        for place, (lower, upper) in enumerate(zip(low, high, strict=False))
        if lower is not None and upper is not None
    ]
    roof = [(across.at(place), up.at(upper)) for place, _, upper in both]
    floor = [(across.at(place), up.at(lower)) for place, lower, _ in reversed(both)]
    return text(roof + floor)


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of a few weeks, with the expected band behind it where there is one."""

    width: int
    height: int
    lines: list[str]
    expected: list[str]
    band: str
    end: Point | None
    target: float | None


@dataclass(frozen=True, slots=True)
class SparkData:
    """What a spark shows: one value a period, and what was expected of it."""

    values: Values
    low: Values = ()
    high: Values = ()
    expected: Values = ()
    target: float | None = None

    def everything(self) -> list[float]:
        """All values that must fit on the vertical axis."""
        return known([*self.values, *self.low, *self.high, *self.expected, self.target])


def spark(data: SparkData, *, large: bool = False, rate: bool = False) -> Spark:
    """72 x 24 beside a figure, or 318 x 76 on a card."""
    width, height, edge, foot = (318, 76, 10.0, 6.0) if large else (72, 24, 4.0, 4.0)
    up = Axis(*_vertical(data, large=large, rate=rate), first=height - foot, last=edge)
    left = 4.0 if large else 2.0
    across = Axis(0, max(len(data.values) - 1, 1), first=left, last=width - (10.0 if large else 4.0))
    lines = points(data.values, across, up)
    return Spark(
        width,
        height,
        [text(run) for run in lines],
        [text(run) for run in points(data.expected, across, up)],
        band(data.low, data.high, across, up),
        lines[-1][-1] if lines and data.values[-1] is not None else None,
        None if data.target is None else up.at(data.target),
    )


def _vertical(data: SparkData, *, large: bool, rate: bool) -> tuple[float, float]:
    if rate:
        return rate_range(data.everything())
    if large:
        return 0.0, max([*data.everything(), 1.0])
    return spark_range(data.everything())


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its interval on a line; `zero` is no change, `mark` the smallest worthwhile one."""

    width: int
    height: int
    low: float
    mid: float
    high: float
    zero: float | None
    mark: float | None


def interval(low: float, mid: float, high: float, axis: Axis, *, zero: float | None, mark: float | None) -> Interval:
    """Place an interval on an axis shared by the whole table."""
    return Interval(
        int(axis.last) + 2,
        22,
        axis.at(low),
        axis.at(mid),
        axis.at(high),
        None if zero is None or not axis.holds(zero) else axis.at(zero),
        None if mark is None or not axis.holds(mark) else axis.at(mark),
    )


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with an optional whisker (interval) and ring (raw value)."""

    width: int
    height: int
    length: float
    low: float | None
    high: float | None
    raw: float | None


def bar(
    value: float,
    full: float,
    *,
    width: int,
    low: float | None = None,
    high: float | None = None,
    raw: float | None = None,
) -> Bar:
    """A bar of `value` where `full` fills the width; with an interval it is drawn tall enough for the whisker."""
    axis = Axis(0, full or 1, 0, width)
    whisker = low is not None and high is not None
    reach = Axis(0, full or 1, 0, width - 5) if whisker else axis

    def place(number: float | None) -> float | None:
        return None if number is None else reach.at(number)

    return Bar(width, 26 if whisker else 7, reach.at(value), place(low), place(high), place(raw))


@dataclass(frozen=True, slots=True)
class Column:
    """One upright bar."""

    x: float
    y: float
    width: float
    height: float


def columns(values: Values, *, width: int, height: int) -> list[Column]:
    """Upright bars that share a foot; what is there but small stays two pixels tall."""
    step = width / max(len(values), 1)
    up = Axis(0, max([*known(values), 1.0]), 0, height - 1)
    tall = [max(up.at(value), 2.0) if value else 0.0 for value in values]
    return [
        Column(round(place * step + step * 0.14, 1), round(height - 1 - size, 1), round(step * 0.72, 1), size)
        for place, size in enumerate(tall)
    ]
