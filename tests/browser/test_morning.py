"""An agent's morning, in both languages: a view, a ticket, a case that fits, a send undone, a reply, a ticket closed
with what must be told."""

from datetime import timedelta

import pytest

from tests.support.browser import pictures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDS = {
    "en": {"mine": "Mine", "lead": "I have sent you a new cable today.", "said": "Nothing was sent", "case": "Quote",
           "missing": "Before it is solved", "sent": "Fupan sent nothing", "note": "Serial 2609", "late": "Late soon"},
    "zh": {"mine": "我的", "lead": "今天已为您寄出新的数据线。", "said": "没有发出", "case": "引用",
           "missing": "结案前还要填", "sent": "复盘没有发出任何内容", "note": "序列号 2609", "late": "快超时"},
}  # fmt: skip


@pytest.fixture
def morning(workspace, shop, mei, omar, frozen_clock):
    """Two of mei's questions, one of which runs out soon; a published case for its issue; a closing rule."""
    from fupan.desk import services
    from fupan.desk.models import ClosingRule, Ticket
    from fupan.desk.tests.support import an_import, rec, receive
    from fupan.library.models import Case

    services.plant_trees(workspace)
    source, now = an_import(workspace), frozen_clock
    receive(source, shop, [
        rec("urgent", opened_at=now - timedelta(hours=23), text="The cable is broken", language="en"),
        rec("calm", opened_at=now - timedelta(hours=2), text="Where is my invoice?", language="en"),
    ])  # fmt: skip
    services.open_received(source.pk, 0)
    tickets = {one.outside_id: one for one in Ticket.objects.all()}
    for one in tickets.values():
        services.assign(one, mei, by=omar)
    services.label_ticket(tickets["urgent"], "defect", by=omar)
    tickets["urgent"].refresh_from_db()
    ClosingRule.objects.create(workspace=workspace, needs=["issue", "resolution"])
    Case.objects.create(
        workspace=workspace, number=142, state="published", title="Change the cable first",
        issue_type=tickets["urgent"].issue_type, shop=shop, demand="A cable that works", author=omar,
        wording="A new cable is on its way.", made_at=now,
        edited_at=now, published_at=now,
    )  # fmt: skip
    return tickets


def keep(page, name):
    if pictures():
        page.screenshot(path=pictures() / f"{name}.png")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_morning_of_an_agent(page, sign_in, morning, mei, omar, language):
    from fupan.core import clock
    from fupan.desk import services
    from fupan.desk.models import Escalation, Message, Ticket
    from fupan.library.models import CaseUse

    words, urgent = WORDS[language], morning["urgent"]
    sign_in(mei)
    if language == "zh":
        page.click("form.lang button[value=zh-hans]")

    # a view, and the ticket that runs out first
    page.goto("/tickets/")
    page.locator(".rail").get_by_text(words["mine"]).click()
    page.wait_for_url("**assignee=me**")
    assert page.locator(".rail a.on .n").inner_text() == "2"
    page.keyboard.press("b")
    page.wait_for_url(f"**/tickets/{urgent.number}/**")
    page.get_by_text("The cable is broken").last.wait_for()
    keep(page, f"morning-{language}")

    # the case that fits, and a note for a colleague
    page.locator(".beside-case").get_by_text("Change the cable first").wait_for()
    with page.expect_response("**/use/**"):
        page.keyboard.press("1")
    page.wait_for_load_state("networkidle")
    assert CaseUse.objects.filter(ticket=urgent, by=mei).exists()
    assert "A new cable is on its way." in page.input_value("#reply-text")
    page.goto(f"/tickets/{urgent.number}/?state=open&assignee=me&sort=due")
    page.keyboard.press("n")
    page.keyboard.type(f"{words['note']} @om")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.locator(".turn-note").get_by_text(words["note"]).wait_for()

    # a reply that is undone
    page.keyboard.press("r")
    page.keyboard.type(words["lead"])
    page.keyboard.press("Control+Shift+Enter")
    page.locator("[data-countdown]").wait_for()
    assert Message.objects.get(side="seller").sending == "queued"
    page.keyboard.press("u")
    page.get_by_text(words["said"]).wait_for()
    page.wait_for_load_state("networkidle")
    assert words["lead"] in page.input_value("#reply-text")
    assert not Message.objects.filter(side="seller").exists()

    # sent after all, and solved with what must be told
    page.keyboard.press("r")
    page.keyboard.press("Control+Enter")
    page.locator("#reply-say").get_by_text(words["missing"]).wait_for()
    keep(page, f"morning-closing-{language}")
    page.select_option(".composer-close select[name=resolution]", "information")
    page.keyboard.press("Control+Enter")
    page.locator("[data-countdown]").wait_for()
    with clock.set_to(Message.objects.get(side="seller").send_after + timedelta(seconds=1)):  # the page's clock runs
        assert services.send_due() == 1
    page.reload()
    page.locator(".turn-out").get_by_text(words["sent"]).wait_for()
    urgent.refresh_from_db()
    assert (urgent.state, urgent.replies, urgent.resolution.code) == ("solved", 1, "information")
    keep(page, f"morning-end-{language}")

    # the next one, by key
    page.goto(f"/tickets/{morning['calm'].number}/")
    page.keyboard.press("?")
    page.locator("dialog#keys[open]").wait_for()
    page.keyboard.press("Escape")
    assert Ticket.objects.filter(state="open").count() == 1

    # a bulletin arrives, with the wording that was agreed on
    bulletin = services.post_bulletin(
        by=omar, kind="other", title="Invoices are late", wordings={"en": "Invoices come by Friday."},
        expires_at=clock.now() + timedelta(days=20),
    )  # fmt: skip
    page.reload()
    page.locator("#banners").get_by_text("Invoices are late").wait_for()
    keep(page, f"morning-bulletin-{language}")
    page.keyboard.press("b")
    assert "Invoices come by Friday." in page.input_value("#reply-text")
    page.locator("#banners form button").click()
    page.locator("#banners .banner-read").wait_for()
    assert bulletin.reads.filter(member=mei).exists()

    # and this one goes up, with what was tried
    page.locator("h1").click()
    page.keyboard.press("Escape")
    page.keyboard.press("e")
    page.wait_for_url("**/escalate/**")
    page.fill("[name=tried]", "Asked accounting twice")
    page.fill("[name=wants]", "The invoice of October")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/tickets/{morning['calm'].number}/")
    assert Escalation.objects.get(ticket=morning["calm"]).tried == "Asked accounting twice"
    keep(page, f"morning-escalated-{language}")


def test_on_a_phone_the_words_dock_below(page, sign_in, morning, mei):
    sign_in(mei)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/tickets/", f"/tickets/{morning['urgent'].number}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), address
    box = page.locator(".composer").bounding_box()
    assert 700 < box["y"] + box["height"] <= 844 - 56 + 1
    page.locator("#reply-text").focus()
    page.locator("#reply-buttons button").first.wait_for()
