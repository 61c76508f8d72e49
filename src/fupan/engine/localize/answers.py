"""What a localisation answers: the slices behind a change, each with its figures, able to say themselves."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf
from typing import Literal

from fupan.engine import words

Method = Literal["scan", "dense"]
_SURE = 0.995  # a share from here on is "all of it"


@dataclass(frozen=True, slots=True)
class Cause:
    """One slice that explains the change.

    slice       {attribute: value}
    observed    the figure of all its leaves, in the unit of the metric
    expected    what was expected of them
    ratio       observed over expected; inf where nothing was expected
    low, high   95 % interval of the ratio; high may be inf
    share       its part of the whole change, 0 to 1
    """

    slice: dict[str, str]
    observed: float
    expected: float
    ratio: float
    low: float
    high: float
    share: float

    def name(self, lang: str) -> str:
        """The slice in words: "carrier DHL, country DE" ("carrier DHL、country DE")."""
        between = ", " if words.known(lang) == "en" else "、"
        return between.join(f"{attribute} {value}" for attribute, value in self.slice.items())

    def explain(self, lang: str) -> str:
        """The slice and its figures in one sentence, in "en" or "zh-hans"."""
        told = _SENTENCES[words.known(lang)]
        bounds = words.change(self.low, lang), "" if isinf(self.high) else words.change(self.high, lang)
        span = words.span(*bounds, open_above=isinf(self.high), lang=lang)
        figure = told["new"] if isinf(self.ratio) else words.change(self.ratio, lang)
        part = told["all"] if self.share >= _SURE else told["part"].format(share=words.share(self.share))
        return told["cause"].format(
            name=self.name(lang),
            observed=_amount(self.observed),
            expected=_amount(self.expected),
            figure=figure,
            span=span,
            part=part,
        )


@dataclass(frozen=True, slots=True)
class Localization:
    """Where a change comes from.

    causes               slices, the one with most evidence first; empty when none stands out
    external             more than half of the change lies outside every slice: all moved together, or the cause is
                         not among these attributes
    observed, expected   totals over all leaves
    method               which engine answered: "scan" (sparse counts) or "dense"
    """

    causes: list[Cause]
    external: bool
    observed: float
    expected: float
    method: Method

    def __len__(self) -> int:
        return len(self.causes)

    def explain(self, lang: str) -> str:
        """What was found, a sentence for each cause, in "en" or "zh-hans"."""
        told = _SENTENCES[words.known(lang)]
        sentences = [cause.explain(lang) for cause in self.causes]
        if self.external:
            sentences.append(told["external" if not self.causes else "external_rest"])
        elif not self.causes:
            sentences.append(told["nothing"])
        return told["join"].join(sentences)


def _amount(value: float) -> str:
    """A count or amount with as many digits as help."""
    if value == round(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1 else f"{value:,.2f}"


_SENTENCES = {
    "en": {
        "cause": "{name}: {observed} instead of {expected} ({figure}, {span}), {part}.",
        "part": "{share} of the change",
        "all": "the whole change",
        "new": "not seen before",
        "nothing": "No slice stands out; chance alone can do this.",
        "external": "No slice explains this change: it is common to all, or its cause is not among these attributes.",
        "external_rest": "Most of the change lies elsewhere: it is common to all, or its cause is not among these "
        "attributes.",
        "join": " ",
    },
    "zh-hans": {
        "cause": "{name}：实际 {observed}，预期 {expected}（{figure}，{span}），{part}。",
        "part": "占变化的 {share}",
        "all": "即全部变化",
        "new": "此前没有",
        "nothing": "没有突出的切片，偶然也会这样。",
        "external": "没有切片能解释这次变化：要么整体都在变，要么原因不在这些维度之中。",
        "external_rest": "大部分变化在别处：要么整体都在变，要么原因不在这些维度之中。",
        "join": "",
    },
}
