import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from fupan.commerce.models import Fulfilment, OrderStatus, Platform
from fupan.core.weeks import week_of
from fupan.demo.orders import NEVER
from fupan.demo.simulate import simulate
from fupan.demo.world import CARRIERS, SHOPS


def weeks_of(story, shop):
    zone = next(item.timezone for item in SHOPS if item.code == shop)
    return Counter(week_of(line.placed_at, zone) for (at, _n, _s), line in story.lines.items() if at == shop)


def test_sixty_whole_weeks_end_with_the_last_one(story):
    for shop in SHOPS:
        weeks = weeks_of(story, shop.code)
        assert len(weeks) == 60
        assert max(weeks) == story.simulation.last_week == 202646
        assert min(weeks) == 202539


def test_volume_is_as_told(story):
    total = sum(story.simulation.order_count(shop.code) for shop in SHOPS)
    assert 315_000 < total < 345_000
    assert all(story.simulation.order_count(shop.code) > 20_000 for shop in SHOPS)


def test_promotions_lift_their_platform_only(story):
    amazon, shopee = weeks_of(story, "amazon-us"), weeks_of(story, "shopee-vn")
    assert amazon[202548] > 1.5 * amazon[202544]  # Black Friday
    assert shopee[202646] > 1.4 * shopee[202643]  # 11.11
    assert amazon[202646] < 1.2 * amazon[202643]


def test_lines_are_well_formed(story):
    codes = {item.code: item for item in SHOPS}
    for (shop, _number, _sku), line in story.lines.items():
        at = codes[shop]
        assert line.amount > 0
        assert line.units >= 1
        assert (line.site, line.currency) == (at.site, at.currency)
        assert line.status in OrderStatus.values
        assert line.fulfilment in Fulfilment.values
        assert line.carrier in CARRIERS[line.country].names
        assert line.country in {country for country, _language, _share in at.mix}
        assert line.shipped_at is None or line.shipped_at > line.placed_at
        assert line.delivered_at is None or line.shipped_at < line.delivered_at < story.simulation.as_of
        assert line.batch.isdigit()
    assert {shop.platform for shop in SHOPS} <= set(Platform.values)


def test_an_order_has_one_buyer_one_country_and_one_day(story):
    orders = {}
    for (shop, number, _sku), line in story.lines.items():
        same = orders.setdefault((shop, number), line)
        assert (same.buyer, same.country, same.carrier, same.placed_at) == (
            line.buyer, line.country, line.carrier, line.placed_at,
        )  # fmt: skip
    assert 0.05 < 1 - len(orders) / len(story.lines) < 0.09
    assert len({number for _shop, number in orders}) == len(orders)


def test_buyers_come_back_sometimes(story):
    orders = {(line.buyer, line.order_number) for line in story.lines.values()}
    buyers = Counter(buyer for buyer, _number in orders)
    assert 0.05 < sum(count > 1 for count in buyers.values()) / len(buyers) < 0.25


def test_order_numbers_look_like_the_marketplace_s(story):
    shape = {"amazon": re.compile(r"\d{3}-\d{7}-\d{7}"), "shopee": re.compile(r"\d{6}[0-9A-Z]{8}")}
    platform = {shop.code: shop.platform for shop in SHOPS}
    assert all(shape[platform[shop]].fullmatch(number) for shop, number, _sku in story.lines)


def test_amounts_have_the_decimals_of_their_currency(story):
    for line in story.lines.values():
        if line.currency in ("JPY", "VND"):
            assert line.amount == int(line.amount)


def test_the_product_sheet_knows_every_sku_and_lot(story):
    sheet = story.simulation.products()
    known = {(row.sku, row.batch) for row in sheet}
    assert len({row.product for row in sheet}) == 120
    assert {(line.sku, line.batch) for line in story.lines.values()} <= known
    assert len(known) == len(sheet)
    assert {row.name for row in sheet} >= {"充电宝 A20", "瑜伽裤 Y7", "保温杯 T5"}


def test_the_newest_lot_arrives_before_it_is_sold(story):
    arrived = {(row.sku, row.batch): row.batch_from for row in story.simulation.products()}
    for line in story.lines.values():
        assert arrived[line.sku, line.batch] <= line.placed_at.date() + timedelta(days=1)


def test_the_same_seed_tells_the_same_story():
    def told(**how):
        story = simulate(today=date(2026, 3, 2), scale=0.03, **how)
        return [(list(story.order_lines(s.code)), story.tickets(s.code)) for s in SHOPS], story.truth()

    assert told() == told()
    assert told()[0] != told(seed=7)[0]


def test_the_running_week_is_told_up_to_now(story):
    now = datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
    running = simulate(today=now.date(), now=now, scale=0.3)
    placed = [line.placed_at for shop in SHOPS for line in running.order_lines(shop.code)]
    tickets = [ticket for shop in SHOPS for ticket in running.tickets(shop.code)]
    assert running.last_week == 202646
    assert datetime(2026, 11, 19, tzinfo=UTC) < max(placed) < now
    assert max(ticket.opened_at for ticket in tickets) < now
    fresh = [ticket for ticket in tickets if ticket.opened_at > now - timedelta(days=2) and ticket.kind == "inquiry"]
    assert any(ticket.status == "open" for ticket in fresh)
    assert all(ticket.resolved_at is None or ticket.resolved_at < now for ticket in tickets)


def test_nothing_is_delivered_that_is_lost(story):
    lost = [story.lines[key] for key in story.troubles["lost"]]
    assert lost
    assert all(line.delivered_at is None for line in lost)
    assert NEVER < 0
