"""The five-whys tree of a round, as it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Prefetch
from django.urls import reverse

from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.people.models import Member
from fupan.review.models import EvidenceKind, Problem, Why, WhyEvidence, WhyState

LEAST_COLUMNS = 4
SHOWN_NUMBERS = 60  # tickets one address names


@dataclass(slots=True)
class Chip:
    """A piece of evidence; it opens what it names. Its words are filled in by the page."""

    evidence: WhyEvidence
    tickets: int
    url: str
    text: str = ""
    title: str = ""
    icon: str = ""


@dataclass(slots=True)
class Node:
    why: Why
    depth: int
    chips: list[Chip]
    children: list[Node] = field(default_factory=list)

    @property
    def leaf(self) -> bool:
        return not self.children

    @property
    def end(self) -> bool:
        """Whether a cause, confirmed or not, hangs at it."""
        return self.depth > 0 and (self.leaf or self.why.state != WhyState.OPEN)

    @property
    def faded(self) -> bool:
        return self.why.state == WhyState.RULED_OUT


@dataclass(frozen=True, slots=True)
class Tree:
    root: Node | None
    columns: int  # whys between what happens and the cause
    confirmed: int
    whys: int


def chips(node: Node | None) -> list[Chip]:
    """Every piece of evidence of a tree."""
    if node is None:
        return []
    return [*node.chips, *(chip for child in node.children for chip in chips(child))]


def tree(member: Member, problem: Problem, number: int | None = None) -> Tree:
    """The whys of a round (the present one unless told otherwise)."""
    tickets = Prefetch("tickets", queryset=tickets_seen_by(member).only("pk", "number", "workspace"))
    evidence = Prefetch("evidence", queryset=WhyEvidence.objects.prefetch_related(tickets).order_by("pk"))
    related = Why.objects.filter(problem=problem, round=number or problem.round).prefetch_related(evidence)
    whys = list(related.select_related("cause", "department", "said_by__user", "decided_by__user"))
    below: dict[int | None, list[Why]] = {}
    for why in whys:
        below.setdefault(why.parent_id, []).append(why)
    top = next(iter(below.get(None, [])), None)
    root = _node(top, 0, below) if top is not None else None
    deepest = _deepest(root) if root is not None else 0
    confirmed = sum(why.state == WhyState.CONFIRMED for why in whys)
    return Tree(root, max(LEAST_COLUMNS, deepest), confirmed, len(whys))


def _node(why: Why, depth: int, below: dict[int | None, list[Why]]) -> Node:
    chips = [_chip(one) for one in why.evidence.all()]
    return Node(why, depth, chips, [_node(child, depth + 1, below) for child in below.get(why.pk, [])])


def _deepest(node: Node) -> int:
    return max([node.depth, *(_deepest(child) for child in node.children)])


def _chip(evidence: WhyEvidence) -> Chip:
    tickets: list[Ticket] = list(evidence.tickets.all()) if evidence.kind == EvidenceKind.TICKETS else []
    if len(tickets) == 1:
        return Chip(evidence, 1, reverse("desk:ticket", args=[tickets[0].number]))
    if tickets:
        return Chip(evidence, len(tickets), reverse("review:evidence_tickets", args=[evidence.pk]))
    return Chip(evidence, 0, evidence.url)
