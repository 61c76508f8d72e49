"""From a signal to the check of an action in a browser: a problem, its whys by keyboard, a cause, an action."""

from datetime import timedelta

import pytest

from fupan.action.models import Action
from fupan.core import clock, events, weeks
from fupan.desk.models import Cause
from fupan.insight.models import Signal
from fupan.insight.tests.world import World, instant, stale_all
from fupan.review.models import Problem, Why
from fupan.verification.models import Check
from tests.browser.steps import ask_why, carry_out, confirm, first_why, give_evidence, new_action

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signal(workspace, omar):
    """Thirty weeks of a shop, and something noticed in the last of them."""
    world = World(workspace)
    Cause.objects.create(workspace=workspace, code="supplier_batch", name_en="Supplier's batch", name_zh="供应商批次")
    shop = world.shop()
    world.cover(shop)
    week = weeks.last_whole_week(clock.today())
    for at in weeks.between(weeks.shift(week, -30), week):
        line = world.order(shop, "A20", instant(at), units=50)
        world.ticket(shop, instant(at), line=line, issue="wont_charge", buyer_key=f"{at}")
    stale_all(workspace)
    return Signal.objects.create(
        workspace=workspace, kind="outbreak", slice="issue_type=wont_charge", week=week, last_week=week, observed=21,
        expected=5.2, upper=15, excess=15.8, pvalue=0.0002, score=3, opened_at=clock.now(),
    )  # fmt: skip


def test_from_a_signal_to_the_check_of_an_action(page, sign_in, omar, signal):
    sign_in(omar)
    page.goto(f"/insight/signals/{signal.pk}/")
    page.click("text=Make it a problem")
    page.wait_for_url("**/problems/new/**")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/problems/1/")
    problem = Problem.objects.get()
    assert (problem.signal_id, problem.state, problem.selection_weeks) == (signal.pk, "open", [signal.week])

    first_why(page, "Does not charge after two weeks")
    ask_why(page, "Does not charge", "The protection board locks")
    give_evidence(page, "The protection board locks", "Nine of twelve returned units blink four times")
    confirm(page, "The protection board locks", "supplier_batch")
    why = Why.objects.get(text__startswith="The protection")
    assert why.state == "confirmed"

    new_action(
        page, why, title="Check incoming lots: charge, rest two hours, measure", kind="supplier", owner=omar,
        detail="Twenty units of every lot; below 95 % the lot goes back", deadline=clock.today() + timedelta(days=10),
    )  # fmt: skip
    action = Action.objects.get()
    assert (action.problem_id, action.why_id, action.slice) == (problem.pk, why.pk, "issue_type=wont_charge")

    carry_out(page, clock.today(), "The inspection sheet has the new line")
    action.refresh_from_db()
    assert action.state == "done"
    events.drain()
    check = Check.objects.get(action=action)
    page.goto(f"/verdicts/{check.pk}/")
    assert action.title in page.locator("h1").inner_text()
    page.goto(f"/problems/{problem.number}/")
    page.locator(f"text={action.title}").first.wait_for()
    problem.refresh_from_db()
    assert problem.state == "verifying"
