"""What a search answers: hits with their reasons, and whether there is anything like it at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fupan.engine import words

Id = str | int

_FACTS = {
    "en": {
        "product": "product", "cause": "cause", "issue": "issue type", "batch": "batch", "supplier": "supplier",
        "carrier": "carrier", "country": "country", "shop": "shop", "platform": "platform", "company": "company",
    },
    "zh-hans": {
        "product": "产品", "cause": "根因", "issue": "问题类型", "batch": "批次", "supplier": "供应商",
        "carrier": "物流商", "country": "国家", "shop": "店铺", "platform": "平台", "company": "公司",
    },
}  # fmt: skip
_SAID = {
    "en": {
        "same": "same {}", "and": " and ", "words": "words in common: {}", "language": "written in another language",
        "resolution": "found by its resolution", "join": "; ", "list": ", ",
        "close": "nearly the same meaning ({})", "like": "similar meaning ({})", "far": "loosely similar ({})",
    },
    "zh-hans": {
        "same": "相同的{}", "and": "和", "words": "共同用词：{}", "language": "以另一种语言书写",
        "resolution": "由其处理方案找到", "join": "；", "list": "、",
        "close": "意思几乎相同（{}）", "like": "意思相近（{}）", "far": "略有相似（{}）",
    },
}  # fmt: skip
_CLOSE, _LIKE = 0.75, 0.45


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons of one hit.

    likeness            the score of the texts alone, before evidence
    covered, grams      share of the query's words found (by idf); cosine of character grams
    quick, deep         likeness by USE and by E5 (its cosine from 0.75 to 1 as 0 to 1), None without a vector
    same                facts in common: ("product", "cause")
    words               the query's words that the text holds, weightiest first, five at most
    one_language        whether query and text are of one language
    field               "problem" or "resolution": where it was found
    """

    likeness: float
    covered: float
    grams: float
    quick: float | None
    deep: float | None
    same: tuple[str, ...]
    words: tuple[str, ...]
    one_language: bool
    field: str = "problem"

    def explain(self, lang: str) -> str:
        """The reasons in a sentence, "en" or "zh-hans"; the strongest first."""
        code = words.known(lang)
        said, facts = _SAID[code], _FACTS[code]
        level = "close" if self.likeness >= _CLOSE else "like" if self.likeness >= _LIKE else "far"
        parts = (
            [said["same"].format(said["and"].join(facts.get(name, name) for name in self.same))] if self.same else []
        )
        parts.append(said[level].format(f"{min(max(self.likeness, 0), 1):.2f}"))
        if self.words:
            parts.append(said["words"].format(said["list"].join(self.words)))
        if not self.one_language:
            parts.append(said["language"])
        if self.field == "resolution":
            parts.append(said["resolution"])
        whole = said["join"].join(parts)
        return whole[:1].upper() + whole[1:]


@dataclass(frozen=True, slots=True)
class Hit:
    """A case like the query.

    id             as it was added
    score          absolute, about 0 to 1, plus 0.05 for each fact in common; higher is more alike
    why            what it rests on
    probability    how often a best hit of this likeness was right when calibrated, None before
    sure           whether the likeness reaches the calibrated threshold, None before
    """

    id: Id
    score: float
    why: Why
    probability: float | None = None
    sure: bool | None = None

    def explain(self, lang: str) -> str:
        """Why it is shown, in a sentence."""
        return self.why.explain(lang)


class Hits(list[Hit]):
    """Hits, best first, and what the best one means."""

    def __init__(self, hits: Iterable[Hit] = (), *, calibrated: bool = False) -> None:
        super().__init__(hits)
        self.calibrated = calibrated

    @property
    def nothing_like_this(self) -> bool | None:
        """No hit is sure: say so before showing any. None as long as the index is not calibrated."""
        return not any(hit.sure for hit in self) if self.calibrated else None

    @property
    def probability(self) -> float | None:
        """How probable it is that the best hit is right; None before calibration."""
        return max((hit.probability or 0.0 for hit in self), default=0.0) if self.calibrated else None

    def explain(self, lang: str) -> str:
        """One sentence over the list."""
        english = words.known(lang) == "en"
        if not self:
            return "No case to compare with." if english else "没有可比较的案例。"
        if not self.calibrated:
            return (
                "Ranked; how sure this is has not been calibrated." if english else "仅按相似度排序，尚未校准可信度。"
            )
        if self.nothing_like_this:
            return (
                "Nothing like this is known; the nearest cases follow."
                if english
                else "没有类似的案例；以下为最接近的。"
            )
        share = words.share(self.probability or 0.0)
        return f"A case like this is known ({share} sure)." if english else f"已有类似案例（把握 {share}）。"
