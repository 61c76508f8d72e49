"""A review is planned, held on frozen numbers and on time, and its lines are nobody's to lose."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from fupan.commerce.models import Promotion
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.notify.models import Mail, Notice
from fupan.people.models import Member
from fupan.review import services, timing
from fupan.review.blame import blame
from fupan.review.minutes import minutes_of
from fupan.review.models import AgendaItem, Cadence, Entry, Meeting, MeetingState, Presence
from fupan.review.policies import meetings_seen_by
from fupan.review.queries.cadence import propose_cadence
from fupan.review.queries.meetings import left_over, waiting_for
from fupan.review.tasks import plan_meetings
from fupan.review.templatetags.lines import linked
from tests.support.personas import NOON


@pytest.fixture
def planned(omar, mei):
    return services.plan_meeting(kind="weekly", period="2026-W46", at=NOON + timedelta(hours=2), by=omar)


@pytest.fixture
def running(planned, omar):
    services.start(planned.pk, by=omar)
    planned.refresh_from_db()
    return planned


def later(minutes):
    return clock.set_to(NOON + timedelta(minutes=minutes))


def test_a_planned_review_has_the_usual_agenda_and_its_people(planned, omar, mei, stranger):
    assert sum(planned.agenda.values_list("minutes", flat=True)) == 75
    invited = set(planned.attendances.values_list("member", flat=True))
    assert {omar.pk, mei.pk} <= invited
    assert stranger.pk not in invited
    assert Notice.objects.filter(member=mei, kind="meeting_weekly").count() == 1


def test_a_period_has_one_review_and_a_cancelled_one_can_be_planned_again(planned, omar):
    with pytest.raises(Refused) as told:
        services.plan_meeting(kind="weekly", period="2026-W46", at=NOON, by=omar)
    assert told.value.code == "already-planned"
    services.cancel_meeting(planned.pk, by=omar)
    assert services.plan_meeting(kind="weekly", period="2026-W46", at=NOON, by=omar).pk != planned.pk


def test_an_agent_takes_part_but_does_not_lead(planned, mei):
    for verb in (services.start, services.end_meeting, services.cancel_meeting, services.next_item):
        with pytest.raises(Refused) as told:
            verb(planned.pk, by=mei)
        assert told.value.code == "not-allowed"


def test_the_clock_of_each_item_runs_only_while_it_is_open(running, omar):
    with later(12):
        services.next_item(running.pk, by=omar)
    with later(20):
        first, second, *_rest = running.agenda.all()
        assert (first.spent, timing.used(second, clock.now())) == (720, 480)
        found = timing.pace(list(running.agenda.all()), clock.now())
        assert found.behind == 120
        assert found.ends == NOON + timedelta(minutes=20 + 7 + 50)


def test_asked_twice_from_the_same_item_the_meeting_moves_on_once(running, omar):
    here = running.agenda.get(started_at__isnull=False)
    services.next_item(running.pk, by=omar, after=here.pk)
    services.next_item(running.pk, by=omar, after=here.pk)
    assert running.agenda.get(started_at__isnull=False).position == 2


def test_after_the_last_item_the_meeting_is_ended(running, omar):
    for _step in range(4):
        services.next_item(running.pk, by=omar)
    with pytest.raises(Refused) as told:
        services.next_item(running.pk, by=omar)
    assert told.value.code == "last-item"
    ended = services.end_meeting(running.pk, by=omar)
    assert ended.state == MeetingState.ENDED
    assert not running.agenda.filter(started_at__isnull=False).exists()


def test_numbers_stand_once_they_were_frozen_after_the_start(planned, omar):
    services.freeze(planned.pk, snapshot={"kpis": [1]}, by=None)
    with later(5):
        services.start(planned.pk, by=omar)
        services.freeze(planned.pk, snapshot={"kpis": [2]}, by=None)
    with later(6):
        services.freeze(planned.pk, snapshot={"kpis": [3]}, by=None)
    assert Meeting.objects.get(pk=planned.pk).snapshot == {"kpis": [2]}


def test_the_agenda_is_ordered_and_a_change_meanwhile_is_not_overwritten(planned, omar, ines):
    ids = list(planned.agenda.values_list("pk", flat=True))
    services.order_items(planned.pk, item_ids=ids[::-1], by=omar)
    assert list(planned.agenda.values_list("pk", flat=True)) == ids[::-1]
    services.edit_item(ids[0], title="", minutes=12, was=("", 10), by=ines)
    with pytest.raises(Refused) as told:
        services.edit_item(ids[0], title="", minutes=20, was=("", 10), by=omar)
    assert told.value.code == "changed-meanwhile"
    services.add_item(planned.pk, title="Own", minutes=5, by=omar)
    with pytest.raises(Refused) as order:
        services.order_items(planned.pk, item_ids=ids, by=omar)
    assert order.value.code == "changed-meanwhile"


@pytest.mark.parametrize(
    ("title", "minutes", "code"), [("", 5, "no-title"), ("x", 0, "not-minutes"), ("x", 999, "not-minutes")]
)
def test_an_item_needs_a_title_and_minutes(planned, omar, title, minutes, code):
    with pytest.raises(Refused) as told:
        services.add_item(planned.pk, title=title, minutes=minutes, by=omar)
    assert told.value.code == code


def test_a_line_sent_twice_is_one_line(running, mei):
    one = services.write_entry(running.pk, kind="minute", text="Batch 2609 only", by=mei, key="k-1")
    two = services.write_entry(running.pk, kind="minute", text="Batch 2609 only", by=mei, key="k-1")
    assert one.pk == two.pk
    assert Entry.objects.count() == 1


def test_two_who_change_a_line_never_overwrite_each_other(running, mei, omar):
    line = services.write_entry(running.pk, kind="minute", text="first", by=mei)
    services.edit_entry(line.pk, text="second", version=1, by=omar)
    with pytest.raises(Refused) as told:
        services.edit_entry(line.pk, text="third", version=1, by=mei)
    assert told.value.code == "changed-meanwhile"
    assert "second" in str(told.value.message)
    with pytest.raises(Refused):
        services.drop_entry(line.pk, version=1, by=mei)


def test_what_a_buyer_can_be_reached_by_is_masked_in_the_minutes(running, mei):
    line = services.write_entry(running.pk, kind="minute", text="write to jo.doe@mail.example about it", by=mei)
    assert line.text == "write to [email] about it"


def test_lines_are_written_while_it_runs_and_mended_by_the_host_until_they_are_sent(planned, running, mei, omar):
    line = services.write_entry(running.pk, kind="decision", text="Stop the batch", by=mei)
    services.end_meeting(running.pk, by=omar)
    with pytest.raises(Refused) as told:
        services.write_entry(running.pk, kind="minute", text="late", by=mei)
    assert told.value.code == "ended"
    services.edit_entry(line.pk, text="Stop batch 2609", version=1, by=omar)
    services.send_minutes(running.pk, by=omar)
    with pytest.raises(Refused) as sent:
        services.edit_entry(line.pk, text="other", version=2, by=omar)
    assert sent.value.code == "sent"


def test_the_minutes_reach_everybody_once_however_often_they_are_sent(running, omar, mei):
    services.write_entry(running.pk, kind="decision", text="Stop the batch", by=omar)
    services.end_meeting(running.pk, by=omar)
    first = services.send_minutes(running.pk, by=omar)
    assert first == running.attendances.count()
    assert services.send_minutes(running.pk, by=omar) == 0
    mail = Mail.objects.get(member=mei, once__startswith="minutes")
    assert "Stop the batch" in mail.text
    assert "Stop the batch" in mail.html


def test_what_was_parked_is_offered_to_the_next_agenda_until_one_takes_it(running, omar):
    parked = services.write_entry(running.pk, kind="parked", text="Ask the carrier", by=omar)
    services.end_meeting(running.pk, by=omar)
    coming = services.plan_meeting(kind="weekly", period="2026-W47", at=NOON + timedelta(days=8), by=omar)
    assert left_over(coming, omar) == [parked]
    item = services.add_item(coming.pk, title="", minutes=5, by=omar, parked=parked.pk)
    assert item.title == "Ask the carrier"
    assert left_over(coming, omar) == []
    assert coming.agenda.last().code == "close"


def test_who_is_absent_is_told_with_what_waits_for_them(running, omar, mei):
    item = running.agenda.first()
    AgendaItem.objects.filter(pk=item.pk).update(refs=[{"kind": "action", "id": 1, "title": "x", "owner_id": mei.pk}])
    attends = services.set_presence(running.pk, member_id=mei.pk, presence=Presence.ABSENT, by=omar)
    assert waiting_for(running, attends) == 1
    with pytest.raises(Refused):
        services.set_presence(running.pk, member_id=omar.pk, presence=Presence.ABSENT, by=mei)


def test_the_minutes_hold_times_people_decisions_and_numbers(running, omar, mei):
    services.write_entry(running.pk, kind="decision", text="Stop the batch", by=mei)
    with later(12):
        services.end_meeting(running.pk, by=omar)
    running.refresh_from_db()
    told = minutes_of(running, money=True)
    assert [one.text for one in told.decisions] == ["Stop the batch"]
    assert told.parts[0].over
    assert {one.name for one in told.present} == {"omar", "mei"}  # who wrote was there
    assert "mei" not in {one.name for one in told.absent}


# The cadence


def test_a_small_shop_is_proposed_a_monthly_review_only(workspace, omar):
    proposal = propose_cadence(workspace)
    assert not proposal.weekly
    assert proposal.host == omar
    assert not proposal.of("weekly").active
    assert proposal.of("monthly").active


def test_the_schedule_plans_the_coming_meetings_once(workspace, omar):
    for kind in ("weekly", "monthly", "promotion"):
        services.set_cadence(kind=kind, active=True, weekday=1, hour=14, host=omar, by=omar)
    Promotion.objects.create(
        workspace=workspace,
        name="11.11 2026",
        start=NOON.date() - timedelta(days=5),
        end=NOON.date() - timedelta(days=4),
    )
    assert plan_meetings() == 3
    assert plan_meetings() == 0
    weekly = Meeting.objects.get(kind="weekly")
    assert weekly.period == "2026-W46"
    assert weekly.planned_at == datetime(2026, 11, 17, 14, tzinfo=ZoneInfo("Asia/Shanghai"))
    monthly = Meeting.objects.get(kind="monthly")
    assert (monthly.period, monthly.planned_at.day) == ("2026-11", 1)
    promotion = Meeting.objects.get(kind="promotion")
    assert promotion.planned_at.date() >= NOON.date() + timedelta(days=1)


def test_a_cancelled_meeting_is_not_planned_again_and_a_resting_cadence_plans_none(workspace, omar):
    services.set_cadence(kind="weekly", active=True, weekday=1, hour=14, host=omar, by=omar)
    plan_meetings()
    services.cancel_meeting(Meeting.objects.get().pk, by=omar)
    assert plan_meetings() == 0
    services.set_cadence(kind="weekly", active=False, weekday=1, hour=14, host=omar, by=omar)
    with later(60 * 24 * 7):
        assert plan_meetings() == 0


@pytest.mark.parametrize(
    ("change", "code"), [({"weekday": 9}, "no-time"), ({"hour": 30}, "no-time"), ({"kind": "daily"}, "not-a-kind")]
)
def test_a_cadence_needs_a_time_that_exists(omar, change, code):
    told = {"kind": "weekly", "active": True, "weekday": 1, "hour": 14, "host": None} | change
    with pytest.raises(Refused) as refused:
        services.set_cadence(**told, by=omar)
    assert refused.value.code == code


def test_an_agent_and_a_stranger_set_no_cadence(workspace, mei, stranger, omar):
    with pytest.raises(Refused):
        services.set_cadence(kind="weekly", active=True, weekday=1, hour=14, host=None, by=mei)
    with pytest.raises(Refused) as told:
        services.set_cadence(kind="weekly", active=True, weekday=1, hour=14, host=omar, by=stranger)
    assert told.value.code == "no-host"
    assert not Cadence.objects.filter(workspace=workspace).exists()


# Wording


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("来料检时张工没查保护板", "来料检时我们没查保护板"),
        ("两处问题。林晓忘了复测", "我们忘了复测"),
        ("omar forgot to check the board", "We forgot to check the board"),
    ],
)
def test_a_line_that_blames_a_person_is_offered_about_us(text, better):
    assert blame(text, ["omar", "林晓"]).better == better


@pytest.mark.parametrize("text", ["采购 何婧 12 月 1 日前换料", "omar takes it until Friday", "没有复测电量", ""])
def test_naming_an_owner_or_a_fault_alone_is_no_blame(text):
    assert blame(text, ["omar", "何婧"]) is None


def test_one_of_a_single_shop_and_a_stranger_see_no_meeting(planned, mei, stranger, shop):
    assert not meetings_seen_by(stranger).exists()
    mei.shop_ids = [shop.pk]
    mei.save()
    assert not meetings_seen_by(Member.objects.get(pk=mei.pk)).exists()
    with pytest.raises(Meeting.DoesNotExist):
        services.write_entry(planned.pk, kind="minute", text="x", by=stranger)


def test_a_ticket_named_in_a_line_is_a_link_and_markup_stays_text():
    told = linked("see #16178 and T-7, <b>not</b> &#39; A#5")
    assert '<a href="/tickets/16178/">T-16178</a>' in told
    assert '<a href="/tickets/7/">T-7</a>' in told
    assert "&lt;b&gt;not" in told
    assert told.count("<a ") == 2
