from datetime import timedelta

import pytest

from fupan.commerce.models import OrderLine
from fupan.core import clock, stale
from fupan.core.models import Event, StaleWeek
from fupan.desk.models import Ticket
from fupan.insight import storage
from fupan.insight.facts import MESSAGES, ORDERS, TICKETS, FactsView
from fupan.insight.models import FactFile
from fupan.insight.services import collect, rebuild, refresh
from fupan.insight.services import refresh as refresh_verb
from fupan.insight.tests.world import LAST_WEEK, World, instant, seeded, stale_all


@pytest.fixture
def world(workspace):
    return seeded(workspace, first=202643, orders=10, tickets=8)


def rows(workspace, table, weeks=None):
    return FactsView(workspace.pk).answer(table, weeks).to_pylist()


def names(workspace):
    return {(file.table, file.week): file.name for file in FactFile.objects.filter(workspace=workspace)}


def test_every_row_of_the_database_is_a_row_of_the_facts(world, workspace):
    stale_all(workspace)
    assert len(rows(workspace, ORDERS)) == OrderLine.objects.count()
    assert {row["ticket"] for row in rows(workspace, TICKETS)} == set(Ticket.objects.values_list("pk", flat=True))
    assert {row["week"] for row in rows(workspace, ORDERS, [LAST_WEEK])} == {LAST_WEEK}
    assert rows(workspace, MESSAGES)


def test_a_row_carries_where_it_belongs_and_its_times(workspace):
    world = World(workspace)
    shop = world.shop(timezone="Asia/Tokyo", currency="EUR")
    line = world.order(shop, "A20", instant(202645, day=6, hour=16), units=3)  # Monday 01:00 in Tokyo: week 46
    ticket = world.ticket(shop, instant(202646, day=2), line=line, first_response_at=instant(202646, day=2, hour=15))
    world.say(ticket, "buyer", instant(202646, day=2))
    stale_all(workspace)
    (order,) = rows(workspace, ORDERS)
    (row,) = rows(workspace, TICKETS)
    (message,) = rows(workspace, MESSAGES)
    assert (order["week"], order["product"], order["units"], order["supplier"]) == (202646, "A20", 3, "S1")
    assert (row["lag_weeks"], row["order_day"].isoformat(), row["response_hours"]) == (0, "2026-11-09", 3.0)
    assert (message["product"], message["issue_type"], message["due"].hour) == ("A20", "late", 12)


def test_only_marked_weeks_are_written_again(world, workspace):
    stale_all(workspace)
    before = names(workspace)
    stale.mark(workspace.pk, {("tickets", LAST_WEEK)})
    assert refresh(workspace) == 1
    changed = {key for key, name in names(workspace).items() if before[key] != name}
    assert changed == {("tickets", LAST_WEEK), ("messages", LAST_WEEK)}
    assert refresh(workspace) == 0


def test_the_newest_weeks_come_first(world, workspace):
    rebuild(workspace)
    newest = sorted({mark.week for mark in stale.marks(workspace.pk)})[-1:]
    refresh(workspace, limit=1)
    assert sorted({week for _table, week in names(workspace)}) == newest


def test_a_week_that_lost_its_rows_loses_its_file(world, workspace):
    stale_all(workspace)
    Ticket.objects.filter(week=202644).delete()
    stale.mark(workspace.pk, {("tickets", 202644)})
    refresh(workspace)
    assert ("tickets", 202644) not in names(workspace)
    assert ("orders", 202644) in names(workspace)


def test_a_change_during_the_building_is_not_swallowed(world, workspace, monkeypatch):
    from fupan.insight.services import refresh as module_function

    module = __import__(module_function.__module__, fromlist=["Week"])

    class Slow(module.Week):
        def tickets(self):
            stale.mark(workspace.pk, {("tickets", LAST_WEEK)})  # somebody changes the week meanwhile
            return super().tickets()

    stale_all(workspace)
    stale.mark(workspace.pk, {("tickets", LAST_WEEK)})
    monkeypatch.setattr(module, "Week", Slow)
    refresh(workspace)
    assert [(mark.table, mark.week) for mark in stale.marks(workspace.pk)] == [("tickets", LAST_WEEK)]


