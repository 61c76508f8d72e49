"""Which tickets are one trouble: by rule, whatever the order of arrival, and by a person's hand."""

from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fupan.core.errors import Refused
from fupan.core.models import StaleWeek
from fupan.desk import services
from fupan.desk.joining import Piece, arrange
from fupan.desk.models import Incident, Ticket
from fupan.desk.tests.support import an_import, at, rec, receive

NUMBER = "302-1234567-1234567"


def piece(ref, day, kind="inquiry", line=1, issue=None, **more):
    return Piece(ref, kind, at(day), str(ref), line, None, issue, **more)


def together(pieces, above=None):
    return {frozenset(one.ref for one in group.pieces) for group in arrange(pieces, above or {})}


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([piece(1, 0, issue=5), piece(2, 3, issue=5)], {frozenset({1, 2})}),
        ([piece(1, 0, issue=5), piece(2, 3, issue=6)], {frozenset({1}), frozenset({2})}),
        ([piece(1, 0, issue=5), piece(2, 61, issue=5)], {frozenset({1}), frozenset({2})}),
        ([piece(1, 0, issue=5), piece(2, 60, issue=5)], {frozenset({1, 2})}),
        ([piece(1, 0, issue=5), piece(2, 3, line=2, issue=5)], {frozenset({1}), frozenset({2})}),
        ([piece(1, 0, issue=5), piece(2, 3, line=None, issue=5)], {frozenset({1, 2})}),
        ([piece(1, 0), piece(2, 3, issue=5)], {frozenset({1, 2})}),
        ([piece(1, 0, issue=5), piece(2, 3, "return", issue=6)], {frozenset({1, 2})}),
        ([piece(1, 0, "return", issue=5), piece(2, 3, "return", issue=6)], {frozenset({1}), frozenset({2})}),
        ([piece(1, 0, "return", issue=5), piece(2, 3, "rating", issue=6)], {frozenset({1}), frozenset({2})}),
        ([piece(1, 0, issue=5), piece(2, 1, issue=6), piece(3, 2, "claim", issue=5)],
         {frozenset({1, 3}), frozenset({2})}),
        ([piece(1, 0, issue=5), piece(2, 50, issue=5), piece(3, 70, issue=5)], {frozenset({1, 2}), frozenset({3})}),
    ],
)  # fmt: skip
def test_the_joining_rule(pieces, expected):
    for order in permutations(pieces):
        assert together(order) == expected


def test_an_issue_and_the_one_above_it_are_kin():
    pieces = [piece(1, 0, "rating", issue=5), piece(2, 1, "rating", issue=9)]
    assert together(pieces, {5: frozenset({5, 9}), 9: frozenset({9})}) == {frozenset({1, 2})}


