"""The demo's finished review holds together: problem, whys with proof, causes, actions, minutes."""

import pytest

from fupan.action.models import Action
from fupan.core import clock, weeks
from fupan.demo.held import hold
from fupan.demo.people import make_team
from fupan.desk.models import Cause
from fupan.insight.models import Signal
from fupan.insight.tests.world import World, instant, stale_all
from fupan.review.models import Meeting, Problem, Why

WEEK = 202646
SLICE = "issue_type=wont_charge&product=A20"


@pytest.fixture
def team(workspace):
    world = World(workspace)
    for code in ("supplier_batch", "manual"):
        Cause.objects.create(workspace=workspace, code=code, name_en=code, name_zh=code)
    found = make_team(workspace)
    shop = world.shop()
    world.cover(shop)
    for week in weeks.between(weeks.shift(WEEK, -3), WEEK):
        line = world.order(shop, "A20", instant(week), units=40)
        for place in range(6):
            world.ticket(shop, instant(week), line=line, issue="wont_charge", buyer_key=f"{week}-{place}")
    stale_all(workspace)
    return found


def noticed(workspace, slice=SLICE):
    return Signal.objects.create(
        workspace=workspace, kind="outbreak", slice=slice, week=weeks.shift(WEEK, -2), last_week=WEEK, observed=21,
        expected=5.2, upper=15, excess=15.8, pvalue=0.0002, score=3, opened_at=clock.now(),
    )  # fmt: skip


def test_the_review_is_held_from_signal_to_minutes(team):
    noticed(team["lead"].workspace)
    meeting = hold(WEEK, lead=team["lead"], team=[team["operations"], team["agent"], team["manager"]])
    meeting = Meeting.objects.get(pk=meeting.pk)
    assert meeting.state == "ended"
    assert meeting.sent_at is not None
    assert meeting.snapshot["period"]["label"] == "2026-W46"
    assert set(meeting.entries.values_list("kind", flat=True)) == {"minute", "decision", "parked"}
    problem = Problem.objects.get()
    assert problem.state == "acting"
    assert problem.selection_weeks == weeks.between(weeks.shift(WEEK, -2), WEEK)
    confirmed = Why.objects.filter(state="confirmed")
    assert set(confirmed.values_list("cause__code", flat=True)) == {"supplier_batch", "manual"}
    assert all(why.evidence.exists() for why in confirmed)
    assert Why.objects.filter(state="ruled_out").count() == 1
    assert set(Action.objects.values_list("state", flat=True)) == {"doing", "todo"}
    assert set(Action.objects.values_list("meeting", "problem")) == {(meeting.pk, problem.pk)}


def test_nothing_is_held_when_the_batch_was_not_noticed(team):
    noticed(team["lead"].workspace, slice="issue_type=late")
    assert hold(WEEK, lead=team["lead"], team=[team["operations"]]) is None
    assert not Meeting.objects.exists()
