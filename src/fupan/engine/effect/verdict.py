"""What a check answers: a verdict, with the effect, its interval, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan
from typing import Literal

from fupan.engine import words

PLACEBO_ERROR = 0.025  # share of the placebos that may have fallen as much
Outcome = Literal["effective", "not_effective", "harmful", "inconclusive"]
Warned = Literal[
    "few_weeks", "few_controls", "few_cases", "few_placebos", "pre_trend", "overlapping", "no_exposure", "left_out"
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Did the action work? Changes are relative to what would have happened without it: -0.3 is 30 % fewer.

    verdict         "effective", "not_effective" (the wished reduction is ruled out), "harmful", or "inconclusive"
    change          the effect; NaN when nothing can be said yet
    low, high       its interval: 96 % at the planned look, else always-valid 99 % (5 % of error together)
    mde             the smallest reduction these data would find in 8 of 10 cases, 0 to 1
    weeks_needed    more weeks until the plan's smallest worthwhile reduction could be found; 0 when a verdict stands
                    or the data suffice, None when not within two years
    prevented       cases prevented (negative: added), with ``prevented_low``, ``prevented_high``
    saved           the same in money, with ``saved_low``, ``saved_high``, in ``currency``; None without a cost
    warnings        what forbids more than "inconclusive", or (``pre_trend``) forbids a claim in its direction
    pvalue          one-sided, of "no reduction", for a list of many actions (``compare.discovered``)
    placebo         share of the placebos that fell as much, NaN when not asked
    planned         the planned look, as against a weekly one
    observed, expected, error, spread
                    cases after the action; cases without it; standard error of ln(1 + change), and the variance in it
                    that does not come from ``observed``: what :func:`pool` needs
    """

    verdict: Outcome
    change: float
    low: float
    high: float
    mde: float
    weeks_needed: int | None
    prevented: float
    prevented_low: float
    prevented_high: float
    warnings: tuple[Warned, ...] = ()
    pvalue: float = 1.0
    placebo: float = nan
    planned: bool = False
    observed: float = 0.0
    expected: float = 0.0
    error: float = inf
    spread: float = inf
    saved: float | None = None
    saved_low: float | None = None
    saved_high: float | None = None
    currency: str | None = None

    @classmethod
    def nothing(cls, warnings: tuple[Warned, ...] = (), *, currency: str | None = None) -> Verdict:
        """There is nothing to compare (yet)."""
        return cls("inconclusive", nan, -1.0, inf, 1.0, None, nan, nan, nan, warnings, currency=currency)

    def explain(self, lang: str) -> str:
        """The verdict in a few sentences, in "en" or "zh-hans". Raises BadChoice for another language."""
        told = _SENTENCES[words.known(lang)]
        if isnan(self.change):
            return _joined([told["nothing"], *self._obstacles(told)], lang)
        certain = self.verdict == "inconclusive" and (self.low > 0 or self.high < 0)
        sentence = told["withheld" if certain else self.verdict]
        parts = [sentence.format(figure=words.change(1 + self.change, lang), span=self._span(lang))]
        if self.verdict == "inconclusive":
            parts.append(told["mde"].format(mde=f"{100 * self.mde:.0f}%"))
            parts.append(self._wait(told))
        elif self.verdict != "not_effective":
            parts.append(self._balance(told))
        return _joined([*parts, *self._obstacles(told)], lang)

    def _span(self, lang: str) -> str:
        told = _SENTENCES[words.known(lang)]["span" if self.planned else "span_weekly"]
        return told.format(low=words.change(1 + self.low, lang), high=words.change(1 + self.high, lang))

    def _wait(self, told: dict[str, str]) -> str:
        if self.weeks_needed is None:
            return told["never"]
        return told["wait"].format(weeks=self.weeks_needed) if self.weeks_needed else ""

    def _balance(self, told: dict[str, str]) -> str:
        added = self.verdict == "harmful"
        parts = [told["added" if added else "prevented"].format(**_figures(*self._prevented, added=added))]
        if self.saved is not None and self.saved_low is not None and self.saved_high is not None:
            money = _figures(self.saved, self.saved_low, self.saved_high, added=added)
            unit = f"{self.currency} " if self.currency else ""
            parts.append(told["cost" if added else "saved"].format(unit=unit, **money))
        return told["and"].join(parts) + told["stop"]

    @property
    def _prevented(self) -> tuple[float, float, float]:
        return self.prevented, self.prevented_low, self.prevented_high

    def _obstacles(self, told: dict[str, str]) -> list[str]:
        ranked_low = self.verdict == "inconclusive" and self.high < 0 and self.placebo > PLACEBO_ERROR
        return [told[warning] for warning in self.warnings] + [told["placebo_failed"]] * ranked_low


