"""Signals in the pack, its files, and on the Today page."""

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from fupan.briefing import packs
from fupan.briefing.queries.signals import signals
from fupan.briefing.render import rendered
from fupan.briefing.render.shown import shown
from fupan.commerce.models import Product
from fupan.core import clock, weeks
from fupan.desk.models import IssueType
from fupan.insight.facts import FactsView
from fupan.insight.models import FactFile, Signal
from fupan.insight.policies import facts_seen_by
from fupan.people.models import Department

WEEK = weeks.week_period(202646)
SLICE = "batch=2609&issue_type=wont_charge&product=A20"


def band(alarms=(202645, 202646)):
    return [
        {"week": week, "observed": 31 if week == 202646 else 17 if week == 202645 else 3, "expected": 8.4,
         "upper": 16.0, "alarm": week in alarms}
        for week in weeks.between(202635, 202646)
    ]  # fmt: skip


def noticed(workspace, slice_=SLICE, **more):
    told = {
        "kind": "outbreak", "week": 202645, "last_week": 202646, "observed": 31, "expected": 8.4, "upper": 16,
        "excess": 22.6, "pvalue": 1e-7, "score": 6, "opened_at": clock.now() - timedelta(hours=4), "band": band(),
        "causes": [{"slice": {"product": "A20", "batch": "2609"}, "observed": 31, "expected": 8.4, "ratio": 3.7,
                    "low": 2.5, "high": 5.2, "share": 0.89}],
    }  # fmt: skip
    return Signal.objects.create(workspace=workspace, slice=slice_, **told | more)


@pytest.fixture
def named(workspace):
    Product.objects.create(workspace=workspace, code="A20", name="Power bank A20")
    return IssueType.objects.create(
        workspace=workspace, code="wont_charge", name_en="Won't charge", name_zh="充不进电",
        department=Department.objects.create(workspace=workspace, code="product", name="Product"),
    )  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """The pack of the pictures, with the signals of the database."""
    made = json.loads(Path(__file__).with_name("pack_week.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(
        packs.queries, "pack",
        lambda view, period, *, department=None: made | {"signals": signals(view, period, department=department)},
    )  # fmt: skip
    return made


@pytest.fixture
def week(workspace, asked):
    FactFile.objects.create(
        workspace=workspace, table="tickets", week=202646, name="t46", rows=3, built_at=clock.now()
    )  # fmt: skip


def view(workspace):
    return FactsView(workspace.pk)


def test_a_signal_in_the_pack_has_all_that_its_section_says(workspace, named):
    one = noticed(workspace)
    (entry,) = signals(view(workspace), WEEK)
    assert list(entry["slice"]) == ["product", "batch", "issue_type"]
    assert entry["label"] == {
        "en": "Power bank A20 · batch 2609 · Won't charge", "zh-hans": "Power bank A20 · 批次 2609 · 充不进电"
    }  # fmt: skip
    assert (entry["week"], entry["observed"], entry["expected"], entry["upper"]) == ("2026-W46", 31, 8.4, 16.0)
    assert entry["excess"] == pytest.approx(22.6)
    assert entry["pvalue"] == 1e-7
    assert entry["url"] == f"/insight/signals/{one.pk}/"
    assert entry["causes"][0]["label"]["zh-hans"] == "Power bank A20 · 批次 2609"
    assert json.loads(json.dumps(entry)) == entry


def test_an_earlier_pack_shows_the_signal_as_it_stood_then(workspace, named):
    noticed(workspace)
    (entry,) = signals(view(workspace), weeks.week_period(202645))
    assert (entry["week"], entry["observed"], entry["pvalue"]) == ("2026-W45", 17, None)
    assert signals(view(workspace), weeks.week_period(202644)) == []
    assert [one["week"] for one in signals(view(workspace), weeks.month_period(2026, 11))] == ["2026-W46"]


def test_what_was_not_real_is_left_out_and_the_strongest_comes_first(workspace, named):
    noticed(workspace, "issue_type=late", score=9)
    noticed(workspace, "issue_type=size", score=2)
    noticed(workspace, "issue_type=leak", state="dismissed", score=20)
    noticed(workspace, "planet=mars")
    assert [one["slice"]["issue_type"] for one in signals(view(workspace), WEEK)] == ["late", "size"]


def test_a_department_reads_of_its_own_issues(workspace, named):
    noticed(workspace)
    noticed(workspace, "issue_type=late")
    (entry,) = signals(view(workspace), WEEK, department=named.department)
    assert entry["slice"]["issue_type"] == "wont_charge"


def test_signals_of_a_shop_one_may_not_see_are_not_there(workspace, shop, shopee, mei):
    noticed(workspace, "issue_type=a&shop=Shopee MY")
    noticed(workspace, "issue_type=a&shop=Amazon DE")
    mei.shop_ids = [shop.pk]
    mei.save()
    assert [one["slice"]["shop"] for one in signals(facts_seen_by(mei), WEEK)] == ["Amazon DE"]


def test_a_stranger_has_none_of_ours(workspace, named, stranger):
    noticed(workspace)
    assert signals(facts_seen_by(stranger), WEEK) == []


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("Signals", "Outbreak", "31 / 8.4", "×3.7")), ("zh-hans", ("预警", "爆发", "31 / 8.4", "×3.7"))],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["text", "html", "md"])
def test_every_document_has_the_section(kind, lang, words, workspace, named, asked):
    noticed(workspace)
    pack = packs.queries.pack(view(workspace), WEEK)
    made = rendered(pack, kind, lang).decode().replace("\\", "")
    for piece in words:
        assert piece in made or kind == "html", piece  # on paper the observed stands in bold of its own
    assert "2609" in made
    assert words[1] in made


