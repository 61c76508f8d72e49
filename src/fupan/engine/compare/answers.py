"""What a comparison answers: frozen, with its interval, and able to say itself in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf, isnan
from typing import Literal

from fupan.engine import words
from fupan.engine.checks import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Interval:
    """One figure with its two-sided 95 % interval: ``low <= value <= high``, in the unit of the figure."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Change:
    """A ratio "now over before" with its two-sided 95 % interval.

    ``ratio`` is inf when there was none before, 1 when there was none in either period, NaN when one of the periods
    has nothing to divide by; ``high`` may be inf. ``detectable``: the interval leaves out 1.
    """

    ratio: float
    low: float
    high: float
    detectable: bool

    @property
    def change(self) -> float:
        """The relative change: 0.25 is a rise by 25 %, -1 a fall to none."""
        return self.ratio - 1

    def explain(self, lang: str) -> str:
        """The change in one sentence, in "en" or "zh-hans"."""
        told = _SENTENCES[words.known(lang)]
        if isnan(self.ratio):
            return told["unknown"]
        if self.low == 0 and isinf(self.high):
            return told["nothing"]
        span = words.span(
            words.change(self.low, lang), words.change(self.high, lang), open_above=isinf(self.high), lang=lang
        )
        figure = told["new"] if isinf(self.ratio) else words.change(self.ratio, lang)
        return told[_direction(detectable=self.detectable, up=self.ratio > 1)].format(figure=figure, span=span)


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference "now minus before" with its two-sided 95 % interval.

    Shares give it as a fraction (0.032 is 3.2 points, ``scale`` "points"), means in their own unit (``scale``
    "value"). ``detectable``: the interval leaves out 0. Infinite limits mean the data cannot bound it.
    """

    difference: float
    low: float
    high: float
    detectable: bool
    scale: Literal["points", "value"] = "points"

    def explain(self, lang: str) -> str:
        """The difference in one sentence, in "en" or "zh-hans"."""
        told = _SENTENCES[words.known(lang)]
        if isnan(self.difference):
            return told["unknown"]
        if isinf(self.high):
            return told["too_few"].format(figure=self._figure(self.difference, lang))
        span = words.span(self._figure(self.low, lang), self._figure(self.high, lang), open_above=False, lang=lang)
        told_as = told[_direction(detectable=self.detectable, up=self.difference > 0)]
        return told_as.format(figure=self._figure(self.difference, lang), span=span)

    def _figure(self, value: float, lang: str) -> str:
        return words.points(value, lang) if self.scale == "points" else words.plain(value)


@dataclass(frozen=True, slots=True, eq=False)
class Intervals:
    """Many :class:`Interval` at once; arrays of one length, rows without exposure NaN in [0, inf or 1]."""

    value: FloatArray
    low: FloatArray
    high: FloatArray

    def __len__(self) -> int:
        return len(self.value)

    def __getitem__(self, row: int) -> Interval:
        return Interval(float(self.value[row]), float(self.low[row]), float(self.high[row]))

    def __iter__(self) -> Iterator[Interval]:
        return (self[row] for row in range(len(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """Many :class:`Change` at once; arrays of one length. ``pvalue`` is two-sided, 1 where nothing can be said."""

    ratio: FloatArray
    low: FloatArray
    high: FloatArray
    detectable: BoolArray
    pvalue: FloatArray

    @property
    def change(self) -> FloatArray:
        """The relative changes, ``ratio - 1``."""
        return self.ratio - 1

    def __len__(self) -> int:
        return len(self.ratio)

    def __getitem__(self, row: int) -> Change:
        return Change(float(self.ratio[row]), float(self.low[row]), float(self.high[row]), bool(self.detectable[row]))

    def __iter__(self) -> Iterator[Change]:
        return (self[row] for row in range(len(self)))


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """Many :class:`Difference` of shares at once; arrays of one length, ``pvalue`` two-sided."""

    difference: FloatArray
    low: FloatArray
    high: FloatArray
    detectable: BoolArray
    pvalue: FloatArray

    def __len__(self) -> int:
        return len(self.difference)

    def __getitem__(self, row: int) -> Difference:
        return Difference(
            float(self.difference[row]), float(self.low[row]), float(self.high[row]), bool(self.detectable[row])
        )

    def __iter__(self) -> Iterator[Difference]:
        return (self[row] for row in range(len(self)))


def _direction(*, detectable: bool, up: bool) -> str:
    if not detectable:
        return "same"
    return "up" if up else "down"


_SENTENCES = {
    "en": {
        "up": "Up: {figure} ({span}).",
        "down": "Down: {figure} ({span}).",
        "same": "No detectable change: {figure} ({span}); chance alone can do this.",
        "new": "none before",
        "nothing": "Nothing to compare: too little happened in both periods.",
        "too_few": "No detectable change: {figure}; too few answers for an interval.",
        "unknown": "No comparison: one of the periods has nothing to divide by.",
    },
    "zh-hans": {
        "up": "上升：{figure}（{span}）。",
        "down": "下降：{figure}（{span}）。",
        "same": "无明显变化：{figure}（{span}），偶然也会这样。",
        "new": "此前没有",
        "nothing": "无从比较：两期发生得太少。",
        "too_few": "无明显变化：{figure}；数量太少，算不出区间。",
        "unknown": "无从比较：有一期缺少基数。",
    },
}