def _figures(middle: float, low: float, high: float, *, added: bool) -> dict[str, str]:
    """The three figures as texts; what was added is the negative of what was prevented."""
    ordered = (-middle, -high, -low) if added else (middle, low, high)
    return dict(zip(("figure", "low", "high"), (f"{value:,.0f}" for value in ordered), strict=True))


def _joined(parts: list[str], lang: str) -> str:
    return (" " if words.known(lang) == "en" else "").join(part for part in parts if part)


_SENTENCES = {
    "en": {
        "effective": "Effective: {figure} ({span}).",
        "not_effective": "Not effective: {figure} ({span}); the reduction hoped for is ruled out.",
        "harmful": "Harmful: {figure} ({span}).",
        "inconclusive": "Not enough data yet: {figure} ({span}); chance alone can do this.",
        "withheld": "No verdict yet: {figure} ({span}), but see the reservation.",
        "nothing": "Not enough data yet: there is nothing to compare.",
        "span": "96% interval {low} to {high}",
        "span_weekly": "interval for weekly looks {low} to {high}",
        "mde": "So far only a reduction of {mde} or more would be found.",
        "wait": "About {weeks} more weeks are needed.",
        "never": "At this volume two years would not be enough; take a wider slice.",
        "prevented": "Cases prevented: {figure} ({low} to {high})",
        "added": "Cases added: {figure} ({low} to {high})",
        "saved": "worth {unit}{figure} ({low} to {high})",
        "cost": "costing {unit}{figure} ({low} to {high})",
        "and": ", ",
        "stop": ".",
        "placebo_failed": "Untouched slices moved as much.",
        "few_weeks": "Fewer than 4 weeks have passed.",
        "few_controls": "Fewer than 5 slices to compare with.",
        "few_cases": "Fewer than 10 cases were to be expected.",
        "few_placebos": "Too little history to try the method on untouched weeks.",
        "pre_trend": "The slice was already moving away from the others before.",
        "overlapping": "Another action overlaps.",
        "no_exposure": "There were no orders in one of the periods.",
        "left_out": "Some actions could not be counted in.",
    },
    "zh-hans": {
        "effective": "有效：{figure}（{span}）。",
        "not_effective": "无效：{figure}（{span}），可以排除期望的降幅。",
        "harmful": "有害：{figure}（{span}）。",
        "inconclusive": "数据不足：{figure}（{span}），偶然也会这样。",
        "withheld": "暂不下结论：{figure}（{span}），但有以下保留。",
        "nothing": "数据不足：无从比较。",
        "span": "96% 区间 {low} ~ {high}",
        "span_weekly": "每周查看用的区间 {low} ~ {high}",
        "mde": "目前只能发现 {mde} 以上的降幅。",
        "wait": "大约还需 {weeks} 周。",
        "never": "按目前的数量，两年也不够；请选更大的切片。",
        "prevented": "避免了 {figure} 件（{low} ~ {high}）",
        "added": "增加了 {figure} 件（{low} ~ {high}）",
        "saved": "节省 {unit}{figure}（{low} ~ {high}）",
        "cost": "损失 {unit}{figure}（{low} ~ {high}）",
        "and": "，",
        "stop": "。",
        "placebo_failed": "未采取行动的切片也有同样的变化。",
        "few_weeks": "行动后还不到 4 周。",
        "few_controls": "可对照的切片不足 5 个。",
        "few_cases": "预期件数不足 10。",
        "few_placebos": "历史太短，无法在未行动的时段上检验方法。",
        "pre_trend": "行动之前，该切片已与其他切片走势不同。",
        "overlapping": "与另一项行动重叠。",
        "no_exposure": "其中一段时间没有订单。",
        "left_out": "部分行动无法计入。",
    },
}
