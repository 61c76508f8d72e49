"""The wall: what comes in against what is usual, what runs out, who is on."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.core.events import record
from fupan.desk.models import Presence, Ticket
from fupan.desk.queries import wall
from fupan.desk.tests.war_support import HOUR, a_ticket, issue, post

DAY = timedelta(days=1)


def came_in(shop, ago, count, first, **more):
    """Tickets that were opened so long ago, all at once."""
    now = clock.now()
    Ticket.objects.bulk_create(
        Ticket(
            workspace=shop.workspace, shop=shop, number=first + at, kind="inquiry", outside_id=f"w-{first + at}",
            week=202640, opened_at=now - ago, state="solved", **more,
        )
        for at in range(count)
    )  # fmt: skip


def test_today_stands_against_the_same_weekday_by_this_time(workspace, shop, omar):
    late = issue(workspace)
    came_in(shop, 2 * HOUR, 9, 1000, issue_type=late)
    for week, count in ((1, 2), (2, 4), (3, 3)):
        came_in(shop, week * 7 * DAY + 2 * HOUR, count, week * 100, issue_type=late)
        came_in(shop, week * 7 * DAY - 3 * HOUR, 50, week * 100 + 20, issue_type=late)  # later on those days
        came_in(shop, week * 7 * DAY + DAY, 50, week * 100 + 2000, issue_type=late)  # another weekday
    shown = wall.wall_of(omar)
    (one,) = shown.issues
    assert (one.code, one.today, one.beyond) == ("late", 9, "above")
    assert (one.usual.mean, one.usual.low, one.usual.high) == (3.0, 2.0, 4.0)
    assert shown.weeks == 3
    assert shown.every.today == 9


def test_the_hour_is_the_last_sixty_minutes(shop, omar):
    came_in(shop, HOUR / 2, 3, 1)
    came_in(shop, 3 * HOUR, 4, 10)
    came_in(shop, 7 * DAY + HOUR / 2, 6, 100)
    every = wall.wall_of(omar).every
    assert (every.hour, every.today) == (3, 7)
    assert every.usual_hour.mean == pytest.approx(6.0)
    assert every.beyond_hour == "below"


def test_hours_run_in_proportion_and_over_midnight():
    hours = {-1: 4.0, 0: 2.0, 1: 6.0}
    assert wall._until(hours, 1.5) == 5.0
    assert wall._until(hours, -0.5) == -2.0
    now, hour = wall._usual([hours], 0.5)
    assert (now.mean, hour.mean) == (1.0, 3.0)


def test_a_shop_without_past_weeks_has_no_usual(shop, omar):
    came_in(shop, HOUR, 3, 1)
    shown = wall.wall_of(omar)
    assert (shown.weeks, shown.every.usual.mean) == (0, 0.0)


def test_what_waits_and_what_runs_out(shop, omar):
    now = clock.now()
    a_ticket(shop, 1, waiting_since=now - 30 * HOUR, platform_due_at=now - 6 * HOUR)
    a_ticket(shop, 2, waiting_since=now - 23 * HOUR, platform_due_at=now + HOUR)
    a_ticket(shop, 3, waiting_since=now - 2 * HOUR, platform_due_at=now + 22 * HOUR)
    a_ticket(shop, 4, snoozed_until=now + DAY)
    shown = wall.wall_of(omar)
    assert (shown.to_answer, shown.late, shown.near) == (3, 1, 1)
    assert [one.number for one in shown.oldest] == [1, 2, 3]
    assert [one.number for one in shown.breaches] == [2, 3]


def test_who_is_on_did_something_or_has_a_ticket_open(shop, mei, omar, ines):
    now = clock.now()
    ticket = a_ticket(shop, assignee=mei)
    record("desk.noted", ticket, by=omar)
    Presence.objects.create(ticket=ticket, member=mei, at=now)
    with clock.set_to(now - HOUR):
        record("desk.noted", ticket, by=ines)
    assert [(one.name, one.open) for one in wall.wall_of(omar).on_duty] == [("mei", 1), ("omar", 0)]


def test_many_viewers_cost_one_reading(shop, mei, omar, django_assert_num_queries):
    a_ticket(shop)
    record("desk.noted", None, by=omar, workspace_id=omar.workspace_id)
    wall.wall_of(omar)
    with django_assert_num_queries(1):  # of the change counter
        assert wall.wall_of(mei).to_answer == 1


def test_a_change_is_read_at_once(shop, omar):
    assert wall.wall_of(omar).to_answer == 0
    record("desk.noted", a_ticket(shop), by=omar)
    assert wall.wall_of(omar).to_answer == 1


def test_the_page_and_its_part(shop, mei, omar, signed_in):
    post(omar)
    a_ticket(shop)
    browser = signed_in(mei)
    page = browser.get("/wall/").content.decode()
    assert "DHL is late" in page
    part = browser.get("/wall/", headers={"HX-Request": "true"}).content.decode()
    assert 'id="figures"' in part
    assert "<html" not in part


def test_a_stranger_sees_an_empty_wall(shop, stranger, signed_in):
    a_ticket(shop)
    assert wall.wall_of(stranger).to_answer == 0
    assert "T-1" not in signed_in(stranger).get("/wall/").content.decode()
