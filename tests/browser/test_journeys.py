"""Journeys a person makes: from the door to the review, by mouse and by key, on a wide screen and on a phone."""

import pytest

from tests.support import reports
from tests.support.browser import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seller(workspace, root, omar):
    """A workspace as `fupan init` leaves it."""
    from fupan.desk.services import plant_trees

    plant_trees(workspace)
    return workspace


def bring_in(page, folder):
    page.goto("/settings/imports/new/")
    chosen = [str(path) for path in reports.write(folder)]
    page.set_input_files("input[type=file][name=files]:not([webkitdirectory])", chosen)
    page.click("form[enctype] button[type=submit].btn-primary, form[enctype] button.btn-primary")
    page.wait_for_url("**/settings/imports/*/")


def settle(seller):
    """What the worker does after an import."""
    from fupan.core import events
    from fupan.insight.services import refresh

    events.drain()
    refresh(seller)


def keep(page, name):
    if pictures():
        page.screenshot(path=pictures() / f"{name}.png", full_page=True)


def test_from_sign_in_to_the_printed_review(page, sign_in, seller, root, tmp_path):
    sign_in(root)
    bring_in(page, tmp_path)
    page.get_by_text("LPNBROKEN").or_(page.get_by_text("2026-11-31")).first.wait_for()
    keep(page, "dry-run")
    page.click("form[action$='/start/'] button")
    page.wait_for_load_state("networkidle")
    keep(page, "imported")
    settle(seller)

    from fupan.desk.models import Ticket

    assert Ticket.objects.count() == (reports.WEEKS - 2) * reports.BACK_A_WEEK
    page.goto("/labels/")
    keep(page, "labels")
    page.goto("/reviews/2026-W46/")
    page.locator("[data-chart], .kpis").first.wait_for()
    assert "size" in page.inner_text("main").lower()
    keep(page, "pack")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF")


def test_a_ticket_is_labelled_from_the_queue(page, sign_in, seller, shop, mei):
    from fupan.core import clock
    from fupan.desk.models import IssueType, Message, Ticket

    ticket = Ticket.objects.create(
        workspace=seller, shop=shop, number=1, kind="inquiry", outside_id="a", week=202646, opened_at=clock.now(),
        subject="A question",
    )  # fmt: skip
    Message.objects.create(
        workspace=seller, ticket=ticket, side="buyer", at=clock.now(), redacted="about my thing", language="en"
    )
    sign_in(mei)
    page.goto("/labels/")
    page.get_by_text("about my thing").wait_for()
    page.fill("#search-tree", str(IssueType.objects.get(workspace=seller, code="late")))
    page.click("#queue form.row button.btn-primary")
    page.get_by_text("Every ticket with words has a sure label.").wait_for()
    ticket.refresh_from_db()
    assert (ticket.issue_type.code, ticket.label_source) == ("late", "person")
    page.goto("/tickets/1/")
    page.get_by_text("about my thing").wait_for()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_first_pages_fit_the_screen_in_both_languages(page, sign_in, seller, omar, width):
    sign_in(omar)
    page.set_viewport_size({"width": width, "height": 900})
    for address in ("/", "/tickets/", "/insight/", "/reviews/", "/settings/", "/settings/imports/", "/welcome/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), address
    if width > 1000:
        page.goto("/tickets/")
        page.click("form.lang button[value=zh-hans]")
        page.get_by_role("heading", name="工单").wait_for()


def test_the_keys_of_a_page_are_listed_and_lead_away(page, sign_in, seller, omar):
    sign_in(omar)
    page.goto("/tickets/")
    page.locator("body").press("?")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/reviews/")
    assert page.title().startswith("Reviews")
