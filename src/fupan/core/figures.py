"""Numbers as a person reads them: typographic minus, thin space before %, and the wording of a change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Literal

from babel.core import Locale
from babel.numbers import format_currency, format_decimal
from django.utils.translation import get_language, pgettext, to_locale
from django.utils.translation import gettext as _

MINUS = "\N{MINUS SIGN}"
THIN = "\N{THIN SPACE}"
MISSING = "\N{EM DASH}"
MANIFOLD = 9.0  # from tenfold on, a change is told as a multiple

Number = int | float | Decimal
Good = Literal["down", "up", "neutral"]
Words = Literal["count", "rate", "time"]
Unit = Literal["ratio", "points", "score"]


def locale() -> Locale:
    """The reader's locale."""
    return Locale.parse(to_locale(get_language() or "en"))


def number(value: Number | None, digits: int = 0, *, signed: bool = False) -> str:
    """38420 -> "38,420"; -3.5 -> "−3.5"; None -> "—"."""
    if value is None:
        return MISSING
    rounded = round(float(value), digits)
    text = format(abs(rounded), f",.{digits}f")
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if signed and rounded > 0 else text


def percent(value: Number | None, digits: int | None = None, *, signed: bool = False) -> str:
    """0.024 -> "2.40 %", 0.962 -> "96.2 %": three figures unless told otherwise."""
    if value is None:
        return MISSING
    scaled = float(value) * 100
    if digits is None:
        digits = 0 if scaled == 0 or abs(scaled) >= 100 else 1 if abs(scaled) >= 10 else 2
    return f"{number(scaled, digits, signed=signed)}{THIN}%"


def amount(value: Number | None, currency: str) -> str:
    """Money in the reader's locale; cents only below 1,000."""
    if value is None:
        return MISSING
    if not currency:
        return number(value, 2)
    pattern, small = locale().currency_formats["standard"].pattern, abs(float(value)) < 1000
    shape = pattern if small else pattern.replace(".00", "")
    text = format_currency(Decimal(str(value)), currency, format=shape, locale=locale(), currency_digits=small)
    return text.replace("-", MINUS)


def compact(value: Number | None) -> str:
    """A number with no more figures than it needs: 3 -> "3", 8.4 -> "8.4"."""
    if value is None:
        return MISSING
    return format_decimal(round(float(value), 2), locale="en").replace("-", MINUS)


def of(part: Number | None, whole: Number | None) -> str:
    """k/n: "921 / 38,420"."""
    return f"{number(part)} / {number(whole)}"


def span(low: Number | None, high: Number | None, unit: Unit = "ratio") -> str:
    """[−63, −27]: signed, without the unit, because the value before it has it."""
    if low is None or high is None:
        return ""
    digits, times = (0, 100) if unit == "ratio" else (1, 100 if unit == "points" else 1)
    return f"[{number(float(low) * times, digits, signed=True)}, {number(float(high) * times, digits, signed=True)}]"


def delta(value: Number, unit: Unit = "ratio", *, signed: bool = True) -> str:
    """+4 %, +1.2 points, or +0.1 on a scale of five."""
    if unit == "score":
        return number(float(value), 1, signed=signed)
    if unit == "points":
        return _("%(size)s points") % {"size": number(float(value) * 100, 1, signed=signed)}
    return percent(value, 0, signed=signed)


@dataclass(frozen=True, slots=True)
class ChangeText:
    """A change in words: what to say, what to put after it, and in which tone."""

    words: str
    detail: str
    tone: Literal["bad", "good", "plain", "none"]


def change(
    value: Number | None,
    low: Number | None = None,
    high: Number | None = None,
    *,
    detectable: bool = False,
    good: Good = "down",
    words: Words = "count",
    unit: Unit = "ratio",
) -> ChangeText:
    """The wording rule: only a change beyond chance is called one."""
    if value is None:
        return ChangeText(_("No comparison"), "", "none")
    interval = span(low, high, unit)
    if not detectable:
        return ChangeText(_("No detectable change"), f"{delta(value, unit)} {interval}".strip(), "none")
    tone = _tone(float(value), good)
    if unit == "ratio" and value >= MANIFOLD:
        return ChangeText(_manifold(float(value), words), times(low, high), tone)
    return ChangeText(_moved(float(value), words, unit), interval, tone)


def times(low: Number | None, high: Number | None) -> str:
    """The interval of a ratio, as multiples: +1025 % to +4504 % -> [11, 46] ×."""
    if low is None or high is None:
        return ""
    return f"[{number(1 + float(low))}, {number(1 + float(high))}] ×"


def _manifold(value: float, words: Words) -> str:
    """More than tenfold: nobody reads a percentage of four figures."""
    size = {"times": number(1 + value)}
    if words == "count":
        return pgettext("count", "%(times)s times as many") % size
    if words == "time":
        return pgettext("duration", "%(times)s times as long") % size
    return pgettext("rate", "%(times)s times as high") % size


def _moved(value: float, words: Words, unit: Unit) -> str:
    size = {"size": delta(abs(value), unit, signed=False)}
    if words == "time":
        return (
            pgettext("duration", "%(size)s slower") if value > 0 else pgettext("duration", "%(size)s faster")
        ) % size
    if words == "rate":
        return (pgettext("rate", "%(size)s higher") if value > 0 else pgettext("rate", "%(size)s lower")) % size
    return (pgettext("count", "%(size)s more") if value > 0 else pgettext("count", "%(size)s fewer")) % size


def _tone(value: float, good: Good) -> Literal["bad", "good", "plain"]:
    if good == "neutral":
        return "plain"
    return "good" if (value < 0) == (good == "down") else "bad"


def duration(length: timedelta, *, exact: bool = False) -> str:
    """38 min, 21 h, 3 days; `exact` adds the minutes."""
    minutes = int(abs(length.total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    if minutes < 60:
        return _("%(count)s min") % {"count": minutes}
    if exact and hours < 48:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": rest}
    if hours < 48:
        return _("%(count)s h") % {"count": hours}
    return _("%(count)s days") % {"count": hours // 24}
