"""An action was judged effective -> the agents whose tickets led to it hear what their report was worth."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import override

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.models import Message, Ticket
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member
from fupan.review.models import Problem, ProblemTicket, Why
from fupan.review.policies import problems_seen_by
from fupan.review.problem_words import verdict_of


@when("verification.decided")
def tell_reporters(event: Event) -> None:
    if event.data.get("verdict") != "effective":
        return
    problem = Problem.objects.filter(pk=event.data.get("problem") or 0, workspace_id=event.workspace_id or 0).first()
    if problem is None:
        return
    tickets = Ticket.objects.filter(
        Q(pk__in=ProblemTicket.objects.filter(problem=problem).values("ticket"))
        | Q(pk__in=Why.objects.filter(problem=problem).values("evidence__tickets"))
    )
    for member, first in _workers(problem, tickets):
        if problems_seen_by(member).filter(pk=problem.pk).exists():
            _tell(member, problem, first, event)


def _workers(problem: Problem, tickets: QuerySet[Ticket]) -> list[tuple[Member, int]]:
    """Everybody who answered one of the tickets or held it up, with the oldest of theirs."""
    theirs: dict[int, int] = {}
    answered = Message.objects.filter(ticket__in=tickets, automatic=False).exclude(author=None)
    held = ProblemTicket.objects.filter(problem=problem).exclude(by=None)
    pairs = [
        *answered.values_list("author", "ticket__number"),
        *held.values_list("by", "ticket__number"),
        *Ticket.objects.filter(pk__in=tickets).exclude(assignee=None).values_list("assignee", "number"),
    ]
    for member, number in pairs:
        theirs[member] = min(number, theirs.get(member, number))
    active = Member.objects.filter(workspace_id=problem.workspace_id, active=True, pk__in=theirs)
    return [(one, theirs[one.pk]) for one in active.select_related("user", "workspace").order_by("pk")]


def _tell(member: Member, problem: Problem, ticket: int, event: Event) -> None:
    with override(member.user.language):
        said = verdict_of(event.data)
        context = {
            "ticket": f"T-{ticket}", "title": problem.title, "verdict": said["word"] if said else "",
            "change": said["estimate"] if said else "", "prevented": said["prevented"] if said else "",
        }  # fmt: skip
    url = reverse("review:problem", args=[problem.number])
    tell([member.pk], Topic.PROBLEM, "report_led", context, url, f"report:{problem.pk}:{event.data.get('action')}")
