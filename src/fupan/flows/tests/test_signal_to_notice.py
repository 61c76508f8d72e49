"""A signal reaches those who look after it, once, in their own words."""

import pytest

from fupan.core import events
from fupan.core.events import record
from fupan.desk.models import IssueType
from fupan.insight.models import Signal, SubTopic
from fupan.notify.kinds import sentence
from fupan.notify.models import Delivery, Destination, Notice, Topic
from fupan.people.models import Department, Member, Role, User

FIGURES = {"observed": 22.0, "expected": 4.6, "upper": 13.0, "excess": 17.4, "pvalue": 1e-5, "score": 2.0}


@pytest.fixture
def opened(workspace):
    def make(**more):
        about = {"kind": "outbreak", "slice": "issue_type=late&product=A20", "week": 202646, "last_week": 202646}
        from fupan.core import clock

        signal = Signal.objects.create(workspace=workspace, opened_at=clock.now(), **FIGURES | about | more)
        record("insight.signal_opened", signal, by=None, kind=signal.kind, week=signal.week)
        return signal

    return make


def told():
    return set(Notice.objects.filter(topic=Topic.SIGNAL).values_list("member__user__name", flat=True))


def logistics(workspace):
    department = Department.objects.create(workspace=workspace, code="logistics", name="Logistics")
    IssueType.objects.create(workspace=workspace, code="late", name_en="Late", name_zh="延误", department=department)
    user = User.objects.create_user(email="lo@example.com", password="pass-word-12", name="lo", language="zh-hans")
    member = Member.objects.create(workspace=workspace, user=user, role=Role.LOGISTICS)
    member.departments.add(department)
    return member


def test_leads_and_the_owning_department_hear_of_it_once(opened, workspace, mei, omar, boss, ines):
    logistics(workspace)
    signal = opened()
    events.drain()
    record("insight.signal_opened", signal, by=None, kind=signal.kind, week=signal.week)
    events.drain()
    assert told() == {"omar", "boss", "lo"}
    assert Notice.objects.count() == 3
    notice = Notice.objects.get(member__user__name="omar")
    assert "22 cases" in sentence(notice.kind, notice.context)
    assert notice.url == f"/insight/signals/{signal.pk}/"


def test_one_of_another_shop_is_not_told(opened, workspace, omar, shop):
    Member.objects.filter(pk=omar.pk).update(shop_ids=[shop.pk])
    opened(slice="issue_type=late&shop=Elsewhere")
    events.drain()
    assert told() == set()


def test_old_alarms_are_no_news(opened, omar):
    opened(week=202630, last_week=202630)
    events.drain()
    assert told() == set()


def test_a_missed_target_has_its_own_words(opened, omar):
    opened(kind="target", metric="incident_rate", slice="", observed=0.04, expected=0.02)
    events.drain()
    assert Notice.objects.get().kind == "signal_target"


def room(workspace, name, language, department=None):
    return Destination.objects.create(
        workspace=workspace, kind="webhook", name=name, url="https://example.com/hook", secret="s" * 24,
        topics=["signal"], language=language, department=department,
    )  # fmt: skip


def test_groups_hear_what_is_theirs_in_their_language(opened, workspace, boss):
    owner = logistics(workspace).departments.get()
    other = Department.objects.create(workspace=workspace, code="product", name="Product")
    room(workspace, "all", "en")
    room(workspace, "logistics", "zh-hans", owner)
    room(workspace, "product", "en", other)
    opened()
    events.drain()
    titles = dict(Delivery.objects.values_list("destination__name", "message__title"))
    assert set(titles) == {"all", "logistics"}
    assert "Late" in titles["all"]
    assert "延误" in titles["logistics"]


def test_the_words_of_buyers_stay_inside(opened, workspace, boss):
    logistics(workspace)
    room(workspace, "all", "en")
    topic = SubTopic.objects.create(
        workspace=workspace, issue_type="late", term="left with neighbour", first_week=202646, last_week=202646
    )
    opened(kind="topic", topic=topic, slice="issue_type=late")
    events.drain()
    assert "neighbour" in str(Notice.objects.get(member__user__name="boss").context)
    assert "neighbour" not in str(Delivery.objects.get().message)
