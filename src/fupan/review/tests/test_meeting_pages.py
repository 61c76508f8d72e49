"""The room in two browsers at once: what one does the other sees, and nothing is written over."""

from datetime import timedelta

import pytest
from django.test import Client

from fupan.core import clock, events
from fupan.desk.models import Message
from fupan.people.models import Member
from fupan.review import services
from fupan.review.models import Cadence, Entry, Meeting, MeetingState, MoveNote
from tests.support.personas import NOON

HTMX = {"HTTP_HX_REQUEST": "true"}


def browser_of(member):
    client = Client()
    client.force_login(member.user)
    return client


@pytest.fixture
def planned(omar, mei):
    return services.plan_meeting(kind="weekly", period="2026-W46", at=NOON + timedelta(hours=2), by=omar)


@pytest.fixture
def running(planned, omar):
    services.start(planned.pk, by=omar)
    events.drain(about=planned)
    planned.refresh_from_db()
    return planned


def url(meeting, rest=""):
    return f"/meetings/{meeting.pk}/{rest}"


def state_of(meeting):
    """What a page that shows everything sends along."""
    meeting.refresh_from_db()
    return {"v": str(meeting.version), "typing": "", "whys": ""}


def test_a_review_is_planned_by_hand_started_and_ended(omar, mei):
    host = browser_of(omar)
    form = {
        "kind": "weekly",
        "period": "2026-W46",
        "day": "2026-11-17",
        "clock": "14:00",
        "host": "",
        "recorder": "",
        "promotion": "",
    }
    page = host.post("/meetings/new/", form, follow=True)
    meeting = Meeting.objects.get()
    assert page.redirect_chain[-1][0] == url(meeting)
    assert "minutes in all" in page.content.decode()
    assert meeting.frozen_at is not None
    host.post(url(meeting, "start/"))
    room = host.get(url(meeting)).content.decode()
    assert "00:00:00" in room
    assert "numbers frozen at" in room
    host.post(url(meeting, "end/"))
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.ENDED
    assert host.get(url(meeting))["Location"] == url(meeting, "minutes/")


@pytest.mark.parametrize(
    "wrong",
    [{"period": "2026-W99"}, {"period": "soon"}, {"day": "nonsense"}, {"kind": "promotion"}, {"day": "0001-01-01"}],
)
def test_a_wrong_form_is_answered_in_words(omar, wrong):
    form = {"kind": "weekly", "period": "2026-W46", "day": "2026-11-17", "clock": "14:00"} | wrong
    page = browser_of(omar).post("/meetings/new/", form)
    assert page.status_code == 422
    assert "wrong" in page.content.decode()
    assert not Meeting.objects.exists()


def test_an_unchanged_room_costs_no_answer_and_a_changed_one_brings_it(running, omar, mei):
    host, other = browser_of(omar), browser_of(mei)
    seen = state_of(running)
    assert other.get(url(running, "live/"), seen, **HTMX).status_code == 204
    said = host.post(url(running, "lines/"), {"kind": "decision", "text": "Stop batch 2609", "key": "a"}, **HTMX)
    assert "Stop batch 2609" in said.content.decode()
    answer = other.get(url(running, "live/"), seen, **HTMX)
    assert answer.status_code == 200
    assert "Stop batch 2609" in answer.content.decode()
    assert 'id="m-decisions"' in answer.content.decode()
    assert other.get(url(running, "live/"), state_of(running), **HTMX).status_code == 204


def test_the_middle_comes_anew_only_when_the_item_changes(running, omar, mei):
    host, other = browser_of(omar), browser_of(mei)
    page = other.get(url(running, "live/"), {"v": "0"}, **HTMX).content.decode()
    key = page.split('name="stage" value="')[1].split('"')[0]
    host.post(url(running, "lines/"), {"kind": "minute", "text": "x"}, **HTMX)
    assert 'id="m-stage"' not in other.get(url(running, "live/"), {"v": "0", "stage": key}, **HTMX).content.decode()
    host.post(url(running, "next/"), **HTMX)
    assert 'id="m-stage"' in other.get(url(running, "live/"), {"v": "0", "stage": key}, **HTMX).content.decode()


