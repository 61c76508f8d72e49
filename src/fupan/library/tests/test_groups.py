"""Tickets of other shops are left out after the search: counts, order, pages and tags are as if the index did it."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.desk.models import Tag, Ticket
from fupan.library.finding import groups, writing
from fupan.library.finding.store import Shelf
from fupan.library.queries.searching import SIZE, asked_of, found


@pytest.fixture
def two_shops(named, shop, shopee, mei):
    """150 tickets of one trouble, every third of them mei's; hers 1 and 2 bear a tag, and so do ten of the others."""
    now = clock.now()
    Ticket.objects.bulk_create(
        Ticket(workspace=named, shop=shopee if number % 3 else shop, number=number, kind="inquiry", week=202646,
               outside_id=str(number), opened_at=now - timedelta(hours=number),
               subject="Leaking bottle" + " and more" * (number % 5))
        for number in range(1, 151)
    )  # fmt: skip
    tag = Tag.objects.create(workspace=named, name="fragile")
    for ticket in Ticket.objects.filter(number__lte=15):
        if ticket.shop == shopee or ticket.number <= 6:
            ticket.tags.add(tag)
    mei.shop_ids = [shop.pk]
    writing.catch_up(named.pk)
    return mei


def look(member, page=1, **filters):
    return found(member, asked_of(member, {"q": "leaking", "page": str(page), **filters}))


def numbers(answer):
    return [int(hit.shown.label.removeprefix("T-")) for hit in answer.hits]


def test_every_ticket_of_ones_shop_is_on_one_page_and_none_of_another(two_shops):
    told = [look(two_shops, page) for page in (1, 2, 3)]
    assert [len(one.hits) for one in told] == [SIZE, SIZE, 10] and {one.total for one in told} == {50}
    assert sorted(number for one in told for number in numbers(one)) == list(range(3, 151, 3))


@pytest.mark.parametrize("sort", ["", "new"])
def test_the_order_is_that_of_an_index_that_keeps_to_the_shop_itself(two_shops, monkeypatch, sort):
    before = [numbers(look(two_shops, page, sort=sort)) for page in (1, 2, 3)]
    monkeypatch.setattr(groups, "RARE", 0.0)
    assert [numbers(look(two_shops, page, sort=sort)) for page in (1, 2, 3)] == before
    if sort:
        assert before[0] == list(range(3, 63, 3))


def test_where_too_few_are_ones_own_among_the_best_the_index_is_asked(two_shops, monkeypatch):
    monkeypatch.setattr(groups, "SPARE", 0.4)
    assert [len(look(two_shops, page).hits) for page in (1, 2, 3)] == [SIZE, SIZE, 10]


def test_tags_are_counted_where_one_may_look_and_under_the_filters(two_shops):
    assert look(two_shops).tags == [("fragile", 2)]
    assert look(two_shops, issue_type="late").tags == []
    two_shops.shop_ids = []
    assert look(two_shops).tags == [("fragile", 12)]


@pytest.mark.parametrize("shelf", [Shelf(3, 0, 0), Shelf(4, 7, 12), Shelf(1, 2**30 - 1, 2**30 - 1)])
def test_a_shelf_is_known_by_its_number(shelf):
    assert Shelf.of(shelf.number) == shelf and shelf.number < 2**64
