"""The numbers of a pack as people read them: value, what it is made of, how it moved, or why it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from fupan.briefing.render import words
from fupan.core import figures

STRIP = (
    "tickets", "incident_rate", "return_rate", "refund_cost", "negative_rating_rate",
    "first_response_p50", "reply_in_time", "first_contact_resolution", "simple_in_24h", "csat",
)  # fmt: skip
WORDS: dict[str, figures.Words] = {
    "count": "count", "money": "count", "rate": "rate", "per_1000": "rate", "share": "rate", "score": "rate",
    "hours": "time",
}  # fmt: skip
UNITS: dict[str, figures.Unit] = {"share": "points", "score": "score"}
GOOD: dict[int, figures.Good] = {-1: "down", 0: "neutral", 1: "up"}
AGAINST = {
    "week": {"previous": _lazy("Last week"), "mean4": _lazy("4-week mean"),
             "year": _lazy("Same week last year")},
    "month": {"previous": _lazy("Last month"), "mean4": _lazy("4-month mean"),
              "year": _lazy("Same month last year")},
}  # fmt: skip
NEW_IMPORT = "/settings/imports/new/"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a number is missing, and the one thing to do about it."""

    why: Promise
    todo: Promise
    url: str


REASONS = {
    "no_orders": Reason(_lazy("No orders covered in this period"), _lazy("Upload the order report"), NEW_IMPORT),
    "no_source": Reason(_lazy("The report behind it is missing"), _lazy("Upload the report"), NEW_IMPORT),
    "no_rate": Reason(_lazy("An exchange rate is missing"), _lazy("Add the rate"), "/settings/rates/"),
}
OTHERWISE = Reason(_lazy("Nothing to count in this period"), _lazy("See what has arrived"), "/settings/coverage/")


@dataclass(frozen=True, slots=True)
class Comparison:
    against: str
    value: str
    change: figures.ChangeText


@dataclass(frozen=True, slots=True)
class Kpi:
    """One number, worded."""

    metric: str
    name: str
    unit: str
    raw: float | None
    value: str  # "" = missing
    detail: str
    change: figures.ChangeText
    comparisons: tuple[Comparison, ...]
    trend: tuple[float | None, ...]
    reason: str
    fix: str
    fix_url: str
    meaning: str
    url: str

    @property
    def near_whole(self) -> bool:
        """Whether its spark is that of a rate near 100 %."""
        return self.unit == "share" and (self.raw or 0) > 0.5

    @property
    def known(self) -> bool:
        return self.raw is not None


def kpi(entry: words.Entry, period: words.Entry) -> Kpi:
    """One number of the pack in words."""
    why = None if entry["value"] is not None else REASONS.get(entry.get("reason") or "", OTHERWISE)
    return Kpi(
        metric=entry["metric"],
        name=words.named(entry["name"]),
        unit=entry["unit"],
        raw=entry["value"],
        value=value(entry["value"], entry["unit"], period["currency"]),
        detail=" · ".join(part for part in (_detail(entry, period), _target(entry, period)) if part),
        change=moved(entry, entry),
        comparisons=tuple(_comparisons(entry, period)),
        trend=tuple(entry.get("trend") or ()),
        reason=_because(entry, period, why) if why else "",
        fix=str(why.todo) if why else "",
        fix_url=why.url if why else "",
        meaning=words.named(entry.get("meaning")) or words.named(entry["name"]),
        url=entry.get("url") or "",
    )


def value(number: float | None, unit: str, currency: str) -> str:
    """A value with its unit; "" when it is missing."""
    if number is None:
        return ""
    return {
        "count": lambda: figures.number(number),
        "rate": lambda: figures.percent(number),
        "share": lambda: figures.percent(number),
        "per_1000": lambda: _("%(count)s per 1,000") % {"count": figures.compact(number)},
        "hours": lambda: words.hours_short(number),
        "money": lambda: figures.amount(number, currency),
        "score": lambda: _("%(score)s / 5") % {"score": figures.compact(round(number, 1))},
    }.get(unit, lambda: figures.compact(number))()


def moved(entry: words.Entry, against: words.Entry) -> figures.ChangeText:
    """The wording of a change, by the direction and the unit of its metric."""
    unit = entry["unit"]
    return figures.change(
        against.get("change"),
        against.get("low"),
        against.get("high"),
        detectable=bool(against.get("detectable")),
        good=GOOD.get(entry.get("direction") or 0, "neutral"),
        words=WORDS.get(unit, "count"),
        unit=UNITS.get(unit, "ratio"),
    )


def _comparisons(entry: words.Entry, period: words.Entry) -> list[Comparison]:
    names = AGAINST.get(period["kind"], AGAINST["week"])
    given: Mapping[str, Any] = entry.get("comparisons") or {}
    return [
        Comparison(str(name), value(against["value"], entry["unit"], period["currency"]), moved(entry, against))
        for key, name in names.items()
        if (against := given.get(key))
    ]


def _detail(entry: words.Entry, period: words.Entry) -> str:
    top, bottom, unit = entry.get("numerator"), entry.get("denominator"), entry["unit"]
    if entry["value"] is None:
        return ""
    if unit == "score":
        return words.answers(bottom or top or 0) if (bottom or top) else ""
    if unit == "money":
        each = figures.amount(float(top) / float(bottom), period["currency"]) if top and bottom else ""
        return _("%(amount)s a unit") % {"amount": each} if each else ""
    if unit == "count":
        return _previous(entry, period)
    if bottom is None:
        return ""
    counted = words.base(entry["metric"], bottom)
    return counted if top is None else f"{figures.number(top)} / {counted}"


def _target(entry: words.Entry, period: words.Entry) -> str:
    target = entry.get("target")
    if not target:
        return ""
    bound, unit = target["bound"], entry["unit"]
    as_share = unit in {"share", "rate"} and float(bound * 100).is_integer()
    said = figures.percent(bound, 0) if as_share else value(bound, unit, period["currency"])
    return _("target %(value)s") % {"value": said}


def _previous(entry: words.Entry, period: words.Entry) -> str:
    if entry.get("previous") is None:
        return ""
    against = str(AGAINST.get(period["kind"], AGAINST["week"])["previous"])
    return f"{against} {value(entry['previous'], entry['unit'], period['currency'])}"


SOURCES_OF = {"negative_rating_rate": ("feedback", "ratings"), "neutral_rating_rate": ("feedback", "ratings")}


def _because(entry: words.Entry, period: words.Entry, why: Reason) -> str:
    """The reason, with the report and the days where the coverage knows them."""
    holes = (period.get("coverage") or {}).get("missing") or []
    wanted = SOURCES_OF.get(entry["metric"], ())
    hole = next((one for one in holes if one["source"] in wanted), None)
    if entry.get("reason") == "no_source" and hole is not None:
        said = {"source": words.source(hole["source"]), "day": words.short_day(hole["from"])}
        return _("%(source)s: missing from %(day)s") % said
    return str(why.why)


def strip(pack: words.Pack) -> tuple[list[Kpi], list[Kpi]]:
    """The ten numbers of the strip, and all of them for the table."""
    everything = [kpi(entry, pack["period"]) for entry in pack["kpis"]]
    by_metric = cast("dict[str, Kpi]", {one.metric: one for one in everything})
    return [by_metric[metric] for metric in STRIP if metric in by_metric], everything
