"""The demo's library holds together, even where the simulated shop has no ticket for a case."""

import tomllib
from datetime import timedelta
from importlib import resources

import pytest

from fupan.commerce.models import Listing, Product
from fupan.commerce.services import add_shop
from fupan.core import clock, events
from fupan.demo.people import PERSONAS, address, make_team
from fupan.demo.shelf import stock
from fupan.desk.models import IssueType, Message, Ticket
from fupan.library import contents
from fupan.library.models import Article, Case, CaseDebt, CaseList, CaseUse, Run, State
from fupan.library.queries.beside import beside
from fupan.library.queries.content import gaps
from fupan.library.services.likeness import keep_likeness
from fupan.notify.models import Notice
from fupan.people.models import Member
from fupan.people.services import create_workspace

TOLD = tomllib.loads(resources.files("fupan.demo").joinpath("library.toml").read_text("utf-8"))


@pytest.fixture
def seller(db):
    """The team, the goods, and a dozen tickets about one trouble."""
    workspace = create_workspace(
        name="Hailan", currency="CNY", timezone="Asia/Shanghai", language="zh-hans",
        owner_email=address("manager"), owner_name=PERSONAS[-1].name,
    )  # fmt: skip
    team = make_team(workspace)
    events.drain()
    shop = add_shop(
        workspace.pk, name="Amazon DE", platform="amazon", site="Amazon.de", country="DE", currency="EUR",
        timezone="Europe/Berlin", by=team["lead"],
    )  # fmt: skip
    for code in {row["product"] for row in TOLD["case"] if "product" in row}:
        Product.objects.create(workspace=workspace, code=code)
    listing = Listing.objects.create(
        workspace=workspace, shop=shop, product=Product.objects.get(code="A20"), sku="A20-BK"
    )
    issue = IssueType.objects.get(workspace=workspace, code="wont_charge")
    for number in range(1, 13):
        at = clock.now() - timedelta(days=number * 20)
        ticket = Ticket.objects.create(
            workspace=workspace, shop=shop, number=number, kind="inquiry", outside_id=str(number), week=202640,
            opened_at=at, resolved_at=at + timedelta(hours=5), first_response_at=at + timedelta(hours=1), replies=1,
            state="solved", issue_type=issue, listing=listing, language="de", buyer_name="Jonas Keller",
            order_number="302-7712345-1234567",
        )  # fmt: skip
        Message.objects.create(workspace=workspace, ticket=ticket, side="buyer", at=at, redacted="Jonas Keller: tot.")
    return workspace


def test_every_case_is_told_whole_and_every_number_points_at_one():
    cases = len(TOLD["case"])
    assert cases >= 25 and len(TOLD["article"]) >= 6
    pointed = [at for row in (*TOLD["article"], *TOLD["list"]) for at in row["cases"]]
    assert max(pointed) < cases
    for row in TOLD["article"]:
        assert contents.parse(row["kind"], row["text"])


def test_the_library_is_stocked_through_its_own_doors(seller):
    cases = stock(seller, 202646)
    states = [one.state for one in Case.objects.filter(workspace=seller)]
    assert len(cases) == len(TOLD["case"]) == len(states)
    assert states.count(State.DRAFT) == states.count(State.IN_REVIEW) == states.count(State.STALE) == 1
    assert not [one.title for one in cases if one.state == State.PUBLISHED and gaps(one)]
    assert Article.objects.filter(state=State.PUBLISHED).count() == len(TOLD["article"])
    assert CaseList.objects.count() == len(TOLD["list"]) and CaseDebt.objects.count() == 1
    assert CaseUse.objects.exists() and Run.objects.filter(ended_at=None).count() == 0
    assert not Notice.objects.filter(read_at=None, at__lt=clock.now() - timedelta(days=2)).exists()


def test_what_came_from_tickets_shows_nobody(seller):
    stock(seller, 202646)
    told = " ".join(str(row) for row in Case.objects.values_list("quote", "demand", "order_masked", "wording"))
    assert "Jonas" not in told and "7712345" not in told and "302-77•••••" in told


NEWCOMER = [  # what buyers write, and how the lesson of it begins
    ("de", "Die Powerbank lädt nicht mehr, die LED blinkt viermal und geht aus.", "充不进电：换线排查"),
    ("en", "The power bank is dead. The light blinks four times, then nothing.", "充不进电：换线排查"),
    ("vi", "Đơn hàng báo đã giao nhưng tôi chưa nhận được.", "显示已签收"),
    ("de", "Die Sendung bewegt sich seit fünf Tagen nicht, wo ist mein Paket?", "DHL 停滞"),
    ("en", "These leggings run small, the hips are one size too tight.", "尺码偏小"),
    ("ja", "イヤホンがペアリングできません。片方しかつながりません。", "配对不上"),
    ("en", "Water leaks from the bottle, my bag is wet.", "旧批次水杯漏水"),
]


def test_a_newcomer_finds_the_lesson_without_a_label_or_a_word_of_its_language(seller):
    stock(seller, 202646)
    lead = Member.objects.select_related("workspace").get(workspace=seller, user__email=address("lead"))
    source = Ticket.objects.filter(workspace=seller).first()
    assert keep_likeness(seller.pk)
    found = {}
    for number, (language, said, lesson) in enumerate(NEWCOMER, 500):
        ticket = Ticket.objects.create(
            workspace=seller, shop=source.shop, number=number, kind="inquiry", outside_id=str(number), week=202646,
            opened_at=clock.now(), language=language, subject=said,
        )  # fmt: skip
        found[said] = [one.case.title.startswith(lesson) for one in beside(lead, ticket).cases]
    assert [said for said, hits in found.items() if not any(hits)] == []
