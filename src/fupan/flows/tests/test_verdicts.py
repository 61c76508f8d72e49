"""The arrows around verdicts; each delivered twice ends in the same state."""

import pytest

from fupan.core import events
from fupan.core.models import Event
from fupan.flows.action_to_check import plan_its_check, stop_its_check
from fupan.flows.solved_to_watch import watch_its_slice
from fupan.flows.verdict_to_notice import tell_those_concerned
from fupan.notify.models import Notice
from fupan.review.models import Problem
from fupan.verification.models import Check, Watch
from fupan.verification.services import look
from fupan.verification.tests.support import a_problem, an_action, counts, plant


@pytest.fixture
def action(workspace, shop, ines):
    plant(workspace, shop, counts())
    return an_action(workspace, ines, problem=a_problem(workspace, ines, selection=[202631]))


def test_carried_out_plans_a_check_once(action, ines):
    event = events.record("action.carried_out", action, by=ines)
    for _twice in range(2):
        plan_its_check(event)
    assert Check.objects.get().action_id == action.pk


def test_undone_stops_it_once(action, ines):
    plan_its_check(events.record("action.carried_out", action, by=ines))
    action.carried_on, action.state = None, "doing"
    action.save()
    event = events.record("action.carry_undone", action, by=ines)
    for _twice in range(2):
        stop_its_check(event)
    assert Check.objects.get().state == "stopped"


def test_a_late_word_of_carrying_out_plans_nothing(action, ines):
    event = events.record("action.carried_out", action, by=ines)
    action.carried_on, action.state = None, "doing"
    action.save()
    plan_its_check(event)
    assert not Check.objects.exists()


def test_a_solved_problem_is_watched_once(workspace, action, omar):
    Problem.objects.update(state="solved", closed_at=action.created_at)
    event = events.record("review.problem_solved", action.problem, by=omar)
    for _twice in range(2):
        watch_its_slice(event)
    assert Watch.objects.get().problem_id == action.problem_id


def test_those_concerned_hear_of_a_verdict_once(action, ines, omar, mei):
    plan_its_check(events.record("action.carried_out", action, by=ines))
    look(Check.objects.get().pk)
    event = Event.objects.get(name="verification.decided")
    for _twice in range(2):
        tell_those_concerned(event)
    told = Notice.objects.filter(kind="verdict").values_list("member_id", flat=True)
    assert sorted(told) == sorted([ines.pk, omar.pk])
