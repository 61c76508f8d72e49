"""The ticket list: filters in the address, views with counts, files to take along, labels for many."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from python_calamine import load_workbook

from fupan.commerce.models import Batch, Listing, Order, OrderLine, Product
from fupan.core.errors import Refused
from fupan.desk import queries, services
from fupan.desk.models import Ticket
from fupan.desk.tests.support import an_import, at, rec, receive

NUMBER = "302-1234567-1234567"
LIST = "/tickets/"


@pytest.fixture
def tickets(planted, shop, shopee):
    """Eleven tickets of two shops; the A20 of batch 2609 is on order 302-…"""
    product = Product.objects.create(
        workspace=planted, code="A20", name="Powerbank A20", line="Power", supplier="Li Wei"
    )
    listing = Listing.objects.create(workspace=planted, shop=shop, product=product, sku="A20-BK")
    batch = Batch.objects.create(workspace=planted, product=product, code="2609")
    order = Order.objects.create(
        workspace=planted, shop=shop, number=NUMBER, country="AT", carrier="DHL", fulfilment="seller", placed_at=at(-20)
    )
    OrderLine.objects.create(workspace=planted, order=order, key="1", listing=listing, batch=batch, week=202643)
    source = an_import(planted)
    german = [
        rec("q1", order_number=NUMBER, text="lädt nicht mehr", buyer_name="=cmd|calc", buyer_email="anna@mail.example"),
        rec("r1", "return", at(2), order_number=NUMBER, reason_code="DEFECTIVE", cost=Decimal(9)),
        rec(
            "q2",
            opened_at=at(-40),
            text="noch nicht angekommen",
            first_response_at=at(-38),
            reply="Dear",
            tags=("vip",),
        ),
        rec("q3", opened_at=at(-40), text="zu klein", first_response_at=at(-39.5), reply="Dear"),
        rec("q4", opened_at=at(4), text="Guten Tag", subject="=1+1 Frage"),
        rec("s1", "rating", at(1), stars=1, text="kaputt"),
        rec("s2", "rating", at(1), stars=5, text="super"),
        rec("c1", "cancellation", at(-60), resolution="退款", cause="误操作"),
    ]
    malay = [
        rec("m1", opened_at=at(4.3), text="belum sampai"),
        rec("m2", opened_at=at(3), text="belum sampai", first_response_at=at(3.6), reply="Hi"),
        rec("m3", "feedback", at(-5), stars=2, text="barang rosak"),
    ]
    receive(source, shop, german)
    receive(source, shopee, malay)
    services.open_received(source.pk, 0)
    return {ticket.outside_id: ticket for ticket in Ticket.objects.all()}


def ids(member, **params):
    return set(queries.filtered(member, params).values_list("outside_id", flat=True))


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"week": "2026-W46"}, {"q1", "r1", "q4", "s1", "s2", "m2"}),
        ({"month": "2026-10"}, {"q2", "q3"}),
        ({"from": "2026-11-12", "to": "2026-11-13"}, {"r1", "s1", "s2"}),
        ({"kind": ["return", "cancellation"]}, {"r1", "c1"}),
        ({"issue_type": "late"}, {"q2", "m1", "m2"}),
        ({"issue_type": "product"}, {"q1", "r1", "s1", "m3"}),
        ({"issue_type": "none"}, {"q4", "s2", "c1"}),
        ({"product": "A20"}, {"q1", "r1"}),
        ({"line": "Power", "supplier": "Li Wei", "batch": "2609"}, {"q1", "r1"}),
        ({"country": "AT", "carrier": "DHL", "fulfilment": "seller"}, {"q1", "r1"}),
        ({"cause": "misuse"}, {"c1"}),
        ({"cause": "buyer"}, {"c1"}),
        ({"resolution": "refund"}, {"c1"}),
        ({"state": "waiting"}, {"m2"}),
        ({"language": "ms"}, {"m1", "m2", "m3"}),
        ({"label_source": "code"}, {"r1"}),
        ({"stars_max": "2"}, {"s1", "m3"}),
        ({"late": "platform"}, {"q1", "q2", "m2"}),
        ({"tag": "vip"}, {"q2"}),
        ({"first": "1", "product": "A20"}, {"q1"}),
        ({"q": NUMBER}, {"q1", "r1"}),
        ({"q": "Frage"}, {"q4"}),
        ({"assignee": "me"}, set()),
        ({"shop": "x"}, set()),
        ({"unknown": "1", "week": ""}, {"q1", "q2", "q3", "q4", "r1", "s1", "s2", "c1", "m1", "m2", "m3"}),
    ],
)
def test_filters_of_the_address(tickets, mei, params, expected):
    assert ids(mei, **params) == expected


def test_a_ticket_is_found_by_its_number(tickets, mei):
    assert ids(mei, q=f"T-{tickets['s1'].number}") == {"s1"}


@pytest.mark.parametrize("wrong", [{"week": "nonsense"}, {"month": "2026-13"}, {"from": "yesterday"}])
def test_days_that_are_none_are_refused_in_words(tickets, mei, wrong):
    with pytest.raises(Refused):
        ids(mei, **wrong)


def test_waiting_beyond_the_clock_is_late_too(tickets, mei, signed_in):
    from datetime import timedelta

    from fupan.core import clock

    with clock.set_to(at(5.5)):
        assert ids(mei, late="platform") == {"q1", "q4", "q2", "m1", "m2"}
    with clock.set_to(at(4.9)), clock.set_to(at(4.3) + timedelta(hours=11)):
        assert "m1" not in ids(mei, late="platform")


def test_a_member_of_one_shop_sees_only_its_tickets(tickets, mei, shopee, signed_in):
    mei.shop_ids = [shopee.pk]
    mei.save()
    assert ids(mei) == {"m1", "m2", "m3"}
    page = signed_in(mei).get(LIST)
    assert page.context["page"].paginator.count == 3
    assert signed_in(mei).get(reverse("desk:ticket", args=[tickets["q1"].number])).status_code == 404


def test_the_page_names_its_views_and_counts_them(tickets, mei, signed_in):
    page = signed_in(mei).get(LIST, {"state": "open"})
    counts = {tab.code: tab.tickets for tab in page.context["tabs"]}
    expected = {"to_answer": 3, "unassigned": 3, "unlabelled": 3, "late": 3, "negative": 2, "all": 11, "mine": 0}
    assert {code: counts[code] for code in expected} == expected
    assert page.context["view"].code == "to_answer"
    assert "No ticket fits" in signed_in(mei).get(LIST, {"country": "JP"}).content.decode()


def test_filters_show_as_chips_that_can_be_taken_off(tickets, mei, signed_in):
    chosen = signed_in(mei).get(LIST, {"issue_type": "late", "carrier": "DHL"}).context["chosen"]
    assert [(one.name, one.words, one.without) for one in chosen] == [
        ("issue", "Late delivery", "?carrier=DHL"), ("carrier", "DHL", "?issue_type=late"),
    ]  # fmt: skip


@pytest.mark.parametrize("sort", ["opened", "-opened", "number", "state", "-shop", "issue", "product", "nonsense"])
def test_any_order_shows_every_ticket(tickets, mei, signed_in, sort):
    assert len(signed_in(mei).get(LIST, {"sort": sort}).context["rows"]) == 11


def test_the_page_costs_the_same_queries_for_many_tickets(planted, shop, mei, signed_in, django_assert_max_num_queries):
    source = an_import(planted)
    receive(source, shop, [rec(f"m{n}", order_number=f"302-{n:07d}-0000000", text="lädt nicht") for n in range(60)])
    services.open_received(source.pk, 0)
    browser = signed_in(mei)
    with django_assert_max_num_queries(34):
        page = browser.get(LIST)
    assert len(page.context["rows"]) == 50
    assert len(browser.get(LIST, {"page": 2}).context["rows"]) == 10


def test_an_empty_desk_says_what_to_do(planted, mei, signed_in):
    assert "Import files" in signed_in(mei).get(LIST).content.decode()


def read_csv(response):
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))


def test_the_file_holds_every_field_and_no_buyer(tickets, boss, mei, signed_in):
    rows = read_csv(signed_in(boss).get(reverse("desk:export", args=["csv"]), {"shop": tickets["q1"].shop_id}))
    head, body = rows[0], [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    assert len(body) == 8
    told = next(row for row in body if row["Outside id"] == "r1")
    assert (told["Product code"], told["Batch"], told["Issue code"], told["Cost"]) == ("A20", "2609", "defect", "9.00")
    text = "\n".join(",".join(row) for row in rows)
    assert "anna@mail.example" not in text
    assert "cmd|calc" not in text
    assert "'=1+1 Frage" in text
    assert "Cost" in head
    assert "Cost" not in read_csv(signed_in(mei).get(reverse("desk:export", args=["csv"])))[0]


def test_the_workbook_holds_text_where_a_formula_was_planted(tickets, boss, signed_in):
    response = signed_in(boss).get(reverse("desk:export", args=["xlsx"]), {"week": "2026-W46"})
    rows = load_workbook(io.BytesIO(b"".join(response.streaming_content))).get_sheet_by_index(0).to_python()
    assert len(rows) == 7
    assert any("'=1+1 Frage" in row for row in rows)
    assert signed_in(boss).get(reverse("desk:export", args=["exe"])).status_code == 404


def test_labels_for_many_with_undo(tickets, mei, signed_in):
    browser = signed_in(mei)
    chosen = {"ticket": [tickets["q4"].number, tickets["s1"].number, "x"], "issue": "fake"}
    answer = browser.post(reverse("desk:label_many"), chosen, follow=True)
    assert "2 tickets labelled." in answer.content.decode()
    assert ids(mei, issue_type="fake") == {"q4", "s1"}
    event = answer.context["bulk"]["event"]
    answer = browser.post(reverse("desk:undo_labels"), {"event": event}, follow=True)
    assert "as they were" in answer.content.decode()
    assert ids(mei, issue_type="fake") == set()


def test_labels_for_all_that_the_filters_ask_for(tickets, mei, signed_in):
    signed_in(mei).post(f"{reverse('desk:label_many')}?kind=rating", {"all": "1", "issue": "colour"})
    assert ids(mei, issue_type="colour") == {"s1", "s2"}


def test_who_may_not_label_finds_no_such_page(tickets, planted, signed_in):
    from tests.support.personas import new_member

    buyer = new_member(planted, "pia", "purchasing")
    browser = signed_in(buyer)
    assert browser.post(reverse("desk:label_many"), {"issue": "late"}).status_code == 404
    assert browser.get(reverse("desk:label_queue")).status_code == 404
    assert "data-select" not in browser.get(LIST).content.decode()


def test_worked_on_tickets_of_an_undone_import_are_listed(tickets, mei, signed_in):
    source = tickets["q1"].import_id
    services.note_ticket(tickets["q1"], "call", by=mei)
    services.drop_import(source)
    from fupan.intake.models import Import

    Import.objects.filter(pk=source).update(state="undone")
    page = signed_in(mei).get(reverse("desk:kept", args=[source]))
    assert [ticket.outside_id for ticket in page.context["page"]] == ["q1"]
