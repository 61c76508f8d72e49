"""Each department reads once a month what was learnt of its own causes, and of nobody else's."""

from datetime import UTC, datetime, timedelta

import pytest

from fupan.core import clock, weeks
from fupan.desk.models import Cause, IssueType
from fupan.library import services, tasks
from fupan.library.models import Case
from fupan.library.queries.reports import departments, report
from fupan.library.tests.conftest import publish, whole
from fupan.notify.models import Mail, Notice
from fupan.people.models import Department

OCTOBER = weeks.month_period(2026, 10)
IN_OCTOBER = datetime(2026, 10, 12, 8, tzinfo=UTC)


@pytest.fixture
def purchasing(named, ines):
    made = Department.objects.create(workspace=named, code="purchasing", name="Purchasing")
    made.members.add(ines)
    Cause.objects.filter(code="batch").update(department=made)
    return made


@pytest.fixture
def product_team(named):
    made = Department.objects.create(workspace=named, code="product", name="Product")
    Cause.objects.filter(code="misuse").update(department=made)
    IssueType.objects.filter(code="late").update(department=made)
    return made


@pytest.fixture
def october(new_ticket, purchasing, product_team):
    """Six of the batch, two of them confirmed; three of misuse; one late without a cause; one of September."""
    batch, misuse = Cause.objects.get(code="batch"), Cause.objects.get(code="misuse")
    for number in range(1, 7):
        more = {"cause_confirmed": batch} if number < 3 else {"cause_guess": batch}
        new_ticket(number, opened_at=IN_OCTOBER, **more)
    for number in range(7, 10):
        new_ticket(number, opened_at=IN_OCTOBER, cause_guess=misuse)
    new_ticket(10, opened_at=IN_OCTOBER, issue="late")
    new_ticket(11, opened_at=IN_OCTOBER - timedelta(days=30), cause_guess=batch)


def test_a_department_reads_of_its_own_causes_only(october, purchasing, product_team, ines):
    told = report(ines, OCTOBER, purchasing)
    ((cause, incidents, confirmed, before, products, case),) = told.causes
    assert (cause.code, incidents, confirmed, before, case) == ("batch", 6, 2, 1, None)
    assert products == [("Power bank A20", 6)] and told.issues == []
    other = report(ines, OCTOBER, product_team)
    assert [one.cause.code for one in other.causes] == ["misuse"]
    assert [(one.issue.code, one.incidents) for one in other.issues] == [("late", 1)]
    assert list(departments(ines)) == [product_team, purchasing]


def test_lessons_uses_and_gaps_are_told(october, purchasing, mei, omar, ines, new_ticket):
    assert [one.cause.code for one in report(ines, OCTOBER, purchasing).gaps] == ["batch"]
    case = publish(services.create_case(whole(suggestion="Test every lot"), by=mei), mei, omar)
    Case.objects.update(published_at=IN_OCTOBER)
    with clock.set_to(IN_OCTOBER):
        services.use_case(case.pk, ticket_id=new_ticket(90).pk, by=mei)
    told = report(ines, OCTOBER, purchasing)
    assert told.lessons == [case] and told.used == [(case, 1)] and told.gaps == []
    assert told.causes[0].case == case


def test_a_member_of_other_shops_reads_nothing_of_this_one(october, purchasing, ines, shop):
    ines.shop_ids = [shop.pk + 1]
    assert report(ines, OCTOBER, purchasing).empty


def test_on_the_first_of_the_month_each_member_gets_one_letter(october, purchasing, ines, mailoutbox):
    with clock.set_to(datetime(2026, 11, 1, 1, tzinfo=UTC)):
        assert tasks.report() == 1
        assert tasks.report() == 0
    notice = Notice.objects.get()
    assert (notice.member, notice.kind, notice.url) == (ines, "library_report", "/library/reports/2026-10/purchasing/")
    mail = Mail.objects.get()
    assert "Purchasing" in mail.subject and "Supplier batch" in mail.text and "misuse" not in mail.text.lower()
    assert "Supplier batch" in mail.html


def test_a_department_with_nothing_to_read_is_left_alone(purchasing, named):
    assert services.send_reports(named, OCTOBER) == 0
    assert not Notice.objects.exists()
