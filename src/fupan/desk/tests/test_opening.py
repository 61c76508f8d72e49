"""From received rows to tickets: linked, labelled, kept up to date, spared where a person worked."""

from decimal import Decimal

import pytest

from fupan.commerce.models import Listing, Order, OrderLine, Product
from fupan.core.models import Event, StaleWeek
from fupan.desk import services
from fupan.desk.models import Incident, Message, Ticket
from fupan.desk.tests.support import an_import, at, rec, receive
from fupan.intake.models import Received

NUMBER = "302-1234567-1234567"


@pytest.fixture
def sold(planted, shop):
    """Order 302-…: one power bank A20, shipped by DHL to Austria."""
    product = Product.objects.create(workspace=planted, code="A20", name="Powerbank A20")
    listing = Listing.objects.create(workspace=planted, shop=shop, product=product, sku="A20-BK", asin="B0A20")
    order = Order.objects.create(
        workspace=planted, shop=shop, number=NUMBER, country="AT", carrier="DHL", fulfilment="platform",
        buyer_key="k" * 24, placed_at=at(-20),
    )  # fmt: skip
    return OrderLine.objects.create(workspace=planted, order=order, key="1", listing=listing, week=202643)


def opened(workspace, shop, *records, chunk=0):
    source = an_import(workspace)
    receive(source, shop, records, chunk)
    services.open_received(source.pk, chunk)
    return source


def test_a_row_becomes_a_ticket_on_its_order_line(sold, shop):
    opened(
        shop.workspace,
        shop,
        rec("m1", order_number=NUMBER, text="Die Powerbank lädt nicht mehr", buyer_name="Anna Maier"),
    )
    ticket = Ticket.objects.get()
    assert (ticket.number, ticket.order_line, ticket.listing.sku) == (1, sold, "A20-BK")
    assert (ticket.country, ticket.carrier, ticket.fulfilment, ticket.buyer_key) == ("AT", "DHL", "platform", "k" * 24)
    assert (ticket.issue_type.code, ticket.label_source, ticket.language) == ("wont_charge", "rule", "de")
    assert ticket.cause_guess.code == "supplier_batch"
    assert (ticket.week, ticket.state) == (202646, "open")
    assert ticket.incident.order_line == sold


def test_what_the_row_says_goes_before_what_the_order_says(sold, shop):
    opened(shop.workspace, shop, rec("m1", order_number=NUMBER, country="DE", carrier="GLS"))
    ticket = Ticket.objects.get()
    assert (ticket.country, ticket.carrier) == ("DE", "GLS")


def test_words_are_kept_twice_once_encrypted_once_without_personal_data(sold, shop):
    text = f"Hallo, hier Anna Maier (anna@mail.example), Bestellung {NUMBER}: kaputt"
    opened(shop.workspace, shop, rec("m1", order_number=NUMBER, text=text, reply="Dear Anna", buyer_name="Anna Maier"))
    asked, answered = Message.objects.order_by("pk")
    assert asked.original == text
    for personal in ("Anna", "Maier", "anna@", NUMBER):
        assert personal not in asked.redacted
        assert personal not in Ticket.objects.get().subject
    assert (answered.side, answered.redacted) == ("seller", "Dear [name]")
    assert set(Received.objects.values_list("body", flat=True)) == {""}


def test_a_second_delivery_changes_nothing(sold, shop):
    source = opened(
        shop.workspace, shop, rec("m1", order_number=NUMBER, text="kaputt"), rec("m2", "return", order_number=NUMBER)
    )
    before = list(Ticket.objects.values()), list(Incident.objects.values()), list(Message.objects.values())
    events = Event.objects.count()
    services.open_received(source.pk, 0)
    assert before == (list(Ticket.objects.values()), list(Incident.objects.values()), list(Message.objects.values()))
    assert Event.objects.count() == events


def test_the_same_id_again_updates_the_ticket_and_marks_both_weeks(sold, shop):
    opened(shop.workspace, shop, rec("m1", order_number=NUMBER, text="kaputt"))
    StaleWeek.objects.all().delete()
    opened(shop.workspace, shop, rec("m1", opened_at=at(-7), text="zu klein", cost=Decimal("3.50"), tags=("vip",)))
    ticket = Ticket.objects.get()
    assert (ticket.week, ticket.issue_type.code, ticket.cost, ticket.currency) == (
        202645,
        "size",
        Decimal("3.50"),
        "EUR",
    )
    assert [message.redacted for message in ticket.messages.all()] == ["zu klein"]
    assert {tag.name for tag in ticket.tags.all()} == {"vip"}
    marked = set(StaleWeek.objects.values_list("table", "week"))
    assert {("tickets", 202645), ("tickets", 202646), ("messages", 202645), ("messages", 202646)} <= marked


def test_a_persons_label_and_work_outlast_later_deliveries(sold, shop, mei):
    opened(shop.workspace, shop, rec("m1", order_number=NUMBER, text="kaputt"))
    ticket = Ticket.objects.get()
    services.label_ticket(ticket, "leak", by=mei)
    services.set_state(ticket, "solved", by=mei)
    opened(shop.workspace, shop, rec("m1", order_number=NUMBER, text="viel zu klein", stars=2, status="open"))
    ticket.refresh_from_db()
    assert (ticket.issue_type.code, ticket.label_source, ticket.state, ticket.stars) == ("leak", "person", "solved", 2)