def test_the_slower_of_two_throws_its_file_away(world, workspace, monkeypatch):
    module = __import__(refresh_verb.__module__, fromlist=["Week"])

    class Overtaken(module.Week):
        def tickets(self):
            StaleWeek.objects.all().delete()  # another process has built the week and cleared the mark
            return super().tickets()

    stale_all(workspace)
    before = names(workspace)
    stale.mark(workspace.pk, {("tickets", LAST_WEEK)})
    monkeypatch.setattr(module, "Week", Overtaken)
    refresh(workspace)
    assert names(workspace) == before
    assert (
        len(list(storage.folder(workspace.pk, "tickets").iterdir())) == FactFile.objects.filter(table="tickets").count()
    )


def test_a_lost_file_is_made_again(world, workspace):
    stale_all(workspace)
    name = names(workspace)["orders", LAST_WEEK]
    storage.path_of(workspace.pk, "orders", name).unlink()
    assert refresh(workspace) == 1
    assert len(rows(workspace, ORDERS)) == OrderLine.objects.count()


def test_a_file_of_an_older_shape_is_made_again(world, workspace, monkeypatch):
    monkeypatch.setattr(storage, "VERSION", 0)
    stale_all(workspace)
    monkeypatch.undo()
    assert FactsView(workspace.pk).manifest()["orders"] == {}
    assert refresh(workspace) > 0
    assert len(rows(workspace, ORDERS)) == OrderLine.objects.count()


def test_old_files_go_after_a_grace(world, workspace):
    stale_all(workspace)
    rebuild(workspace)
    refresh(workspace)
    assert collect(workspace, grace=timedelta(days=3650)) == 0
    with clock.set_to(clock.now() + timedelta(days=365)):
        assert collect(workspace) == FactFile.objects.count()
    assert len(rows(workspace, ORDERS)) == OrderLine.objects.count()


def test_a_later_ticket_changes_the_week_of_the_earlier_one(workspace):
    world = World(workspace)
    shop = world.shop()
    line = world.order(shop, "A20", instant(202644))
    first = world.ticket(shop, instant(202645), line=line, first_response_at=instant(202645, hour=14), replies=1)
    stale_all(workspace)
    assert rows(workspace, TICKETS)[0]["recontact"] is False
    again = world.ticket(shop, instant(202646, hour=1), line=line, incident=first.incident)
    stale.mark(workspace.pk, {("tickets", again.week)})
    refresh(workspace)
    found = {row["ticket"]: row for row in rows(workspace, TICKETS)}
    assert (found[first.pk]["recontact"], found[first.pk]["first"]) == (True, True)
    assert found[again.pk]["first"] is False


def test_an_earlier_ticket_takes_the_first_place(workspace):
    world = World(workspace)
    shop = world.shop()
    late = world.ticket(shop, instant(202646))
    stale_all(workspace)
    early = world.ticket(shop, instant(202645), incident=late.incident)
    stale.mark(workspace.pk, {("tickets", early.week)})
    refresh(workspace)
    assert {row["ticket"]: row["first"] for row in rows(workspace, TICKETS)} == {early.pk: True, late.pk: False}


def test_another_sellers_facts_are_their_own(world, workspace, stranger):
    stale_all(workspace)
    assert rows(stranger.workspace, ORDERS) == []
    assert FactsView(workspace.pk, frozenset()).answer(ORDERS).num_rows == 0


def test_refreshing_and_collecting_are_recorded(world, workspace):
    stale_all(workspace)
    assert set(Event.objects.values_list("name", flat=True)) >= {"insight.refreshed", "insight.rebuild_asked"}
