"""The desk's office clock and the share of replies within it speak of the same hours, days off included."""

from datetime import UTC, date, timedelta

import pytest

from fupan.core import stale, weeks
from fupan.desk import services
from fupan.desk.models import Ticket
from fupan.desk.standing import days_off, waits
from fupan.insight.facts import MESSAGES, FactsView
from fupan.insight.queries import measure
from fupan.insight.services import refresh
from fupan.insight.tests.world import World, instant, stale_all

WEEK = 202645
HOLIDAYS = (date(2026, 11, 4), date(2026, 11, 5))  # Wednesday, Thursday
pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(workspace):
    """A question every ninth hour of a week, answered ten hours later."""
    world = World(workspace)
    shop = world.shop()
    for step in range(18):
        at = instant(WEEK, hour=0) + timedelta(hours=9 * step)
        ticket = world.ticket(shop, at, first_response_at=at + timedelta(hours=10))
        world.say(ticket, "buyer", at)
        world.say(ticket, "seller", at + timedelta(hours=10))
    stale_all(workspace)


def promised(workspace):
    """Ticket -> until when the desk promised an answer."""
    closed = days_off(workspace.pk)
    tickets = Ticket.objects.select_related("shop", "workspace")
    return {one.pk: waits(one.kind, one.shop, one.workspace, one.opened_at, closed)["office_due_at"] for one in tickets}


def measured(workspace):
    (found,) = measure(FactsView(workspace.pk), ["reply_in_office_time"], weeks.week_period(WEEK))
    return int(found.numerator), int(found.denominator)


def test_a_day_off_counts_in_the_metric_as_it_does_on_the_desk(workspace, sample, omar):
    before = measured(workspace)
    for day in HOLIDAYS:
        services.set_day_off(workspace, day, "Holiday", by=omar)
    assert refresh(workspace) > 0
    rows = FactsView(workspace.pk).answer(MESSAGES).to_pylist()
    due = promised(workspace)
    assert {row["ticket"]: row["office_due"].replace(tzinfo=UTC) for row in rows} == due
    opened = dict(Ticket.objects.values_list("pk", "opened_at"))
    in_time = sum(opened[pk] + timedelta(hours=10) <= until for pk, until in due.items())
    assert measured(workspace) == (in_time, len(due)) != before


def test_only_weeks_whose_clocks_ran_on_that_day_are_counted_anew(workspace, sample, omar):
    services.set_day_off(workspace, HOLIDAYS[0], by=omar)
    assert {(one.table, one.week) for one in stale.marks(workspace.pk)} == {("messages", WEEK), ("tickets", WEEK)}
    refresh(workspace)
    services.set_day_off(workspace, date(2026, 12, 24), by=omar)
    assert stale.marks(workspace.pk) == []
