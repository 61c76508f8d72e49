"""A review held from two browsers: planned, started, written by both, decided, ended, sent."""

import pytest

from tests.browser.steps import keep, write
from tests.support.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_two_browsers_hold_a_review_from_plan_to_minutes(page, second, workspace, omar, mei):
    enter(page, omar)
    enter(second, mei)
    page.goto("/meetings/")
    page.locator("body").press("n")
    page.wait_for_url("**/meetings/new/")
    page.click("main form .btn-primary")
    page.get_by_text("75 minutes in all").wait_for()
    keep(page, "meeting-planned")
    page.locator("body").press("s")
    page.get_by_text("numbers frozen at").wait_for()
    second.goto(page.url)
    assert second.get_by_role("button", name="Next:").count() == 0
    write(page, "d", "Stop batch 2609")
    page.locator("#m-decisions").get_by_text("Stop batch 2609").wait_for()
    second.locator("#m-decisions").get_by_text("Stop batch 2609").wait_for()
    second.locator("body").press("m")
    second.keyboard.type("omar forgot to measure the board")
    page.get_by_text("mei is typing").wait_for()
    second.get_by_role("button", name="Take it").click()
    second.keyboard.press("Enter")
    page.locator("#m-lines").get_by_text("We forgot to measure the board").wait_for()
    keep(page, "meeting-running")
    page.keyboard.press("Escape")
    page.locator("body").press("n")
    second.locator(".item-on").get_by_text("Data briefing").wait_for()
    page.locator(".item-end button").click()
    page.wait_for_url("**/minutes/")
    page.get_by_text("Stop batch 2609").first.wait_for()
    keep(page, "meeting-minutes")
    second.wait_for_url("**/minutes/")
    page.get_by_role("button", name="Send the minutes").click()
    page.get_by_text("The minutes went to").wait_for()
    assert page.locator(".lines").get_by_text("We forgot to measure the board").count() == 1


def test_a_line_being_changed_stays_under_the_hands_of_its_writer(page, second, workspace, omar, mei):
    enter(page, omar)
    enter(second, mei)
    page.goto("/meetings/new/")
    page.click("main form .btn-primary")
    page.get_by_role("button", name="Start the meeting").click()
    page.get_by_text("numbers frozen at").wait_for()
    write(page, "m", "first words")
    page.locator("#m-lines").get_by_text("first words").wait_for()
    second.goto(page.url)
    for window in (page, second):
        window.locator("#m-lines .line").hover()
        window.locator("#m-lines .line-edit").click()
    second.locator("#m-lines textarea").fill("mei's words")
    second.locator("#m-lines").get_by_role("button", name="Save").click()
    second.locator("#m-lines .line-text").get_by_text("mei's words").wait_for()
    page.locator("#m-lines textarea").fill("omar's words")
    page.wait_for_timeout(3500)
    assert page.locator("#m-lines textarea").input_value() == "omar's words"
    page.locator("#m-lines").get_by_role("button", name="Save").click()
    page.locator(".line-theirs").get_by_text("mei's words").wait_for()
    assert page.locator("#m-lines textarea").input_value() == "omar's words"
    page.get_by_role("button", name="Keep theirs").click()
    page.locator("#m-lines .line-text").get_by_text("mei's words").wait_for()


def test_what_is_typed_without_a_connection_is_sent_when_it_is_back(page, sign_in, workspace, omar, mei):
    from fupan.review.models import Entry

    sign_in(omar)
    page.goto("/meetings/new/")
    page.click("main form .btn-primary")
    page.get_by_role("button", name="Start the meeting").click()
    page.get_by_text("numbers frozen at").wait_for()
    page.context.set_offline(True)
    write(page, "m", "said while away")
    page.get_by_text("What you write is kept on this device").wait_for()
    assert not Entry.objects.exists()
    page.context.set_offline(False)
    page.locator("#m-lines").get_by_text("said while away").wait_for()
    assert Entry.objects.count() == 1


def test_the_room_fits_a_phone_and_a_screen_on_the_wall(page, sign_in, workspace, omar, mei):
    sign_in(omar)
    page.goto("/meetings/new/")
    page.click("main form .btn-primary")
    page.get_by_role("button", name="Start the meeting").click()
    page.get_by_text("numbers frozen at").wait_for()
    page.locator("body").press("f")
    page.locator(".room-screen").wait_for()
    assert page.url.endswith("?screen=1")
    page.locator("body").press("f")
    page.set_viewport_size({"width": 390, "height": 844})
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    page.get_by_role("button", name="Minutes", exact=True).click()
    page.get_by_placeholder("A decision").wait_for()
    assert not page.locator(".room-stage").is_visible()
