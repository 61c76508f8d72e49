"""The sections of a pack as people read them; `shown.py` fills them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.briefing.render import words
from fupan.briefing.render.actions import Due
from fupan.briefing.render.kpis import Kpi
from fupan.briefing.render.signals import Alarm
from fupan.briefing.render.verdicts import Judged
from fupan.core import figures

ROOM = 10.5  # Latin letters that fit under a cell of the heat map
BEYOND = 99.0  # a ratio past the end of every axis
PARETO_BARS = 10
SMALL_SHOP = 30  # under this many incidents a list says more than a Pareto


def wide(text: str) -> float:
    """How wide a text runs, in Latin letters; Chinese and Japanese take nearly two each."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1.1 for sign in text)


@dataclass(frozen=True, slots=True)
class CauseRow:
    """One cause of the period's incidents."""

    name: str
    liable: str
    count: int
    share: float
    confirmed: int
    guess: str  # how often the first guess was right
    url: str

    @property
    def count_text(self) -> str:
        return figures.number(self.count)

    @property
    def share_text(self) -> str:
        return figures.percent(self.share)

    @property
    def confirmed_text(self) -> str:
        return f"{self.confirmed} / {self.count}"


@dataclass(frozen=True, slots=True)
class IssueBar:
    """One bar of the Pareto."""

    code: str
    name: str
    count: int
    share: float
    cumulative: float
    url: str
    rest: bool

    @property
    def tone(self) -> str:
        return "faint" if self.rest else "slate"

    @property
    def share_text(self) -> str:
        return figures.percent(self.share, 0)

    @property
    def cumulative_text(self) -> str:
        return figures.percent(self.cumulative, 0)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of issue x product."""

    row: int
    column: int
    count: int
    exposure: float | None
    rate: float
    high: bool
    url: str


@dataclass(frozen=True, slots=True)
class Heat:
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    codes: tuple[str, ...]  # of the columns
    cells: tuple[Cell, ...]

    def narrow(self) -> list[str]:
        """Names of the columns where there is little room: a long name gives way to its code."""
        return [
            name if wide(name) <= ROOM else code if wide(code) <= ROOM else f"{name[:5]}…"
            for name, code in zip(self.columns, self.codes, strict=True)
        ]

    def table(self) -> list[tuple[str, list[Cell | None]]]:
        """The same numbers as a table."""
        at = {(cell.row, cell.column): cell for cell in self.cells}
        across = range(len(self.columns))
        return [(name, [at.get((row, column)) for column in across]) for row, name in enumerate(self.rows)]

    def by_issue(self) -> list[tuple[str, list[tuple[str, Cell]]]]:
        """For a narrow screen: per issue its three worst products."""
        found = []
        for row, name in enumerate(self.rows):
            here = sorted((cell for cell in self.cells if cell.row == row), key=lambda cell: -cell.rate)[:3]
            if here:
                found.append((name, [(self.columns[cell.column], cell) for cell in here]))
        return found


@dataclass(frozen=True, slots=True)
class Share:
    """A product within an issue: k of n, and how long its bar is."""

    name: str
    count: int
    exposure: float | None
    url: str

    @property
    def kn(self) -> str:
        return figures.of(self.count, self.exposure) if self.exposure else figures.number(self.count)


@dataclass(frozen=True, slots=True)
class Quote:
    """The buyer's own words, redacted."""

    ticket: int
    text: str
    language: str
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class Issue:
    rank: int
    code: str
    name: str
    count: int
    count_text: str
    share_text: str
    change: figures.ChangeText
    products: tuple[Share, ...]
    terms: tuple[tuple[str, str], ...]  # (words, gloss and ratio)
    quotes: tuple[Quote, ...]
    url: str

    @property
    def largest(self) -> int:
        return max((one.count for one in self.products), default=1)


@dataclass(frozen=True, slots=True)
class Product:
    """A product ranked by the lower bound of its rate."""

    rank: int
    code: str
    name: str
    count: int
    exposure: float
    rate: float
    shrunk: float
    low: float
    high: float
    note: str  # the main issue, or "small sample"
    small: bool
    per_thousand: bool
    url: str

    def text(self, rate: float) -> str:
        """A rate in the unit of the table."""
        return figures.number(rate, 1) if self.per_thousand else figures.percent(rate, 1)

    @property
    def kn(self) -> str:
        return figures.of(self.count, self.exposure)

    @property
    def shrunk_text(self) -> str:
        return self.text(self.shrunk)

    @property
    def reach(self) -> str:
        return f"{self.text(self.low)} – {self.text(self.high)}"


