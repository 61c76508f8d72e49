"""Figures and sentences in the two languages the product speaks.

The engine cannot use gettext (it imports no framework), so each answer keeps its few sentences beside it, one set
per language, and takes its numbers from here: typographic minus, percent below a threefold change, "times" above.
"""

from __future__ import annotations

from fupan.engine.checks import one_of

LANGUAGES = ("en", "zh-hans")
_MINUS = "\N{MINUS SIGN}"
_TIMES_FROM = 3.0


def known(lang: str) -> str:
    """The language, "en" or "zh-hans", whatever the letter case; anything else raises BadChoice."""
    return one_of("lang", lang.lower(), LANGUAGES)


def signed(value: float, digits: int) -> str:
    """-3.14 with one digit -> "−3.1", 2.5 -> "+2.5", and 0 without a sign."""
    text = f"{abs(value):,.{digits}f}"
    sign = "" if not text.strip("0.,") else _MINUS if value < 0 else "+"
    return sign + text


def change(ratio: float, lang: str) -> str:
    """A ratio as people say it: 1.2 -> "+20%", 4 -> "×4.0" ("4.0 倍")."""
    if ratio < _TIMES_FROM:
        percent = 100 * (ratio - 1)
        return f"{signed(percent, 0 if abs(percent) >= 10 else 1)}%"
    times = f"{ratio:,.1f}" if ratio < 100 else f"{ratio:,.0f}"
    return f"×{times}" if known(lang) == "en" else f"{times} 倍"


def points(difference: float, lang: str) -> str:
    """A difference of shares in points of a hundred: 0.032 -> "+3.2 points" ("+3.2 点")."""
    value = signed(100 * difference, 1 if abs(difference) >= 0.01 else 2)
    return f"{value} points" if known(lang) == "en" else f"{value} 点"


def plain(value: float) -> str:
    """A signed figure with two digits after the point, for quantities whose unit the caller knows."""
    return signed(value, 2)


def share(value: float) -> str:
    """0.0613 -> "6.1%"; rates above 1 keep the same form (a complaint rate can pass 100%)."""
    percent = 100 * value
    return f"{percent:.{0 if percent >= 99.5 else 1 if percent >= 1 else 2}f}%"


def span(low: str, high: str, *, open_above: bool, lang: str) -> str:
    """The 95 % interval in words, "or more" when nothing bounds it from above."""
    if known(lang) == "en":
        return f"95% interval {low} or more" if open_above else f"95% interval {low} to {high}"
    return f"95% 区间 {low} 以上" if open_above else f"95% 区间 {low} ~ {high}"
