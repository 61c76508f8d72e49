"""A lesson in a browser: found beside a mail in another language, used in the reply, the next one written from it."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from fupan.commerce.models import Listing, Product
from fupan.core import events
from fupan.desk.compute import learning
from fupan.desk.models import Cause, IssueType, Message, Resolution, Ticket
from fupan.desk.services import replying
from fupan.library import services, tasks
from fupan.library.drafts import Step
from fupan.library.models import Case, CaseUse
from fupan.library.tests.conftest import publish, whole
from tests.browser.steps import keep
from tests.support.browser import enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WORDING = "Bitte senden Sie nichts zurück, ein neues Kabel ist schon unterwegs."
TITLE = "Power bank won't charge in the car: send the stronger plug"


@pytest.fixture
def open_ticket(workspace, shop, mei):
    """`open_ticket(7, "de", "…")`: a mail about a power bank that nobody has labelled yet."""
    IssueType.objects.create(workspace=workspace, code="wont_charge", name_en="Won't charge", name_zh="充不进电")
    Cause.objects.create(workspace=workspace, code="plug", name_en="Plug too weak", name_zh="插头功率不足")
    Resolution.objects.create(workspace=workspace, code="replacement", name_en="Replacement", name_zh="换货")
    product = Product.objects.create(workspace=workspace, code="A20", name="Power bank A20")
    listing = Listing.objects.create(workspace=workspace, shop=shop, product=product, sku="A20-BK")

    def make(number, language, said):
        at = datetime.fromtimestamp(time.time() - 7200, UTC)  # on the clock of the server's threads
        ticket = Ticket.objects.create(
            workspace=workspace, shop=shop, number=number, kind="inquiry", outside_id=f"t-{number}", week=202646,
            opened_at=at, listing=listing, language=language, assignee=mei, buyer_name="Jonas Keller",
            order_number="302-7712345-1234567", subject=said.partition(".")[0],
        )  # fmt: skip
        Message.objects.create(
            workspace=workspace, ticket=ticket, side="buyer", at=at, language=language, redacted=said, original=said
        )
        return ticket

    return make


@pytest.fixture
def lesson(open_ticket, omar, boss):
    """What a colleague wrote down in Chinese, of no goods in particular."""
    told = whole(
        title="充不进电：先换线", demand="充电宝充不进电，指示灯闪四下就灭。", product="", order_masked="1",
        cause="plug", cause_text="线太旧", steps=(Step("寄一根新线"),), wording=WORDING, points=("不用寄回",),
        lessons="先换线，再换货",
    )  # fmt: skip
    return publish(services.create_case(told, by=omar), omar, boss)


def settle(workspace):
    """What the worker does meanwhile."""
    events.drain()
    tasks.index_changes()
    tasks.keep_likeness(workspace.pk)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Without the deep encoder, which reads the same slowly, and without seconds in which a reply can be taken back."""
    monkeypatch.setattr(learning, "installed", lambda: ("use",))
    monkeypatch.setattr(replying, "UNDO", timedelta())


def test_the_lesson_of_one_ticket_answers_the_next(page, second, workspace, open_ticket, lesson, mei, omar):
    ticket = open_ticket(7, "de", "Die Powerbank lädt im Auto nicht. Die LED blinkt viermal, Gruß Jonas Keller.")
    settle(workspace)
    enter(page, mei)
    use = _answer_with_the_lesson(page, ticket, lesson)
    assert (use.ticket, use.by, use.helpful) == (ticket, mei, True)
    _write_it_down(page, ticket)
    case = Case.objects.get(title=TITLE)
    assert (case.state, case.author, case.quote_language) == ("in_review", mei, "de")

    enter(second, omar)
    _pass(second)
    case.refresh_from_db()
    assert (case.state, case.reviewer) == ("published", omar)
    settle(workspace)
    _find_and_meet_again(page, case, open_ticket(8, "es", "La batería externa no carga en el coche. ¿Qué hago?"))
    _read_in_chinese(page, case)


