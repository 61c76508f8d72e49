"""What search must read anew: marked with the change, as ranges, and with every event about a followed kind."""

import pytest
from django.db import transaction

from fupan.core import changed, events
from fupan.core.models import Changed


@pytest.fixture
def followed(monkeypatch):
    monkeypatch.setattr(changed, "_FOLLOWED", set())
    changed.follow("people.member")


def ranges():
    return [(mark.kind, mark.first, mark.last) for mark in Changed.objects.order_by("pk")]


def test_neighbours_are_one_range(workspace):
    changed.mark(workspace.pk, "desk.ticket", [3, 7, 4, 5, 7])
    assert ranges() == [("desk.ticket", 3, 5), ("desk.ticket", 7, 7)]


def test_an_event_marks_what_it_is_about(workspace, mei, followed):
    events.record("people.tried", mei, by=mei)
    events.record("people.tried", workspace, by=mei)  # of another kind
    events.record("people.tried", None, by=mei, workspace_id=workspace.pk)
    assert ranges() == [("people.member", mei.pk, mei.pk)]


def test_a_mark_lives_and_dies_with_its_change(workspace, mei, followed):
    with pytest.raises(ValueError), transaction.atomic():
        events.record("people.tried", mei, by=mei)
        raise ValueError
    assert not Changed.objects.exists()
