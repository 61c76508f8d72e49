"""Signals of a pack in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from fupan.briefing.render import words
from fupan.briefing.render.kpis import value
from fupan.core import figures
from fupan.insight.metrics import METRICS
from fupan.insight.signal_words import KINDS, chance


@dataclass(frozen=True, slots=True)
class Alarm:
    """One signal, worded."""

    kind: str
    stone: str
    tone: str
    label: str
    week: str
    raw: tuple[float, float, float | None]  # observed, expected, upper
    observed: str
    expected: str
    upper: str
    ratio: str
    chance: str
    cause: str
    trend: tuple[float | None, ...]
    url: str
    counts: bool

    @property
    def numbers(self) -> str:
        return f"{self.observed} / {self.expected}"


def alarm(entry: words.Entry, currency: str) -> Alarm:
    word, stone, tone = KINDS.get(entry["kind"], (entry["kind"], "done", "red"))
    counts, known = entry["kind"] != "target", METRICS.get(entry.get("metric") or "")
    observed, expected, upper = entry["observed"], entry["expected"], entry["upper"]

    def figure(number: float | None) -> str:
        if number is None or counts or known is None:
            return figures.number(number, 0 if number is None or float(number).is_integer() else 1)
        return value(number, known.unit, currency)

    label = words.named(entry["label"])
    if not counts and known is not None:
        label = " · ".join(part for part in (words.named(known.name), label) if part)
    times, pvalue = words.times(observed / expected) if counts and expected else "", entry.get("pvalue")
    return Alarm(
        str(word), stone, tone, label or _("All cases"), words.period_name(entry["week"]), (observed, expected, upper),
        figure(observed), figure(expected), figure(upper), times,
        "" if pvalue is None else chance(pvalue), _cause(entry), tuple(entry.get("trend") or ()), entry["url"], counts,
    )  # fmt: skip


def _cause(entry: words.Entry) -> str:
    if entry.get("external"):
        return _("No single slice holds it: look for something from outside, such as a carrier or a season.")
    best = next(iter(entry.get("causes") or ()), None)
    if best is None or not best.get("share"):
        return ""
    if best["slice"] == entry["slice"]:
        return _("%(share)s of what this issue has above expectation lies here.") % {"share": _share(best)}
    said = {"share": _share(best), "slice": words.named(best["label"])}
    return _("%(share)s of what is above expectation lies in %(slice)s.") % said


def _share(cause: words.Entry) -> str:
    return figures.percent(min(1.0, cause["share"]), 0)
