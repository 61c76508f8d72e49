"""What a marketplace does not allow in words to a buyer, with the offending words (rules in `lint.toml`)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from fupan.desk.compute._outside import contacts, links

NOTE, AUTO, PROACTIVE = "note", "auto", "proactive"  # kinds of text that differ from an answer to the buyer
MARKETS = ("amazon", "shopee", "lazada", "tiktok", "ebay", "walmart")
_ANY = "*"
_NEAR = 60  # characters between two words that belong together


class Rule(NamedTuple):
    """What is not allowed, where, and why."""

    name: Any
    why: Any
    platforms: tuple[str, ...]
    unasked_only: bool = False  # holds only for words the buyer did not ask for


RULES: dict[str, Rule] = {
    "review_reward": Rule(
        _("reward for a review"),
        _("Nothing may be offered in return for a review, be it money, a refund or a gift."), (_ANY,),
    ),
    "review_change": Rule(
        _("asking to change a review"), _("A buyer may not be asked to change or remove a review."), (_ANY,)
    ),
    "review_happy": Rule(
        _("asking for good reviews only"), _("A review may not be asked of contented buyers only, nor a good one."),
        MARKETS,
    ),
    "review_ask": Rule(
        _("asking for a review"), _("The marketplace asks for reviews itself; an answer must not."), ("amazon",)
    ),
    "outside_link": Rule(
        _("outside link"), _("Links may not lead away from the marketplace, except to follow the parcel."), MARKETS
    ),
    "listing_link": Rule(_("link to goods"), _("Links to products or to the shop count as advertising."), ("amazon",)),
    "contact": Rule(
        _("contact outside the marketplace"),
        _("Addresses, numbers and messengers of our own lead the buyer off the marketplace."), MARKETS,
    ),
    "marketing": Rule(
        _("advertising"), _("Coupons, offers and other goods have no place in a message about an order."),
        ("amazon", "walmart"),
    ),
    "ask_cancel": Rule(
        _("asking to cancel"), _("A buyer may never be asked to cancel an order that the seller cannot fulfil."),
        MARKETS,
    ),
    "emoji": Rule(_("emoji"), _("No emoji in messages the buyer did not ask for."), ("amazon",), unasked_only=True),
    "blank_lines": Rule(
        _("blank lines"), _("At most two blank lines in a row in messages the buyer did not ask for."), ("amazon",),
        unasked_only=True,
    ),
}  # fmt: skip


class Offence(NamedTuple):
    """Words that may not be sent: where they stand, which rule they break, and why."""

    start: int
    end: int
    words: str
    rule: str
    why: Any

    @property
    def name(self) -> Any:
        return RULES[self.rule].name


def lint(text: str, platform: str, kind: str = "reply") -> list[Offence]:
    """What of `text` the platform does not allow, in order of place; an internal note may say anything."""
    if kind == NOTE or not text.strip():
        return []
    level, places = _levelled(text)
    found: list[tuple[int, int, str]] = []
    for rule, start, end in _hits(level):
        if _holds(rule, platform, kind):
            found.append((places[start], places[end - 1] + 1, rule))
    return [Offence(at, to, text[at:to], rule, RULES[rule].why) for at, to, rule in _distinct(found)]


def _holds(rule: str, platform: str, kind: str) -> bool:
    known = RULES[rule]
    if known.unasked_only and kind not in {AUTO, PROACTIVE}:
        return False
    return _ANY in known.platforms or platform in known.platforms


def _levelled(text: str) -> tuple[str, list[int]]:
    """Wide letters made narrow, invisible ones left out; for each character left, where it stood."""
    letters, places = [], []
    for at, letter in enumerate(text):
        if unicodedata.category(letter) == "Cf":
            continue
        plain = unicodedata.normalize("NFKC", letter)
        letters.append((plain if len(plain) == 1 else letter).replace("’", "'").replace("\xa0", " "))
        places.append(at)
    return "".join(letters), places


def _distinct(found: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """One offence a rule and place; the graver rule on a review hides the milder ones inside it."""
    kept: list[tuple[int, int, str]] = []
    order = list(RULES)
    for start, end, rule in sorted(set(found), key=lambda hit: (order.index(hit[2]), hit[0] - hit[1])):
        about = rule.split("_")[0]
        if not any(one[2].split("_")[0] == about and start < one[1] and one[0] < end for one in kept):
            kept.append((start, end, rule))
    return sorted(kept)


def _hits(text: str) -> Iterator[tuple[str, int, int]]:
    yield from links(text)
    yield from contacts(text)
    for match in _EMOJI.finditer(text):
        yield "emoji", match.start(), match.end()
    for match in _BLANK.finditer(text):
        yield "blank_lines", match.start(), match.end()
    sentences = [(found.start(), found.end()) for found in _SENTENCE.finditer(text)]
    for speech in _speeches():
        for at, (start, end) in enumerate(sentences):
            yield from speech.hits(text, start, end, sentences[at + 1][1] if at + 1 < len(sentences) else end,
                                   sentences[at - 1][0] if at else start)  # fmt: skip


_EMOJI = re.compile(r"[\U0001F300-\U0001FAFF\u2600-\u26FF\u2700-\u27BF]+")
_BLANK = re.compile(r"\n(?:[ \t]*\n){3,}")
_SENTENCE = re.compile(r"(?:[^.!?。！？\n]|[.!?](?=\S))+[.!?。！？]*")


class Speech:
    """The rules about reviews, advertising and cancelling in one language."""

    def __init__(self, language: str, words: dict[str, list[str]]) -> None:
        spaced = language not in {"zh", "ja", "th"}
        one = {name: _either(pieces, spaced=spaced) for name, pieces in words.items()}
        self.asked = re.compile(_both(one["ask"], one["review"]), re.IGNORECASE)
        self.changed = re.compile(_both(one["change"], one["review"]), re.IGNORECASE)
        self.happy = re.compile(one["happy"], re.IGNORECASE)
        self.reward = re.compile(one["reward"], re.IGNORECASE)
        self.thanks = re.compile(one["thanks"], re.IGNORECASE)
        self.refuses = re.compile(one["refuses"], re.IGNORECASE)
        self.cancel = re.compile(one["cancel"], re.IGNORECASE)
        self.market = re.compile(one["market"], re.IGNORECASE)

    def hits(self, text: str, start: int, end: int, after: int, before: int) -> Iterator[tuple[str, int, int]]:
        """Offences of the sentence from `start` to `end`; the next one reaches to `after`, the last from `before`."""
        refused = self.refuses.search(text, start, end)
        for rule, pattern in (("marketing", self.market), ("ask_cancel", self.cancel)):
            found = pattern.search(text, start, end)
            if found and not (refused and rule == "ask_cancel"):
                yield rule, found.start(), found.end()
        if refused or self.thanks.search(text, start, end):
            return
        changed = self.changed.search(text, start, end)
        if changed:
            yield "review_change", changed.start(), changed.end()
        asked = self.asked.search(text, start, end)
        if not asked:
            return
        reward = (
            self.reward.search(text, start, end)
            or self.reward.search(text, end, after)
            or self._offered_before(text, before, start)
        )
        if reward:
            yield "review_reward", min(asked.start(), reward.start()), max(asked.end(), reward.end())
        happy = self.happy.search(text, start, end)
        if happy:
            yield "review_happy", min(asked.start(), happy.start()), max(asked.end(), happy.end())
        yield "review_ask", asked.start(), asked.end()

    def _offered_before(self, text: str, start: int, end: int) -> re.Match[str] | None:
        """A reward named in the sentence before, unless that sentence only tells what was done."""
        return None if self.thanks.search(text, start, end) else self.reward.search(text, start, end)


def _either(pieces: list[str], *, spaced: bool) -> str:
    joined = "|".join(f"(?:{piece})" for piece in pieces)
    return rf"(?<!\w)(?:{joined})(?!\w)" if spaced else f"(?:{joined})"


def _both(one: str, other: str) -> str:
    gap = rf".{{0,{_NEAR}}}?"
    return f"(?:{one}){gap}(?:{other})|(?:{other}){gap}(?:{one})"


@cache
def _speeches() -> tuple[Speech, ...]:
    found = tomllib.loads((Path(__file__).parents[1] / "lint.toml").read_text("utf-8"))
    return tuple(Speech(language, words) for language, words in found.items())
