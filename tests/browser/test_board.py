"""The board in a browser: a card is dragged, carried by key, and put back with the reason when a rule says no."""

from datetime import timedelta

import pytest

from fupan.action.models import Action
from tests.support.browser import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seller(workspace, shop):
    """A workspace as `fupan init` leaves it."""
    from fupan.desk.services import plant_trees

    plant_trees(workspace)
    return workspace


@pytest.fixture
def cards(seller, omar):
    """Two to do, one under way."""
    from fupan.action import services
    from fupan.action.smart import Plan
    from fupan.core import clock

    made = [
        services.create_action(
            plan=Plan(
                "listing", title, "", omar.pk, _service(seller), clock.today() + timedelta(days=days), "incident_rate",
                "issue_type=size", -0.3, 8,
            ),
            by=omar,
        )
        for days, title in ((9, "Draw the wiring picture"), (12, "Measure twelve jackets"), (15, "Ask the factory"))
    ]  # fmt: skip
    services.move_action(made[2].pk, state="doing", by=omar)
    return made


def _service(workspace):
    from fupan.people.models import Department

    found, _new = Department.objects.get_or_create(workspace=workspace, code="service", defaults={"name": "Service"})
    return found.pk


def column(page, state):
    return page.locator(f"#column-{state} [data-card]").evaluate_all("cards => cards.map((card) => card.dataset.card)")


def state_of(card):
    return Action.objects.get(pk=card.pk).state


def keep(page, name):
    if pictures():
        page.screenshot(path=pictures() / f"{name}.png", full_page=True)


def drag(page, card, state):
    """Hold the card over a column until it lies there, then let go."""
    target = page.locator(f"#column-{state} .board-cards").bounding_box()
    page.locator(f"#card-{card.number} h3").hover()
    page.mouse.down()
    x, y = target["x"] + target["width"] / 2, target["y"] + target["height"] - 8
    page.mouse.move(x, y, steps=16)
    for step in range(40):
        if page.locator(f"#column-{state} #card-{card.number}").count():
            break
        page.mouse.move(x + step % 5, y - step % 3)
        page.wait_for_timeout(50)
    page.mouse.up()


def test_a_card_is_dragged_to_under_way(page, sign_in, omar, cards):
    sign_in(omar)
    page.goto("/actions/")
    assert column(page, "todo") == ["1", "2"]
    keep(page, "board")
    with page.expect_response("**/move/**") as answer:
        drag(page, cards[0], "doing")
    assert answer.value.status == 200
    page.locator("#column-doing #card-1").wait_for()
    assert state_of(cards[0]) == "doing"


def test_dragging_to_carried_out_asks_for_proof_and_takes_it(page, sign_in, omar, cards):
    sign_in(omar)
    page.goto("/actions/")
    with page.expect_response("**/move/**") as answer:
        drag(page, cards[0], "done")
    assert answer.value.status == 422
    page.locator("dialog#carry-board[open]").wait_for()
    assert column(page, "todo") == ["1", "2"]
    assert "Without proof" in page.locator("#card-1 [role=alert]").inner_text()
    keep(page, "board-proof")
    page.fill("#carry-board [name=day]", "2026-11-14")
    page.fill("#carry-board [name=text]", "All twelve sites show it")
    page.click("#carry-board button.btn-primary")
    page.locator("#column-done #card-1").wait_for()
    assert state_of(cards[0]) == "done"


def test_a_refused_move_puts_the_card_back_with_the_reason(page, sign_in, omar, cards):
    sign_in(omar)
    page.goto("/actions/")
    drag(page, cards[1], "verified")
    page.locator("#card-2 [role=alert]").wait_for()
    assert "Only a verdict moves it" in page.locator("#card-2 [role=alert]").inner_text()
    assert column(page, "todo") == ["1", "2"]
    assert column(page, "verified") == []
    keep(page, "board-refused")


def test_the_whole_board_by_key(page, sign_in, omar, cards):
    sign_in(omar)
    page.goto("/actions/")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == "card-1"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "card-3"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.id") == "card-1"
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    assert "Under way" in page.locator("[data-board-voice]").inner_text()
    page.keyboard.press("Escape")
    assert column(page, "todo") == ["1", "2"]
    page.keyboard.press(" ")
    page.keyboard.press("ArrowRight")
    with page.expect_response("**/move/**"):
        page.keyboard.press(" ")
    page.wait_for_function("document.activeElement.id === 'card-1'")
    assert column(page, "doing") == ["1", "3"]
    assert state_of(cards[0]) == "doing"
    page.keyboard.press("Enter")
    page.wait_for_url("**/actions/1/")
    page.goto("/actions/")
    page.keyboard.press("o")
    page.wait_for_url("**overdue=1**")
    page.goto("/actions/")
    page.keyboard.press("v")
    page.wait_for_url("**view=table**")
    page.keyboard.press("n")
    page.wait_for_url("**/actions/new/")


def test_on_a_phone_one_column_at_a_time_and_moves_by_menu(page, sign_in, omar, cards):
    sign_in(omar)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/actions/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")
    assert page.locator("#column-doing").is_hidden()
    page.click(".board-switch a[data-column=doing]")
    assert page.locator("#card-3").is_visible()
    page.click(".board-switch a[data-column=todo]")
    page.click("#card-2 .k-menu summary")
    page.click("#card-2 .k-menu button[value=doing]")
    page.locator("#column-doing #card-2").wait_for(state="attached")
    assert state_of(cards[1]) == "doing"


def test_an_action_is_written_while_the_form_looks_ahead(page, sign_in, omar, cards):
    sign_in(omar)
    page.goto("/actions/new/")
    page.fill("[name=title]", "优化")
    page.click("form.action-form button.btn-primary")
    page.get_by_text("This is too short to be held to").wait_for()
    page.fill("[name=title]", "Draw the wiring picture for L2")
    page.select_option("[name=type]", "listing")
    page.select_option("[name=owner]", label="omar")
    page.select_option("[name=department]", label="Service")
    page.select_option("[name=issue_type]", "size")
    page.get_by_text("Tried before").wait_for()
    assert page.locator("[name=slice]").input_value() == "issue_type=size"
    keep(page, "action-form")
    page.click("form.action-form button.btn-primary")
    page.wait_for_url("**/actions/4/")
    assert Action.objects.get(number=4).slice == "issue_type=size"