@dataclass(frozen=True, slots=True)
class ProductTable:
    metric: str
    name: str
    rows: tuple[Product, ...]

    @property
    def longest(self) -> float:
        return max((max(row.high, row.rate) for row in self.rows), default=1.0)


@dataclass(frozen=True, slots=True)
class Growth:
    label: str
    observed: int
    expected: float
    ratio: float
    low: float | None
    high: float | None
    detectable: bool
    trend: tuple[float | None, ...]
    url: str

    @property
    def words(self) -> str:
        return words.times(self.ratio) if self.detectable else _("No detectable change")

    @property
    def reach(self) -> str:
        """The interval of the ratio; open upwards where nothing bounds it."""
        if self.low is None:
            return ""
        return f"≥ {self.low:.1f}" if self.high is None else f"{self.low:.1f} – {self.high:.1f}"

    @property
    def drawn_high(self) -> float:
        return BEYOND if self.high is None else self.high

    @property
    def numbers(self) -> str:
        return f"{self.observed} / {figures.number(self.expected, 1)}"

    @property
    def tone(self) -> str:
        return "red" if self.detectable and self.ratio > 1 else "slate"

    @property
    def stone(self) -> str:
        return "done" if self.detectable else "open"


@dataclass(frozen=True, slots=True)
class Sample:
    """A representative ticket, with why it was chosen."""

    why: str
    badge: str
    tone: str
    ticket: int
    number: str
    shop: str
    turns: str
    title: str
    text: str
    language: str
    because: str
    outcome: str
    stone: str
    url: str


@dataclass(frozen=True, slots=True)
class Clock:
    """Replies within one promise, one shop."""

    shop: str
    limit: str
    in_time: int
    due: int
    late: int
    share: float | None
    low: float | None
    high: float | None
    url: str

    @property
    def kn(self) -> str:
        return figures.of(self.in_time, self.due)


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole pack, worded in one language."""

    title: str
    workspace: str
    label: str
    kind: str
    currency: str
    facts: tuple[str, ...]
    ready: bool
    awaited: tuple[str, ...]
    cadence: str
    strip: tuple[Kpi, ...]
    kpis: tuple[Kpi, ...]
    total: int
    small: bool  # too few incidents for a picture
    lead_share: str
    pareto: tuple[IssueBar, ...]
    heat: Heat
    issues: tuple[Issue, ...]
    products: tuple[ProductTable, ...]
    growing: tuple[Growth, ...]
    sampled_from: str  # the issue type they are of
    samples: tuple[Sample, ...]
    platform_clocks: tuple[Clock, ...]
    office_clocks: tuple[Clock, ...]
    orders_share: float | None
    holes: tuple[str, ...] = field(default=())
    causes: tuple[CauseRow, ...] = field(default=())
    signals: tuple[Alarm, ...] = field(default=())
    verdicts: tuple[Judged, ...] = field(default=())
    actions: tuple[Due, ...] = field(default=())
    actions_line: str = ""

    @property
    def empty(self) -> bool:
        return not self.total and not any(one.raw for one in self.kpis)

    @property
    def moved(self) -> list[Kpi]:
        """The numbers that moved beyond chance."""
        return [one for one in self.kpis if one.change.tone in {"bad", "good", "plain"}]

    def leading(self, bars: int = PARETO_BARS) -> list[IssueBar]:
        """The longest bars; where there are more, the last one holds all the others."""
        if len(self.pareto) <= bars:
            return list(self.pareto)
        shown = self.pareto[: bars - 1]
        others = sum(bar.count for bar in self.pareto[bars - 1 :])
        left = len(self.pareto) - len(shown)
        name = ngettext("%(count)s more type", "%(count)s more types", left) % {"count": left}
        return [*shown, IssueBar("", name, others, others / (self.total or 1), 1.0, "", rest=True)]

    @property
    def incidents_text(self) -> str:
        return words.incidents(self.total)

    @property
    def issue_line(self) -> str:
        if not self.lead_share or self.small:
            return self.incidents_text
        return _("%(incidents)s; the first three types make %(share)s") % {
            "incidents": self.incidents_text,
            "share": self.lead_share,
        }

    @property
    def most(self) -> int:
        """The longest bar drawn."""
        return max((bar.count for bar in self.leading()), default=1)

    @property
    def against(self) -> list[str]:
        """What the numbers are compared with."""
        return [one.against for one in max((kpi.comparisons for kpi in self.kpis), key=len, default=())]

    @property
    def orders_line(self) -> str:
        return words.orders_line(self.orders_share)
