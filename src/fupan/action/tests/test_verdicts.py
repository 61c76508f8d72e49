"""Checks and their looks reach the action by flow: once or twice, early or late, it ends the same."""

from datetime import timedelta

import pytest

from fupan.action import services
from fupan.action.models import Action
from fupan.action.tests.support import TODAY, carried, made
from fupan.core import clock, events
from fupan.core.events import record
from fupan.core.models import Event
from fupan.verification.models import Check, Look

SEEN = {"verdict": "inconclusive", "change": -0.2, "low": -0.5, "high": 0.3, "prevented": 9.0, "weeks_needed": 4}


@pytest.fixture
def action(goods, omar):
    found = carried(made(omar), omar, day=TODAY - timedelta(weeks=4))
    events.drain()
    return found


def check_of(action, **more):
    told = {
        "clock": "contact", "carried_on": action.carried_on, "effective_on": action.carried_on, "design_hash": "x",
        "design": {"planned_weeks": 8, "reason": ""}, "frozen_at": clock.now(), "due_week": 202650,
    }  # fmt: skip
    Check.objects.filter(action=action).delete()
    return Check.objects.create(workspace=action.workspace, action=action, **told | more)


def look_of(check, week, **more):
    told = SEEN | {"weeks_after": week - 202642, "facts": "f", "at": clock.now()} | more
    return Look.objects.create(check_of=check, week=week, **told)


def fresh(action):
    return Action.objects.get(pk=action.pk)


def test_a_planned_check_shows_its_weeks(action):
    check = check_of(action)
    record("verification.check_planned", check, by=None)
    events.drain()
    kept = fresh(action).verdict
    assert (kept["check"], kept["planned_weeks"], kept["weeks_after"], kept["due_week"]) == (check.pk, 8, 0, 202650)
    assert "reason" not in kept


def test_a_number_that_is_only_tracked_says_so(action):
    check = check_of(action, design={"planned_weeks": 8, "reason": "tracked"})
    record("verification.check_planned", check, by=None)
    events.drain()
    assert fresh(action).verdict["reason"] == "tracked"


def test_looks_are_shown_and_the_last_one_verifies(action):
    check = check_of(action)
    look_of(check, 202645)
    record("verification.looked", check, by=None)
    events.drain()
    assert (fresh(action).state, fresh(action).verdict["weeks_after"]) == ("done", 3)
    look_of(check, 202646, verdict="effective", final=True)
    record("verification.decided", check, by=None)
    events.drain()
    done = fresh(action)
    assert (done.state, done.verdict["verdict"], done.verdict["final"]) == ("verified", "effective", True)
    assert done.verdict["decided_on"] == "2026-11-16"
    assert Event.objects.filter(name="action.verified").count() == 1


def test_told_twice_and_late_it_stays_the_same(action):
    check = check_of(action)
    look_of(check, 202645)
    look_of(check, 202646, verdict="harmful", final=True)
    record("verification.decided", check, by=None)
    events.drain()
    first = fresh(action)
    record("verification.looked", check, by=None)
    record("verification.check_planned", check, by=None)
    events.drain()
    assert (fresh(action).verdict, fresh(action).state) == (first.verdict, "verified")
    services.take_verdict(action.pk, told=SEEN | {"week": 202640, "check": check.pk}, final=False)
    assert fresh(action).verdict["verdict"] == "harmful"
    assert Event.objects.filter(name="action.verified").count() == 1


def test_late_rows_change_the_figures_and_not_the_day(action):
    check = check_of(action)
    look = look_of(check, 202646, verdict="effective", final=True)
    record("verification.decided", check, by=None)
    events.drain()
    with clock.set_to(clock.now() + timedelta(days=9)):
        look.change = -0.6
        look.save()
        record("verification.looked", check, by=None)
        events.drain()
    kept = fresh(action).verdict
    assert (kept["change"], kept["decided_on"]) == (-0.6, "2026-11-16")


def test_a_stopped_check_says_nothing_any_more(action):
    check = check_of(action, state="stopped")
    look_of(check, 202646, final=True)
    record("verification.decided", check, by=None)
    record("verification.check_planned", check, by=None)
    events.drain()
    assert fresh(action).state == "done"
    assert fresh(action).verdict.get("check") != check.pk


def test_what_is_not_carried_out_takes_no_verdict(goods, omar):
    action = made(omar)
    assert services.take_verdict(action.pk, told=SEEN | {"week": 202646, "check": 1}, final=True) is None
    assert fresh(action).state == "todo"
