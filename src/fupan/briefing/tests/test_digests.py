"""Monday's words: the review is ready, and every department's own week; counted from real facts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail

from fupan.briefing import services, tasks
from fupan.core import stale, weeks
from fupan.core.models import Event
from fupan.desk.models import Incident, IssueType, Message, MessageSide, Ticket
from fupan.insight.services import refresh
from fupan.intake.models import Coverage, Source
from fupan.notify.models import Mail, Notice
from fupan.notify.services import add_destination
from fupan.notify.tasks import deliver_mails, deliver_messages
from fupan.people.models import Department

WEEK = 202646
TUESDAY = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def logistics(workspace):
    return Department.objects.create(workspace=workspace, code="logistics", name="Logistics")


@pytest.fixture
def product(workspace):
    return Department.objects.create(workspace=workspace, code="product", name="Product")


@pytest.fixture
def week(workspace, shop, logistics, product):
    """Forty late parcels and twenty faulty things in week 46, with the words of their buyers."""
    late = IssueType.objects.create(
        workspace=workspace, code="late", name_en="Late parcel", name_zh="物流延误", department=logistics
    )
    faulty = IssueType.objects.create(
        workspace=workspace, code="faulty", name_en="Faulty", name_zh="坏了", department=product
    )
    number = 0
    for issue, count, words in ((late, 40, "Where is my parcel?"), (faulty, 20, "It does not turn on any more.")):
        for _each in range(count):
            number += 1
            open_ticket(workspace, shop, number, issue, words)
    Coverage.objects.create(
        workspace=workspace, shop=shop, source=Source.TICKETS, first_day=date(2026, 11, 9), last_day=date(2026, 11, 15)
    )
    stale.mark(workspace.pk, {("tickets", WEEK)})
    refresh(workspace)
    return weeks.week_period(WEEK)


def open_ticket(workspace, shop, number, issue, words):
    opened = TUESDAY + timedelta(minutes=number)
    incident = Incident.objects.create(workspace=workspace, shop=shop, issue_type=issue, opened_at=opened)
    ticket = Ticket.objects.create(
        workspace=workspace, shop=shop, number=number, kind="inquiry", outside_id=str(number), week=WEEK,
        opened_at=opened, issue_type=issue, label_source="rule", incident=incident, language="en",
    )  # fmt: skip
    Message.objects.create(
        workspace=workspace, ticket=ticket, side=MessageSide.BUYER, at=opened, language="en", redacted=words
    )


def in_english(*members):
    for member in members:
        member.user.language = "en"
        member.user.save()


def test_a_department_reads_its_own_causes_only(week, workspace, logistics, product, ines, boss):
    in_english(ines, boss)
    ines.departments.add(logistics)
    boss.departments.add(product)
    assert services.send_digests(workspace, week) == 2
    deliver_mails()
    sent = {message.to[0]: message for message in mail.outbox}
    own = sent[ines.user.email]
    assert own.subject == "Logistics, Week 46: 40 incidents"
    html = own.alternatives[0][0]
    for said in (own.body, html):
        assert "Late parcel" in said
        assert "Where is my parcel?" in said
        assert "Faulty" not in said
        assert "turn on" not in said
        assert "None" not in said
    assert "/reviews/2026-W46/" in own.body
    assert "<script" not in html
    assert "Faulty" in sent[boss.user.email].body
    assert "Late parcel" not in sent[boss.user.email].body


def test_a_digest_is_sent_once(week, workspace, logistics, ines, boss):
    ines.departments.add(logistics)
    assert tasks.send_digests() == 1
    assert tasks.send_digests() == 0
    assert tasks.send_digests(WEEK) == 0
    boss.departments.add(logistics)
    assert tasks.send_digests(WEEK) == 1  # the newcomer only
    assert Notice.objects.filter(kind="digest").count() == 2
    assert Mail.objects.count() == 2
    assert Event.objects.filter(name="briefing.digest_sent").count() == 2


def test_no_news_is_no_mail(week, workspace, ines):
    quiet = Department.objects.create(workspace=workspace, code="marketing", name="Marketing")
    ines.departments.add(quiet)
    assert services.send_digests(workspace, week) == 0
    assert not Mail.objects.exists()


def test_a_digest_holds_to_the_shops_of_its_reader(week, workspace, logistics, ines, shopee):
    ines.departments.add(logistics)
    ines.shop_ids = [shopee.pk]
    ines.save()
    assert services.send_digests(workspace, week) == 0


def room_of(department, endpoint, root, **more):
    said = {"kind": "wecom", "url": endpoint.url, "topics": ["digest"], "language": "en", "by": root} | more
    return add_destination(name=department.name, department_id=department.pk, **said)


def test_the_group_of_a_department_reads_its_own_causes_only(week, workspace, logistics, product, endpoint, root):
    room_of(logistics, endpoint, root)
    assert services.send_digests(workspace, week) == 1
    assert services.send_digests(workspace, week) == 0
    assert deliver_messages() == 1
    said = endpoint.heard[0].json["markdown"]["content"]
    assert said.startswith("**Logistics, Week 46: 40 incidents**")
    assert "[1. Late parcel: 40" in said
    assert "/reviews/2026-W46/" in said
    assert "Faulty" not in said
    for private in ("Where is my parcel?", "turn on", "None", "nan"):
        assert private not in said
    assert Event.objects.filter(name="briefing.digest_sent").count() == 1
    assert not Notice.objects.exists()


def test_a_group_reads_in_its_language_and_a_program_gets_numbers(week, workspace, product, endpoint, root):
    room_of(product, endpoint, root, language="zh-hans")
    room_of(product, endpoint, root, kind="webhook")
    assert services.send_digests(workspace, week) == 2
    assert deliver_messages() == 2
    chinese, event = endpoint.heard
    assert "坏了" in chinese.json["markdown"]["content"]
    assert event.json["data"]["numbers"] == {"department": "Product", "count": 20, "period": "2026-W46"}
    assert event.json["data"]["department"] == {"code": "product", "name": "Product"}
    assert any("Faulty" in line["text"] for line in event.json["data"]["lines"])


def test_a_quiet_department_posts_nothing(week, workspace, endpoint, root):
    quiet = Department.objects.create(workspace=workspace, code="marketing", name="Marketing")
    room_of(quiet, endpoint, root)
    assert services.send_digests(workspace, week) == 0
    assert deliver_messages() == 0


def test_who_wants_no_mail_still_finds_the_notice(week, workspace, logistics, ines, signed_in):
    from fupan.notify.services import prefer

    ines.departments.add(logistics)
    prefer(ines, ["review"])
    services.send_digests(workspace, week)
    assert not Mail.objects.exists()
    assert "Logistics: 40 incidents of yours in 2026-W46." in signed_in(ines).get("/notices/").content.decode()


def test_leads_hear_that_the_review_is_ready_once(week, omar, boss, mei, ines):
    assert tasks.announce_review() == 2
    assert tasks.announce_review() == 0
    told = set(Notice.objects.filter(kind="review_ready").values_list("member", flat=True))
    assert told == {omar.pk, boss.pk}
    assert Event.objects.filter(name="briefing.review_announced").count() == 1


def test_a_review_with_weeks_still_to_count_is_not_announced(week, workspace, omar):
    stale.mark(workspace.pk, {("tickets", WEEK)})
    assert tasks.announce_review() == 0
    refresh(workspace)
    assert tasks.announce_review() == 1


def test_a_workspace_without_data_is_left_alone(omar):
    assert tasks.announce_review() == 0
    assert tasks.send_digests() == 0


@pytest.mark.parametrize("address", ["/", "/reviews/", "/reviews/2026-W46/", "/reviews/2026-W45/", "/reviews/2026-11/"])
def test_pages_stand_on_counted_facts(address, week, signed_in, omar):
    page = signed_in(omar).get(address)
    assert page.status_code == 200
    said = page.content.decode()
    assert not any(hole in said for hole in (">None", " None<", "nan<", "%("))
    if address == "/reviews/2026-W46/":
        assert "Late parcel" in said
        assert "Where is my parcel?" in said
        assert "No orders covered" in said


@pytest.mark.parametrize("kind", ["pdf", "xlsx", "html", "md", "text", "json"])
def test_files_stand_on_counted_facts(kind, week, signed_in, omar):
    answer = signed_in(omar).get(f"/reviews/2026-W46.{kind}")
    assert answer.status_code == 200
    if kind in {"html", "md", "text"}:
        assert "Late parcel" in answer.content.decode()
        assert "None" not in answer.content.decode()
