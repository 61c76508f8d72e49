"""Keyword rules: which issue a text speaks of. More and longer hits win; a denied phrase does not count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fupan.desk.wording import UNSPACED, plain

_DENIALS: dict[str, frozenset[str]] = {
    "en": frozenset(
        ["no", "not", "never", "without", "isnt", "wasnt", "arent", "werent", "didnt", "doesnt", "nothing"]
    ),
    "de": frozenset(["nicht", "kein", "keine", "keinen", "keinem", "ohne", "nie", "weder"]),
    "fr": frozenset(["pas", "sans", "aucun", "aucune", "jamais", "ni"]),
    "es": frozenset(["no", "sin", "ni", "nunca", "ningun", "ninguna"]),
    "pt": frozenset(["nao", "sem", "nem", "nunca", "nenhum", "nenhuma"]),
    "it": frozenset(["non", "senza", "ne", "mai", "nessun", "nessuna"]),
    "vi": frozenset(["khong", "chua", "chang"]),
    "ms": frozenset(["tak", "tidak", "bukan", "tiada", "tanpa"]),
}
_DENIED_BEFORE: dict[str, tuple[str, ...]] = {
    "zh": ("没有", "没", "不是", "不会", "未", "並沒有", "沒有"),
    "th": ("ไม่", "ไม่มี"),
}
_DENIED_AFTER: dict[str, tuple[str, ...]] = {
    "ja": ("ていません", "ていない", "ではありません", "ではない", "はありません", "はない", "もありません", "いません")
}


class Rule(NamedTuple):
    """Phrases that must all occur in a text of `language` ("" = any) to speak for `issue`."""

    language: str
    words: str
    issue: str


class Part(NamedTuple):
    """One phrase, ready to be looked for."""

    needle: str
    weight: float
    guarded: bool  # a denial before it takes it back


@dataclass(slots=True)
class Matcher:
    """The rules of one language, compiled."""

    language: str
    rules: list[tuple[str, str, tuple[Part, ...]]] = field(default_factory=list)  # first needle, issue, all parts

    @classmethod
    def of(cls, language: str, rules: Iterable[Rule]) -> Matcher:
        matcher = cls(language)
        for rule in rules:
            parts = tuple(_part(piece, language) for piece in rule.words.split(" + ") if piece.strip(" *"))
            if parts:
                matcher.rules.append((parts[0].needle, rule.issue, parts))
        return matcher

    def scores(self, text: str) -> dict[str, float]:
        """How strongly `text` speaks for each issue."""
        said = plain(text, self.language)
        near = [(issue, parts) for needle, issue, parts in self.rules if needle in said]
        hits = [
            (issue, parts[0].needle if len(parts) == 1 else "", sum(part.weight for part in parts))
            for issue, parts in near
            if all(part.needle in said for part in parts) and not self._denied(said, parts)
        ]
        return _added(hits)

    def _denied(self, said: str, parts: Sequence[Part]) -> bool:
        return any(part.guarded and denied(said, part.needle, self.language) for part in parts)


def _part(piece: str, language: str) -> Part:
    open_start, open_end = piece.strip().startswith("*"), piece.strip().endswith("*")
    core = plain(piece.replace("*", " "), language)
    if language in UNSPACED:
        return Part(core, min(4.0, max(1.0, len(core) / (4 if language == "th" else 2))), guarded=True)
    words = core.split()
    needle = f"{'' if open_start else ' '}{' '.join(words)}{'' if open_end else ' '}"
    denies = any(word in _DENIALS.get(language, ()) for word in words)
    return Part(needle, min(4.0, 0.5 + 0.5 * len(words) + min(1.0, len(needle) / 20)), guarded=not denies)


def _added(hits: list[tuple[str, str, float]]) -> dict[str, float]:
    """Scores by issue; a phrase inside a longer hit counts a quarter, whatever it speaks for."""
    scores: dict[str, float] = {}
    for issue, needle, weight in hits:
        inside = needle and any(needle != other and needle.strip() in other for _issue, other, _weight in hits)
        scores[issue] = scores.get(issue, 0.0) + (weight * 0.25 if inside else weight)
    return scores


def denied(said: str, needle: str, language: str) -> bool:
    """Whether every occurrence of `needle` is taken back ("not damaged", "没有破损", "壊れていません")."""
    at = said.find(needle)
    while at >= 0:
        if not _taken_back(said, at, at + len(needle), language):
            return False
        at = said.find(needle, at + 1)
    return True


def _taken_back(said: str, start: int, end: int, language: str) -> bool:
    if language in _DENIED_AFTER:
        return said.startswith(_DENIED_AFTER[language], end)
    if language in _DENIED_BEFORE:
        return said[max(0, start - 3) : start].endswith(_DENIED_BEFORE[language])
    words = _DENIALS.get(language, frozenset())
    return any(word in words for word in said[max(0, start - 24) : start].split()[-2:])
