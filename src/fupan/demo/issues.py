"""What goes wrong, how often, when the buyer notices, whom they tell and how it ends: `habits.toml` as values."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from importlib import resources

from fupan.demo import catalogue

Shares = dict[str, float]
KINDS = ("inquiry", "return", "refund", "rating", "feedback", "claim", "cancellation")


@dataclass(frozen=True, slots=True)
class Habit:
    """How one type of trouble behaves; the fields are told in `habits.toml`."""

    rate: float
    anchor: str
    days: float
    spread: float
    kinds: Shares
    ask: str
    again: float
    anger: float
    stars: list[int]
    amazon: Shares = field(default_factory=dict)
    shopee: Shares = field(default_factory=dict)
    causes: Shares = field(default_factory=dict)
    ends: Shares = field(default_factory=dict)


def _habits() -> dict[str, Habit]:
    table = tomllib.loads(resources.files("fupan.demo").joinpath("habits.toml").read_text("utf-8"))
    return {issue: Habit(**row) for issue, row in table.items()}


HABITS = _habits()
ISSUES = tuple(HABITS)

_ALL = frozenset(goods.noun for rows in catalogue.GOODS.values() for goods in rows)
_PLAIN = _ALL - catalogue.ELECTRIC
_ONLY = {
    "wont_charge": catalogue.BATTERY,
    "connect_fail": catalogue.WIRELESS,
    "leak": catalogue.LIQUID,
    "size": catalogue.WORN | catalogue.SIZED,
}
_MORE: dict[str, tuple[tuple[frozenset[str], float], ...]] = {
    "damaged": ((catalogue.FRAGILE, 2.4), (catalogue.WORN, 0.0)),
    "defect": ((catalogue.ELECTRIC, 1.3), (catalogue.WORN, 0.8)),
    "colour": ((catalogue.WORN, 4.0), (catalogue.ELECTRIC, 0.4)),
    "missing_parts": ((catalogue.IN_PARTS, 2.6), (catalogue.WORN, 0.2)),
    "packaging": ((catalogue.LIQUID, 1.8), (catalogue.FRAGILE, 1.6), (catalogue.WORN, 0.4)),
    "usage": ((catalogue.TRICKY, 4.0), (catalogue.ELECTRIC, 1.2), (catalogue.WORN, 0.0)),
    "size": ((catalogue.SIZED, 0.4),),
    "connect_fail": ((catalogue.IN_EARS, 1.5),),
    "not_as_described": ((frozenset({"storage_box"}), 6.0),),
    "fake": ((catalogue.WORN, 0.5), (frozenset({"power_bank", "earbuds", "cable"}), 2.5)),
}
_MANNERS: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {
    "defect": (("defect_worn", catalogue.WORN), ("defect_plain", _PLAIN)),
    "wont_charge": (("wont_charge_plug", catalogue.PLUGS),),
    "connect_fail": (("connect_fail_net", catalogue.ON_WIFI), ("connect_fail_ear", catalogue.IN_EARS)),
    "usage": (("usage_plain", _PLAIN),),
    "missing_parts": (("missing_parts_plain", _PLAIN),),
}


def goods_factor(issue: str, noun: str) -> float:
    """How much more or less often this trouble strikes goods of that kind."""
    if noun not in _ONLY.get(issue, _ALL):
        return 0.0
    return next((factor for nouns, factor in _MORE.get(issue, ()) if noun in nouns), 1.0)


def manner(issue: str, noun: str) -> str:
    """The phrase section that suits those goods: a seam does not fail to switch on. "" is the issue's own."""
    return next((section for section, nouns in _MANNERS.get(issue, ()) if noun in nouns), "")
