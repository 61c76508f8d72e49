"""How far a problem is: its five stones, its rounds, its timeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from fupan.core import figures, weeks
from fupan.insight.signal_words import week_name
from fupan.people.models import Member
from fupan.review.models import UNDER_WAY, Problem, ProblemOrigin, ProblemRound, ProblemState
from fupan.review.problem_words import Said, verdict_of
from fupan.review.queries import problems as asked
from fupan.review.queries.whys import Tree
from fupan.review.wording import EVENTS, OPENINGS, STATES, VERDICTS

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stone:
    """A step of the state line."""

    name: str
    state: str  # done | half | open
    tone: str
    detail: str
    current: bool


def steps(problem: Problem, said: Said, whys: Tree) -> list[Stone]:
    """Opened, analysis, action, verification, solved: with the day, or what is still missing."""
    reached = asked.moments(problem)
    order = [*UNDER_WAY, ProblemState.SOLVED]
    accepted = problem.state == ProblemState.ACCEPTED
    at = order.index(ProblemState.SOLVED if accepted else ProblemState(problem.state))
    names = (
        pgettext("problem", "Opened"), pgettext("problem", "Analysis"), pgettext("problem", "Action"),
        pgettext("problem", "Verification"), pgettext("step of a problem", "Solved"),
    )  # fmt: skip
    details = (
        f"{_day(problem.opened_at, problem)} · {_short_origin(problem)}", _analysis(whys),
        _since(reached, "acting", problem) or _("needs an action"),
        _verification(said, reached, problem), _end(problem),
    )  # fmt: skip
    found = []
    for place, (name, text) in enumerate(zip(names, details, strict=True)):
        done = place < at or at == len(order) - 1
        current = place == at
        state = "done" if done or (current and place == 0 and at == 0) else "half" if current else "open"
        tone = "jade" if current else "ink" if done else "faint"
        label = _("Accepted as a risk") if accepted and place == len(order) - 1 else name
        found.append(Stone(label, state, "slate" if accepted and current else tone, text, current))
    return found


def _day(moment: Any, problem: Problem) -> str:
    return f"{moment.astimezone(weeks.zone(problem.workspace.timezone)):%m-%d}" if moment else ""


def _since(reached: Mapping[str, Any], state: str, problem: Problem) -> str:
    return _("since %(day)s") % {"day": _day(reached[state], problem)} if state in reached else ""


def _short_origin(problem: Problem) -> str:
    if problem.origin == ProblemOrigin.SIGNAL and problem.signal_id:
        return _("signal S-%(number)s") % {"number": problem.signal_id}
    return str(problem.get_origin_display())


def _analysis(whys: Tree) -> str:
    if whys.confirmed:
        words = ngettext("%(count)s cause confirmed", "%(count)s causes confirmed", whys.confirmed)
        return words % {"count": whys.confirmed}
    if whys.whys > 1:
        return ngettext("%(count)s why so far", "%(count)s whys so far", whys.whys - 1) % {"count": whys.whys - 1}
    return _("no why yet")


def _verification(said: Said, reached: Mapping[str, Any], problem: Problem) -> str:
    verdict = said.verdict
    if verdict is not None:
        return f"{verdict['word']} {verdict['estimate']}".strip()
    return _since(reached, "verifying", problem) or _("once an action is carried out")


def _end(problem: Problem) -> str:
    if problem.closed_at is not None:
        return _day(problem.closed_at, problem)
    return _("needs the verdict “effective”")


@dataclass(frozen=True, slots=True)
class RoundSaid:
    number: int
    stone: str
    tone: str
    title: str
    detail: str
    verdict: dict[str, str] | None


def round_said(one: ProblemRound, problem: Problem) -> RoundSaid:
    zone = problem.workspace.timezone
    since = week_name(weeks.week_of(one.opened_at, zone))
    title = _("Round %(number)s · since %(week)s") % {"number": one.number, "week": since}
    parts = [str(OPENINGS[one.opening])]
    if one.opening == "recurrence" and one.told.get("week"):
        told = {"week": week_name(int(one.told["week"])), "observed": figures.number(one.told.get("observed")),
                "upper": figures.number(one.told.get("upper"), 1)}  # fmt: skip
        parts = [_("it came back in %(week)s: %(observed)s cases, at most %(upper)s expected") % told]
    verdict = verdict_of(one.outcome)
    if one.outcome.get("reason"):
        parts.append(str(one.outcome["reason"]))
    elif verdict is None and one.closed_at is None:
        parts.append(_("no verdict yet"))
    done = one.closed_at is not None
    return RoundSaid(
        one.number, "done" if done else "half", "ink" if done else "jade", title, " · ".join(parts), verdict
    )


def history(member: Member, problem: Problem) -> list[Context]:
    """What happened, in words with their holes filled."""
    rows = []
    for step in asked.history(member, problem):
        data = step.event.data
        told = {
            "to": STATES.get(data.get("to", ""), data.get("to", "")), "round": data.get("round", ""),
            "verdict": VERDICTS[data["verdict"]][0] if data.get("verdict") in VERDICTS else "",
        }  # fmt: skip
        rows.append({"what": str(EVENTS.get(step.event.name, step.event.name)) % told, "who": step.actor,
                     "at": step.event.at})  # fmt: skip
    return rows
