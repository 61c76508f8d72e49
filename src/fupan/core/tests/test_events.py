import pytest
from django.db import transaction

from fupan.core import clock, events, stale
from fupan.core.gathering import gathered, hand_over
from fupan.core.models import Delivery, Event, StaleWeek


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


@pytest.fixture
def many(monkeypatch):
    """A flow that takes many events at once, and cannot bear the number 3."""
    monkeypatch.setattr(events, "_FLOWS", {})
    bundles = []

    @events.when_many("desk.tried")
    def listen(told):
        numbers = [one.data["number"] for one in told]
        bundles.append(numbers)
        for one in told:
            Event.objects.create(name="done", at=clock.now(), data=one.data)
        if 3 in numbers:
            raise ValueError("three")

    return bundles


def test_a_flow_of_many_takes_them_together(workspace, many, monkeypatch):
    monkeypatch.setattr(events, "TOGETHER", 2)
    for number in (1, 2, 4):
        events.record("desk.tried", workspace, by=None, number=number)
    assert events.drain() == 3
    assert many == [[1, 2], [4]]


def test_one_that_fails_among_many_keeps_no_other_from_being_done(workspace, many):
    for number in range(5):
        events.record("desk.tried", workspace, by=None, number=number)
    events.drain()
    done = Event.objects.filter(name="done").values_list("data__number", flat=True)
    assert sorted(done) == [0, 1, 2, 4]
    assert Delivery.objects.get().attempts == 1


def test_what_is_gathered_is_written_once_at_the_end(workspace):
    written = []
    with gathered():
        hand_over(written.append, [1])
        with gathered():
            hand_over(written.append, [2])
        assert written == []
    hand_over(written.append, [3])
    assert written == [[1, 2], [3]]


def test_what_was_gathered_before_a_failure_never_happened(workspace):
    with pytest.raises(ValueError, match="no"), transaction.atomic(), gathered():
        stale.mark(workspace.pk, {("tickets", 202646)})
        raise ValueError("no")
    assert not StaleWeek.objects.exists()