def test_purged_words_do_not_come_back_with_a_later_delivery(sold, shop):
    opened(shop.workspace, shop, rec("m1", order_number=NUMBER, text="kaputt", buyer_name="Anna"))
    Message.objects.update(original="")
    Ticket.objects.update(buyer_name="", purged_at=at(3))
    opened(shop.workspace, shop, rec("m1", order_number=NUMBER, text="doch ganz kaputt", buyer_name="Anna"))
    message = Message.objects.get()
    assert (message.original, message.redacted, Ticket.objects.get().buyer_name) == ("", "doch ganz kaputt", "")


def test_orders_that_arrive_later_are_linked(planted, shop):
    source = opened(
        planted,
        shop,
        rec("m1", order_number=NUMBER, sku="A20-BK"),
        rec("r1", "return", at(1), order_number=NUMBER, sku="A20-BK"),
    )
    assert Ticket.objects.filter(order=None).count() == 2
    listing = Listing.objects.get(sku="A20-BK")
    order = Order.objects.create(
        workspace=planted, shop=shop, number=NUMBER, country="DE", carrier="DHL", placed_at=at(-9)
    )
    line = OrderLine.objects.create(workspace=planted, order=order, key="1", listing=listing, week=202645)
    assert services.relink_orders(source.pk) == 2
    assert set(Ticket.objects.values_list("order_line", "carrier")) == {(line.pk, "DHL")}
    assert Incident.objects.get().order_line == line
    assert services.relink_orders(source.pk) == 0


def test_goods_only_tickets_speak_of_are_counted_too(planted, shop):
    opened(planted, shop, rec("m1", product_name="瑜伽裤 Y7", issue="尺寸不符"), rec("m2", sku="K4", asin="B0K4"))
    codes = dict(Ticket.objects.values_list("outside_id", "listing__product__code"))
    assert codes == {"m1": "瑜伽裤 Y7", "m2": "K4"}
    opened(planted, shop, rec("m3", product_name="瑜伽裤 Y7"))
    assert Product.objects.count() == 2


def test_undo_takes_untouched_tickets_and_keeps_worked_on_ones(sold, shop, mei):
    source = opened(shop.workspace, shop, rec("m1", order_number=NUMBER), rec("m2", "return", order_number=NUMBER))
    services.note_ticket(Ticket.objects.get(outside_id="m1"), "call back", by=mei)
    assert services.drop_import(source.pk) == 1
    assert services.drop_import(source.pk) == 0
    assert list(Ticket.objects.values_list("outside_id", flat=True)) == ["m1"]
    assert Incident.objects.count() == 1


def test_undo_gives_changed_tickets_their_old_values(sold, shop):
    opened(shop.workspace, shop, rec("m1", order_number=NUMBER, text="kaputt", carrier="GLS"))
    second = opened(
        shop.workspace, shop, rec("m1", opened_at=at(-7), order_number=NUMBER, text="zu klein", carrier="UPS")
    )
    third = opened(
        shop.workspace, shop, rec("m1", opened_at=at(-7), order_number=NUMBER, text="zu klein", carrier="DPD")
    )
    services.drop_import(second.pk)
    assert Ticket.objects.values_list("week", "carrier", "issue_type__code").get() == (202646, "DPD", "defect")
    services.drop_import(third.pk)
    assert Ticket.objects.values_list("week", "carrier", "issue_type__code").get() == (202646, "GLS", "defect")


def test_an_undone_import_opens_nothing_when_its_delivery_comes_late(sold, shop):
    source = an_import(shop.workspace, state="undone")
    receive(source, shop, [rec("m1")])
    assert services.open_received(source.pk, 0).created == 0


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({}, "open"),
        ({"opened_at": at(-60)}, "solved"),
        ({"reply": "Dear"}, "waiting"),
        ({"resolution": "退款"}, "solved"),
        ({"status": "已关闭"}, "solved"),
        ({"status": "open"}, "open"),
        ({"kind": "return"}, "solved"),
        ({"kind": "rating", "stars": 1}, "solved"),
        ({"kind": "claim"}, "open"),
        ({"kind": "rating", "stars": 1, "reply": "Sorry"}, "solved"),
        ({"opened_at": at(-60), "reply": "Dear"}, "solved"),
    ],
)
def test_where_a_ticket_stands_at_first(planted, shop, told, state):
    opened(planted, shop, rec("m1", **told))
    assert Ticket.objects.get().state == state


def test_many_rows_cost_few_queries(planted, shop, django_assert_max_num_queries):
    source = an_import(planted)
    receive(source, shop, [rec(f"m{n}", order_number=f"302-{n:07d}-0000000", text="lädt nicht") for n in range(300)])
    with django_assert_max_num_queries(45):
        services.open_received(source.pk, 0)
    assert Ticket.objects.count() == 300
