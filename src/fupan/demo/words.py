"""Messages that read like buyers: parts of `phrases/<language>.toml` put together, with their slips of the keyboard."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")
Slots = Mapping[str, str]
LANGUAGES = ("en", "zh", "de", "ja", "fr", "es", "th", "vi", "it")
TYPED = frozenset({"en", "de", "fr", "es", "it", "vi"})  # languages in which single letters go astray
TYPO = 0.14  # share of messages with slips


class Dice:
    """Cheap luck: uniform numbers in stock, drawn from one generator."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._stock: list[float] = []
        self._bells: list[float] = []

    def luck(self) -> float:
        if not self._stock:
            self._stock = self._rng.random(16384).tolist()
        return self._stock.pop()

    def chance(self, share: float) -> bool:
        return self.luck() < share

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.luck() * len(options))]

    def between(self, low: int, high: int) -> int:
        return low + int(self.luck() * (high - low + 1))

    def bell(self) -> float:
        """A standard normal number."""
        if not self._bells:
            self._bells = self._rng.standard_normal(4096).tolist()
        return self._bells.pop()

    def by_share(self, shares: Mapping[str, float]) -> str:
        left = self.luck() * sum(shares.values())
        for name, share in shares.items():
            left -= share
            if left < 0:
                return name
        return next(iter(shares))


@cache
def phrases(language: str) -> dict[str, Any]:
    """The phrase file of a language: sections of lists."""
    return tomllib.loads(resources.files("fupan.demo").joinpath("phrases", f"{language}.toml").read_text("utf-8"))


