import pytest
from django.db import transaction

from fupan.core import clock, events
from fupan.core.models import Delivery, Event


@pytest.fixture
def flow(monkeypatch):
    """A flow of the test's own, connected for its duration."""
    monkeypatch.setattr(events, "_FLOWS", {})
    seen = []

    @events.when("desk.tried")
    def listen(event):
        seen.append(event.subject_id)
        if event.data.get("fail") and len(seen) < 2:
            Event.objects.create(name="half done", at=clock.now())
            raise ValueError("not yet")

    return seen


def test_an_event_reaches_its_flow_once(workspace, mei, flow):
    events.record("desk.tried", workspace, by=mei, count=3)
    assert events.drain() == 1
    assert events.drain() == 0
    assert flow == [workspace.pk]
    told = Event.objects.get(name="desk.tried")
    assert (told.workspace_id, told.actor_id, told.data) == (workspace.pk, mei.pk, {"count": 3})


def test_a_flow_that_fails_leaves_nothing_half_done_and_is_tried_again(workspace, flow):
    events.record("desk.tried", workspace, by=None, fail=True)
    events.drain()
    waiting = Delivery.objects.get()
    assert waiting.attempts == 1
    assert "not yet" in waiting.error
    assert not Event.objects.filter(name="half done").exists()
    with clock.set_to(waiting.not_before):
        events.drain()
    assert len(flow) == 2
    assert not Delivery.objects.exists()


def test_an_event_of_a_verb_that_failed_never_happened(workspace, flow):
    with pytest.raises(RuntimeError), transaction.atomic():
        events.record("desk.tried", workspace, by=None)
        raise RuntimeError
    assert events.drain() == 0
    assert flow == []


def test_an_event_that_nobody_awaits_leaves_no_delivery(workspace, flow):
    events.record("desk.unheard", workspace, by=None)
    assert not Delivery.objects.exists()
