"""Open actions in the pack: who owes what, what is overdue, what is due in the week of the review."""

from datetime import timedelta

import pytest

from fupan.action import services
from fupan.action.tests.support import TODAY, carried, made
from fupan.briefing import packs
from fupan.briefing.queries.actions import actions
from fupan.briefing.render import rendered
from fupan.commerce.models import Product
from fupan.core import clock, weeks
from fupan.desk.models import IssueType
from fupan.insight.policies import facts_of, facts_seen_by
from fupan.people.models import Department
from fupan.verification.tests.support import counts, plant

W46, W40 = weeks.week_period(202646), weeks.week_period(202640)


@pytest.fixture
def goods(workspace):
    Product.objects.create(workspace=workspace, code="A20", name="Power bank A20")
    IssueType.objects.create(workspace=workspace, code="size", name_en="Size does not fit", name_zh="尺寸不符")


@pytest.fixture
def doing(goods, workspace, omar):
    """Overdue, due this week, due later; one carried out and one dropped."""
    made(omar, title="Overdue by some days", ago=20, deadline=TODAY - timedelta(days=4))
    made(omar, title="Due on Thursday already", deadline=TODAY + timedelta(days=3))
    made(omar, title="Due in three weeks or so", deadline=TODAY + timedelta(days=21))
    carried(made(omar, title="Carried out and proved"), omar)
    services.drop_action(made(omar, title="Dropped for a reason").pk, reason="sold out", by=omar)
    return workspace


def codes(found):
    return {name: [one["action"] for one in rows] for name, rows in found.items()}


def test_they_are_listed_by_deadline_with_what_presses(doing):
    found = actions(facts_of(doing), W46)
    assert codes(found) == {"open": ["A-001", "A-002", "A-003"], "overdue": ["A-001"], "due_this_week": ["A-002"]}
    first = found["open"][0]
    assert (first["overdue_days"], first["owner"], first["change"]) == (4, "omar", -0.3)
    assert "Power bank A20" in first["label"]["en"]


def test_an_older_pack_tells_what_was_open_then(doing, omar):
    with clock.set_to(clock.now() - timedelta(days=40)):
        old = made(omar, title="Open for a long time")
    carried(old, omar)
    assert codes(actions(facts_of(doing), W40))["open"] == [str(old)]
    assert str(old) not in codes(actions(facts_of(doing), W46))["open"]


def test_a_department_and_a_shop_see_their_own(goods, workspace, omar, mei, shop, shopee):
    buying = Department.objects.create(workspace=workspace, code="purchasing", name="Purchasing")
    made(omar, department_id=buying.pk, slice=f"issue_type=size&shop={shopee.name}")
    made(omar, department_id=buying.pk)
    other = Department.objects.create(workspace=workspace, code="service", name="Service")
    mei.shop_ids = [shop.pk]
    assert codes(actions(facts_seen_by(mei), W46))["open"] == ["A-002"]
    assert codes(actions(facts_of(workspace), W46, department=buying))["open"] == ["A-001", "A-002"]
    assert codes(actions(facts_of(workspace), W46, department=other))["open"] == []


def test_those_about_money_are_for_those_who_see_money(goods, workspace, omar):
    made(omar, metric="refund_cost", slice="issue_type=size", change=-0.2)
    pack = packs.pack_in(facts_of(workspace), W46)
    assert codes(pack["actions"])["open"] == ["A-001"]
    assert codes(packs.without_money(pack)["actions"])["open"] == []


@pytest.mark.parametrize("kind", ["text", "md", "html", "json", "xlsx"])
def test_every_form_of_the_pack_holds_them(doing, omar, shop, kind):
    plant(doing, shop, counts())
    made_ = rendered(packs.pack_in(facts_of(doing), W46), kind, "en")
    if kind == "xlsx":
        assert made_[:2] == b"PK"
        return
    said = made_ if isinstance(made_, str) else made_.decode()
    assert "Due on Thursday already" in said
    if kind != "json":
        assert "4 days overdue" in said
        assert "3 open · 1 overdue · 1 due this week" in said
