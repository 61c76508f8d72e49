"""What was planted is really there: counted from the records alone, as the product will see them."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import pytest


def rate(story, issue, chosen):
    """(share of the chosen order lines with that trouble, number of troubles)."""
    keys = [key for key, line in story.lines.items() if chosen(line)]
    hits = sum(key in story.troubles[issue] for key in keys)
    return hits / len(keys), hits


def of(code):
    return lambda line: line.sku.split("-")[0] == code


def ripe(story, days=30):
    """Old enough that nearly all troubles have shown."""
    last = story.simulation.as_of - timedelta(days=days)
    return lambda line: line.placed_at < last


def since(story, code):
    first = story.planted(code).first
    return lambda line: line.placed_at.date() >= first


def test_the_power_bank_batch_fails_many_times_as_often(story):
    lot = story.planted("power_bank_batch").where["batch"]
    assert lot == "2609"
    grown = ripe(story, 24)
    bad, count = rate(story, "wont_charge", lambda line: of("A20")(line) and line.batch == lot and grown(line))
    good, _count = rate(story, "wont_charge", lambda line: of("A20")(line) and line.batch != lot and grown(line))
    assert count > 25
    assert 4 < bad / good < 10


def test_the_power_bank_batch_rises_in_the_last_four_weeks(story):
    first = {}
    for shop, ticket, issue in story.told:
        if issue == "wont_charge" and ticket.sku.startswith("A20-"):
            key = shop, ticket.order_number, ticket.sku
            first[key] = min(first.get(key, ticket.opened_at), ticket.opened_at)
    start = story.simulation.world.first
    weeks = Counter((opened.date() - start).days // 7 for opened in first.values())
    usual = sum(weeks[week] for week in range(26, 52)) / 26
    assert usual < 6
    assert all(weeks[week] > 2 * usual for week in (56, 57, 58, 59))
    assert weeks[58] + weeks[59] > weeks[56] + weeks[57] > weeks[54] + weeks[55]
    assert weeks[59] > usual + 5 * sqrt(usual)


def test_one_carrier_is_late_in_one_country(story):
    planted = story.planted("carrier_late")

    def shipped_then(line):
        return line.shipped_at is not None and planted.first <= line.shipped_at.date() <= planted.last

    def late(country, carrier, *, then):
        return rate(
            story, "late",
            lambda line: line.country == country and (line.carrier == "DHL") == carrier and shipped_then(line) == then,
        )[0]  # fmt: skip

    assert 2.8 < late("DE", True, then=True) / late("DE", True, then=False) < 5.5
    assert 0.6 < late("DE", False, then=True) / late("DE", False, then=False) < 1.6


def test_the_size_chart_error_shows_from_its_order_week(story):
    mine, grown, after = of("Y7"), ripe(story), since(story, "size_chart")
    with_error, count = rate(story, "size", lambda line: mine(line) and grown(line) and after(line))
    before, _count = rate(story, "size", lambda line: mine(line) and not after(line))
    assert count > 300
    assert 1.8 < with_error / before < 3.1
    others_after, _n = rate(story, "size", lambda line: of("Y5")(line) and grown(line) and after(line))
    others_before, _n = rate(story, "size", lambda line: of("Y5")(line) and not after(line))
    assert 0.6 < others_after / others_before < 1.6


@pytest.mark.parametrize(
    ("code", "product", "issue", "low", "high"),
    [
        ("listing_fix", "E3", "connect_fail", 0.35, 0.7),
        ("picture_no_effect", "S8", "not_as_described", 0.6, 1.5),
    ],
)
def test_what_the_listing_changes_did(story, code, product, issue, low, high):
    mine, grown, after = of(product), ripe(story), since(story, code)
    fixed, count = rate(story, issue, lambda line: mine(line) and grown(line) and after(line))
    before, _count = rate(story, issue, lambda line: mine(line) and not after(line))
    assert count > 15
    assert low < fixed / before < high


def test_the_new_gasket_leaks_less(story):
    planted = story.planted("gasket")
    day = {row.batch: row.batch_from for row in story.simulation.products() if row.product == "K4"}
    new, _count = rate(
        story, "leak", lambda line: of("K4")(line) and ripe(story)(line) and day[line.batch] >= planted.first
    )
    old, _count = rate(story, "leak", lambda line: of("K4")(line) and day[line.batch] < planted.first)
    assert 0.2 < new / old < 0.75


def test_the_calming_template_halves_repeat_contacts(story):
    first = story.planted("calming_template").first
    contacts = {}
    for shop, ticket, issue in story.told:
        if issue == "late" and ticket.kind == "inquiry":
            contacts.setdefault((shop, ticket.order_number, ticket.sku), []).append(ticket.opened_at)
    recent = datetime.combine(date(2026, 11, 8), datetime.min.time(), UTC)

    def followed(*, after):
        turns = [
            (index + 1 < len(times))
            for times in (sorted(times) for times in contacts.values())
            for index, at in enumerate(times)
            if (at.date() >= first) == after and at < recent and index < 3
        ]
        return sum(turns) / len(turns)

    assert 0.3 < followed(after=False) < 0.55
    assert 0.25 < followed(after=True) / followed(after=False) < 0.6
    tags = Counter(tag for _shop, ticket, _issue in story.told for tag in ticket.tags)
    assert tags["template:late-v1"] > 100
    assert tags["template:late-v2"] > 100


def test_buyers_of_the_bad_batch_say_what_they_see(story):
    said = [
        ticket.text
        for _shop, ticket, issue in story.told
        if issue == "wont_charge"
        and ticket.batch == "2609"
        and ticket.sku.startswith("A20-")
        and ticket.language == "de"
    ]
    assert sum("viermal" in text.lower() for text in said) > len(said) / 3


def test_the_truth_is_plain_data_in_both_languages(story):
    truth = json.loads(json.dumps(story.simulation.truth()))
    assert truth["last_week"] == 202646
    assert len({item["code"] for item in truth["planted"]}) == len(truth["planted"]) == 7
    for item in truth["planted"]:
        assert item["from_week"] <= item["to_week"] <= 202646
        assert item["slice"]
        assert item["factor"] > 0
        assert item["name"]["en"]
        assert item["name"]["zh-hans"]