class Writer:
    """Writes one language as its buyers do, and as our agents answer in it."""

    def __init__(self, language: str, dice: Dice) -> None:
        self.language, self.dice = language, dice
        self._all = phrases(language)
        self._frame = self._all["frame"]
        self._join: str = self._frame["join"]

    def person(self) -> tuple[str, str]:
        """(how we address the buyer, full name)."""
        names = self._all["names"]
        given, family = self.dice.pick(names["given"]), self.dice.pick(names["family"])
        parts = [family, given] if names.get("family_first") else [given, family]
        full = ("" if self.language in ("ja", "zh") else " ").join(parts)
        return {"ja": family, "zh": full, "de": full}.get(self.language, given), full

    def _options(self, issue: str, words: str, part: str) -> Sequence[str]:
        found: Sequence[str] = self._all.get(words, {}).get(part) or self._all[issue].get(part, ())
        return found

    def mail(self, issue: str, slots: Slots, *, words: str, ask: str, anger: float, again: bool) -> tuple[str, str]:
        """(subject, text) of an e-mail through the marketplace."""
        dice, frame = self.dice, self._frame
        subject = dice.pick(self._options(issue, words, "subject"))
        blocks = [dice.pick(frame["greetings"])] if dice.chance(0.72) else []
        blocks += self._told(issue, words, anger=anger, again=again)
        if dice.chance(0.8):
            blocks.append(self._wish(issue, ask))
        if dice.chance(0.5):
            blocks.append(dice.pick(frame["closings"]))
        if dice.chance(0.4):
            blocks.append(slots["signature"])
        text = ("\n" if dice.chance(0.6) else "\n\n" if dice.chance(0.6) else " ").join(blocks)
        return subject.format_map(slots), self._typed(text.format_map(slots))

    def chat(self, issue: str, slots: Slots, *, words: str, ask: str, anger: float, again: bool) -> tuple[str, str]:
        """A chat message: short, often without greeting, capitals or full stop. Chats have no subject."""
        dice = self.dice
        parts = [dice.pick(self._frame["chat_greetings"])] if dice.chance(0.45) else []
        parts += self._told(issue, words, anger=anger, again=again)
        if dice.chance(0.55):
            parts.append(self._wish(issue, ask))
        text = ("\n" if dice.chance(0.25) else self._join or " ").join(parts)
        if self.language in ("en", "vi") and dice.chance(0.45):
            text = text.lower().rstrip(".")
        return "", self._typed(text.format_map(slots))

    def _told(self, issue: str, words: str, *, anger: float, again: bool) -> list[str]:
        """The trouble itself: problem, details, order number, temper."""
        dice, frame = self.dice, self._frame
        said = [dice.pick(frame["again"])] if again else []
        said.append(dice.pick(self._options(issue, words, "problem")))
        details = self._options(issue, words, "detail")
        if details and dice.chance(0.62):
            said.append(dice.pick(details))
        if details and dice.chance(0.22):
            said.append(dice.pick(details))
        if dice.chance(anger):
            said.insert(dice.between(0, len(said)), dice.pick(frame["angry"]))
        body = self._join.join(dict.fromkeys(said))
        if not dice.chance(0.48):
            return [body]
        number = dice.pick(frame["order"])
        return [number, body] if dice.chance(0.55) else [body, number]

    def _wish(self, issue: str, ask: str) -> str:
        own, common = self._options(issue, "", "ask"), self._options("frame", "", ask)
        return self.dice.pick(own if own and self.dice.chance(0.7) else common)

    def comment(self, issue: str, slots: Slots, *, words: str = "") -> str:
        """What a buyer types into the box of a return form."""
        said = [self.dice.pick(self._options(issue, words, "short"))]
        details = self._options(issue, words, "detail")
        if details and self.dice.chance(0.35):
            said.append(self.dice.pick(details))
        join = ". " if self.language in TYPED else "。" if self.language == "ja" else self._join or " "
        return self._typed(join.join(dict.fromkeys(said)).format_map(slots))

    def review(self, issue: str, slots: Slots, *, words: str, anger: float) -> str:
        """The text under some stars; without an issue, praise."""
        dice = self.dice
        if not issue:
            said = [dice.pick(self._frame["praise"]) for _time in range(dice.between(1, 2))]
        else:
            said = [dice.pick(self._options(issue, words, "problem"))]
            said += [dice.pick(self._frame["angry"])] if dice.chance(anger) else []
            said += [dice.pick(self._options(issue, words, "detail"))] if dice.chance(0.6) else []
        return self._typed(self._join.join(dict.fromkeys(said)).format_map(slots))

    def reply(self, resolution: str, slots: Slots) -> str:
        """Our agents' answer."""
        return self.dice.pick(self._options("replies", "", resolution)).format_map(slots)

    def quoted(self, text: str, reply: str) -> str:
        """An answer to our answer, with our words under it as mail programs do."""
        return f"{text}\n\n" + "\n".join(f"> {line}" for line in reply.splitlines())

    def _typed(self, text: str) -> str:
        if self.language == "th":
            text = _one_voice(text, female=self.dice.chance(0.6))
        if not self.dice.chance(TYPO):
            return text
        if self.language in TYPED:
            return _slip(text, self.dice)
        return text.translate(_BARE) if self.dice.chance(0.5) else text


_BARE = str.maketrans({"。": " ", "，": " ", "、": " ", "？": " ", "！": " "})


def _one_voice(text: str, *, female: bool) -> str:
    """A Thai sentence ends as its speaker does: phrases of both voices never mix in one message."""
    if female:
        return text.replace("นะครับ", "นะคะ").replace("ครับ", "ค่ะ")
    return text.replace("ค่ะ", "ครับ").replace("คะ", "ครับ")


def _slip(text: str, dice: Dice) -> str:
    """One or two words with letters swapped, lost or doubled; numbers stay as they are."""
    words = text.split(" ")
    for _time in range(dice.between(1, 2)):
        at = dice.between(0, len(words) - 1)
        word = words[at]
        if len(word) < 4 or not word.isalpha():
            continue
        spot, kind = dice.between(1, len(word) - 2), dice.luck()
        if kind < 0.4:
            words[at] = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
        elif kind < 0.75:
            words[at] = word[:spot] + word[spot + 1 :]
        else:
            words[at] = word[:spot] + word[spot] + word[spot:]
    return " ".join(words)
