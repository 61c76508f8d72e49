"""The frozen numbers of a meeting in the reader's words. What was frozen is never asked for again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fupan.core import figures
from fupan.insight import wording
from fupan.insight.metrics import METRICS
from fupan.insight.policies import money_metrics
from fupan.insight.queries import Compared, Measured
from fupan.intake.models import Source

Snapshot = Mapping[str, Any]
Entry = Mapping[str, Any]
AGAINST = {"previous": "previous", "mean4": "mean4", "year": "year"}
FIRST = ("tickets", "incident_rate", "return_rate", "refund_cost", "negative_rating_rate", "first_response_p50",
         "reply_in_time", "first_contact_resolution")  # fmt: skip
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Figure:
    """One frozen number with its change."""

    code: str
    said: wording.Said

    @property
    def moved(self) -> bool:
        """Whether it changed beyond chance."""
        return self.said.change is not None and self.said.change.tone != "none"


def named(name: Any) -> str:
    """A name that carries both languages, in the reader's."""
    if not isinstance(name, Mapping):
        return str(name or "")
    here = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    return str(name.get(here) or name.get("en") or "")


def kept(snapshot: Snapshot) -> bool:
    return bool(snapshot.get("kpis"))


def allowed(snapshot: Snapshot, *, money: bool) -> dict[str, Any]:
    """The snapshot without a figure of money, for those who see none."""
    if money or not snapshot:
        return dict(snapshot)
    hidden = set(money_metrics())
    cut = {
        name: [one for one in snapshot.get(name) or () if one["metric"] not in hidden] for name in ("kpis", "signals")
    }
    verdicts = [{**one, "money": None} for one in snapshot.get("verdicts") or () if one["metric"] not in hidden]
    return {**snapshot, **cut, "verdicts": verdicts}


def numbers(snapshot: Snapshot, *, against: str = "previous") -> list[Figure]:
    """All frozen numbers, those that moved beyond chance first."""
    currency = (snapshot.get("period") or {}).get("currency", "")
    found = [
        Figure(one["metric"], wording.said(_measured(one), label=named(one["name"]), url=one.get("url") or "",
                                           currency=currency, against=against))
        for one in snapshot.get("kpis") or ()
        if one["metric"] in METRICS
    ]  # fmt: skip
    return sorted(found, key=lambda one: (not one.moved, _rank(one.code)))


def _rank(code: str) -> int:
    return FIRST.index(code) if code in FIRST else len(FIRST)


def _measured(one: Entry) -> Measured:
    comparisons = {name: Compared(**told) if told else None for name, told in (one.get("comparisons") or {}).items()}
    return Measured(
        METRICS[one["metric"]], {}, one["value"], one["numerator"], one["denominator"], one.get("value_low"),
        one.get("value_high"), one.get("reason"), comparisons, one.get("trend") or [],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alarm:
    """A signal as it stood when the numbers were frozen."""

    key: int | None
    title: str
    observed: str
    expected: str
    upper: str
    week: str
    url: str
    slice: Mapping[str, str]
    trend: tuple[float | None, ...]


def alarms(snapshot: Snapshot) -> list[Alarm]:
    return [_alarm(one) for one in snapshot.get("signals") or ()]


def _alarm(one: Entry) -> Alarm:
    url = one.get("url") or ""
    key = url.rstrip("/").rsplit("/", 1)[-1]
    observed, expected, upper = (
        figures.number(one[name], 0 if float(one[name] or 0).is_integer() else 1)
        for name in ("observed", "expected", "upper")
    )
    return Alarm(
        int(key) if key.isdecimal() else None, named(one["label"]), observed, expected, upper, one["week"], url,
        one["slice"], tuple(one.get("trend") or ()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Issue:
    """One of the largest issue types of the period."""

    code: str
    name: str
    incidents: int
    share: str
    change: figures.ChangeText
    url: str


def issues(snapshot: Snapshot) -> list[Issue]:
    return [
        Issue(
            one["issue_type"], named(one["name"]), one["incidents"], figures.percent(one["share"], 0),
            figures.change(one["change"], one["low"], one["high"], detectable=bool(one["detectable"])), one["url"],
        )
        for one in snapshot.get("top_issues") or ()
    ]  # fmt: skip


def missing(snapshot: Snapshot) -> list[str]:
    """Which reports the numbers lack, by shop, source and days."""
    period = snapshot.get("period") or {}
    holes = (period.get("coverage") or {}).get("missing") or ()
    sources = dict(Source.choices)
    return [
        _("%(shop)s: %(source)s from %(first)s to %(last)s")
        % {"shop": one["shop"], "source": sources.get(one["source"], one["source"]), "first": one["from"],
           "last": one["to"]}
        for one in holes
    ]  # fmt: skip


def awaited(snapshot: Snapshot) -> list[str]:
    """What had not come when the numbers were frozen."""
    return [named(one) for one in snapshot.get("awaited") or ()]


def representative(snapshot: Snapshot) -> dict[str, int]:
    """Ticket numbers to replay: typical, worst, best."""
    return {one["why"]: int(one["ticket"]) for one in snapshot.get("representative") or ()}


# The monthly review


def loop_lines(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """(what, value, made of) of how well the loop closes."""
    loop = snapshot.get("loop") or {}
    return list(_loop(loop)) if loop else []


def _loop(loop: Entry) -> Iterator[tuple[str, str, str]]:
    yield _("Problems with a verdict"), *_share(loop["judged"], loop["problems"])
    days = loop["days_to_verdict"]
    value = figures.MISSING if days is None else _("%(count)s days") % {"count": figures.number(days)}
    told = _("median of %(count)s") % {"count": loop["timed"]} if loop["timed"] else _("none yet")
    yield _("From signal to verdict"), value, told
    yield _("Verdicts that say effective"), *_share(loop["effective"], loop["verdicts"])
    yield _("Solved problems that came back"), *_share(loop["recurred"], loop["solved"])


def _share(part: int, whole: int) -> tuple[str, str]:
    """A share is said from five on; below that the counts alone speak."""
    if not whole:
        return figures.MISSING, _("none yet")
    return (figures.percent(part / whole, 0), figures.of(part, whole)) if whole >= 5 else (figures.of(part, whole), "")


def same_before(snapshot: Snapshot) -> list[tuple[str, str, str, figures.ChangeText | None]]:
    """(number, now, then, change) against the same promotion a year before."""
    told = snapshot.get("before") or {}
    currency = (snapshot.get("period") or {}).get("currency", "")
    found = []
    for one in told.get("rows") or ():
        if one["metric"] not in METRICS:
            continue
        metric = METRICS[one["metric"]]
        change = wording.change_text(metric, Compared(**one["compared"])) if one.get("compared") else None
        now, then = (wording.value_text(metric, one[name], currency) or figures.MISSING for name in ("now", "then"))
        found.append((_rank(one["metric"]), wording.named(metric.name), now, then, change))
    ordered = sorted(found, key=lambda row: (row[4] is None or row[4].tone == "none", row[4] is None, row[0]))
    return [(label, now, then, change) for _place, label, now, then, change in ordered[:SHOWN]]
