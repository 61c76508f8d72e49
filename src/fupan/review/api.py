"""Problems, for programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ninja import Query, Router

from fupan.core import weeks
from fupan.core.cursor import page
from fupan.core.schemas import Page, answers
from fupan.people.tokens import TokenAuth, TokenRequest, caller
from fupan.review.models import Problem, ProblemRound, Why
from fupan.review.queries.problems import causes_of, latest_rounds, listed, where_of
from fupan.review.schemas import AskedProblems, ProblemOut

problems = Router(tags=["problems"])
FIGURES = ("verdict", "change", "low", "high", "prevented")


@problems.get("", auth=TokenAuth("metrics:read"), response=answers(Page[ProblemOut]), summary="What is worked on")
def list_problems(request: TokenRequest, asked: Query[AskedProblems]) -> dict[str, Any]:
    rows = listed(caller(request), state=asked.state)
    found, more = page(rows, cursor=asked.cursor, limit=asked.limit)
    rounds, causes = latest_rounds(found), causes_of(found)
    return {"items": [_told(one, rounds, causes.get(one.pk, ())) for one in found], "next": more}


def _told(one: Problem, rounds: Mapping[int, ProblemRound], causes: Iterable[Why]) -> dict[str, Any]:
    plain = ("number", "title", "state", "metric", "round", "origin", "reason", "opened_at", "closed_at")
    outcome = rounds[one.pk].outcome if one.pk in rounds else None
    return {name: getattr(one, name) for name in plain} | {
        "slice": where_of(one), "owner": str(one.owner) if one.owner else None, "signal": one.signal_id,
        "selection_weeks": [weeks.label(week) for week in one.selection_weeks],
        "causes": [_cause(why) for why in causes],
        "outcome": {name: outcome.get(name) for name in FIGURES} if outcome else None,
    }  # fmt: skip


def _cause(why: Why) -> dict[str, Any]:
    cause = why.cause
    return {
        "why": why.text, "cause": cause.code if cause else "", "liable": cause.liable if cause else "",
        "department": why.department.code if why.department else None,
    }  # fmt: skip
