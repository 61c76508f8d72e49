"""A review held from two browsers: agenda, top signal, problem, whys, actions, minutes, and at last the verdict."""

from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace

import pytest

from fupan.action.models import Action
from fupan.core import clock, events, weeks
from fupan.desk.models import Cause
from fupan.insight.models import Signal
from fupan.insight.tests.world import instant
from fupan.review.models import Problem, Why
from fupan.verification import tasks
from fupan.verification.models import Check
from fupan.verification.tests.support import ACTION_WEEK, TREATED, counts, plant
from tests.browser.steps import ask_why, carry_out, confirm, first_why, give_evidence, keep, new_action, write
from tests.support.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signal(workspace, shop):
    """A shop whose trouble with A20's sizes falls by 60 % after ACTION_WEEK, noticed the week before."""
    plant(workspace, shop, counts())
    Cause.objects.create(workspace=workspace, code="size_table", name_en="Size table wrong", name_zh="尺码表有误")
    week = weeks.shift(ACTION_WEEK, -1)
    return Signal.objects.create(
        workspace=workspace, kind="outbreak", slice=TREATED, week=week, last_week=week, observed=21, expected=10.2,
        upper=18, excess=10.8, pvalue=0.0002, score=3, opened_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def at(monkeypatch):
    """Hold the clock of the server's threads as well as that of the test's own."""
    shown = [clock.now()]
    monkeypatch.setattr(clock, "timezone", SimpleNamespace(now=lambda: shown[0]))

    @contextmanager
    def hold(moment):
        shown[0] = moment
        with clock.set_to(moment):
            yield
        shown[0] = clock.now()

    return hold


def test_two_browsers_review_and_read_the_verdict(page, second, signal, at, omar, ines):
    with at(instant(ACTION_WEEK, 0)):
        _hold_the_review(page, second, omar, ines)
        second.goto(f"/actions/{Action.objects.get().number}/")
        carry_out(second, clock.today(), "The new table is on the page of every site")
        events.drain()
    tasks.look()
    events.drain()
    check = Check.objects.get()
    page.goto(f"/verdicts/{check.pk}/")
    page.get_by_text("Effective").first.wait_for()
    keep(page, "review-verdict")
    final = check.looks.get(final=True)
    assert (final.verdict, final.low < -0.6 < final.high < 0) == ("effective", True)
    second.goto(f"/problems/{Problem.objects.get().number}/")
    second.get_by_text("Effective").first.wait_for()


def _hold_the_review(page, second, omar, ines):
    enter(page, omar)
    enter(second, ines)
    page.goto("/meetings/new/")
    page.click("main form .btn-primary")
    page.get_by_role("button", name="Start the meeting").click()
    page.get_by_text("numbers frozen at").wait_for()
    second.goto(page.url)
    meeting = page.url
    for _item in range(2):
        page.locator("body").press("n")
        page.wait_for_timeout(400)
    page.get_by_role("button", name="Make it the problem").click()
    page.locator("#first-why").wait_for()
    keep(page, "review-dive")
    first_why(page, "The trousers come two sizes too small")
    second.locator("[data-why]", has_text="two sizes too small").wait_for()
    ask_why(second, "two sizes too small", "The table on the page is that of another factory")
    ask_why(page, "two sizes too small", "Buyers read inches as centimetres")
    give_evidence(page, "another factory", "Twelve of twelve measured pairs follow the other table")
    confirm(page, "another factory", "size_table")
    write(second, "d", "The table is changed on every site this week")
    page.get_by_text("The table is changed on every site").first.wait_for()
    why = Why.objects.get(text__contains="another factory")
    new_action(
        page, why, title="New size table on the page of A20", kind="listing", owner=ines,
        detail="The table of the factory that sews it, on every site", deadline=clock.today() + timedelta(days=7),
    )  # fmt: skip
    page.wait_for_url(meeting)
    events.drain()  # the worker is not there
    page.locator(".item-end button").click()
    page.wait_for_url("**/minutes/")
    page.get_by_text("New size table on the page of A20").first.wait_for()
    second.wait_for_url("**/minutes/")
    keep(second, "review-minutes")