def test_who_writes_is_seen_by_the_others_and_hinted_at_gently(running, omar, mei):
    host, other = browser_of(omar), browser_of(mei)
    hint = other.post(url(running, "typing/"), {"text": "omar forgot the check"}, **HTMX).content.decode()
    assert "We forgot the check" in hint
    shown = host.get(url(running, "live/"), state_of(running), **HTMX)
    assert "mei is typing" in shown.content.decode()
    assert not Entry.objects.exists()


def test_two_who_change_a_line_are_shown_both_texts(running, omar, mei):
    host, other = browser_of(omar), browser_of(mei)
    line = services.write_entry(running.pk, kind="minute", text="first", by=mei)
    address = url(running, f"lines/{line.pk}/")
    assert "first" in other.get(address, {"edit": "1"}, **HTMX).content.decode()
    host.post(address, {"text": "from omar", "version": "1", "kind": "minute"}, **HTMX)
    answer = other.post(address, {"text": "from mei", "version": "1", "kind": "minute"}, **HTMX)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "from omar" in page
    assert "from mei" in page
    line.refresh_from_db()
    assert line.text == "from omar"
    other.post(address, {"text": "both of us", "version": "2", "kind": "parked"}, **HTMX)
    line.refresh_from_db()
    assert (line.text, line.kind) == ("both of us", "parked")


def test_an_empty_line_or_an_unknown_kind_is_refused_in_words(running, mei):
    other = browser_of(mei)
    for told in (
        {"kind": "minute", "text": " "},
        {"kind": "song", "text": "x"},
        {"kind": "minute", "text": "x" * 2001},
    ):
        assert other.post(url(running, "lines/"), told, **HTMX).status_code == 409
    assert other.post(url(running, "notes/"), {"message": "", "text": "x"}, **HTMX).status_code == 409
    assert not Entry.objects.exists()


def test_the_agenda_of_a_plan_is_changed_by_form(planned, omar):
    host, first = browser_of(omar), planned.agenda.first()
    ids = [str(pk) for pk in planned.agenda.values_list("pk", flat=True)]
    host.post(url(planned, "agenda/order/"), {"item": ids, "move": f"{ids[0]}:down"})
    assert planned.agenda.first().pk == int(ids[1])
    host.post(url(planned, f"agenda/{first.pk}/"), {"title": "", "minutes": "12", "was_title": "", "was_minutes": "10"})
    late = host.post(
        url(planned, f"agenda/{first.pk}/"), {"title": "", "minutes": "9", "was_title": "", "was_minutes": "10"}
    )
    assert late.status_code == 409
    host.post(url(planned, "agenda/"), {"title": "Carrier contract", "minutes": "8"})
    assert "Carrier contract" in host.get(url(planned)).content.decode()
    own = planned.agenda.get(code="own")
    host.post(url(planned, f"agenda/{own.pk}/drop/"))
    assert not planned.agenda.filter(code="own").exists()


def test_an_agent_reads_the_room_without_the_hosts_buttons(running, mei, omar):
    other = browser_of(mei)
    assert "/next/" not in other.get(url(running)).content.decode()
    assert "/next/" in browser_of(omar).get(url(running)).content.decode()
    assert other.post(url(running, "next/"), **HTMX).status_code == 409
    assert other.get("/meetings/new/").status_code == 404


def test_money_is_left_out_of_the_numbers_for_those_who_see_none(running, omar, mei):
    kpi = {
        "metric": "refund_cost", "name": {"en": "Refund cost", "zh-hans": "x"}, "value": 50899.0, "numerator": 50899.0,
        "denominator": 6414, "reason": None, "comparisons": {"previous": None}, "trend": [], "url": "",
    }  # fmt: skip
    Meeting.objects.filter(pk=running.pk).update(snapshot={"kpis": [kpi], "period": {"currency": "CNY"}})
    services.next_item(running.pk, by=omar)
    assert "Refund cost" in browser_of(omar).get(url(running)).content.decode()
    assert "Refund cost" not in browser_of(mei).get(url(running)).content.decode()