def _answer_with_the_lesson(page, ticket, lesson):
    """From the panel to the case and back with its words."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/tickets/{ticket.number}/")
    near = page.locator(".beside-case").first
    near.wait_for()
    keep(page, "library-beside")
    near.get_by_role("link", name=lesson.title).click()
    page.wait_for_url(f"**/library/cases/{lesson.number}/**")
    page.get_by_role("button", name="Copy", exact=True).click()
    page.get_by_text("Copied.").wait_for()
    page.get_by_role("button", name="Quote on T-7").click()
    page.wait_for_url("**/tickets/7/**")
    page.click("#reply-text")
    page.keyboard.press("Control+v")
    assert page.input_value("#reply-text") == WORDING
    page.locator(".helpful").get_by_role("button", name="helped").click()
    page.locator(".helpful [value='1'][aria-pressed=true]").wait_for()
    page.select_option("#reply [name=resolution]", "replacement")
    page.locator("#reply").get_by_role("button", name="Send and solve").click()
    page.wait_for_url("**/tickets/7/**")
    page.get_by_role("button", name="Reopen").wait_for()
    keep(page, "library-solved")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.resolution.code) == ("solved", "replacement")
    return CaseUse.objects.get(case=lesson)


def _write_it_down(page, ticket):
    """The draft knows what the ticket knows, and nobody's name; the rest is said by who was there."""
    page.get_by_role("button", name="Draft a case").click()
    page.wait_for_url("**/edit/")
    filled = {name: page.input_value(f"[name={name}]") for name in ("product", "outcome", "wording", "quote", "demand")}
    assert (filled["product"], filled["outcome"], filled["wording"]) == ("A20", "success", WORDING)
    assert "lädt im Auto nicht" in filled["demand"] and "Keller" not in filled["quote"] + filled["demand"]
    page.fill("[name=title]", TITLE)
    page.select_option("[name=issue_type]", "wont_charge")
    page.select_option("[name=cause]", "plug")
    page.get_by_role("button", name="Save and hand in for review").click()
    page.get_by_text("Still to fill in").first.wait_for()
    page.fill("[name=lessons]", "Ask first where it was plugged in.")
    keep(page, "library-draft")
    page.get_by_role("button", name="Save and hand in for review").click()
    page.get_by_text("Handed in for review.").wait_for()


def _pass(second):
    """Somebody else looks at the four points."""
    second.goto("/library/reviews/")
    second.get_by_role("link", name=TITLE).click()
    for point in ("complete", "cause_right", "can_follow", "data_removed"):
        second.check(f".case-rubric [name={point}]")
    second.get_by_role("button", name="Pass", exact=True).click()
    second.get_by_text("Published.").wait_for()
    keep(second, "library-published")


def _find_and_meet_again(page, case, like):
    """By words in a language that no case is written in, and beside a mail in a third."""
    page.goto("/library/search/")
    page.fill("#search-q", "sạc dự phòng không sạc được")
    page.keyboard.press("Enter")
    hit = page.locator(".search-rows").get_by_role("link", name=TITLE)
    hit.wait_for()
    keep(page, "library-found")
    hit.click()
    page.wait_for_url(f"**/library/cases/{case.number}/")
    page.goto(f"/tickets/{like.number}/")
    page.locator(".beside-case").get_by_role("link", name=TITLE).wait_for()
    keep(page, "library-beside-again")


def _read_in_chinese(page, case):
    page.goto(f"/library/cases/{case.number}/")
    page.click("form.lang button[value=zh-hans]")
    for words in ("问题类型", "买家核心诉求", "根本原因", "经验与改进", "已发布"):
        page.get_by_text(words).first.wait_for()
    page.goto("/library/search/?q=充电宝")
    page.get_by_role("heading", name="搜索").wait_for()
    page.get_by_role("link", name=TITLE).wait_for()
