"""Pages of meetings: the list, planning, and the room itself with its clock, its agenda and its lines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core import clock, events, weeks
from fupan.core.errors import Refused
from fupan.core.http import by_htmx, page_or_part
from fupan.core.paging import page_of
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.models import Member
from fupan.people.policies import may, members_seen_by
from fupan.review import meeting_pages, services
from fupan.review.forms.meetings import PlanForm, When
from fupan.review.models import AgendaCode, AgendaItem, Meeting, MeetingKind, MeetingState, Problem, ProblemOrigin
from fupan.review.policies import problems_seen_by
from fupan.review.problem_start import signal_for
from fupan.review.queries import deep_dive
from fupan.review.queries import meetings as asked
from fupan.review.queries.cadence import cadences


@require_safe
@require_right("see_reviews")
def meetings(request: MemberRequest) -> HttpResponse:
    """The next one on top, then those that were held."""
    member = request.member
    proposal, set_ = cadences(member.workspace)
    page = page_of(request, asked.held(member), size=20)
    context = {
        "coming": [meeting_pages.row(one) for one in asked.coming(member)],
        "held": [meeting_pages.row(one) for one in page],
        "page": page,
        "scheduled": any(known and cadence.active for cadence, known in set_),
        "proposal": proposal,
        "may_host": may(member, "host_meetings"),
        "timezone": member.workspace.timezone,
    }
    return page_or_part(request, "review/meetings.html", "held", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("host_meetings")
def plan_meeting(request: MemberRequest) -> HttpResponse:
    """Plan a review by hand; the address may say of what (`?period=2026-W46`)."""
    form = PlanForm(request.POST or None, member=request.member, initial=_first_guess(request))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            planned = services.plan_meeting(
                kind=told["kind"], period=told["period"], promotion=form.over, by=request.member, **form.chosen
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            events.drain(about=planned)
            return redirect("review:meeting", planned.pk)
    return render(request, "review/plan_meeting.html", {"form": form}, status=422 if form.errors else 200)


def _first_guess(request: MemberRequest) -> dict[str, Any]:
    local = clock.now().astimezone(weeks.zone(request.member.workspace.timezone))
    label = request.GET.get("period", "")[:20] or weeks.label(weeks.last_whole_week(local.date()))
    kind = MeetingKind.WEEKLY if "W" in label.upper() else MeetingKind.MONTHLY
    return {
        "kind": kind, "period": label, "day": local.date(), "clock": f"{min(local.hour + 1, 23):02d}:00",
        "host": str(request.member.pk),
    }  # fmt: skip


@require_safe
@require_right("see_reviews")
def of_period(request: MemberRequest, label: str) -> HttpResponse:
    """The review of a week or month: the one there is, or a form to plan it."""
    found = asked.of_period(request.member, label)
    if found is not None:
        return redirect("review:meeting", found.pk)
    if not may(request.member, "host_meetings"):
        return redirect("review:meetings")
    return redirect(f"{reverse('review:plan_meeting')}?period={label}")


@require_safe
@require_right("see_reviews")
def meeting(request: MemberRequest, pk: int) -> HttpResponse:
    """The room: its plan before, its clock during, its minutes after."""
    found = meeting_or_404(request, pk)
    if found.state == MeetingState.ENDED:
        return redirect("review:minutes", found.pk)
    if found.state == MeetingState.RUNNING:
        context = meeting_pages.running(request.member, found, request.GET)
        return render(request, "review/meeting.html", context | {"screen": bool(request.GET.get("screen"))})
    return _planned(request, found, When(member=request.member, initial=When.initial_of(found)))


def _planned(request: MemberRequest, found: Meeting, form: When, *, status: int = 200) -> HttpResponse:
    context = meeting_pages.planned(request.member, found) | {"form": form}
    return render(request, "review/planned.html", context, status=status)


@require_safe
@require_right("see_reviews")
def meeting_live(request: MemberRequest, pk: int) -> HttpResponse:
    """What changed since version `v`; 204 when nothing did."""
    found = meeting_or_404(request, pk)
    if _unchanged(request, found):
        return HttpResponse(status=204)
    return answer(request, found)


def _unchanged(request: MemberRequest, found: Meeting) -> bool:
    """Whether this browser shows the meeting as it stands: its lines, who types, and the tree of whys."""
    if request.GET.get("v") != str(found.version):
        return False
    attends = list(found.attendances.select_related("member__user"))
    if request.GET.get("typing", "") != ",".join(asked.typing(found, request.member, attends)):
        return False
    here = asked.current(asked.agenda_for(request.member, found))
    problem = here.problem if here is not None and here.code == AgendaCode.DEEP_DIVE else None
    return request.GET.get("whys", "") == meeting_pages.whys_key(problem)


def meeting_or_404(request: MemberRequest, pk: int) -> Meeting:
    found = asked.find(request.member, pk)
    if found is None:
        raise Http404
    return found


def answer(request: MemberRequest, found: Meeting, *, status: int = 200) -> HttpResponse:
    """The parts of the room that change, for HTMX; the page itself for a plain browser."""
    if not by_htmx(request):
        return redirect("review:meeting", found.pk)
    found = meeting_or_404(request, found.pk)
    if found.state == MeetingState.RUNNING:
        told = request.GET if request.method == "GET" else request.POST
        context = meeting_pages.live(request.member, found, told)
        return render(request, "review/_live.html", context | {"oob": True}, status=status)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = reverse("review:meeting", args=[found.pk])
    return response


# Steps of the meeting


@require_POST
@require_right("see_reviews")
def meeting_start(request: MemberRequest, pk: int) -> HttpResponse:
    found = services.start(meeting_or_404(request, pk).pk, by=request.member)
    events.drain(about=found)
    _freeze_dive(request.member, found)
    return redirect("review:meeting", found.pk)


def _freeze_dive(member: Member, found: Meeting) -> None:
    """The number of the problem that was chosen while planning stands as of now, too."""
    for item in asked.agenda_for(member, found):
        if item.problem is not None:
            _choose(member, found, item, item.problem)


def _choose(member: Member, found: Meeting, item: AgendaItem, problem: Problem) -> None:
    numbers = deep_dive.frozen(member, problem, found)
    services.choose_problem(item.pk, problem_id=problem.pk, by=member, frozen=numbers)


@require_POST
@require_right("see_reviews")
def meeting_next(request: MemberRequest, pk: int) -> HttpResponse:
    found = meeting_or_404(request, pk)
    services.next_item(
        found.pk, by=request.member, to=number_in(request.POST, "to"), after=number_in(request.POST, "after")
    )
    return answer(request, found)


@require_POST
@require_right("see_reviews")
def meeting_end(request: MemberRequest, pk: int) -> HttpResponse:
    services.end_meeting(meeting_or_404(request, pk).pk, by=request.member)
    return redirect("review:minutes", pk)


@require_POST
@require_right("see_reviews")
def meeting_cancel(request: MemberRequest, pk: int) -> HttpResponse:
    services.cancel_meeting(meeting_or_404(request, pk).pk, by=request.member)
    messages.success(request, _("The meeting was cancelled."))
    return redirect("review:meetings")


@require_POST
@require_right("see_reviews")
def meeting_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """Time, host and recorder of a planned meeting."""
    found = meeting_or_404(request, pk)
    form = When(request.POST, member=request.member)
    if not form.is_valid():
        return _planned(request, found, form, status=422)
    services.edit_meeting(found.pk, **form.chosen, title=found.title, by=request.member)
    messages.success(request, _("Saved."))
    return redirect("review:meeting", found.pk)


@require_POST
@require_right("see_reviews")
def meeting_presence(request: MemberRequest, pk: int) -> HttpResponse:
    found = meeting_or_404(request, pk)
    member_id = number_in(request.POST, "member") or request.member.pk
    presence = request.POST.get("presence", "")
    services.set_presence(found.pk, member_id=member_id, presence=presence, by=request.member)
    return answer(request, found)


@require_POST
@require_right("see_reviews")
def meeting_invite(request: MemberRequest, pk: int) -> HttpResponse:
    found = meeting_or_404(request, pk)
    if request.POST.get("drop", "").isdecimal():
        services.uninvite(found.pk, member_id=number_in(request.POST, "drop") or 0, by=request.member)
    else:
        wanted = [int(one) for one in request.POST.getlist("member") if one.isdecimal() and len(one) < 18]
        known = members_seen_by(request.member).filter(pk__in=wanted).values_list("pk", flat=True)
        services.invite(found.pk, member_ids=known, by=request.member)
    return answer(request, found)


# The problem to dig into


@require_POST
@require_right("see_reviews")
def meeting_problem(request: MemberRequest, pk: int) -> HttpResponse:
    """Choose a problem for the deep dive, or open one from a frozen signal."""
    found = meeting_or_404(request, pk)
    item = found.agenda.filter(code=AgendaCode.DEEP_DIVE, ended_at=None).first()
    if item is None:
        raise Refused(_("This meeting has no deep dive."), code="no-deep-dive")
    _choose(request.member, found, item, _problem(request))
    return answer(request, found)


def _problem(request: MemberRequest) -> Problem:
    member, signal = request.member, signal_for(request.member, number_in(request.POST, "signal"))
    if signal is not None:
        same = problems_seen_by(member).filter(signal=signal).order_by("-pk").first()
        if same is not None:
            return same
        title = request.POST.get("title", "").strip() or signal.slice
        return services.open_problem(
            title=title[:160], slice=signal.slice, metric=signal.metric, by=member, origin=ProblemOrigin.SIGNAL,
            signal=signal, selection_weeks=weeks.between(signal.week, signal.last_week),
        )  # fmt: skip
    chosen = problems_seen_by(member).filter(pk=number_in(request.POST, "problem") or 0).first()
    if chosen is None:
        raise Refused(_("Choose a problem first."), code="no-problem")
    return chosen


@require_safe
@require_right("see_reviews")
def meeting_replay(request: MemberRequest, pk: int) -> HttpResponse:
    """Another ticket to replay."""
    found = meeting_or_404(request, pk)
    if not by_htmx(request) or found.state != MeetingState.RUNNING:
        return redirect("review:meeting", found.pk)
    context = meeting_pages.base(request.member, found)
    if context["here"] is None:
        raise Http404
    return render(
        request, "review/_replay.html", context | meeting_pages.replayed(request.member, context, request.GET)
    )


def number_in(told: Any, name: str) -> int | None:
    """A number of a form; None for anything else."""
    text = told.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 18 else None
