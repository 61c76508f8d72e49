"""Weeks of complaints that nobody wrote: words drawn by Zipf's law, with or without a phrase planted in some."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_SYLLABLES = {
    "en": [first + second for first in "bdklmnrstv" for second in "aeo"],
    "zh": list("天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结霜金生丽水玉出昆冈"),
}


@dataclass(frozen=True)
class Invented:
    """Texts of now and before; ``planted``: the numbers of those of now that hold the phrase."""

    now: list[str]
    before: list[str]
    planted: list[int]


def weeks(
    rng: np.random.Generator,
    *,
    now: int = 250,
    before: int = 2500,
    language: str = "en",
    phrase: str = "",
    holding: int = 8,
    base: float = 0.0025,
) -> Invented:
    """Texts of 5 to 20 words out of 3,000; ``phrase`` in ``holding`` of now and the part ``base`` of before."""
    words = _vocabulary(rng, language)
    frequency = 1 / np.arange(1, len(words) + 1)
    blank = " " if language == "en" else ""
    lengths = rng.integers(5, 21, now + before)
    drawn = [words[i] for i in rng.choice(len(words), lengths.sum(), p=frequency / frequency.sum())]
    texts = [drawn[end - length : end] for length, end in zip(lengths, lengths.cumsum(), strict=True)]
    planted = list(range(holding)) if phrase else []
    for index in [*planted, *(range(now, now + round(base * before)) if phrase else ())]:
        texts[index].insert(int(rng.integers(0, len(texts[index]) + 1)), phrase)
    whole = [blank.join(text) for text in texts]
    return Invented(whole[:now], whole[now:], planted)


def _vocabulary(rng: np.random.Generator, language: str) -> list[str]:
    syllables = _SYLLABLES[language]
    return ["".join(rng.choice(syllables, rng.integers(1, 4))) for _ in range(3000)]
