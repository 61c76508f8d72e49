"""The pages of briefing, as each role sees them."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from fupan.briefing import packs
from fupan.core import clock
from fupan.desk.models import Ticket
from fupan.insight.models import FactFile
from fupan.intake.models import Coverage, Import, ImportState, Source
from fupan.people.models import Role

PACK = "/reviews/2026-W46/"


@pytest.fixture
def asked(monkeypatch):
    """The pack of the pictures in place of a counted one; says for what it was asked."""
    calls = []
    made = json.loads(Path(__file__).with_name("pack_week.json").read_text(encoding="utf-8"))

    def pack(view, period, *, department=None):
        calls.append((view, period, department))
        return made

    monkeypatch.setattr(packs.queries, "pack", pack)
    return calls


@pytest.fixture
def week(workspace, shop, asked):
    """Week 46 has facts."""
    for number in (202645, 202646):
        FactFile.objects.create(
            workspace=workspace, table="tickets", week=number, name=f"t{number}", rows=3, built_at=clock.now()
        )
    return asked


def ticket(workspace, shop, number, **more):
    return Ticket.objects.create(
        workspace=workspace, shop=shop, number=number, kind="inquiry", outside_id=str(number), week=202646,
        **({"opened_at": clock.now() - timedelta(hours=3)} | more),
    )  # fmt: skip


def test_the_pack_page_shows_every_section_and_leads_to_tickets(week, signed_in, omar):
    page = signed_in(omar).get(PACK).content.decode()
    for piece in ("Week 46: review pack", "921 / 38,420 units", "¥86,420", "No detectable change", "×3.7",
                  "T-48211", "Platform clock", "Orders cover", 'data-chart="pareto"', 'data-chart="heat"',
                  'id="pareto"', "/tickets/?week=2026-W46&amp;issue_type=late"):  # fmt: skip
        assert piece in page, piece
    assert "<style" not in page
    assert ' style="' not in page
    assert "onclick" not in page


@pytest.mark.parametrize(
    ("role", "sees"), [(role, role not in {"agent", "senior", "marketing"}) for role in Role.values]
)
def test_money_is_for_those_who_answer_for_it(role, sees, week, signed_in, mei):
    mei.role = role
    mei.save()
    browser = signed_in(mei)
    assert ("86,420" in browser.get(PACK).content.decode()) is sees
    assert ("86,420" in browser.get("/reviews/2026-W46.text").content.decode()) is sees
    assert browser.get("/").status_code == 200


def test_a_pack_is_narrowed_to_the_shop_of_the_picker(week, signed_in, omar, shop, shopee):
    assert signed_in(omar).get(PACK, {"shop": shop.pk}).status_code == 200
    assert week[-1][0].shop_ids == frozenset({shop.pk})


def test_a_shop_one_may_not_see_is_not_there(week, signed_in, omar, shop, shopee):
    omar.shop_ids = [shop.pk]
    omar.save()
    browser = signed_in(omar)
    assert browser.get(PACK, {"shop": shopee.pk}).status_code == 404
    assert browser.get(PACK, {"shop": "x"}).status_code == 404
    browser.get(PACK)
    assert week[-1][0].shop_ids == frozenset({shop.pk})


def test_a_stranger_asks_for_his_own_facts_only(week, signed_in, stranger, workspace):
    signed_in(stranger).get(PACK)
    assert week[-1][0].workspace_id == stranger.workspace_id != workspace.pk


@pytest.mark.parametrize("label", ["2026-W54", "2026-13", "2026-W00", "0000-W01"])
def test_a_period_that_is_none_is_not_there(label, week, signed_in, omar):
    assert signed_in(omar).get(f"/reviews/{label}/").status_code == 404


def test_the_period_picker_moves(week, signed_in, omar):
    page = signed_in(omar).get("/reviews/2026-W45/").content.decode()
    assert 'href="/reviews/2026-W44/"' in page
    assert 'href="/reviews/2026-W46/"' in page
    assert 'href="/reviews/2026-W48/"' not in signed_in(omar).get("/reviews/2026-W47/").content.decode()
    assert 'href="/reviews/2026-10/"' in signed_in(omar).get("/reviews/2026-11/").content.decode()


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "html", "md", "text", "json"])
def test_exports_are_attachments(kind, week, signed_in, omar):
    answer = signed_in(omar).get(f"/reviews/2026-W46.{kind}")
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert "2026-W46" in answer["Content-Disposition"]
    assert len(answer.content) > 1000


def test_an_unknown_export_is_not_there(week, signed_in, omar):
    assert signed_in(omar).get("/reviews/2026-W46.docx").status_code == 404


def test_the_workbook_of_an_agent_holds_no_money(week, signed_in, mei):
    answer = signed_in(mei).get("/reviews/2026-W46.xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    names = [row[0] for row in book.get_sheet_by_name("Numbers").to_python()]
    assert "Tickets" in names
    assert "Refund cost" not in names


def test_a_pack_that_waits_says_for_what(week, signed_in, omar, monkeypatch):
    made = packs.queries.pack(None, None)
    waiting = {**made, "ready": False, "awaited": [{"en": "Orders of Amazon DE", "zh-hans": "x"}]}
    monkeypatch.setattr(packs.queries, "pack", lambda *_args, **_named: waiting)
    page = signed_in(omar).get(PACK).content.decode()
    assert "Numbers so far." in page
    assert "Orders of Amazon DE" in page


def test_a_small_shop_gets_a_list_instead_of_pictures(week, signed_in, omar, monkeypatch):
    made = packs.queries.pack(None, None)
    monkeypatch.setattr(packs.queries, "pack", lambda *_args, **_named: {**made, "few": True})
    page = signed_in(omar).get(PACK).content.decode()
    assert 'data-chart="' not in page
    assert 'href="/reviews/2026-11/"' in page
    assert "Late parcel" in page


def test_the_list_of_reviews_counts_and_says_the_state(week, signed_in, omar, workspace, shop):
    ticket(workspace, shop, 1)
    Coverage.objects.create(
        workspace=workspace, shop=shop, source=Source.ORDERS, first_day=date(2026, 11, 9), last_day=date(2026, 11, 15)
    )
    page = signed_in(omar).get("/reviews/").content.decode()
    assert "Week 46" in page
    assert "Week 45" in page
    assert "Ready" in page
    assert "Orders missing" in page  # week 45
    assert "November 2026" in signed_in(omar).get("/reviews/?kind=month").content.decode()


def test_the_list_of_a_stranger_is_empty(week, signed_in, stranger):
    assert "Week 46" not in signed_in(stranger).get("/reviews/").content.decode()


def test_long_lists_of_reviews_are_paged(signed_in, omar, workspace, asked):
    for number in range(202601, 202647):
        FactFile.objects.create(
            workspace=workspace, table="tickets", week=number, name=f"t{number}", rows=1, built_at=clock.now()
        )
    page = signed_in(omar).get("/reviews/").content.decode()
    assert page.count("data-row ") == 20
    assert "page=2" in page
    assert "Week 20" in signed_in(omar).get("/reviews/?page=2").content.decode()


def test_today_greets_and_shows_my_queue_and_what_moved(week, signed_in, omar, workspace, shop):
    ticket(workspace, shop, 1, assignee=omar, opened_at=clock.now() - timedelta(hours=30))
    ticket(workspace, shop, 2, assignee=omar, opened_at=clock.now() - timedelta(hours=23, minutes=30))
    ticket(workspace, shop, 3)
    page = signed_in(omar).get("/").content.decode()
    for piece in (
        "Good afternoon, omar",
        "for me to answer",
        "1 is late",
        "1 with nobody yet",
        "Moved beyond chance",
        "Replies in time (platform)",
        "2.1 points lower",
        "Open the pack of Week 46",
        "Topic to dig into",
    ):
        assert piece in page, piece
    assert page.count('class="card alarm"') == 3


def test_today_counts_only_what_is_mine(week, signed_in, omar, mei, workspace, shop, shopee):
    mei.shop_ids = [shopee.pk]
    mei.save()
    ticket(workspace, shop, 1, assignee=omar)
    page = signed_in(mei).get("/").content.decode()
    assert "<b>1</b>" not in page
    assert "rejected rows" not in page  # an agent imports nothing


def test_today_shows_imports_and_what_has_arrived(week, signed_in, ines, workspace, shop):
    for source, last in ((Source.ORDERS, date(2026, 11, 15)), (Source.RETURNS, date(2026, 11, 7))):
        Coverage.objects.create(
            workspace=workspace, shop=shop, source=source, first_day=date(2026, 10, 1), last_day=last
        )
    Import.objects.create(
        workspace=workspace, shop=shop, name="returns.csv", sha256="1", profile="p", source=Source.RETURNS,
        state=ImportState.DONE, created=7, rejected=2, finished_at=clock.now(),
    )  # fmt: skip
    page = signed_in(ines).get("/").content.decode()
    assert "returns.csv" in page
    assert "2 rows rejected" in page
    assert page.count("cov-late") == 8  # returns of the 8th to the 15th
    assert "Amazon · Returns stops at 11-07" in page


def test_an_empty_workspace_is_led_to_the_first_steps(signed_in, boss):
    page = signed_in(boss).get("/").content.decode()
    assert "Drop your reports" in page
    assert 'href="/welcome/"' in page
    assert "Moved beyond chance" not in page


def test_welcome_says_what_is_done_and_what_is_locked(signed_in, boss, workspace, shop):
    page = signed_in(boss).get("/welcome/").content.decode()
    assert "2 of 7 steps done" in page  # the workspace, a shop
    assert "Missing:" in page
    Coverage.objects.create(
        workspace=workspace, shop=shop, source=Source.ORDERS, first_day=date(2026, 11, 1), last_day=date(2026, 11, 15)
    )
    Coverage.objects.create(
        workspace=workspace, shop=shop, source=Source.RETURNS, first_day=date(2026, 11, 1), last_day=date(2026, 11, 15)
    )
    page = signed_in(boss).get("/welcome/").content.decode()
    assert "15 days of orders" in page
    assert page.count("unlocked") == 2


@pytest.mark.parametrize("address", ["/", "/welcome/", "/reviews/", PACK, "/reviews/2026-W46.pdf"])
def test_the_signed_out_are_asked_to_sign_in(address, client, db):
    answer = client.get(address)
    assert answer.status_code == 302
    assert "login" in answer.url
