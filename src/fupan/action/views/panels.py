"""Parts of other stages' pages: the actions of a problem, and of a meeting."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from fupan.action import action_pages
from fupan.people.decorators import MemberRequest, require_right
from fupan.review.policies import meetings_seen_by, problems_seen_by


@require_safe
@require_right("see_reviews")
def of_problem(request: MemberRequest, number: int) -> HttpResponse:
    """What is being done about a problem."""
    problem = get_object_or_404(problems_seen_by(request.member), number=number)
    return render(request, "action/of_problem.html", action_pages.of_problem(request.member, problem))


@require_safe
@require_right("see_reviews")
def of_meeting(request: MemberRequest, pk: int) -> HttpResponse:
    """What the last meeting decided and how it stands, and what this one decides."""
    meeting = get_object_or_404(meetings_seen_by(request.member), pk=pk)
    return render(request, "action/of_meeting.html", action_pages.of_meeting(request.member, meeting))
