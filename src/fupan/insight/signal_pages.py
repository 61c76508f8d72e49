"""The contexts of the signal pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from fupan.core import figures, weeks
from fupan.desk.models import Ticket
from fupan.insight.metrics import METRICS
from fupan.insight.models import LIVE, Signal, SignalKind, SignalSettings, SignalState
from fupan.insight.queries import signal_lists
from fupan.insight.queries.signals import sensitivity
from fupan.insight.signal_words import KINDS, STATES, Names, Told, times, told
from fupan.insight.wording import drawn
from fupan.people.models import Member
from fupan.people.policies import may

Context = dict[str, Any]
PAGE = 20
RISING = 4
WIDEST = 32.0  # end of the ratio axis
NARROWEST = 0.5
EVENTS: dict[str, Promise] = {
    "insight.signal_opened": _lazy("noticed"),
    "insight.signal_closed": _lazy("closed: quiet for three weeks"),
    "insight.signal_snoozed": _lazy("snoozed"),
    "insight.signal_woken": _lazy("back after its silence"),
    "insight.signal_dismissed": _lazy("found not real"),
    "insight.signal_reopened": _lazy("reopened"),
}


def listing(member: Member, asked: Any) -> Context:
    """Signals of one state, filtered by the address."""
    state = asked.get("state", "")
    state = state if state in SignalState.values else SignalState.OPEN
    words = {name: value for name, value in asked.items() if value}
    rows = signal_lists.listed(member, state=state, told=words)
    page = Paginator(rows, PAGE).get_page(asked.get("page"))
    counts = signal_lists.counts_by_state(member)
    names = Names(member)
    return {
        "state": state,
        "tabs": [(code, str(name), counts.get(code, 0), code == state) for code, name in STATES.items()],
        "page": page,
        "signals": [Told(one, names, member.workspace.currency) for one in page],
        "kinds": [(code, str(word)) for code, (word, _stone, _tone) in KINDS.items()],
        "kind": words.get("kind", ""),
        "q": words.get("q", "")[:80],
        "chosen": [
            (name, label) for name in signal_lists.ASKED if words.get(name) for label in [names.part(name, words[name])]
        ],
        "filtered": any(words.get(name) for name in ("kind", "q", *signal_lists.ASKED)),
        "anything": bool(counts),
        "screened": signal_lists.last_screened(member),
        "may_tune": may(member, "tune_signals"),
    }


def rising(member: Member) -> Context:
    """The strongest open signals of outbreaks and sub-topics, newest first, for the wall."""
    rows = signal_lists.open_signals(member).exclude(kind=SignalKind.TARGET)[:RISING]
    return {"rising": told(member, list(rows))}


def bulletin_address(one: Told) -> str:
    """Where a signal becomes a bulletin, with what is known filled in."""
    asked = {"kind": "topic", "title": one.title, "facts": one.sentence, "slice": one.signal.slice}
    return f"{reverse('desk:new_bulletin')}?{urlencode(asked)}"


def detail(member: Member, signal: Signal) -> Context:
    """One signal: what, since when, where from, which tickets, what it costs, who decided."""
    (one,) = told(member, [signal])
    before, after = signal_lists.neighbours(member, signal)
    behind = signal_lists.behind(member, signal)
    return {
        "one": one,
        "figures": list(_figures(one)),
        "chart": _chart(one) if signal.band else None,
        "table": _table(one),
        "causes": _causes(one),
        "axis_end": _axis_end(signal),
        "axis_start": NARROWEST,
        "behind": behind,
        "rows": [_row(ticket) for ticket in behind.tickets],
        "cost": _cost(member, signal),
        "history": _history(member, signal),
        "record": _record(signal_lists.record_of(member, signal)),
        "before": before,
        "after": after,
        "live": signal.state in LIVE,
        "may_decide": may(member, "decide_signals"),
        "bulletin_url": bulletin_address(one) if may(member, "post_bulletins") else "",
        "list_url": f"{reverse('insight:signals')}?state={signal.state}",
    }


def _figures(one: Told) -> Iterator[tuple[str, str, str]]:
    """(name, value, muted words) under the sentence."""
    if not one.counts:
        yield _("Value"), one.observed, one.week
        yield _("Target"), one.expected, ""
        yield _("Chance"), one.pvalue, ""
        return
    yield _("Observed / expected"), one.observed, f"/ {one.expected}"
    yield _("Upper bound"), one.upper, _("what chance explains")
    yield _("Ratio"), one.ratio or figures.MISSING, ""
    yield _("Chance"), one.pvalue, _("before correction")
    yield _("Above expectation"), one.excess, _("cases in %(week)s") % {"week": one.week}


def _chart(one: Told) -> Context:
    """The weeks with the range that chance explains, alarms as red stones."""
    band, metric = one.signal.band, METRICS.get(one.signal.metric)

    def at(value: float | None) -> float | None:
        return value if one.counts or metric is None else drawn(metric, value)

    upper = [at(entry["upper"]) for entry in band]
    chart: Context = {
        "periods": [weeks.label(entry["week"]) for entry in band],
        "labels": {
            "observed": _("Observed"),
            "expected": one.expected_word.capitalize(),
            "upper": _("Upper bound"),
        },
        "observed": [at(entry["observed"]) for entry in band],
        "expected": [at(entry["expected"]) for entry in band],
        "alarms": [place for place, entry in enumerate(band) if entry["alarm"] and entry["observed"] is not None],
        "urls": [],
        "from_zero": one.counts,
    }
    if one.counts:
        chart |= {"high": upper, "low": [None if top is None else 0 for top in upper]}
    return chart


def _table(one: Told) -> list[tuple[str, str, str, str, bool]]:
    return [
        (
            weeks.label(entry["week"]), one.figure(entry["observed"]), one.figure(entry["expected"]),
            one.figure(entry["upper"]), bool(entry["alarm"]),
        )
        for entry in reversed(one.signal.band)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cause:
    """A slice that may explain the excess, with its ratio drawn."""

    group: str
    chips: list[tuple[str, str]]
    numbers: tuple[str, str]
    ratio: float | None
    low: float | None
    high: float | None
    words: str
    span: str
    share: float | None
    share_text: str
    tone: str
    stone: str


def _causes(one: Told) -> list[Cause]:
    """The best first, then what lies within it, then what lies beside it."""
    found = one.signal.causes
    best = set(found[0]["slice"].items()) if found else set()
    within = [entry for entry in found[1:] if set(entry["slice"].items()) > best]
    beside = [entry for entry in found[1:] if entry not in within]
    groups = ((_("Explains it best"), found[:1]), (_("Within it"), within), (_("Beside it"), beside))
    rows = [(name, entry) for name, entries in groups for entry in entries]
    return [_cause(one, name, place, entry) for place, (name, entry) in enumerate(rows)]


def _cause(one: Told, group: str, place: int, entry: Context) -> Cause:
    ratio, low, high, share = entry.get("ratio"), entry.get("low"), entry.get("high"), entry.get("share")
    sure = low is not None and low > 1
    span = ""
    if low is not None:
        span = f"[{low:.1f}, {high:.1f}]" if high is not None and high < inf else f"≥ {low:.1f}"
    own = {name: value for name, value in entry["slice"].items() if name != "issue_type"}
    return Cause(
        group=group,
        chips=one.names.chips(own if own and one.where.get("issue_type") else entry["slice"]),
        numbers=(figures.number(entry["observed"]), figures.number(entry["expected"], 1)),
        ratio=min(ratio, WIDEST) if ratio is not None else None,
        low=low,
        high=min(high, WIDEST) if high is not None else WIDEST,
        words=times(ratio) if ratio is not None and sure else "" if ratio is None else _("No detectable change"),
        span=span,
        share=None if share is None else min(1.0, max(0.0, share)),
        share_text=figures.MISSING if share is None else figures.percent(min(1.0, max(0.0, share)), 0),
        tone=("red" if place == 0 else "amber") if sure else "slate",
        stone=("done" if place == 0 else "half") if sure else "open",
    )


def _axis_end(signal: Signal) -> float:
    """One scale for the whole table."""
    ends: list[float] = [
        end for entry in signal.causes for end in (entry.get("high"), entry.get("ratio")) if end is not None
    ]
    return min(WIDEST, max([4.0, *(end * 1.1 for end in ends)]))


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket behind the signal."""

    ticket: Ticket
    days: int | None  # between delivery and ticket


