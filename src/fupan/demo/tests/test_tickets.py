import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from fupan import desk
from fupan.core.weeks import week_of
from fupan.demo.issues import HABITS, ISSUES, KINDS
from fupan.demo.world import SHOPS
from fupan.desk.models import TicketKind

ZONES = {shop.code: shop.timezone for shop in SHOPS}
TREES = Path(desk.__file__).parent / "trees"


def codes(tree):
    return {node["code"] for node in tomllib.loads((TREES / f"{tree}.toml").read_text("utf-8"))["node"]}


def test_some_four_hundred_tickets_a_week(story):
    weeks = Counter(week_of(ticket.opened_at, ZONES[shop]) for shop, ticket, _issue in story.told)
    settled = [weeks[week] for week in sorted(weeks)][4:]
    assert len(weeks) == 60
    assert 22_000 < len(story.told) < 28_000
    assert min(settled) > 280
    assert 370 < sorted(settled)[len(settled) // 2] < 460


def test_every_kind_and_every_issue_occurs(story):
    kinds = Counter(ticket.kind for _shop, ticket, _issue in story.told)
    assert set(kinds) == set(TicketKind.values) == set(KINDS)
    assert {issue for _shop, _ticket, issue in story.told} == {*ISSUES, ""}
    assert kinds["inquiry"] > kinds["return"] > kinds["rating"] > kinds["claim"] > 50


def test_incidents_are_fewer_than_tickets(story):
    incidents = sum(len(keys) for issue, keys in story.troubles.items() if issue)
    assert 1.3 < len(story.told) / incidents < 1.9


def test_every_ticket_is_about_a_known_order_line(story):
    for shop, ticket, _issue in story.told:
        line = story.lines[shop, ticket.order_number, ticket.sku]
        assert line.placed_at < ticket.opened_at
        assert (ticket.country, ticket.carrier, ticket.batch) == (line.country, line.carrier, line.batch)


def test_nothing_happens_out_of_order_or_after_the_story(story):
    after = story.simulation.world.last_monday + timedelta(weeks=1)
    for shop, ticket, _issue in story.told:
        end = datetime(after.year, after.month, after.day, tzinfo=ZoneInfo(ZONES[shop]))
        assert ticket.opened_at < end
        assert ticket.opened_at.tzinfo is UTC
        if ticket.first_response_at:
            assert ticket.opened_at < ticket.first_response_at < story.simulation.as_of
        if ticket.resolved_at:
            assert (ticket.first_response_at or ticket.opened_at) <= ticket.resolved_at < story.simulation.as_of
            assert ticket.status == "solved"


def test_outside_ids_are_unique_per_shop_and_kind(story):
    ids = [(shop, ticket.kind, ticket.outside_id) for shop, ticket, _issue in story.told]
    assert len(set(ids)) == len(ids)


def test_codes_are_those_of_the_product(story):
    reasons = tomllib.loads((TREES / "reason_codes.toml").read_text("utf-8"))
    issues, causes, resolutions = codes("issue"), codes("cause"), codes("resolution")
    assert set(ISSUES) <= issues
    for shop, ticket, _issue in story.told:
        known = reasons[shop.split("-")[0]]
        assert (ticket.kind == "return") == bool(ticket.reason_code)
        assert not ticket.reason_code or ticket.reason_code in known
        assert {ticket.issue, ticket.cause, ticket.resolution} <= issues | causes | resolutions | {""}
    for habit in HABITS.values():
        assert set(habit.causes) <= causes
        assert set(habit.ends) <= resolutions


def test_a_label_given_by_an_agent_is_the_true_one(story):
    labelled = [(ticket.issue, issue) for _shop, ticket, issue in story.told if ticket.issue]
    assert all(label == issue for label, issue in labelled)
    assert 0.4 < len(labelled) / len(story.told) < 0.65


def test_most_contacts_are_answered_in_time(story):
    waits = [
        ticket.first_response_at - ticket.opened_at
        for _shop, ticket, _issue in story.told
        if ticket.kind == "inquiry" and ticket.first_response_at
    ]
    inquiries = sum(ticket.kind == "inquiry" for _shop, ticket, _issue in story.told)
    in_time = sum(wait <= timedelta(hours=24) for wait in waits) / inquiries
    assert 0.94 < in_time < 0.99
    assert timedelta(hours=2) < sorted(waits)[len(waits) // 2] < timedelta(hours=3.5)


def test_returns_come_one_to_four_weeks_after_the_order(story):
    delays = sorted(
        ticket.opened_at - story.lines[shop, ticket.order_number, ticket.sku].placed_at
        for shop, ticket, _issue in story.told
        if ticket.kind == "return"
    )
    inside = [delay for delay in delays if timedelta(days=7) <= delay <= timedelta(days=28)]
    assert len(inside) / len(delays) > 0.85


def test_satisfaction_is_asked_on_shopee_only(story):
    asked = Counter(shop.split("-")[0] for shop, ticket, _issue in story.told if ticket.csat is not None)
    assert set(asked) == {"shopee"}
    assert asked["shopee"] > 400


def test_feedback_and_claims_are_amazon_s(story):
    where = Counter(shop.split("-")[0] for shop, ticket, _i in story.told if ticket.kind in ("feedback", "claim"))
    assert set(where) == {"amazon"}
    assert all(ticket.stars for _s, ticket, _i in story.told if ticket.kind in ("rating", "feedback"))


def test_a_refund_is_paid_once(story):
    paid = Counter()
    for shop, ticket, issue in story.told:
        if ticket.resolution == "refund" and ticket.cost:
            paid[shop, ticket.order_number, ticket.sku, issue] += ticket.cost
    over = [key for key, cost in paid.items() if cost > story.lines[key[:3]].amount * Decimal("1.01")]
    assert len(over) < 0.01 * len(paid)


def test_amazon_mail_comes_from_the_relay(story):
    for shop, ticket, _issue in story.told:
        if ticket.kind == "inquiry":
            line = story.lines[shop, ticket.order_number, ticket.sku]
            assert ticket.buyer == line.buyer
            relay = f"{line.buyer}@marketplace.{line.site.lower()}" if shop.startswith("amazon") else ""
            assert ticket.buyer_email == relay
            assert ticket.buyer_name
