"""What people say of tickets, one by one and many at once, and how it is taken back."""

from decimal import Decimal

import pytest

from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.desk import services
from fupan.desk.models import Incident, Message, Ticket
from fupan.desk.tests.support import an_import, at, rec, receive


@pytest.fixture
def tickets(planted, shop):
    source = an_import(planted)
    receive(source, shop, [rec(f"m{n}", order_number=f"302-{n:07d}-0000000", text="lädt nicht mehr") for n in range(4)])
    services.open_received(source.pk, 0)
    return list(Ticket.objects.order_by("pk"))


def test_a_persons_label_carries_its_source_and_the_usual_cause(tickets, mei):
    services.label_ticket(tickets[0], "late", by=mei)
    ticket = Ticket.objects.get(pk=tickets[0].pk)
    assert (ticket.issue_type.code, ticket.label_source, ticket.label_confidence) == ("late", "person", 1.0)
    assert ticket.cause_guess.code == "carrier_delay"
    assert Event.objects.filter(name="desk.labelled", subject_id=ticket.pk, actor_id=mei.pk).exists()


def test_a_cause_a_person_gave_outlasts_a_new_label(tickets, mei):
    services.set_cause(tickets[0], "misuse", by=mei)
    services.label_ticket(tickets[0], "late", by=mei)
    assert Ticket.objects.get(pk=tickets[0].pk).cause_guess.code == "misuse"


def test_many_at_once_answer_for_each_and_are_undone_together(tickets, mei):
    services.label_ticket(tickets[0], "leak", by=mei)
    event, outcomes = services.label_many(list(Ticket.objects.order_by("pk")), "leak", by=mei)
    assert [one.done for one in outcomes] == [False, True, True, True]
    assert set(Ticket.objects.values_list("issue_type__code", flat=True)) == {"leak"}
    services.label_ticket(tickets[3], "size", by=mei)
    assert services.undo_labels(event.pk, by=mei) == 2
    labels = list(Ticket.objects.order_by("pk").values_list("issue_type__code", "label_source"))
    assert labels == [("leak", "person"), ("wont_charge", "rule"), ("wont_charge", "rule"), ("size", "person")]
    assert Ticket.objects.get(pk=tickets[1].pk).touched_at is None


def test_only_ones_own_labels_are_undone(tickets, mei, omar, stranger):
    event = services.label_ticket(tickets[0], "leak", by=mei)
    for other in (omar, stranger):
        with pytest.raises(Refused):
            services.undo_labels(event.pk, by=other)


def test_a_label_outside_the_tree_is_refused(tickets, mei):
    with pytest.raises(Refused, match="not in the tree"):
        services.label_ticket(tickets[0], "nonsense", by=mei)


def test_notes_states_owners_and_costs_leave_their_mark(tickets, mei, omar, stranger):
    ticket = tickets[0]
    services.note_ticket(ticket, "  asked anna@mail.example for the serial  ", by=mei)
    note = Message.objects.get(side="note")
    assert (note.author, note.original, note.redacted) == (
        mei,
        "asked anna@mail.example for the serial",
        "asked [email] for the serial",
    )
    services.set_state(ticket, "solved", by=mei)
    assert Ticket.objects.get(pk=ticket.pk).resolved_at is not None
    services.set_state(ticket, "open", by=mei)
    assert Ticket.objects.values_list("reopened", "resolved_at", "state").get(pk=ticket.pk) == (1, None, "open")
    services.assign(ticket, omar, by=mei)
    services.set_cost(ticket, Decimal("12.50"), by=mei)
    services.set_resolution(ticket, "replacement", by=mei)
    services.set_tags(ticket, ["VIP", " battery  2609 ", ""], by=mei)
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.assignee, stored.cost, stored.currency, stored.resolution.code) == (
        omar,
        Decimal("12.50"),
        "EUR",
        "replacement",
    )
    assert {tag.name for tag in stored.tags.all()} == {"VIP", "battery 2609"}
    with pytest.raises(Refused):
        services.assign(ticket, stranger, by=mei)
    with pytest.raises(Refused):
        services.note_ticket(ticket, "   ", by=mei)


def test_rules_are_applied_again_but_never_over_a_person(tickets, mei, omar, planted):
    services.label_ticket(tickets[0], "size", by=mei)
    services.add_rule(by=omar, language="de", words="nicht mehr + lädt", issue="defect")
    for rule in planted.keywordrule_set.filter(issue_type__code="wont_charge"):
        services.drop_rule(rule, by=omar)
    assert services.relabel_by_rules(planted, by=omar) == 3
    assert list(Ticket.objects.order_by("pk").values_list("issue_type__code", flat=True)) == ["size", *["defect"] * 3]


def test_a_retired_node_hands_its_tickets_rules_and_codes_over(tickets, omar, planted):
    services.add_node("issue", by=omar, name_en="Battery", name_zh="电池", parent="product")
    assert services.retire_node("issue", "wont_charge", by=omar, replaced_by="battery") == 4
    assert set(Ticket.objects.values_list("issue_type__code", flat=True)) == {"battery"}
    assert set(Incident.objects.values_list("issue_type__code", flat=True)) == {"battery"}
    source = an_import(planted)
    shop = tickets[0].shop
    receive(source, shop, [rec("n1", opened_at=at(1), text="lädt nicht mehr"), rec("n2", issue="Won't charge")])
    services.open_received(source.pk)
    assert set(Ticket.objects.values_list("issue_type__code", flat=True)) == {"battery"}
    versions = planted.treeversion_set.filter(tree="issue").order_by("number")
    assert [version.number for version in versions] == [1, 2, 3]
    retired = next(node for node in versions.last().content["nodes"] if node["code"] == "wont_charge")
    assert retired["replaced_by__code"] == "battery"


def test_a_used_node_is_not_retired_without_a_heir(tickets, omar):
    with pytest.raises(Refused, match="what replaces it"):
        services.retire_node("issue", "wont_charge", by=omar)


def test_a_renamed_node_answers_to_its_new_name_in_sheets(planted, shop, omar):
    services.edit_node("issue", "leak", by=omar, name_en="Leakage from lid", name_zh="杯盖渗水")
    source = an_import(planted)
    receive(source, shop, [rec("n1", issue="杯盖渗水"), rec("n2", issue="漏水")])
    services.open_received(source.pk)
    assert set(Ticket.objects.values_list("issue_type__code", "label_source")) == {("leak", "sheet")}


def test_planting_twice_changes_nothing(planted, omar):
    planted.keywordrule_set.filter(words="kaputt").delete()
    assert services.plant_trees(planted) is False
    assert not planted.keywordrule_set.filter(words="kaputt").exists()
