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


def dialog(page):
    page.locator("dialog#why-form[open]").wait_for()
    return page.locator("dialog#why-form[open]")


def test_from_a_signal_to_the_check_of_an_action(page, sign_in, omar, signal):
    sign_in(omar)
    page.goto(f"/insight/signals/{signal.pk}/")
    page.click("text=Make it a problem")
    page.wait_for_url("**/problems/new/**")
    page.click("main form button.btn-primary")
    page.wait_for_url("**/problems/1/")
    problem = Problem.objects.get()
    assert (problem.signal_id, problem.state, problem.selection_weeks) == (signal.pk, "open", [signal.week])

    page.fill("#first-why", "Does not charge after two weeks")
    page.keyboard.press("Enter")
    root = page.locator("[data-why]", has_text="Does not charge")
    root.wait_for()
    root.click()
    page.keyboard.press("w")
    dialog(page).locator("#id_text").fill("The protection board locks")
    page.keyboard.press("Control+Enter")
    leaf = page.locator("[data-why]", has_text="The protection board locks")
    leaf.wait_for()
    leaf.click()
    page.keyboard.press("e")
    dialog(page).locator("[name=kind][value=note]").check(force=True)
    dialog(page).locator("[name=label]").fill("Nine of twelve returned units blink four times")
    page.keyboard.press("Control+Enter")
    page.locator("dialog#why-form[open]").wait_for(state="detached")
    leaf.click()
    page.keyboard.press("c")
    dialog(page).locator("[name=cause]").select_option("supplier_batch")
    page.keyboard.press("Control+Enter")
    page.locator("[data-why].confirmed, [data-why]", has_text="The protection board locks").wait_for()
    page.wait_for_timeout(300)
    assert Why.objects.get(text__startswith="The protection").state == "confirmed"

    why = Why.objects.get(text__startswith="The protection")
    page.goto(f"/actions/new/?why={why.pk}")
    page.fill("[name=title]", "Check incoming lots: charge, rest two hours, measure")
    page.fill("[name=detail]", "Twenty units of every lot; below 95 % the lot goes back to the supplier")
    page.select_option("[name=type]", "supplier")
    page.select_option("[name=owner]", str(omar.pk))
    page.fill("[name=deadline]", (clock.today() + timedelta(days=10)).isoformat())
    page.click("main form button.btn-primary")
    page.wait_for_url("**/actions/1/")
    action = Action.objects.get()
    assert (action.problem_id, action.why_id, action.slice) == (problem.pk, why.pk, "issue_type=wont_charge")

    page.click("main button.btn-primary, main a.btn-primary")
    carried = page.locator("dialog[open]")
    carried.locator("[name=day]").fill(clock.today().isoformat())
    carried.locator("[name=text]").fill("The inspection sheet has the new line")
    carried.locator("button.btn-primary").click()
    page.locator("text=Carried out").first.wait_for()
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