def _row(ticket: Ticket) -> Row:
    delivered = ticket.order.delivered_at if ticket.order is not None else None
    days = (ticket.opened_at - delivered).days if delivered is not None else None
    return Row(ticket, days if days is not None and days >= 0 else None)


def _cost(member: Member, signal: Signal) -> Context | None:
    """What it costs a week if it goes on, for those who see money."""
    if not may(member, "see_money"):
        return None
    currency = member.workspace.currency
    if signal.cost_week is None and signal.kind == SignalKind.TARGET:
        return None
    if signal.cost_week is None:
        return {"amount": "", "each": "", "cases": ""}
    each = float(signal.cost_week) / signal.excess if signal.excess > 0 else None
    cases = round(signal.excess)
    return {
        "amount": figures.amount(signal.cost_week, currency),
        "month": figures.amount(signal.cost_week * 4, currency),
        "each": figures.amount(each, currency) if each is not None else "",
        "cases": ngettext("%(count)s case", "%(count)s cases", cases) % {"count": figures.number(signal.excess, 1)},
    }


def _history(member: Member, signal: Signal) -> list[Context]:
    return [
        {"what": str(EVENTS.get(step.event.name, step.event.name)), "who": step.actor, "at": step.event.at}
        for step in signal_lists.history(member, signal)
    ]


