"""The words of a pack: names in the reader's language, periods, figures with nouns. All renderers use them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import get_currency_name
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fupan.core import figures, weeks
from fupan.intake.models import Source

Pack = Mapping[str, Any]
Entry = Mapping[str, Any]

BY_UNITS = {
    "contact_rate", "incident_rate", "return_rate", "exchange_rate", "refund_rate", "claim_rate",
    "negative_rating_rate", "neutral_rating_rate", "order_defect_rate",
}  # fmt: skip
BY_MESSAGES = {"reply_in_time", "reply_in_office_time", "first_response_p50", "first_response_p90"}


def named(name: Mapping[str, str] | str | None) -> str:
    """A name that carries both languages, in the reader's; the other one rather than nothing."""
    if name is None:
        return ""
    if isinstance(name, str):
        return name
    here = "zh-hans" if _chinese() else "en"
    return name.get(here) or name.get("en") or next(iter(name.values()), "")


def day(text: str) -> date:
    return date.fromisoformat(text[:10])


def short_day(text: str) -> str:
    return day(text).strftime("%m-%d")


def period_name(label: str) -> str:
    """`2026-W46` -> "Week 46"; `2026-11` -> "November 2026"."""
    if "W" in label:
        return _("Week %(number)s") % {"number": int(label.split("W")[1])}
    pattern = "y年M月" if _chinese() else "MMMM y"
    return str(format_date(weeks.parse_month(label).start, pattern, locale=figures.locale()))


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def title(period: Entry) -> str:
    return _("%(period)s: review pack") % {"period": period_name(period["label"])}


def long_day(moment: date) -> str:
    return str(format_date(moment, "yyyy-MM-dd EEE", locale=figures.locale()))


def facts(pack: Pack) -> list[str]:
    """What the numbers rest on: days, clock, currency, how fresh, how complete."""
    period = pack["period"]
    days = {"first": long_day(day(period["start"])), "last": long_day(day(period["end"]))}
    said = [
        _("%(first)s to %(last)s, on each shop's clock") % days,
        _("amounts in %(currency)s") % {"currency": get_currency_name(period["currency"], locale=figures.locale())},
    ]
    if period.get("as_of"):
        said.append(_("as of %(moment)s") % {"moment": as_of(period)})
    said.append(covered(period))
    return said


def as_of(period: Entry) -> str:
    moment = datetime.fromisoformat(period["as_of"])
    if moment.tzinfo is not None:
        moment = moment.astimezone(weeks.zone(period["timezone"]))
    return str(format_datetime(moment.replace(tzinfo=None), "MM-dd HH:mm", locale=figures.locale()))


def covered(period: Entry) -> str:
    share = (period.get("coverage") or {}).get("orders")
    if share is None:
        return _("no orders covered")
    return _("orders covered %(share)s") % {"share": figures.percent(share)}


def orders_line(share: float | None) -> str:
    """How complete the orders are, and what follows from it."""
    if share is None:
        return _("No orders covered: rates are left out, counts stay.")
    return _("Orders cover %(share)s of the period.") % {"share": figures.percent(share)}


def missing(entry: Entry) -> str:
    """One hole in the data: which shop, which report, which days."""
    hole = {
        "shop": entry.get("shop") or _("all shops"),
        "source": source(entry["source"]),
        "first": short_day(entry["from"]),
        "last": short_day(entry["to"]),
    }
    return _("%(shop)s · %(source)s: %(first)s to %(last)s missing") % hole


def source(code: str) -> str:
    return str(Source(code).label) if code in Source.values else code


def units(count: float) -> str:
    return ngettext("%(count)s unit", "%(count)s units", int(count)) % {"count": figures.number(count)}


def messages(count: float) -> str:
    return ngettext("%(count)s message", "%(count)s messages", int(count)) % {"count": figures.number(count)}


def tickets(count: float) -> str:
    return ngettext("%(count)s ticket", "%(count)s tickets", int(count)) % {"count": figures.number(count)}


def incidents(count: float) -> str:
    return ngettext("%(count)s incident", "%(count)s incidents", int(count)) % {"count": figures.number(count)}


def answers(count: float) -> str:
    words = ngettext("%(count)s answer", "%(count)s answers", int(count)) % {"count": figures.number(count)}
    return _("%(answers)s, few") % {"answers": words} if count < 100 else words


def base(metric: str, count: float) -> str:
    """A denominator with its noun."""
    if metric in BY_UNITS:
        return units(count)
    return messages(count) if metric in BY_MESSAGES else tickets(count)


def hours(value: float | None) -> str:
    """2.17 -> "2 h 10 min"; 148 -> "6 days"."""
    return figures.MISSING if value is None else figures.duration(timedelta(hours=value), exact=value < 6)


def hours_short(value: float) -> str:
    return _("%(count)s h") % {"count": figures.compact(round(value, 1))}


def times(ratio: float) -> str:
    return f"×{ratio:.1f}"