kinds = st.sampled_from(["inquiry", "return", "refund", "rating", "claim"])
some = st.builds(
    lambda day, kind, line, issue: (day, kind, line, issue),
    st.integers(0, 150), kinds, st.sampled_from([None, 1, 2]), st.sampled_from([None, 5, 6]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(some, min_size=1, max_size=9), st.randoms(use_true_random=False))
def test_any_order_of_arrival_ends_in_the_same_incidents(told, random):
    """One by one in any order, each time keeping the rows so far, or all at once: the same partition."""
    pieces = [piece(ref, *one) for ref, one in enumerate(told)]
    shuffled = random.sample(pieces, len(pieces))
    rows: dict[int, int] = {}
    fresh = iter(range(1000, 9999))
    for count in range(1, len(shuffled) + 1):
        groups = arrange([one._replace(incident=rows.get(one.ref)) for one in shuffled[:count]], {})
        kept = [group.incident for group in groups if group.incident is not None]
        assert len(kept) == len(set(kept))
        for group in groups:
            row = group.incident or next(fresh)
            rows |= {one.ref: row for one in group.pieces}
    by_row = {frozenset(ref for ref, row in rows.items() if row == wanted) for wanted in rows.values()}
    assert by_row == together(pieces)
    assert all(max(one.opened_at for one in g.pieces) - g.opened_at <= timedelta(days=60) for g in arrange(pieces, {}))


STORY = [
    rec("q1", "inquiry", at(0), order_number=NUMBER, text="noch nicht angekommen"),
    rec("q2", "inquiry", at(2), order_number=NUMBER, text="Guten Tag, ich schreibe Ihnen noch einmal."),
    rec("r1", "return", at(9), order_number=NUMBER, reason_code="CR-DEFECTIVE"),
    rec("s1", "rating", at(10), order_number=NUMBER, stars=1, text="viel zu klein"),
    rec("b1", "inquiry", at(0), buyer="BUYER", sku="K4", text="undicht, tropft"),
    rec("b2", "return", at(5), buyer="BUYER", sku="K4", text=""),
    rec("b3", "inquiry", at(5), buyer="OTHER", sku="K4", text="undicht, tropft"),
]


def partition():
    rows = Ticket.objects.values_list("incident_id", "outside_id")
    return {frozenset(one for row, one in rows if row == incident) for incident, _one in rows}


TOLD = {frozenset({"q1", "q2", "r1"}), frozenset({"s1"}), frozenset({"b1", "b2"}), frozenset({"b3"})}


@pytest.mark.parametrize("order", [range(7), range(6, -1, -1), [3, 0, 6, 2, 5, 1, 4], [2, 5, 1, 0, 3, 6, 4]])
def test_chunks_delivered_in_any_order_and_twice_end_the_same(planted, shop, order):
    source = an_import(planted)
    for chunk, one in enumerate(STORY):
        receive(source, shop, [one], chunk)
    for chunk in [*order, *order]:
        services.open_received(source.pk, chunk)
    assert partition() == TOLD
    assert Incident.objects.count() == 4
    first = Ticket.objects.get(outside_id="q1").incident
    assert (first.opened_at, first.issue_type.code) == (at(0), "late")


@pytest.fixture
def story(planted, shop):
    source = an_import(planted)
    receive(source, shop, STORY)
    services.open_received(source.pk, 0)
    return {ticket.outside_id: ticket for ticket in Ticket.objects.all()}


def again(shop, *records):
    source = an_import(shop.workspace)
    receive(source, shop, records)
    services.open_received(source.pk)


def test_a_new_label_moves_the_ticket_to_the_incident_it_belongs_to(story, mei):
    services.label_ticket(story["s1"], "late", by=mei)
    assert frozenset({"q1", "q2", "r1", "s1"}) in partition()
    assert Incident.objects.count() == 3
    services.label_ticket(story["s1"], "colour", by=mei)
    assert partition() == TOLD


def test_a_split_holds_when_more_arrives_or_labels_change(story, shop, mei):
    services.split_incident(story["r1"], by=mei)
    assert frozenset({"r1"}) in partition()
    services.label_ticket(story["q2"], "late", by=mei)
    again(shop, rec("r2", "return", at(11), order_number=NUMBER, reason_code="DEFECTIVE"))
    assert frozenset({"r1"}) in partition() or frozenset({"r1", "r2"}) in partition()
    assert Ticket.objects.get(outside_id="q1").incident != Ticket.objects.get(outside_id="r1").incident
    with pytest.raises(Refused, match="alone"):
        services.split_incident(Ticket.objects.get(outside_id="s1"), by=mei)


def test_a_join_holds_across_orders(story, shop, mei):
    services.join_incident(story["b3"], story["s1"], by=mei)
    assert frozenset({"b3", "s1"}) in partition()
    again(shop, rec("s2", "rating", at(12), order_number=NUMBER, stars=2, text="zu klein"))
    assert frozenset({"b3", "s1", "s2"}) in partition()
    assert Incident.objects.get(tickets__outside_id="b3").opened_at == at(5)
    with pytest.raises(Refused, match="already"):
        services.join_incident(Ticket.objects.get(outside_id="b3"), Ticket.objects.get(outside_id="s1"), by=mei)
    assert not Incident.objects.filter(tickets=None).exists()


def test_every_week_that_speaks_of_the_incident_is_marked(story, mei):
    StaleWeek.objects.all().delete()
    services.split_incident(story["r1"], by=mei)
    weeks = set(StaleWeek.objects.filter(table="tickets").values_list("week", flat=True))
    assert weeks >= {202646, 202647}