def test_the_workbook_has_a_sheet_of_numbers(workspace, named, asked):
    noticed(workspace)
    book = CalamineWorkbook.from_filelike(io.BytesIO(rendered(packs.queries.pack(view(workspace), WEEK), "xlsx", "en")))
    head, row = book.get_sheet_by_name("Signals").to_python()
    assert head[:2] == ["where", "kind"]
    assert row[3:7] == [31.0, 8.4, 16.0, pytest.approx(22.6)]


def test_without_signals_there_is_no_section(workspace, asked):
    pack = packs.queries.pack(view(workspace), WEEK)
    assert "Signals" not in rendered(pack, "text", "en").decode()
    book = CalamineWorkbook.from_filelike(io.BytesIO(rendered(pack, "xlsx", "en")))
    assert "Signals" not in book.sheet_names


def test_the_pack_page_leads_to_its_signals(workspace, named, week, omar, signed_in):
    one = noticed(workspace)
    page = signed_in(omar).get("/reviews/2026-W46/").content.decode()
    assert 'id="signals"' in page
    assert 'href="#signals"' in page
    assert f"/insight/signals/{one.pk}/" in page
    assert "89\u2009% of what is above expectation lies in Power bank A20 · batch 2609" in page


def test_a_missed_target_is_told_in_its_own_unit_and_money_only_to_those_who_see_it(workspace, asked, mei, omar):
    noticed(workspace, "", kind="target", metric="reply_in_time", observed=0.884, expected=0.95, upper=0.95, band=[])
    noticed(workspace, "", kind="target", metric="refund_cost", observed=9000, expected=5000, upper=5000, band=[])
    told = shown(packs.pack_for(omar, WEEK)).signals
    assert {one.observed for one in told} == {"88.4\u2009%", "CN¥9,000"}
    assert [one.observed for one in shown(packs.pack_for(mei, WEEK)).signals] == ["88.4\u2009%"]


def test_today_shows_open_signals_instead_of_what_grows(workspace, named, week, omar, signed_in):
    client = signed_in(omar)
    assert "Growing" in client.get("/").content.decode()
    noticed(workspace, "issue_type=size", score=3)
    strongest = noticed(workspace)
    noticed(workspace, "issue_type=leak", state="snoozed", snoozed_until=clock.today() + timedelta(days=3), score=9)
    answer = client.get("/")
    page = answer.content.decode()
    assert [one.signal.slice for one in answer.context["signals"]] == [SLICE, "issue_type=size"]
    assert "Growing" not in page
    assert "All 2 signals" in page
    assert f'href="/insight/signals/{strongest.pk}/" data-key="1"' in page


def test_today_of_an_agent_has_signals_of_the_own_shops_only(workspace, shop, shopee, week, mei, signed_in):
    mei.shop_ids = [shop.pk]
    mei.save()
    noticed(workspace, "issue_type=a&shop=Shopee MY")
    assert signed_in(mei).get("/").context["signals"] == []


def test_what_grows_fastest_begins_with_the_signals(workspace, named):
    from fupan.briefing.queries.growing import led_by_signals
    from fupan.briefing.queries.names import Names

    noticed(workspace)
    noticed(workspace, "", kind="target", metric="first_response_p90", observed=30, expected=24)
    told = signals(FactsView(workspace.pk), WEEK)
    names = Names(workspace.pk, WEEK)

    def grown(**where):
        return {"slice": where, "label": names.label(where), "observed": 9, "expected": 3.0, "ratio": 3.0, "low": 1.2,
                "high": 5.0, "detectable": True, "trend": [], "url": ""}  # fmt: skip

    same_story, other = grown(product="A20", issue_type="wont_charge"), grown(product="Y7", issue_type="size")
    first, second = led_by_signals([same_story, other], told, names)
    assert first["slice"] == {"product": "A20", "batch": "2609", "issue_type": "wont_charge"}
    assert (first["observed"], first["expected"], first["detectable"]) == (31, 8.4, True)
    assert 1 < first["low"] < first["ratio"] < first["high"]
    assert set(first) == set(other)
    assert second is other
    assert led_by_signals([other], [], names) == [other]
