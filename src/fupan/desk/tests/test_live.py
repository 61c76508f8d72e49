"""The stream of news: one question to the database, however many pages listen."""

import asyncio
import itertools
import json

import pytest
from django.test import AsyncRequestFactory

from fupan.core.events import record
from fupan.desk import live
from fupan.desk.live import BULLETINS, TICKETS, Pulse, Row
from fupan.desk.views.wall import events

QUICK = {"pause": 0.005, "beat": 5.0, "life": 30.0}


def growing(*batches):
    """A look that sees more each time."""
    seen = itertools.accumulate(batches, lambda known, new: [*new, *known])
    looks = itertools.chain(seen, itertools.repeat(None))
    last, count = [], itertools.count(1)

    def look():
        nonlocal last
        look.times = next(count)
        last = next(looks) or last
        return last

    look.times = 0
    return look


async def heard(pulse, workspace_id, news=1):
    """The first pieces of news a page of this workspace gets."""
    found, stream = [], pulse.stream(workspace_id)
    async for chunk in stream:
        if b"event: changed" in chunk:
            found.append(json.loads(chunk.split(b"data: ")[1]))
        if len(found) == news:
            await stream.aclose()
            return found
    return found


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 10))


def test_a_page_hears_what_is_new_in_its_workspace():
    look = growing([Row(1, 7, "desk.noted")], [Row(2, 8, "desk.noted"), Row(3, 7, "desk.bulletin_posted")])

    async def both():
        pulse = Pulse(look, **QUICK)
        return await asyncio.gather(heard(pulse, 7), heard(pulse, 8))

    assert run(both()) == [[[BULLETINS]], [[TICKETS]]]


def test_many_pages_cost_one_question():
    look = growing([], [], [Row(1, 7, "desk.solved")])

    async def forty():
        pulse = Pulse(look, **QUICK)
        return await asyncio.gather(*(heard(pulse, 7) for _page in range(40)))

    assert run(forty()) == [[[TICKETS]]] * 40
    assert look.times <= 5


def test_a_late_commit_of_a_lower_number_is_news():
    look = growing([Row(9, 7, "people.joined")], [Row(5, 7, "desk.solved")])
    assert run(heard(Pulse(look, **QUICK), 7)) == [[TICKETS]]


def test_more_than_one_look_holds_wakes_everybody():
    looks = iter([[Row(1, 7, "people.joined")], [Row(at, 1, "people.joined") for at in range(200, 300)]])
    last = []

    def look():
        last[:] = next(looks, last)
        return list(last)

    assert run(heard(Pulse(look, **QUICK), 7)) == [[BULLETINS, TICKETS]]


def test_the_reader_rests_when_nobody_listens():
    look = growing([], [Row(1, 7, "desk.solved")])

    async def leave():
        pulse = Pulse(look, **QUICK)
        await heard(pulse, 7)
        await asyncio.sleep(0.03)
        before = look.times
        await asyncio.sleep(0.03)
        return before, look.times, pulse.full

    before, after, full = run(leave())
    assert before == after
    assert not full


def test_a_quiet_stream_beats_and_ends():
    async def all_of():
        pulse = Pulse(growing([]), pause=0.005, beat=0.01, life=0.05)
        return [chunk async for chunk in pulse.stream(7)]

    first, *beats = run(all_of())
    assert first.startswith(b"retry: ")
    assert beats
    assert set(beats) == {b": still here\n\n"}


def test_a_database_that_is_away_is_asked_again():
    from django.db import OperationalError

    answers = iter([OperationalError("away"), [], [Row(1, 7, "desk.solved")]])
    last = []

    def look():
        answer = next(answers, last)
        if isinstance(answer, Exception):
            raise answer
        last[:] = answer
        return list(answer)

    assert run(heard(Pulse(look, **QUICK), 7)) == [[TICKETS]]


def test_the_newest_events_are_the_counter(workspace, mei, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(live, "close_old_connections", lambda: None)
    record("desk.solved", None, by=mei, workspace_id=workspace.pk)
    with django_assert_num_queries(1):
        rows = live.newest()
    assert (rows[0].workspace_id, rows[0].name) == (workspace.pk, "desk.solved")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("desk.bulletin_read", BULLETINS), ("desk.help_asked", BULLETINS), ("desk.solved", TICKETS),
     ("intake.mail_received", TICKETS), ("people.joined", "")],
)  # fmt: skip
def test_what_an_event_is_about(name, kind):
    assert live.about(name) == kind


def test_the_address_answers_with_a_stream_for_members(mei, signed_in, client):
    assert client.get("/wall/events/", headers={"Accept": "text/event-stream"}).status_code == 302
    browser = signed_in(mei)
    assert browser.get("/wall/events/").status_code == 406
    assert browser.get("/wall/events/", headers={"Accept": "text/event-stream"}).status_code == 204  # by threads
    request = AsyncRequestFactory().get("/wall/events/", headers={"Accept": "text/event-stream"})
    request.user, request.session = mei.user, browser.session
    answer = events(request)
    assert (answer["Content-Type"], answer["X-Accel-Buffering"]) == ("text/event-stream", "no")
    assert "no-cache" in answer["Cache-Control"]
    assert answer.is_async


def test_a_full_house_is_told_to_poll(mei, signed_in, monkeypatch):
    monkeypatch.setattr(live, "MOST", 0)
    assert signed_in(mei).get("/wall/events/", headers={"Accept": "text/event-stream"}).status_code == 204
