"""How long a verdict will take, before anybody commits."""

import numpy as np
import pytest

from fupan.action.compute import weeks_needed
from fupan.action.models import Action
from fupan.action.queries.volume import foreseen, weekly_count, wider
from fupan.action.tests.support import made
from fupan.insight.policies import facts_of
from fupan.verification.tests.support import PRODUCTS, known_weeks, plant

SIZE = "issue_type=size&product=A20"


def flat(weekly, weeks=26):
    return np.full(weeks, float(weekly)), np.full(weeks, 1000.0)


def test_more_cases_and_larger_targets_are_judged_sooner():
    assert weeks_needed(*flat(20), -0.3) < weeks_needed(*flat(5), -0.3)
    assert weeks_needed(*flat(20), -0.5) < weeks_needed(*flat(20), -0.3)
    assert weeks_needed(*flat(20), -0.3) == weeks_needed(*flat(20), 0.3)


@pytest.mark.parametrize(
    ("counts", "units", "change"),
    [(np.zeros(9), np.ones(9), -0.3), (np.ones(9), np.zeros(9), -0.3), (np.ones(9), np.ones(9), -1.0),
     (np.array([]), np.array([]), -0.3), (np.ones(9), np.ones(9), 0.0)],
)  # fmt: skip
def test_what_cannot_be_foreseen_is_none(counts, units, change):
    assert weeks_needed(counts, units, change) is None


def test_unrest_takes_longer_than_calm():
    restless = np.array([2.0, 18.0] * 13)
    assert weeks_needed(restless, np.ones(26), -0.4) > weeks_needed(*flat(10), -0.4)


@pytest.fixture
def trade(workspace, shop):
    """Two cases of A20 a week that do not fit, four of every other product of its line, none late."""
    told = {(code, "size"): np.full(len(known_weeks()), 2 if code == "A20" else 4) for code in PRODUCTS}
    plant(workspace, shop, told)
    return workspace


def test_a_slice_is_counted_by_the_week(trade):
    view = facts_of(trade)
    assert weekly_count(view, "incident_rate", SIZE) == pytest.approx(2, abs=0.1)
    assert weekly_count(view, "incident_rate", "issue_type=size") == pytest.approx(30, abs=0.1)
    assert weekly_count(view, "incident_rate", "issue_type=late") == 0
    assert weekly_count(view, "first_response_p50", SIZE) == 0  # counts nothing bad


def test_the_form_hears_of_a_wider_slice_that_is_judged_sooner(trade):
    here, there = foreseen(facts_of(trade), "incident_rate", SIZE, -0.4)
    assert (here.slice, there.slice) == (SIZE, "issue_type=size")
    assert here.weeks is None or here.weeks > there.weeks


def test_an_action_keeps_what_was_foreseen(trade, omar):
    action = made(omar, change=-0.4)
    here, there = foreseen(facts_of(trade), "incident_rate", SIZE, -0.4, "listing")
    assert action.weeks_needed == here.weeks
    assert Action.objects.get().verdict == {"wider": there.slice, "wider_weeks": there.weeks}
    assert made(omar, slice="issue_type=size", change=-0.6).verdict == {}


def test_without_facts_nothing_is_foreseen(workspace, goods, omar):
    assert weekly_count(facts_of(workspace), "incident_rate", SIZE) == 0
    assert foreseen(facts_of(workspace), "incident_rate", SIZE, -0.3) == []
    assert made(omar).weeks_needed is None


def test_the_next_wider_slices_leave_one_condition_out(workspace, goods):
    told = wider(workspace.pk, {"issue_type": "size", "product": "A20", "batch": "2609"})
    assert told == [
        {"issue_type": "size", "batch": "2609", "line": "Power"}, {"issue_type": "size", "product": "A20"},
        {"issue_type": "size", "batch": "2609"},
    ]  # fmt: skip
    assert wider(workspace.pk, {"issue_type": "size"}) == []
