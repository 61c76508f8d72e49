"""What a problem has taught so far, as the library takes it up."""

from __future__ import annotations

from typing import Any

from fupan.commerce.models import Product
from fupan.desk.models import IssueType
from fupan.library.distilled import Found
from fupan.library.models import Case, ProposalKind
from fupan.library.queries.linked import cases_with
from fupan.review.models import Problem, Why
from fupan.review.queries.problems import confirmed_causes, where_of

MOST_TICKETS = 40


def cases_of(problem: Problem) -> list[Case]:
    """Cases that name the problem, or were written from its tickets."""
    refs = {("problem", problem.number)} | {("action", number) for number in _actions(problem)}
    return cases_with(problem.workspace_id, refs, problem.links.values("ticket"))


def _actions(problem: Problem) -> list[int]:
    """Numbers of its actions, which lie downstream, as its rounds tell them."""
    told = problem.rounds.values_list("outcome__number", flat=True)
    return [int(number) for number in told if number]


def lesson(problem: Problem, reason: dict[str, Any], **words: str) -> Found:
    """A case to put forward: where it happened, the confirmed cause, its tickets, and what was said."""
    where = where_of(problem)
    issue = IssueType.objects.filter(workspace_id=problem.workspace_id, code=where.get("issue_type", "")).first()
    product = Product.objects.filter(workspace_id=problem.workspace_id, code=where.get("product", "")).first()
    whys = list(confirmed_causes(problem).select_related("parent").order_by("pk"))
    said = {"cause_text": _chain(whys[0])} if whys else {}
    return Found(
        f"problem:{problem.pk}", ProposalKind.CASE, reason, title=problem.title,
        issue_type=issue.pk if issue else None, product=product.pk if product else None,
        cause=whys[0].cause_id if whys else None, tickets=_tickets(problem, whys), words=said | words,
        refs=({"kind": "problem", "id": problem.number, "title": f"{problem} {problem.title}"},),
    )  # fmt: skip


def _chain(leaf: Why) -> str:
    """From what was seen down to the cause, a line each."""
    lines: list[str] = []
    step: Why | None = leaf
    while step is not None:
        lines.append(step.text)
        step = step.parent
    return "\n".join(reversed(lines))


def _tickets(problem: Problem, whys: list[Why]) -> tuple[int, ...]:
    linked = list(problem.links.order_by("pk").values_list("ticket", flat=True))
    proving = Why.objects.filter(pk__in=[one.pk for one in whys]).exclude(evidence__tickets=None)
    linked += list(proving.order_by("evidence__tickets").values_list("evidence__tickets", flat=True))
    return tuple(dict.fromkeys(linked))[:MOST_TICKETS]
