"""What measured actions achieved, in words and figures a company can share; failures are counted, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.core import clock, figures
from fupan.insight.signal_words import Names
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.verification import compute
from fupan.verification.models import Check, CheckState, Outcome
from fupan.verification.policies import checks_seen_by
from fupan.verification.queries.checks import rich
from fupan.verification.words import Told

SPANS = {"quarter": 91, "year": 365, "all": 0}


@dataclass(frozen=True, slots=True)
class Wins:
    """Counts of all verdicts, and the effective ones by what they prevented."""

    counts: dict[str, int]
    effective: list[Told]
    half: int  # of the effective: not carried out everywhere
    verdict: compute.Verdict | None  # over all that was judged

    @property
    def judged(self) -> int:
        return sum(self.counts.values())


def wins(member: Member, span: str) -> Wins:
    """Verdicts of the last quarter, year or ever, as this member may see them."""
    rows = checks_seen_by(member).filter(state=CheckState.DECIDED, looks__final=True).distinct()
    days = SPANS.get(span, SPANS["year"])
    if days:
        rows = rows.filter(decided_at__gte=clock.now() - timedelta(days=days))
    names, money = Names(member), may(member, "see_money")
    told = [Told(one, names, member.workspace.currency, money) for one in rich(rows).order_by("pk")]
    decided = [one for one in told if one.shown is not None]
    counts = {
        code: sum(one.shown is not None and one.shown.verdict == code for one in decided) for code in Outcome.values
    }
    effective = [one for one in decided if one.shown is not None and one.shown.verdict == Outcome.EFFECTIVE]
    effective.sort(key=lambda one: -((one.shown and one.shown.prevented) or 0.0))
    every = [found for one in decided if (found := _verdict(one.check, money=money)) is not None]
    over_all = compute.pooled(every, currency=member.workspace.currency) if every else None
    if over_all is not None and over_all.change != over_all.change:
        over_all = None
    return Wins(counts, effective, sum(one.answer != "yes" for one in effective), over_all)


def _verdict(check: Check, *, money: bool) -> compute.Verdict | None:
    look = check.looks.filter(final=True).first()
    if look is None or look.change is None:
        return None
    told = compute.verdict_of(look.numbers["verdict"])
    return told if money else compute.without_money(told)


def context(member: Member, span: str) -> dict[str, Any]:
    """The page, and its paragraph to copy."""
    chosen = span if span in SPANS else "year"
    found = wins(member, chosen)
    return {
        "wins": found,
        "rows": [_row(one, member) for one in found.effective],
        "figures": list(_figures(found, member)),
        "paragraph": paragraph(found, member, chosen),
        "spans": [("quarter", _("Last 13 weeks")), ("year", _("Last year")), ("all", _("All"))],
        "span": chosen,
    }


def _row(one: Told, member: Member) -> dict[str, Any]:
    verdict, look = one.verdict, one.shown
    saved = verdict.saved if verdict is not None else None
    return {
        "one": one,
        "prevented": figures.number(look.prevented) if look is not None else "",
        "span": one.cases_span,
        "money": "" if saved is None else figures.amount(saved, member.workspace.currency),
    }


def _figures(found: Wins, member: Member) -> Iterator[tuple[str, str]]:
    """(value, words under it) of the three figures on top."""
    verdict = found.verdict
    if verdict is not None:
        said = {"low": figures.number(verdict.prevented_low), "high": figures.number(verdict.prevented_high)}
        yield figures.number(verdict.prevented), _("cases fewer over all that was judged, %(low)s to %(high)s") % said
        if verdict.saved is not None:
            yield figures.amount(verdict.saved, member.workspace.currency), _("saved, by what such cases have cost")
    share = figures.of(found.counts[Outcome.EFFECTIVE], found.judged)
    yield share, _("actions judged effective, of all that were judged")


def paragraph(found: Wins, member: Member, span: str) -> str:
    """Ready to be pasted into a mail or a chat; it says what did not work as well."""
    if not found.judged:
        return ""
    parts = [_opening(found, member, span)]
    if found.verdict is not None:
        parts.append(_over_all(found.verdict, member))
    parts += [
        _("“%(title)s”: %(metric)s %(change)s %(span)s, %(consequence)s.")
        % {
            "title": one.title,
            "metric": one.metric,
            "change": one.change,
            "span": one.span,
            "consequence": one.consequence,
        }
        for one in found.effective[:5]
    ]  # fmt: skip
    parts.append(_not_so_well(found))
    return "\n".join(part for part in parts if part)


def _opening(found: Wins, member: Member, span: str) -> str:
    said = {"workspace": member.workspace.name, "all": found.judged, "effective": found.counts[Outcome.EFFECTIVE]}
    since = {"quarter": 91, "year": 365}.get(span)
    first = clock.today() - timedelta(days=since) if since else None
    words = ngettext(
        "%(workspace)s judged %(all)s improvement by its own numbers; %(effective)s worked.",
        "%(workspace)s judged %(all)s improvements by its own numbers; %(effective)s worked.",
        found.judged,
    )
    return _since(first) + words % said


def _since(first: date | None) -> str:
    return _("Since %(day)s, ") % {"day": first.isoformat()} if first else ""


def _over_all(verdict: compute.Verdict, member: Member) -> str:
    said = {
        "count": figures.number(verdict.prevented), "low": figures.number(verdict.prevented_low),
        "high": figures.number(verdict.prevented_high),
    }  # fmt: skip
    words = _("Together they left %(count)s cases fewer than without them (%(low)s to %(high)s)") % said
    worth = figures.amount(verdict.saved, member.workspace.currency) if verdict.saved is not None else ""
    return words + (_(", worth some %(amount)s.") % {"amount": worth} if worth else _("."))


def _not_so_well(found: Wins) -> str:
    said = {
        "not": found.counts[Outcome.NOT_EFFECTIVE], "harmful": found.counts[Outcome.HARMFUL],
        "open": found.counts[Outcome.INCONCLUSIVE],
    }  # fmt: skip
    return _("Not effective: %(not)s; harmful: %(harmful)s; not enough data to say: %(open)s.") % said
