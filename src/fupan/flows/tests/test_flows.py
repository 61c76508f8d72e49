"""The arrows of the loop: delivered once, twice, late, or after a crash, they end in the same state."""

from datetime import timedelta

import pytest

from fupan.core import clock, events
from fupan.core.models import Delivery, Event
from fupan.desk import services
from fupan.desk.models import Incident, IssueType, Message, Ticket, TreeVersion
from fupan.desk.tests.support import an_import, at, rec, receive
from fupan.notify.models import Notice

NUMBER = "302-1234567-1234567"


@pytest.fixture
def arrived(workspace, shop, mei):
    """An import of two chunks whose rows wait for the desk, with its events recorded."""
    services.plant_trees(workspace)
    source = an_import(workspace, by=mei, created=2)
    receive(source, shop, [rec("m1", order_number=NUMBER, text="kaputt")], 0)
    receive(source, shop, [rec("r1", "return", at(1), order_number=NUMBER)], 1)
    for chunk in (0, 1):
        events.record("intake.received", source, by=mei, chunk=chunk)
    return source


def deliver_again():
    """As if the outbox had lost the memory of its deliveries."""
    Delivery.objects.all().delete()
    for event in Event.objects.order_by("-pk"):
        Delivery.objects.bulk_create([Delivery(event=event, flow=flow) for flow in events._FLOWS.get(event.name, {})])
    events.drain()


def state():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Ticket, Incident, Message, IssueType, TreeVersion, Notice)
    ]


def test_received_rows_become_tickets_and_a_second_delivery_changes_nothing(arrived):
    events.drain()
    assert Ticket.objects.count() == 2
    assert Incident.objects.count() == 1
    before = state()
    deliver_again()
    assert state() == before


def test_a_flow_that_crashes_is_tried_again(arrived, monkeypatch):
    def broken(*_args):
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as patch:
        patch.setattr("fupan.flows.received_to_ticket.open_received", broken)
        events.drain()
    assert Ticket.objects.count() == 0
    assert Delivery.objects.filter(attempts=1, error__contains="lights").count() == 2
    with clock.set_to(clock.now() + timedelta(minutes=5)):
        events.drain()
    assert Ticket.objects.count() == 2
    assert not Delivery.objects.exists()


def test_a_crash_after_the_work_takes_the_work_back_with_it(arrived, monkeypatch):
    def crash(*args, **kwargs):
        raise RuntimeError("killed")

    monkeypatch.setattr("fupan.desk.services.opening.record", crash)
    events.drain()
    assert (Ticket.objects.count(), Incident.objects.count()) == (0, 0)


def test_a_new_workspace_gets_its_trees_once(workspace):
    events.record("people.workspace_created", workspace, by=None)
    events.drain()
    assert IssueType.objects.filter(workspace=workspace, code="wont_charge").exists()
    before = state()
    deliver_again()
    assert state() == before


def test_the_importer_hears_once_how_it_ended(arrived, mei):
    events.record("intake.imported", arrived, by=mei)
    events.drain()
    deliver_again()
    notice = Notice.objects.get()
    assert (notice.member, notice.kind, notice.context["created"]) == (mei, "import_done", 2)


def test_an_undone_import_takes_its_tickets_along(arrived):
    events.drain()
    arrived.received.all().delete()
    arrived.state = "undone"
    arrived.save()
    events.record("intake.undone", arrived, by=None)
    events.drain()
    assert (Ticket.objects.count(), Incident.objects.count()) == (0, 0)
    deliver_again()
    assert Ticket.objects.count() == 0
