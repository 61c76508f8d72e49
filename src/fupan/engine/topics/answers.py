"""What a search for rising topics answers."""

from __future__ import annotations

from dataclasses import dataclass
from math import isinf

from fupan.engine import words
from fupan.engine.compare import Change


@dataclass(frozen=True, slots=True)
class Topic:
    """Something buyers now write about more than before.

    term        its label: the phrase that says most
    phrases     up to three phrases of it, the label first
    terms       every n-gram merged into it, the label first, as normalised for counting (lower case)
    now, before            documents (or buyers) with the label
    of_now, of_before      all documents (or buyers)
    score       weighted log-odds z of the label; the list is sorted by it, highest first
    pvalue      one-sided exact test of the label alone
    expected    false topics as strong as this one that a quiet week brings, given all terms looked at
    change      how many times as frequent, with its 95 % interval
    documents   indices into ``documents_now`` of those with the label
    quotes      up to three of them, the most telling first
    history     documents (or buyers) with the label in each week before, oldest first; empty when weeks were not told
    """

    term: str
    phrases: tuple[str, ...]
    terms: tuple[str, ...]
    now: int
    before: int
    of_now: int
    of_before: int
    score: float
    pvalue: float
    expected: float
    change: Change
    documents: tuple[int, ...]
    quotes: tuple[int, ...]
    history: tuple[int, ...] = ()

    def explain(self, lang: str) -> str:
        """The topic in one sentence, in "en" or "zh-hans"."""
        told = _SENTENCES[words.known(lang)]
        found = {
            "term": self.term,
            "now": f"{self.now:,}",
            "of_now": f"{self.of_now:,}",
            "before": f"{self.before:,}",
            "of_before": f"{self.of_before:,}",
            "ratio": words.change(self.change.ratio, lang) if not isinf(self.change.ratio) else told["new"],
            "span": words.span(
                words.change(self.change.low, lang),
                "" if isinf(self.change.high) else words.change(self.change.high, lang),
                open_above=isinf(self.change.high),
                lang=lang,
            ),
            "chance": _chance(self.expected, told),
        }
        return told["rising"].format(**found)


def _chance(expected: float, told: dict[str, str]) -> str:
    weeks = 1 / max(expected, 1e-12)
    if weeks >= 1000:
        return told["hardly"]
    return told["weeks"].format(weeks=f"{weeks:.0f}")


_SENTENCES = {
    "en": {
        "rising": "“{term}” is rising: in {now} of {of_now} texts, before in {before} of {of_before} "
        "({ratio}; {span}). {chance}",
        "new": "none before",
        "weeks": "Chance alone brings such a term about once in {weeks} periods.",
        "hardly": "Chance alone brings such a term less than once in 1,000 periods.",
    },
    "zh-hans": {
        "rising": "“{term}”正在增多：本期 {of_now} 条中有 {now} 条，"
        "此前 {of_before} 条中有 {before} 条（{ratio}；{span}）。{chance}",
        "new": "此前没有",
        "weeks": "仅凭偶然，约每 {weeks} 期才会出现一个这样的词。",
        "hardly": "仅凭偶然，1,000 期也难得出现一个这样的词。",
    },
}
