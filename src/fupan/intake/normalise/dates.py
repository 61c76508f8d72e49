"""Dates as reports write them; what names no time zone stays naive and is taken as the shop's clock later."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

from babel.dates import get_month_names

from fupan.intake.faults import Fault

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "tr")
ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "BST": 1, "WET": 0, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EST": -5, "EDT": -4,
    "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "JST": 9, "IST": 5.5, "SGT": 8,
    "AEST": 10, "AEDT": 11,
}  # fmt: skip
_CLOCK = r"(?:[ T,]+(?P<h>\d{1,2}):(?P<m>\d{2})(?::(?P<s>\d{2})(?:\.\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?)?"
_TAIL = r"\s*(?P<zone>[A-Z]{1,5}|[+-]\d{2}:?\d{2})?$"
_DIGITS = re.compile(r"^(?P<a>\d{1,4})[./\-](?P<b>\d{1,2})[./\-](?P<c>\d{1,4})" + _CLOCK + _TAIL)
_DAY_FIRST = re.compile(r"^(?P<d>\d{1,2})[.\-/ ]+(?P<name>[^\W\d_]+)\.?[.\-/, ]+(?P<y>\d{2,4})" + _CLOCK + _TAIL)
_MONTH_FIRST = re.compile(r"^(?P<name>[^\W\d_]+)\.? (?P<d>\d{1,2}),? (?P<y>\d{4})" + _CLOCK + _TAIL)
_CHINESE = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日?\s*")
EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  a wall clock
HINT = "2026-11-30"


def instant(value: object, order: str = "dmy", formats: tuple[str, ...] = ()) -> datetime | Fault | None:
    """A cell as a moment; None when it is empty."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)  # noqa: DTZ001  a wall clock
    if isinstance(value, int | float) and not isinstance(value, bool):
        return None if value != value else _number(float(value))
    text = str(value or "").strip()
    return _text(text, order, formats) if text else None


def _text(text: str, order: str, formats: tuple[str, ...]) -> datetime | Fault:
    for one in formats:
        try:
            return datetime.strptime(text, one)  # noqa: DTZ007  a wall clock
        except ValueError:
            continue
    iso = _iso(text)
    if iso is not None:
        return iso
    text = _CHINESE.sub(r"\1-\2-\3 ", text).strip()
    found = _DIGITS.match(text)
    if found:
        return _built(found, *_ordered(found["a"], found["b"], found["c"], order))
    named = _DAY_FIRST.match(text) or _MONTH_FIRST.match(text)
    if named:
        month = _months().get(named["name"].casefold()[:12])
        if month:
            return _built(named, _year(named["y"]), month, int(named["d"]))
    if re.fullmatch(r"\d{5}(\.\d+)?|\d{10}|\d{13}", text):
        return _number(float(text))
    return Fault("not-a-date", value=text, hint=HINT)


def _iso(text: str) -> datetime | None:
    """The fast way; a number alone is not taken for a date here."""
    if len(text) < 10 or text[4] != "-":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _number(value: float) -> datetime | Fault:
    """An Excel serial day, or seconds or milliseconds since 1970."""
    if 20_000 <= value < 80_000:
        return EXCEL_DAY_ZERO + timedelta(seconds=round(value * 86_400))
    if 1e9 <= value < 1e10:
        return datetime.fromtimestamp(value, UTC)
    if 1e12 <= value < 1e13:
        return datetime.fromtimestamp(value / 1000, UTC)
    return Fault("not-a-date", value=f"{value:g}", hint=HINT)


def _ordered(first: str, second: str, third: str, order: str) -> tuple[int, int, int]:
    """Year, month, day."""
    a, b, c = int(first), int(second), int(third)
    if len(first) == 4 or (order == "ymd" and len(third) < 4):
        return _year(first), b, c
    return (_year(third), a, b) if order == "mdy" else (_year(third), b, a)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text) % 100


def _built(found: re.Match[str], year: int, month: int, day: int) -> datetime | Fault:
    hour = int(found["h"] or 0)
    half = (found["half"] or "").lower()
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    try:
        moment = datetime(year, month, day, hour, int(found["m"] or 0), int(found["s"] or 0))  # noqa: DTZ001
    except ValueError:
        return Fault("no-such-day", value=found[0].strip(), hint=_nearest(year, month))
    offset = _offset(found["zone"])
    return moment if offset is None else moment.replace(tzinfo=timezone(offset))


def _offset(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    if zone[0] in "+-":
        size = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        return -size if zone[0] == "-" else size
    return timedelta(hours=ZONES[zone]) if zone in ZONES else None


def _nearest(year: int, month: int) -> str:
    """A valid date near one that is none."""
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return HINT
    return f"{year:04d}-{month:02d}-{calendar.monthrange(year, month)[1]:02d}"


@lru_cache(maxsize=1)
def _months() -> dict[str, int]:
    """Month names of the languages reports come in, long and short."""
    names: dict[str, int] = {"sept": 9}
    for language in LANGUAGES:
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, locale=language).items():
                names.setdefault(name.casefold().rstrip("."), number)
    return names


def order_of(values: Iterable[object], likely: str = "") -> str:
    """The order of day and month in a column: the likely one unless a value rules it out, else what they give away."""
    found = [match for value in values if (match := _short(value)) is not None]
    if likely and all(_possible(match, likely) for match in found):
        return likely
    fitting = [order for order in ("dmy", "mdy", "ymd") if all(_possible(match, order) for match in found)]
    if len(fitting) == 1:
        return fitting[0]
    recent = [order for order in fitting if found and all(_recent(match, order) for match in found)]
    return recent[0] if len(recent) == 1 else ""


def _short(value: object) -> re.Match[str] | None:
    """A date in digits that does not begin with a whole year."""
    found = _DIGITS.match(value.strip()) if isinstance(value, str) else None
    return found if found and len(found["a"]) < 4 else None


def _possible(found: re.Match[str], order: str) -> bool:
    if order == "ymd" and len(found["c"]) > 2:
        return False
    _year_of, month, day = _ordered(found["a"], found["b"], found["c"], order)
    return 1 <= month <= 12 and 1 <= day <= 31


def _recent(found: re.Match[str], order: str) -> bool:
    """Marketplaces have reports of the last twenty years, not of the early ones of the century."""
    year, _month, _day = _ordered(found["a"], found["b"], found["c"], order)
    return 2010 <= year <= 2049