def _record(record: signal_lists.Record) -> str:
    """How often the like of it was noticed within a year."""
    if not record.number:
        return _("the first of its kind here within a year")
    words = ngettext(
        "%(count)s like it within a year, %(not_real)s found not real",
        "%(count)s like it within a year, %(not_real)s found not real",
        record.number,
    )
    return words % {"count": record.number, "not_real": record.not_real}


def here(member: Member, **where: str) -> Context:
    """Open signals of the slice a page is about."""
    signals = signal_lists.open_signals(member, **where)
    address = urlencode({name: value for name, value in where.items() if name in signal_lists.ASKED})
    return {
        "signals_here": told(member, list(signals[:3])) if where else [],
        "signals_count": signals.count(),
        "signals_url": f"{reverse('insight:signals')}{'?' if address else ''}{address}",
    }


def by_product(member: Member) -> dict[str, int]:
    return signal_lists.open_by_product(member)


# How boldly they are raised


def screening(member: Member) -> dict[str, float | int]:
    """What is in force, as the form has it."""
    kept = SignalSettings.objects.filter(workspace_id=member.workspace_id).first() or SignalSettings()
    return {"q": _plain(round(kept.q * 100, 4)), "budget": kept.budget}


def _plain(number: float) -> float | int:
    return int(number) if number.is_integer() else number


def tuning(member: Member, form: Any) -> Context:
    return {"form": form, "now": screening(member), "counts": None}


def preview(member: Member, form: Any) -> Context:
    """What the choice of the form would have raised in the last 26 weeks."""
    if not form.is_valid():
        return {"wrong": " ".join(str(error) for errors in form.errors.values() for error in errors)}
    found = sensitivity(member.workspace, **form.chosen)
    counts = [number for _week, number in found]
    total = sum(counts)
    return {
        "weeks": [(weeks.label(week), number) for week, number in found],
        "last": weeks.label(found[-1][0]) if found else "",
        "counts": counts,
        "total": total,
        "mean": total / max(len(counts), 1),
        "most": max(counts, default=0),
        "sentence": _("New signals a week, %(total)s in all") % {"total": figures.number(total)},
    }
