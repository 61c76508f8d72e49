"""Around a deadline: a word before, on the day and after, once each; then it is handed up."""

from datetime import timedelta

from fupan.action import services
from fupan.action.models import Action
from fupan.action.tasks import remind
from fupan.action.tests.support import TODAY, carried, made
from fupan.core import clock
from fupan.core.models import Event
from fupan.notify.models import Notice
from fupan.review.models import Meeting


def kinds(member):
    heard = Notice.objects.filter(member=member).exclude(kind="action_given").order_by("pk")
    return list(heard.values_list("kind", flat=True))


def on(day):
    """Noon in Shanghai, so many days from now."""
    return clock.set_to(clock.now() + timedelta(days=day))


def test_the_owner_hears_before_on_and_after_the_day_once_each(goods, omar, ines):
    made(omar, owner=ines, deadline=TODAY + timedelta(days=3))
    assert remind() == 0
    for day in (1, 1, 2, 3, 3, 4, 5):
        with on(day):
            remind()
    assert kinds(ines) == ["action_soon", "action_due", "action_late"]
    assert Event.objects.filter(name="action.reminded").count() == 3


def test_a_new_deadline_is_reminded_of_anew(goods, omar, ines):
    from fupan.action.tests.support import plan

    action = made(omar, owner=ines, deadline=TODAY)
    remind()
    services.edit_action(action.pk, plan=plan(ines, deadline=TODAY + timedelta(days=2)), version=1, by=omar)
    remind()
    assert kinds(ines) == ["action_due", "action_soon"]


def test_at_night_nobody_is_reminded(goods, omar, ines):
    made(omar, owner=ines, deadline=TODAY)
    with clock.set_to(clock.now() + timedelta(hours=10)):
        assert remind() == 0
    assert kinds(ines) == []


def test_what_is_carried_out_is_no_longer_due(goods, omar, ines):
    carried(made(omar, owner=ines, deadline=TODAY), ines)
    remind()
    assert kinds(ines) == []


def test_three_days_overdue_it_goes_to_the_host_of_its_meeting_once(goods, omar, ines, boss, workspace):
    meeting = Meeting.objects.create(workspace=workspace, period="2026-W46", planned_at=clock.now(), host=boss)
    action = made(omar, owner=ines, deadline=TODAY + timedelta(days=1), meeting=meeting)
    with on(4):
        assert services.escalate_overdue(workspace) == 0
    with on(5):
        assert services.escalate_overdue(workspace) == 1
        assert services.escalate_overdue(workspace) == 0
    assert kinds(boss) == ["action_escalated"]
    assert kinds(omar) == []
    said = Notice.objects.get(kind="action_escalated")
    assert (said.context["days"], said.context["owner"]) == (4, "ines")
    assert Action.objects.get(pk=action.pk).escalated_at is not None


def test_without_a_meeting_it_goes_to_those_who_answer_for_the_team(goods, omar, ines, boss, root, workspace):
    made(omar, owner=ines, ago=20, deadline=TODAY - timedelta(days=8))
    services.escalate_overdue(workspace)
    assert {one.member for one in Notice.objects.filter(kind="action_escalated")} == {omar, boss, root}


def test_a_host_is_not_told_of_their_own(goods, omar, boss, root, workspace):
    Meeting.objects.create(workspace=workspace, period="2026-W46", planned_at=clock.now(), host=omar)
    made(omar, ago=20, deadline=TODAY - timedelta(days=8))
    services.escalate_overdue(workspace)
    assert {one.member for one in Notice.objects.filter(kind="action_escalated")} == {boss, root}
