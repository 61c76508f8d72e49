"""Where a message goes: rules by what it says and what it is about, then the least laden colleague who fits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from fupan.desk.rules import denied
from fupan.desk.wording import UNSPACED, plain

LISTS = ("words", "languages", "products", "lines", "kinds", "issues", "shops", "platforms")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a rule may look at."""

    text: str
    language: str = ""
    product: str = ""
    line: str = ""
    kind: str = ""
    issues: frozenset[str] = frozenset()  # the issue and those above it
    shop: str = ""
    platform: str = ""
    value: Decimal | None = None  # of the order, in the workspace's currency


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody on duty."""

    pk: int
    tier: int
    languages: frozenset[str] = frozenset()
    issues: frozenset[str] = frozenset()
    shops: frozenset[int] = frozenset()  # empty: every shop
    open: int = 0
    most: int = 40


@dataclass(slots=True)
class Ruled:
    """A rule as it is tried: conditions all of which hold, and what is then done."""

    pk: int | None
    conditions: Mapping[str, Any]
    effects: Mapping[str, Any]
    last: bool = True
    hits: int = field(default=0)


def holds(conditions: Mapping[str, Any], seen: Seen) -> bool:
    """Whether every condition that is set holds; one without any holds for nothing."""
    if not any(conditions.get(name) for name in (*LISTS, "from_value")):
        return False
    least = conditions.get("from_value")
    if least and (seen.value is None or seen.value < Decimal(str(least))):
        return False
    told = {"languages": seen.language, "products": seen.product, "lines": seen.line, "kinds": seen.kind,
            "shops": seen.shop, "platforms": seen.platform}  # fmt: skip
    for name, value in told.items():
        wanted = conditions.get(name)
        if wanted and value not in wanted:
            return False
    if conditions.get("issues") and not seen.issues.intersection(conditions["issues"]):
        return False
    words = conditions.get("words")
    return not words or says(seen, words)


def says(seen: Seen, words: Iterable[str]) -> bool:
    """Whether the text says any of these words, as somebody who means them would."""
    said = _plain(seen.text, seen.language)
    return any(_said(said, one, seen.language) for one in words)


def _said(said: str, words: str, language: str) -> bool:
    parts = [plain(part, language) for part in words.split("+") if part.strip()]
    return bool(parts) and all(part.strip() and part in said and not denied(said, part, language) for part in parts)


@lru_cache(maxsize=1024)
def _plain(text: str, language: str) -> str:
    return plain(text, language if language in UNSPACED else language or "en")


def fired(rules: Sequence[Ruled], seen: Seen) -> list[Ruled]:
    """Rules that hold, in order, up to the first that says stop."""
    found: list[Ruled] = []
    for rule in rules:
        if holds(rule.conditions, seen):
            found.append(rule)
            if rule.last:
                break
    return found


def effects_of(rules: Iterable[Ruled]) -> dict[str, Any]:
    """What several rules together do: the first that says something has the word, tags add up."""
    done: dict[str, Any] = {}
    tags: list[str] = []
    for rule in rules:
        for name, value in rule.effects.items():
            if name == "tags":
                tags += [tag for tag in value if tag not in tags]
            elif value:
                done.setdefault(name, value)
    return done | ({"tags": tags} if tags else {})


def share_out(
    seen: Seen, shop_id: int, tier: int, team: Collection[Colleague], *, without: Collection[int] = ()
) -> tuple[Colleague, list[str]] | None:
    """Who gets it and why: of those on duty for the shop and tier with room left, who speaks the language, then who
    knows the issue, then who has least to do for what they can carry."""
    free = [
        one for one in team
        if one.pk not in without and one.open < one.most
        and one.tier >= tier and (not one.shops or shop_id in one.shops)
    ]  # fmt: skip
    if not free:
        return None
    own_tier = [one for one in free if one.tier == tier]
    chosen = min(own_tier or free, key=lambda one: _fit(one, seen))
    why = ["language"] if seen.language and seen.language in chosen.languages else []
    why += ["skill"] if seen.issues & chosen.issues else []
    return chosen, [*why, "load"]


def _fit(one: Colleague, seen: Seen) -> tuple[bool, bool, float, int]:
    return (
        not (seen.language and seen.language in one.languages),
        not seen.issues & one.issues,
        one.open / max(1, one.most),
        one.pk,
    )
