"""What an outbreak alarm says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from fupan.engine import words

Tier = Literal["full", "years", "pooled", "young"]
Kind = Literal["outbreak", "drift"]
TIERS: tuple[Tier, ...] = ("full", "years", "pooled", "young")


@dataclass(frozen=True, slots=True)
class Alarm:
    """One slice out of line, from the week it was raised until three quiet weeks have passed.

    slice      row of the counts
    name       its name when names were given, else ""
    week       the week it was raised in, 0-based
    since      the first week of the trouble: ``week`` for an outbreak, earlier for a drift
    last       the last week that showed it
    open       fewer than three quiet weeks have passed since
    kind       "outbreak": one week far too high; "drift": weeks on end a little too high
    observed   cases in ``week``, or from ``since`` to ``week`` for a drift
    expected   what the history leads to expect of the same weeks, as far as reported by now
    upper      the highest number chance explains (once in 200)
    low        cases in excess at least, with 95 % certainty
    pvalue     probability of as many cases, or more, by chance
    score      how far the cases went of the way from expected to upper; above 1 is beyond
    tier       what the expectation rests on: "full" three years or more, "years" one to three, "pooled" under a year
               with the season of the parent slice, "young" under 26 weeks, mostly on sibling slices
    """

    slice: int
    week: int
    observed: float
    expected: float
    upper: float
    low: float
    pvalue: float
    score: float
    tier: Tier
    kind: Kind
    since: int
    last: int
    open: bool
    name: str = ""

    @property
    def excess(self) -> float:
        """Cases above the expected number."""
        return self.observed - self.expected

    def explain(self, lang: str) -> str:
        """The alarm as a sentence; raises BadChoice for a language other than "en" and "zh-hans"."""
        told = _SENTENCES[words.known(lang)]
        weeks = self.week - self.since + 1
        said = told[self.kind].format(
            observed=f"{self.observed:,.0f}",
            expected=f"{self.expected:,.{1 if self.expected < 10 else 0}f}",
            upper=f"{self.upper:,.0f}",
            weeks=weeks,
        )
        basis = told[self.tier]
        return told["named"].format(name=self.name, said=said) + basis if self.name else said + basis


_SENTENCES = {
    "en": {
        "named": "{name}: {said}",
        "outbreak": "{observed} cases where {expected} were expected; chance alone seldom gives more than {upper}.",
        "drift": "{observed} cases in {weeks} weeks where {expected} were expected; chance alone seldom gives more "
        "than {upper}.",
        "full": "",
        "years": " Based on less than three years.",
        "pooled": " Based on less than a year; the season is that of the slice above.",
        "young": " A young series: based mostly on similar slices.",
    },
    "zh-hans": {
        "named": "{name}：{said}",
        "outbreak": "出现 {observed} 件，预期 {expected} 件；偶然情况下很少超过 {upper} 件。",
        "drift": "{weeks} 周内出现 {observed} 件，预期 {expected} 件；偶然情况下很少超过 {upper} 件。",
        "full": "",
        "years": "依据不足三年的历史。",
        "pooled": "依据不足一年的历史，季节性取自上级切片。",
        "young": "新序列：主要依据同类切片。",
    },
}
