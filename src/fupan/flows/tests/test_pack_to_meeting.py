"""A meeting gets its numbers when it is planned, once more when it starts, and then they stand."""

from datetime import timedelta

import pytest

from fupan.action.models import Action
from fupan.briefing.meeting import period_of, snapshot
from fupan.briefing.queries.loop import loop_health
from fupan.commerce.models import Promotion
from fupan.core import clock, events
from fupan.core.events import record
from fupan.review import services
from fupan.review.models import Meeting, Problem, ProblemRound
from fupan.verification.models import Check, Look
from tests.support.personas import NOON


@pytest.fixture
def action(workspace, ines):
    return Action.objects.create(
        workspace=workspace, number=7, type="supplier", title="Change the board", owner=ines, created_at=NOON,
        deadline=NOON.date() - timedelta(days=3), metric="incident_rate", change=-0.3,
    )  # fmt: skip


@pytest.fixture
def meeting(omar, mei):
    return services.plan_meeting(kind="weekly", period="2026-W46", at=NOON + timedelta(hours=1), by=omar)


def first_item(meeting):
    return Meeting.objects.get(pk=meeting.pk).agenda.get(code="last_actions")


def test_planning_brings_numbers_open_actions_and_their_owners(action, meeting, ines):
    events.drain()
    meeting.refresh_from_db()
    assert meeting.snapshot["period"]["label"] == "2026-W46"
    (ref,) = first_item(meeting).refs
    assert (ref["number"], ref["owner_id"], ref["overdue"]) == ("A-007", ines.pk, True)
    assert meeting.attendances.filter(member=ines).exists()


def test_the_start_freezes_and_a_flow_delivered_again_changes_nothing(meeting, omar, action):
    with clock.set_to(NOON + timedelta(hours=1)):
        services.start(meeting.pk, by=omar)
        events.drain()
    frozen = Meeting.objects.get(pk=meeting.pk).frozen_at
    assert frozen == NOON + timedelta(hours=1)
    with clock.set_to(NOON + timedelta(hours=2)):
        record("review.meeting_started", meeting, by=omar)
        events.drain()
    assert Meeting.objects.get(pk=meeting.pk).frozen_at == frozen


def test_words_of_buyers_are_not_kept_with_the_numbers(meeting):
    told = snapshot(meeting)
    assert not any("text" in one for one in told["representative"])
    assert not any("sample_tickets" in one for one in told["top_issues"])


def test_an_action_of_the_meeting_stands_in_its_minutes(meeting, action):
    Action.objects.filter(pk=action.pk).update(meeting=meeting)
    record("action.created", action, by=None)
    events.drain()
    events.drain()
    item = meeting.agenda.get(code="actions")
    assert [ref["title"] for ref in item.refs] == ["Change the board"]


def test_a_promotion_is_reviewed_over_its_week_and_says_when_a_year_ago_is_missing(workspace, omar):
    day = NOON.date() - timedelta(days=5)
    promotion = Promotion.objects.create(workspace=workspace, name="11.11 2026", start=day, end=day)
    held = services.plan_meeting(kind="promotion", period="", promotion=promotion, at=NOON, by=omar)
    assert period_of(held).label == "2026-W46"
    assert snapshot(held)["before"] == {}


def test_loop_health_counts_problems_verdicts_days_and_what_came_back(workspace, action):
    opened = NOON - timedelta(days=60)
    problem = Problem.objects.create(workspace=workspace, number=1, title="x", opened_at=opened)
    Problem.objects.create(workspace=workspace, number=2, title="y", opened_at=opened)
    ProblemRound.objects.create(
        problem=problem,
        number=1,
        opened_at=opened,
        closed_at=NOON - timedelta(days=9),
        outcome={"verdict": "effective"},
    )
    ProblemRound.objects.create(problem=problem, number=2, opening="recurrence", opened_at=NOON - timedelta(days=2))
    Action.objects.filter(pk=action.pk).update(problem=problem)
    check = Check.objects.create(
        workspace=workspace, action=action, state="decided", clock="contact", carried_on=opened.date(),
        effective_on=opened.date(), design={}, design_hash="0", frozen_at=opened, due_week=202645,
        decided_at=opened + timedelta(days=40),
    )  # fmt: skip
    Look.objects.create(check_of=check, week=202645, weeks_after=4, final=True, verdict="effective", facts="", at=NOON)
    told = loop_health(workspace, NOON)
    assert (told["problems"], told["judged"], told["days_to_verdict"]) == (2, 1, 40)
    assert (told["verdicts"], told["effective"], told["solved"], told["recurred"]) == (1, 1, 1, 1)
