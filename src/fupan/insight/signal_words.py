"""Signals as people read them: the slice by its names, the figures, one sentence, what it probably comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from fupan.core import figures
from fupan.core.slices import Slice
from fupan.insight.metrics import METRICS
from fupan.insight.models import Signal, SignalKind, SignalState
from fupan.insight.queries.screens import names_of
from fupan.insight.wording import DIMENSIONS, named, value_text
from fupan.people.models import Member

SPOKEN = ("product", "line", "supplier", "batch", "country", "carrier", "fulfilment", "shop", "platform", "kind")
DRAWN_WEEKS = 12  # of a spark
KINDS: dict[str, tuple[Promise, str, str]] = {  # word, stone, tone
    SignalKind.OUTBREAK: (_lazy("Outbreak"), "done", "red"),
    SignalKind.DRIFT: (_lazy("Slow rise"), "half", "amber"),
    SignalKind.TARGET: (_lazy("Target missed"), "done", "red"),
    SignalKind.TOPIC: (_lazy("New topic"), "half", "amber"),
}
STATES: dict[str, Promise] = {
    SignalState.OPEN: pgettext_lazy("signal", "Open"),
    SignalState.SNOOZED: pgettext_lazy("signal", "Snoozed"),
    SignalState.DISMISSED: pgettext_lazy("signal", "Not real"),
    SignalState.CLOSED: pgettext_lazy("signal", "Closed"),
}
WHY_NOT: dict[str, Promise] = {
    "data": _lazy("Wrong or late data"),
    "accepted": _lazy("Known and accepted"),
    "chance": _lazy("Chance"),
    "duplicate": _lazy("Told already by another signal"),
}


class Names:
    """What the values of a slice are called, for one reader."""

    def __init__(self, member: Member) -> None:
        self._member = member
        self._known: dict[str, dict[str, str]] = {}

    def of(self, dimension: str, value: str) -> str:
        if dimension not in self._known:
            self._known[dimension] = names_of(self._member, dimension)
        return self._known[dimension].get(value, value) or _("Not told")

    def part(self, dimension: str, value: str) -> str:
        """One condition as it is said within a title."""
        name = self.of(dimension, value)
        return _("batch %(code)s") % {"code": name} if dimension == "batch" else name

    def title(self, where: Mapping[str, str]) -> str:
        """A slice as people say it: "A20 · batch 2609 · won't charge"; everything when it has no condition."""
        said = [self.part(name, where[name]) for name in (*SPOKEN, *sorted({*where} - {*SPOKEN})) if name in where]
        return " · ".join(said) or _("All cases")

    def chips(self, where: Mapping[str, str]) -> list[tuple[str, str]]:
        """(dimension, value) pairs in words."""
        kept = [name for name in (*SPOKEN, *sorted({*where} - {*SPOKEN})) if name in where]
        return [(str(DIMENSIONS.get(name, name)), self.of(name, where[name])) for name in kept]


@dataclass(frozen=True)
class Told:
    """One signal and its words."""

    signal: Signal
    names: Names
    currency: str = ""

    @cached_property
    def where(self) -> dict[str, str]:
        try:
            return Slice.parse(self.signal.slice).as_dict()
        except ValueError:  # a dimension that was dropped since
            return {}

    @cached_property
    def title(self) -> str:
        """The slice; a number other than cases is named first."""
        slice_ = self.names.title(self.where)
        if self.signal.topic is not None:
            return _("“%(term)s” · %(slice)s") % {"term": self.signal.topic.term, "slice": slice_}
        if self.counts:
            return slice_
        return f"{self.number_name} · {slice_}" if self.where else self.number_name

    @property
    def number_name(self) -> str:
        return named(METRICS[self.signal.metric].name) if self.signal.metric in METRICS else self.signal.metric

    @property
    def chips(self) -> list[tuple[str, str]]:
        return self.names.chips(self.where)

    @property
    def counts(self) -> bool:
        """Whether its figures are cases; those of a target are values of its number."""
        return self.signal.kind != SignalKind.TARGET

    @property
    def url(self) -> str:
        return reverse("insight:signal", args=[self.signal.pk])

    @property
    def kind(self) -> str:
        return str(KINDS[self.signal.kind][0])

    @property
    def state(self) -> str:
        return str(STATES[self.signal.state])

    @property
    def open(self) -> bool:
        return self.signal.state == SignalState.OPEN

    @property
    def stone(self) -> str:
        return KINDS[self.signal.kind][1] if self.open else "open"

    @property
    def tone(self) -> str:
        return KINDS[self.signal.kind][2] if self.open else "slate"

    @property
    def week(self) -> str:
        return week_name(self.signal.last_week)

    @property
    def since(self) -> str:
        return week_name(self.signal.week)

    def figure(self, value: float | None, digits: int = 1) -> str:
        """A figure of this signal: cases, or a value of its number."""
        if value is None:
            return figures.MISSING
        if self.counts or self.signal.metric not in METRICS:
            return figures.number(value, 0 if float(value).is_integer() else digits)
        return value_text(METRICS[self.signal.metric], value, self.currency)

    @property
    def observed(self) -> str:
        return self.figure(self.signal.observed)

    @property
    def expected(self) -> str:
        return self.figure(self.signal.expected)

    @property
    def upper(self) -> str:
        return self.figure(self.signal.upper)

    @property
    def excess(self) -> str:
        return self.figure(self.signal.excess)

    @property
    def near_whole(self) -> bool:
        """Whether its spark is that of a rate near 100 %."""
        known = METRICS.get(self.signal.metric)
        return not self.counts and known is not None and known.unit == "share" and self.signal.expected > 0.5

    @property
    def expected_word(self) -> str:
        return _("expected") if self.counts else pgettext("bound", "target")

    @property
    def ratio(self) -> str:
        if not self.counts or self.signal.expected <= 0:
            return ""
        return times(self.signal.observed / self.signal.expected)

    @property
    def pvalue(self) -> str:
        return chance(self.signal.pvalue)

    @cached_property
    def recent(self) -> Sequence[Mapping[str, Any]]:
        weeks: Sequence[Mapping[str, Any]] = self.signal.band[-DRAWN_WEEKS:]
        return weeks

    @property
    def spark(self) -> dict[str, list[float | None]]:
        """What a spark draws: the last weeks with the range that chance explains."""
        upper = [one["upper"] for one in self.recent]
        return {
            "observed": [one["observed"] for one in self.recent],
            "expected": [one["expected"] for one in self.recent],
            "low": [None if top is None else 0.0 for top in upper] if self.counts else [],
            "high": upper if self.counts else [],
        }

    @cached_property
    def sentence(self) -> str:
        """The signal at a glance."""
        said = {"title": self.place, "observed": self.observed, "expected": self.expected, "week": self.week}
        if not self.counts:
            return _("%(title)s: %(observed)s in %(week)s, target %(expected)s") % said
        if self.signal.topic is not None:
            return _("%(title)s: %(observed)s buyers wrote it in %(week)s, %(expected)s expected") % said
        words = ngettext(
            "%(title)s: %(observed)s case in %(week)s, %(expected)s expected",
            "%(title)s: %(observed)s cases in %(week)s, %(expected)s expected",
            round(self.signal.observed),
        )
        return words % said

    @property
    def place(self) -> str:
        """Its title within a sentence: "won't charge in A20 · batch 2609"."""
        rest = {name: value for name, value in self.where.items() if name != "issue_type"}
        if not rest or rest == self.where or not self.counts:
            return self.title
        issue = self.names.of("issue_type", self.where["issue_type"])
        return _("%(issue)s in %(slice)s") % {"issue": issue, "slice": self.names.title(rest)}

    @cached_property
    def cause(self) -> str:
        """Where the excess lies, in one sentence; "" when nobody looked."""
        if self.signal.external:
            return _("No single slice holds it: look for something from outside, such as a carrier or a season.")
        best = next(iter(self.signal.causes), None)
        if best is None or not best.get("share"):
            return ""
        if best["slice"] == self.where:
            share = figures.percent(min(1.0, best["share"]), 0)
            return _("%(share)s of what this issue has above expectation lies here.") % {"share": share}
        said = {"share": figures.percent(min(1.0, best["share"]), 0), "slice": self.names.title(best["slice"])}
        return _("%(share)s of what is above expectation lies in %(slice)s.") % said

    @property
    def reason(self) -> str:
        return reason_text(self.signal.reason)


def told(member: Member, signals: Sequence[Signal]) -> list[Told]:
    names = Names(member)
    return [Told(one, names, member.workspace.currency) for one in signals]


def times(ratio: float) -> str:
    return f"×{ratio:.1f}"


def chance(pvalue: float) -> str:
    """How likely chance alone does this: `p < 0.0001`, `p = 0.003`."""
    return "p < 0.0001" if pvalue < 0.0001 else f"p = {pvalue:.2g}" if pvalue >= 0.001 else f"p = {pvalue:.4f}"


def week_name(week: int) -> str:
    return _("week %(week)s") % {"week": week % 100}


def reason_kept(why: str, words: str) -> str:
    """A reason as it is stored: its code, then the person's own words."""
    return f"{why}: {words}" if words else why


def reason_text(kept: str) -> str:
    """A stored reason in the reader's language; free words stay as they are."""
    code, _colon, words = kept.partition(":")
    if code not in WHY_NOT:
        return kept
    said = str(WHY_NOT[code])
    return f"{said}: {words.strip()}" if words.strip() else said
