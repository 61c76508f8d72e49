"""The pages of signals: what was noticed, by whom it is seen, what is decided about it."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fupan.commerce.models import Product
from fupan.core import clock, weeks
from fupan.core.events import record
from fupan.core.models import Event
from fupan.desk.models import IssueType
from fupan.insight import signal_pages
from fupan.insight.models import Signal, SignalSettings
from fupan.insight.tests.world import World, instant

LIST, SETTINGS = "/insight/signals/", "/settings/signals/"
HTMX = {"HX-Request": "true"}
SLICE = "batch=2609&issue_type=wont_charge&product=A20"
CAUSES = [
    {"slice": {"product": "A20", "batch": "2609", "issue_type": "wont_charge"}, "observed": 31, "expected": 8.4,
     "ratio": 3.7, "low": 2.5, "high": 5.2, "share": 0.89},
    {"slice": {"product": "A20", "batch": "2609", "issue_type": "wont_charge", "country": "DE"}, "observed": 19,
     "expected": 5.3, "ratio": 3.6, "low": 2.2, "high": None, "share": 0.54},
    {"slice": {"product": "C1", "issue_type": "wont_charge"}, "observed": 24, "expected": 21.3, "ratio": 1.1,
     "low": 0.7, "high": 1.7, "share": None},
]  # fmt: skip


def band(length=20, last=202646):
    return [
        {"week": week, "observed": 7, "expected": 8.0, "upper": 16.0 if place > 4 else None, "alarm": week == last}
        for place, week in enumerate(weeks.between(weeks.shift(last, 1 - length), last))
    ]


def noticed(workspace, slice_="issue_type=wont_charge&product=A20", **more):
    told = {
        "kind": "outbreak", "week": 202645, "last_week": 202646, "observed": 39, "expected": 13.6, "upper": 24,
        "excess": 25.4, "pvalue": 1e-7, "score": 6.9, "opened_at": clock.now() - timedelta(hours=4), "band": band(),
    }  # fmt: skip
    return Signal.objects.create(workspace=workspace, slice=slice_, **told | more)


@pytest.fixture
def named(workspace):
    """Names for the codes of the slices."""
    Product.objects.create(workspace=workspace, code="A20", name="Power bank A20")
    IssueType.objects.create(workspace=workspace, code="wont_charge", name_en="Won't charge", name_zh="充不进电")


@pytest.fixture
def signal(workspace, named):
    return noticed(workspace, causes=CAUSES, cost_week=Decimal(7050))


def page_of(client, address, **more):
    answer = client.get(address, **more)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_open_signals_the_newest_and_strongest_first(workspace, named, boss, signed_in):
    noticed(workspace, "issue_type=size", score=2)
    noticed(workspace, "issue_type=late", score=9)
    noticed(workspace, "issue_type=leak", last_week=202640, week=202640, score=20)
    noticed(workspace, "issue_type=lost", state="closed")
    answer = signed_in(boss).get(LIST)
    assert [one.signal.slice for one in answer.context["signals"]] == [
        "issue_type=late", "issue_type=size", "issue_type=leak"
    ]  # fmt: skip
    assert "lost" not in answer.content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [("open", "Nothing needs a look"), ("snoozed", "No signal is snoozed"), ("dismissed", "None was found not real"),
     ("closed", "None has closed yet")],
)  # fmt: skip
def test_an_empty_list_says_what_a_signal_is(state, words, boss, signed_in):
    page = page_of(signed_in(boss), f"{LIST}?state={state}")
    assert words in page
    assert "what its own past and its shipments explain" in page
    assert "Not screened yet" in page


def test_an_empty_list_says_when_it_was_screened(workspace, boss, signed_in):
    record("insight.screened", None, by=None, workspace_id=workspace.pk, week=202646)
    page = page_of(signed_in(boss), LIST)
    assert "Not screened yet" not in page
    assert "11-16 12:00" in page


def test_filters_stand_in_the_address(workspace, signal, boss, signed_in):
    noticed(workspace, "product=A2", kind="drift")
    client = signed_in(boss)

    def found(query):
        return {one.signal.slice for one in client.get(f"{LIST}?{query}").context["signals"]}

    assert found("kind=drift") == {"product=A2"}
    assert found("product=A2") == {"product=A2"}  # not A20
    assert found("product=A20&issue_type=wont_charge") == {signal.slice}
    assert found("q=power+bank") == {signal.slice}
    assert found("q=nothing") == set()
    assert "No signal fits these filters" in page_of(client, f"{LIST}?q=nothing")


def test_a_long_list_is_paged(workspace, boss, signed_in):
    for number in range(25):
        noticed(workspace, f"product=P{number}")
    client = signed_in(boss)
    assert len(client.get(LIST).context["signals"]) == 20
    assert len(client.get(f"{LIST}?page=2").context["signals"]) == 5
    part = page_of(client, f"{LIST}?page=2", headers=HTMX)
    assert "<html" not in part
    assert 'hx-target="#rows"' in part


@pytest.mark.parametrize("query", ["state=x", "kind=x", "page=x", "page=99", "q=%27%22&product=%26", "shop=9"])
def test_nonsense_in_the_address_is_no_error(query, signal, boss, signed_in):
    assert signed_in(boss).get(f"{LIST}?{query}").status_code == 200


def test_a_signal_tells_itself_at_a_glance(signal, boss, signed_in):
    page = page_of(signed_in(boss), f"{LIST}{signal.pk}/")
    for piece in (
        "Won&#x27;t charge in Power bank A20: 39 cases in week 46, 13.6 expected", "89\u2009%", "×3.7", "[2.5, 5.2]",
        "≥ 2.2", "No detectable change", 'data-chart="trend"', "¥7,050", "Explains it best", "Within it", "Beside it",
        "/tickets/?week=2026-W46&amp;issue_type=wont_charge&amp;product=A20&amp;first=1",
    ):  # fmt: skip
        assert piece in page, piece
    assert ' style="' not in page


def test_its_weeks_are_a_chart_and_a_table(signal, boss, signed_in):
    answer = signed_in(boss).get(f"{LIST}{signal.pk}/")
    chart, table = answer.context["chart"], answer.context["table"]
    assert chart["alarms"] == [19]
    assert chart["high"][:5] == chart["low"][:5] == [None] * 5
    assert chart["low"][5:] == [0] * 15
    assert table[0] == ("2026-W46", "7", "8", "16", True)
    assert table[-1][3] == "—"


def test_the_tickets_behind_it_are_those_of_its_slice_and_week(workspace, boss, signed_in):
    world = World(workspace)
    shop = world.shop()
    line = world.order(shop, "A20", instant(202644))
    first = world.ticket(shop, instant(202646), "return", line=line, issue="wont_charge")
    world.ticket(shop, instant(202646, 1), line=line, issue="wont_charge", incident=first.incident)
    world.ticket(shop, instant(202646), line=line, issue="late")
    world.ticket(shop, instant(202645), line=line, issue="wont_charge")
    behind = signed_in(boss).get(f"{LIST}{noticed(workspace).pk}/").context["behind"]
    assert [ticket.pk for ticket in behind.tickets] == [first.pk]
    assert (behind.incidents, behind.count) == (1, 2)


def test_a_missed_target_shows_values_not_cases(workspace, boss, signed_in):
    one = noticed(
        workspace, "", kind="target", metric="reply_in_time", observed=0.884, expected=0.95, upper=0.95, excess=-0.066,
        band=[{"week": 202646, "observed": 0.884, "expected": 0.95, "upper": None, "alarm": True}],
    )  # fmt: skip
    answer = signed_in(boss).get(f"{LIST}{one.pk}/")
    page = answer.content.decode()
    assert "88.4\u2009% in week 46, target 95.0\u2009%" in page
    assert answer.context["chart"]["observed"] == [88.4]
    assert "late=platform" in answer.context["behind"].url
    assert "If it goes on" not in page


def test_a_signal_without_weeks_causes_or_cost_is_no_error(workspace, boss, signed_in):
    page = page_of(signed_in(boss), f"{LIST}{noticed(workspace, 'planet=mars', band=[], external=True).pk}/")
    assert "All cases" in page
    assert "No single slice holds it" in page
    assert "No cost is known" in page


def test_snoozing_keeps_who_and_why(signal, omar, signed_in):
    until = clock.today() + timedelta(days=9)
    told = {"until": until.isoformat(), "reason": "new gasket comes on the 25th"}
    part = signed_in(omar).post(f"{LIST}{signal.pk}/snooze/", told, headers=HTMX)
    page = part.content.decode()
    assert part.status_code == 200
    assert "<html" not in page
    assert "Snoozed" in part["HX-Trigger"]
    assert "new gasket comes on the 25th" in page
    assert "omar" in page
    signal.refresh_from_db()
    assert (signal.state, signal.snoozed_until, signal.decided_by) == ("snoozed", until, omar)
    assert Event.objects.filter(name="insight.signal_snoozed", subject_id=signal.pk, actor_id=omar.pk).exists()


@pytest.mark.parametrize("until", ["2020-01-01", "2030-01-01", "soon", ""])
def test_a_wrong_day_opens_the_form_again(until, signal, omar, signed_in):
    answer = signed_in(omar).post(f"{LIST}{signal.pk}/snooze/", {"until": until}, headers=HTMX)
    assert answer.status_code == 422
    assert 'data-open="1"' in answer.content.decode()
    signal.refresh_from_db()
    assert signal.state == "open"


def test_not_real_asks_why_and_counts_in_the_record(workspace, signal, omar, signed_in):
    client, address = signed_in(omar), f"{LIST}{signal.pk}/dismiss/"
    assert client.post(address, {}, headers=HTMX).status_code == 422
    assert client.post(address, {"why": "data", "words": "two weeks came at once"}).status_code == 302
    signal.refresh_from_db()
    assert (signal.state, signal.reason) == ("dismissed", "data: two weeks came at once")
    page = page_of(client, f"{LIST}{signal.pk}/")
    assert "Wrong or late data: two weeks came at once" in page
    later = noticed(workspace)
    assert "1 like it within a year, 1 found not real" in page_of(client, f"{LIST}{later.pk}/")


def test_a_decided_signal_can_be_reopened(signal, omar, signed_in):
    client = signed_in(omar)
    client.post(f"{LIST}{signal.pk}/dismiss/", {"why": "chance", "words": ""})
    page = page_of(client, f"{LIST}{signal.pk}/")
    assert f"{LIST}{signal.pk}/reopen/" in page
    assert f"{LIST}{signal.pk}/snooze/" not in page
    part = client.post(f"{LIST}{signal.pk}/reopen/", headers=HTMX).content.decode()
    assert "found not real" in part  # it stays in what became of it
    assert f"{LIST}{signal.pk}/snooze/" in part


def test_a_slice_with_a_newer_signal_is_not_reopened(workspace, signal, omar, signed_in):
    Signal.objects.filter(pk=signal.pk).update(state="closed")
    noticed(workspace)
    answer = signed_in(omar).post(f"{LIST}{signal.pk}/reopen/", headers=HTMX)
    assert answer.status_code == 409
    assert "newer signal" in answer.content.decode()


def test_an_agent_looks_but_decides_nothing_and_sees_no_money(signal, mei, signed_in):
    client = signed_in(mei)
    page = page_of(client, f"{LIST}{signal.pk}/")
    assert "7,050" not in page
    assert "If it goes on" not in page
    assert "Its tickets" in page or "No ticket of these cases" in page
    for verb in ("snooze", "dismiss", "reopen"):
        assert f"/{verb}/" not in page
        assert client.post(f"{LIST}{signal.pk}/{verb}/", {"why": "chance"}).status_code == 404
    assert client.get(SETTINGS).status_code == 404
    signal.refresh_from_db()
    assert signal.state == "open"


def test_a_missed_target_of_money_is_not_for_agents(workspace, mei, boss, signed_in):
    one = noticed(workspace, "", kind="target", metric="refund_cost", observed=9000, expected=5000, upper=5000)
    assert "9,000" in page_of(signed_in(boss), f"{LIST}{one.pk}/")
    client = signed_in(mei)
    assert client.get(f"{LIST}{one.pk}/").status_code == 404
    assert not client.get(LIST).context["signals"]


def test_an_agent_of_one_shop_sees_nothing_of_another(workspace, shop, shopee, mei, signed_in):
    mei.shop_ids = [shop.pk]
    mei.save()
    mine, other = noticed(workspace, "issue_type=a&shop=Amazon DE"), noticed(workspace, "issue_type=a&shop=Shopee MY")
    client = signed_in(mei)
    assert [one.signal.pk for one in client.get(LIST).context["signals"]] == [mine.pk]
    assert client.get(f"{LIST}{other.pk}/").status_code == 404


def test_a_stranger_finds_no_signal(signal, stranger, signed_in):
    client = signed_in(stranger)
    assert "Power bank" not in page_of(client, LIST)
    assert client.get(f"{LIST}{signal.pk}/").status_code == 404
    for verb in ("snooze", "dismiss", "reopen"):
        assert client.post(f"{LIST}{signal.pk}/{verb}/", {"until": "2026-12-01", "why": "data"}).status_code == 404
    signal.refresh_from_db()
    assert signal.state == "open"


def test_the_pages_of_a_slice_lead_to_its_signals(workspace, signal, boss, signed_in):
    client, product = signed_in(boss), Product.objects.get(code="A20")
    assert f"{LIST}{signal.pk}/" in page_of(client, f"/insight/products/{product.pk}/")
    assert "/insight/signals/?product=A20" in page_of(client, "/insight/products/")
    assert f"{LIST}{signal.pk}/" in page_of(client, "/insight/?product=A20&issue_type=wont_charge")
    assert f"{LIST}{signal.pk}/" not in page_of(client, "/insight/?product=Y7")


@pytest.fixture
def tried(monkeypatch):
    """What a choice would have raised: more when bolder."""
    monkeypatch.setattr(
        signal_pages, "sensitivity",
        lambda _workspace, q, budget: [(week, min(budget, int(q * 100))) for week in weeks.between(202621, 202646)],
    )  # fmt: skip


def test_a_choice_is_tried_on_the_last_weeks_before_it_is_saved(tried, omar, signed_in):
    client = signed_in(omar)
    page = page_of(client, SETTINGS)
    assert "in force: 10\u2009%, 10 a week" in page or "in force: 10 %, 10 a week" in page
    part = page_of(client, f"{SETTINGS}?q=3&budget=10", headers=HTMX)
    assert "<html" not in part
    assert 'class="columns' in part
    assert "<b>78</b>" in part
    assert part.count("<tr>") == 27
    assert not SignalSettings.objects.exists()


def test_the_choice_is_saved_by_a_lead(tried, omar, signed_in):
    assert signed_in(omar).post(SETTINGS, {"q": "5", "budget": "4"}).status_code == 302
    kept = SignalSettings.objects.get()
    assert (kept.q, kept.budget) == (0.05, 4)


@pytest.mark.parametrize("told", [{"q": "0", "budget": "4"}, {"q": "90", "budget": "4"}, {"q": "5", "budget": "0"}, {}])
def test_a_wrong_choice_is_told(told, tried, omar, signed_in):
    client = signed_in(omar)
    assert client.post(SETTINGS, told).status_code == 422
    if told:
        assert "tone-amber" in page_of(client, SETTINGS, data=told, headers=HTMX)
    assert not SignalSettings.objects.exists()


@pytest.mark.parametrize(
    ("person", "status"), [("omar", 200), ("boss", 200), ("root", 200), ("ines", 404), ("mei", 404)]
)
def test_only_leads_and_heads_tune(person, status, tried, request, signed_in):
    assert signed_in(request.getfixturevalue(person)).get(SETTINGS).status_code == status


def test_the_day_of_a_silence_is_shown(workspace, named, boss, signed_in):
    noticed(workspace, state="snoozed", snoozed_until=date(2026, 12, 1), reason="accepted", decided_by=boss)
    page = page_of(signed_in(boss), f"{LIST}?state=snoozed")
    assert "12-01" in page
    assert "Known and accepted" in page
