"""The chart and the four facts at the head of a problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from fupan.core import figures, weeks
from fupan.insight.metrics import METRICS, Metric
from fupan.insight.queries.screens import newest_week
from fupan.insight.signal_words import Names, week_name
from fupan.insight.wording import drawn, named, value_text
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import Problem
from fupan.review.queries import figures as numbers
from fupan.review.queries.figures import Counted, Excess, Weekly
from fupan.review.queries.problems import days_of, tickets_url, where_of

Context = dict[str, Any]
AHEAD = 4  # weeks of "if it goes on"
RESTS: dict[str, Promise] = {
    "batch": _lazy("other batches"),
    "carrier": _lazy("other carriers"),
    "country": _lazy("other countries"),
    "fulfilment": _lazy("other fulfilment"),
    "shop": _lazy("other shops"),
    "supplier": _lazy("other suppliers"),
    "product": _lazy("other products"),
    "line": _lazy("other lines"),
    "platform": _lazy("other marketplaces"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A number with what it is made of, and the tickets behind it."""

    name: str
    value: str  # "" = not known
    detail: str
    url: str = ""


class Figures:
    """Everything counted about a problem, for one reader."""

    def __init__(self, member: Member, problem: Problem, names: Names) -> None:
        self.member, self.problem, self.names = member, problem, names
        self.where = where_of(problem)
        self.last = newest_week(member.workspace_id)
        self.counts = numbers.counts_cases(problem.metric)

    @property
    def metric(self) -> Metric | None:
        return METRICS.get(self.problem.metric)

    @cached_property
    def drawn_weeks(self) -> list[int]:
        return weeks.between(weeks.shift(self.last, 1 - numbers.LENGTH), self.last)

    @cached_property
    def since(self) -> int:
        """The first week that belongs to the problem: it drew attention, or its signal began."""
        chosen = [int(week) for week in self.problem.selection_weeks]
        signal = self.problem.signal
        start = min(chosen) if chosen else signal.week if signal else weeks.shift(self.last, 1 - numbers.RECENT)
        return min(max(start, self.drawn_weeks[0]), self.last)

    @cached_property
    def counted(self) -> Counted:
        return numbers.counted(self.member, self.where, self.problem.metric, last=self.last)

    @property
    def mine(self) -> Weekly:
        return self.counted.mine

    @property
    def rest(self) -> Weekly | None:
        """The same slice without its finest condition, less this one."""
        return self.counted.rest

    @cached_property
    def excess(self) -> Excess | None:
        return numbers.excess(self.problem.signal, self.mine, self.rest, self.since)

    @property
    def days(self) -> dict[str, str]:
        return days_of(self.since, self.last)

    def address(self, **more: str) -> str:
        return tickets_url(self.member, self.where, **more)

    # The chart

    def chart(self) -> Context | None:
        if self.metric is None or not (may(self.member, "see_money") or self.metric.unit != "money"):
            return None
        if not self.counts:
            return self._values()
        table = self._bands()
        beside = numbers.rest_of(self.where)
        observed = self.mine.values()
        if not any(value for value in observed) and not any(table):
            return None
        chart: Context = {
            "periods": [weeks.label(week) for week in self.drawn_weeks],
            "observed": observed,
            "alarms": [
                place for place, one in enumerate(table) if one and one["alarm"] and observed[place] is not None
            ],
            "urls": [self.address(**days_of(week, week), first="1") for week in self.drawn_weeks],
            "marks": self._marks(),
            "from_zero": True,
            "labels": {"observed": self._name(), "expected": _("Expected"), "upper": _("Upper bound")},
        }
        if any(table):
            chart["expected"] = [one and one["expected"] for one in table]
            chart["high"] = [one and one["upper"] for one in table]
            chart["low"] = [None if top is None else 0 for top in chart["high"]]
        if beside is not None and self.rest is not None:
            chart["slice"] = {"name": str(RESTS[beside[0]]), "values": self.rest.values()}
        return chart

    def _values(self) -> Context | None:
        assert self.metric is not None
        found = numbers.values(self.member, self.where, self.problem.metric, last=self.last)
        if not any(value is not None for value in found):
            return None
        return {
            "periods": [weeks.label(week) for week in self.drawn_weeks],
            "observed": [drawn(self.metric, value) for value in found],
            "marks": self._marks(), "urls": [self.address(**days_of(week, week)) for week in self.drawn_weeks],
            "labels": {"observed": named(self.metric.name), "expected": "", "upper": ""}, "from_zero": False,
        }  # fmt: skip

    def _bands(self) -> list[Context | None]:
        """What its signal expected, week by week."""
        signal = self.problem.signal
        told = {entry["week"]: entry for entry in signal.band} if signal is not None and signal.kind != "target" else {}
        return [
            told[week] if week in told and told[week].get("upper") is not None else None for week in self.drawn_weeks
        ]

    def _marks(self) -> list[Context]:
        marks = {weeks.week_of(self.problem.opened_at, self.problem.workspace.timezone): _("opened")}
        if self.problem.closed_at is not None:
            marks[weeks.week_of(self.problem.closed_at, self.problem.workspace.timezone)] = _("closed")
        return [{"at": self.drawn_weeks.index(week), "name": name} for week, name in marks.items()
                if week in self.drawn_weeks]  # fmt: skip

    def _name(self) -> str:
        """What the line of the problem is called: its finest condition."""
        beside = numbers.rest_of(self.where)
        if beside is None:
            return _("Cases")
        return self.names.part(beside[0], self.where[beside[0]])

    def table(self) -> list[tuple[str, str, str, str]]:
        """The same numbers in words, the newest first: week, cases, the rest, what is expected at most."""
        bands, rest = self._bands(), self.rest.counts if self.counts and self.rest is not None else None
        rows = []
        for place, week in enumerate(self.drawn_weeks):
            band = bands[place]
            rows.append((
                weeks.label(week), _number(float(self.mine.counts[place])),
                _number(float(rest[place])) if rest is not None else figures.MISSING,
                figures.number(band["upper"], 1) if band else figures.MISSING,
            ))  # fmt: skip
        return rows[::-1]

    # The four facts

    def facts(self) -> Iterator[Fact]:
        if not self.counts:
            yield from self._value_fact()
            return
        yield self._cases()
        yield self._above()
        if may(self.member, "see_money"):
            paid = numbers.spent(self.counted, self.since)
            yield self._paid(paid)
            yield self._ahead(paid)

    def _value_fact(self) -> Iterator[Fact]:
        assert self.metric is not None
        told = numbers.measured_as_evidence(self.member, self.problem.metric, self.where, None)
        if told is None:
            yield Fact(named(self.metric.name), "", _("nothing counted there yet"))
            return
        value = value_text(self.metric, told["value"], self.member.workspace.currency)
        detail = figures.of(told["k"], told["n"]) if told["k"] is not None and told["n"] else told["period"]
        yield Fact(named(self.metric.name), value, detail, self.address(week=told["period"]))

    def _cases(self) -> Fact:
        now = self.mine.since(self.since)
        url = self.address(**self.days, first="1")
        name = _("Cases since %(week)s") % {"week": week_name(self.since)}
        if now.exposure <= 0:
            return Fact(name, figures.number(now.cases), _("no orders covered, so no rate"), url)
        share = {"of": figures.of(now.cases, round(now.exposure)), "rate": figures.percent(now.cases / now.exposure)}
        return Fact(name, figures.number(now.cases), _("%(of)s units, %(rate)s") % share, url)

    def _above(self) -> Fact:
        found, name = self.excess, _("Above expectation")
        if found is None:
            return Fact(name, "", _("too little of its own past to say"))
        ends = {"low": figures.number(found.low), "high": figures.number(found.high)}
        detail = _("95 %% interval %(low)s to %(high)s") % ends + self._against(found.against)
        return Fact(name, figures.number(found.value), detail, self.address(**self.days, first="1"))

    def _against(self, against: str) -> str:
        """What was held against, where it was not the band of its signal."""
        beside = numbers.rest_of(self.where)
        if against == "rest" and beside is not None:
            return _(", against %(rest)s") % {"rest": RESTS[beside[0]]}
        return _(", against its weeks before") if against == "past" else ""

    def _paid(self, paid: float | None) -> Fact:
        name, currency = _("Paid so far"), self.member.workspace.currency
        if paid is None:
            return Fact(name, "", _("an exchange rate is missing"))
        if not paid:
            return Fact(name, "", _("no cost is known for these cases"))
        cases = self.mine.since(self.since).cases
        each = figures.amount(paid / cases, currency) if cases else figures.MISSING
        return Fact(name, figures.amount(round(paid), currency), _("%(each)s a case") % {"each": each},
                    self.address(**self.days))  # fmt: skip

    def _ahead(self, paid: float | None) -> Fact:
        found, cases = self.excess, self.mine.since(self.since).cases
        name = _("If it goes on, four weeks")
        if found is None or not paid or not cases or found.value <= 0 or not isfinite(found.high):
            return Fact(name, "", _("needs costs and cases above expectation"))
        each, currency = paid / cases * AHEAD / found.weeks, self.member.workspace.currency
        low, high = (figures.amount(max(0.0, round(end * each)), currency) for end in (found.low, found.high))
        detail = _("%(low)s to %(high)s") % {"low": low, "high": high}
        return Fact(name, figures.amount(round(found.value * each), currency), detail, self.address(**self.days))


def _number(value: float) -> str:
    return figures.number(value) if isfinite(value) else figures.MISSING