def test_a_ticket_is_replayed_in_redacted_words_and_remarked_on(workspace, running, omar, mei, problem, make_ticket):
    ticket = make_ticket(7, stars=1)
    services.link_tickets(problem.pk, ticket_ids=[ticket.pk], by=omar)
    at = clock.now() - timedelta(days=2)
    first = Message.objects.create(
        workspace=workspace, ticket=ticket, side="buyer", at=at, original="I am Jo Doe", redacted="I am [name]"
    )
    Message.objects.create(workspace=workspace, ticket=ticket, side="seller", at=at, redacted="Try another cable")
    Message.objects.create(workspace=workspace, ticket=ticket, side="note", at=at, redacted="only us")
    host = browser_of(omar)
    dive = running.agenda.get(code="deep_dive")
    host.post(url(running, "next/"), {"to": dive.pk}, **HTMX)
    host.post(url(running, "problem/"), {"problem": problem.pk}, **HTMX)
    page = host.get(url(running)).content.decode()
    assert "I am [name]" in page
    assert "Try another cable" in page
    assert "Jo Doe" not in page
    assert "only us" not in page
    assert 'action="/library/draft/7/"' in page and 'data-key="c"' in page
    answer = browser_of(mei).post(
        url(running, "notes/"), {"message": first.pk, "text": "one question less", "ticket": "7"}, **HTMX
    )
    assert "one question less" in answer.content.decode()
    note = MoveNote.objects.get()
    seen = host.get(url(running, "live/"), {"v": "0", "ticket": "7", "stage": stage_key(answer)}, **HTMX)
    assert "one question less" in seen.content.decode()
    host.post(url(running, f"notes/{note.pk}/drop/"), **HTMX)
    assert not MoveNote.objects.exists()


def stage_key(answer):
    return answer.content.decode().split('name="stage" value="')[1].split('"')[0]


def test_the_minutes_are_a_page_a_pdf_a_text_and_a_letter(running, omar, mei):
    host = browser_of(omar)
    services.write_entry(running.pk, kind="decision", text="Stop *batch* 2609", by=omar)
    services.end_meeting(running.pk, by=omar)
    assert "Stop *batch* 2609" in host.get(url(running, "minutes/")).content.decode()
    text = host.get(url(running, "minutes.md"))
    assert r"Stop \*batch\* 2609" in text.content.decode()
    assert host.get(url(running, "minutes.pdf")).content.startswith(b"%PDF")
    assert host.get(url(running, "minutes.exe")).status_code == 404
    sent = host.post(url(running, "minutes/send/"), follow=True).content.decode()
    assert "The minutes went to" in sent
    assert browser_of(mei).post(url(running, "minutes/send/")).status_code == 409


def test_the_cadence_is_saved_as_proposed_and_plans_the_next_ones(omar, mei):
    host = browser_of(omar)
    assert "Proposed" in host.get("/settings/cadence/").content.decode()
    fields = {"active": "on", "weekday": "1", "hour": "14", "host": str(omar.pk)}
    told = {f"{kind}-{name}": value for kind in ("weekly", "monthly", "promotion") for name, value in fields.items()}
    host.post("/settings/cadence/", told)
    assert Cadence.objects.count() == 3
    assert Meeting.objects.filter(kind="weekly").count() == 1
    assert "No meeting was held yet" in host.get("/meetings/").content.decode()
    assert host.post("/settings/cadence/", told | {"weekly-weekday": "9"}).status_code == 422
    assert browser_of(mei).get("/settings/cadence/").status_code == 404


def test_the_pack_leads_to_its_meeting(planned, omar, mei):
    assert browser_of(omar).get("/meetings/of/2026-W46/")["Location"] == url(planned)
    assert "period=2026-W40" in browser_of(omar).get("/meetings/of/2026-W40/")["Location"]
    assert browser_of(mei).get("/meetings/of/2026-W40/")["Location"] == "/meetings/"


def test_a_stranger_finds_no_room(running, stranger, mei):
    other = browser_of(stranger)
    line = services.write_entry(running.pk, kind="minute", text="x", by=mei)
    for rest in ("", "live/", "minutes/", "minutes.pdf", "replay/", f"lines/{line.pk}/"):
        assert other.get(url(running, rest)).status_code == 404
    for rest in ("start/", "next/", "end/", "lines/", "typing/", "presence/", f"lines/{line.pk}/drop/"):
        assert other.post(url(running, rest)).status_code == 404
    assert Member.objects.filter(pk=mei.pk).exists()
