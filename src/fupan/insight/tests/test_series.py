"""Weekly series by hand: the three clocks, shares, slices to hold against, and whether something is back."""

import pytest

from fupan.core import weeks
from fupan.insight.policies import facts_of
from fupan.insight.queries import series
from fupan.insight.tests.world import World, instant, stale_all

FIRST, LAST = 202636, 202646
A20 = {"product": "A20", "issue_type": "late"}


@pytest.fixture
def world(workspace):
    """A hundred units of A20 and of Y7 every week, and a case in the first of them, so that the shop has begun."""
    made = World(workspace)
    made.seller = made.shop()
    made.cover(made.seller)
    for week in weeks.between(FIRST, LAST):
        for code in ("A20", "Y7"):
            made.order(made.seller, code, instant(week), units=100)
    case(made, FIRST, 0, code="Y7", issue="size")
    return made


def case(world, ordered, later, *, code="A20", issue="late"):
    from fupan.commerce.models import OrderLine

    line = OrderLine.objects.select_related("order").get(week=ordered, listing__product__code=code)
    world.ticket(world.seller, instant(weeks.shift(ordered, later), 3), line=line, issue=issue)


def source(workspace, clock, code="incident_rate", slices=(A20,), **more):
    stale_all(workspace)
    return series.source(facts_of(workspace).read(), code, clock, LAST, slices, **more)


def told(found, where):
    cases, units = found.series(where)
    return {week: (cases[at], units[at]) for at, week in enumerate(found.weeks)}


def test_by_contact_a_case_counts_in_the_week_of_the_first_word(world, workspace):
    case(world, 202640, 2)
    found = told(source(workspace, "contact"), A20)
    assert [week for week, (cases, _units) in found.items() if cases] == [202642]
    assert found[202646][1] == pytest.approx(100)  # a hundred every week, whatever the delay


def test_by_order_it_counts_in_the_week_of_the_order_up_to_an_age(world, workspace):
    case(world, 202640, 2)
    case(world, 202640, 3)  # too late for an age of two weeks
    found = told(source(workspace, "order", age=2), A20)
    assert max(found) == weeks.shift(LAST, -2)  # younger weeks are left out
    assert found[202640] == (1, 100)
    assert sum(cases for cases, _units in found.values()) == 1


def test_by_batch_old_goods_count_before_and_new_ones_after(world, workspace):
    old, new = (world.batch(code, world.listing(world.seller, "A20").product) for code in ("2601", "2609"))
    from fupan.commerce.models import OrderLine

    for line in OrderLine.objects.filter(listing__product__code="A20"):
        line.batch = new if line.week >= 202641 else old
        line.save()
    left_over = world.order(world.seller, "A20", instant(202642), units=30, batch=old)
    world.ticket(world.seller, instant(202642, 3), line=left_over, issue="late")
    world.ticket(world.seller, instant(202643, 3), issue="late", line=OrderLine.objects.get(week=202643, batch=new))
    found = source(workspace, "order", age=2)
    cases, units = found.renewed(A20, ["2609"], 202640)
    by_week = {week: (cases[at], units[at]) for at, week in enumerate(found.weeks)}
    assert by_week[202640] == (0, 100)
    assert by_week[202642] == (0, 100)  # the old batch's thirty, and its case, are no longer counted
    assert by_week[202643] == (1, 100)


def test_weeks_without_covered_orders_have_no_exposure(world, workspace):
    from fupan.intake.models import Coverage

    Coverage.objects.filter(source="orders").update(last_day=weeks.monday(202641))
    found = told(source(workspace, "order", age=2), A20)
    assert found[202640][1] == 100
    assert found[202643] == (0, 0)


def test_a_share_counts_what_missed_it(world, workspace):
    from datetime import timedelta

    for late in (True, False, False):
        at = instant(202640, 2)
        ticket = world.ticket(
            world.seller, at, issue="late", replies=2 if late else 1, first_response_at=at + timedelta(hours=2),
            state="solved",
        )  # fmt: skip
        world.say(ticket, "buyer", at)
        world.say(ticket, "seller", at + timedelta(hours=2))
    found = source(workspace, "order", "first_contact_resolution", [{"issue_type": "late"}])
    bad, every = found.series({"issue_type": "late"})
    assert (bad.sum(), every.sum()) == (1, 3)


def test_only_bad_counts_are_judged():
    assert series.judged("incident_rate")
    assert series.judged("reply_in_time")
    assert not any(series.judged(code) for code in ("tickets", "refund_cost", "csat", "first_response_p50", "nonsense"))
    assert series.by_order("return_rate")
    assert not series.by_order("reply_in_time")


def test_a_target_of_a_good_share_is_one_of_its_bad_cases():
    assert series.of_bad_cases("incident_rate", 0.3, 10, 100) == -0.3
    assert series.of_bad_cases("reply_in_time", 0.1, 20, 100) == pytest.approx(-0.4)  # 80 -> 88 in time: 20 -> 12 late
    assert series.of_bad_cases("reply_in_time", 0.9, 20, 100) == -0.95


def test_slices_to_hold_against_differ_in_one_condition(world, workspace):
    for code, issue in (("Y7", "late"), ("A20", "size"), ("Y7", "size")):
        for _again in range(2):
            case(world, 202640, 0, code=code, issue=issue)
    found = series.candidates(source(workspace, "contact"), A20, 202645)
    assert {tuple(sorted(where.items())): cases for where, cases in found} == {
        (("issue_type", "late"), ("product", "Y7")): 2,
        (("issue_type", "size"), ("product", "A20")): 2,
    }


@pytest.mark.parametrize(
    ("other", "apart"),
    [
        ({"product": "Y7"}, True),
        ({"product": "A20"}, False),
        ({"country": "DE"}, False),  # it may lie in both
        ({"product": "A20", "issue_type": "size"}, True),
        ({}, False),
    ],
)
def test_slices_are_apart_when_no_case_can_lie_in_both(other, apart):
    assert series.disjoint(A20, other) is apart


def test_a_band_says_what_is_beyond_chance(workspace, shop):
    import numpy as np

    from fupan.verification.tests.support import counts, known_weeks, plant

    cases = counts(change=0.0)
    cases["A20", "size"] = np.array([4] * (len(known_weeks()) - 1) + [25])
    plant(workspace, shop, cases)
    reading = facts_of(workspace).read()
    told_bands = series.bands(reading, {"product": "A20", "issue_type": "size"}, [202645, 202646], 202646)
    assert [one.alarm for one in told_bands] == [False, True]
    assert told_bands[1].observed == 25
    assert told_bands[1].expected == pytest.approx(4, abs=1)
