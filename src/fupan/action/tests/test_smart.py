"""What may be saved: each vague plan is refused at the field that is vague, with what would do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from fupan.action import services
from fupan.action.models import Action
from fupan.action.smart import NotSmart, lacks
from fupan.action.tests.support import TODAY, made, plan


class Owner:
    pk = 1


def wrong(**more):
    return lacks(replace(plan(Owner), **more), today=TODAY)


def test_a_plan_with_a_place_a_number_and_a_day_will_do():
    assert wrong() == {}


@pytest.mark.parametrize("title", ["", "Training", "培训", "改图"])
def test_a_title_too_short_is_sent_back_with_an_example(title):
    assert "wiring picture" in wrong(title=title)["title"]


@pytest.mark.parametrize(
    "title",
    ["Improve the service quality", "加强客户服务管理", "优化售后流程", "提升产品质量，持续改进",
     "Strengthen communication", "Pay more attention to it", "Better customer experience", "进一步完善相关流程"],
)  # fmt: skip
def test_a_title_that_only_wants_things_to_be_better_is_sent_back(title):
    assert "only says that something shall get better" in wrong(title=title)["title"]


@pytest.mark.parametrize(
    "title", ["优化 A20 详情页图片", "Improve the size chart of the jacket", "加强仓库出库扫码复核"]
)
def test_a_vague_verb_needs_a_where_and_a_how_much(title):
    assert "needs a where and a how much" in wrong(title=title)["detail"]
    assert "needs a where" in wrong(title=title, detail="as soon as possible everywhere")["detail"]
    assert wrong(title=title, detail="3 个站点，各加 2 张图") == {}


@pytest.mark.parametrize(
    ("metric", "change", "says"),
    [("incident_rate", 0.0, "No change is no target"), ("incident_rate", 0.3, "Less is better here"),
     ("incident_rate", -0.02, "cannot be told from chance"), ("incident_rate", -1.0, "More than everything cannot go"),
     ("first_contact_resolution", -0.2, "More is better here"), ("first_contact_resolution", 4.0, "+300"),
     ("reply_in_time", 0.0, "+10")],
)  # fmt: skip
def test_a_target_of_nought_or_the_wrong_way_is_sent_back(metric, change, says):
    assert says in wrong(metric=metric, change=change)["change"]


@pytest.mark.parametrize(
    ("slice_", "says"),
    [("", "Say where"), ("product=", "Say where"), ("colour=red", "not a slice"), ("channel=mail", "")],
)
def test_a_target_without_a_place_is_sent_back(slice_, says):
    found = wrong(slice=slice_).get("slice", "")
    assert says in found
    assert bool(says) == bool(found)


def test_a_number_that_is_not_counted_by_the_slice_is_named():
    said = wrong(metric="first_response_p50", slice="listing=x")
    assert said["slice"]  # a listing is no condition of a slice at all
    assert "is not counted by" in wrong(metric="reply_in_time", slice="resolution=refund")["slice"]


def test_a_number_that_is_neither_good_nor_bad_is_no_target():
    assert "neither good nor bad" in wrong(metric="tickets")["metric"]
    assert "Choose the number" in wrong(metric="luck")["metric"]


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [("deadline", None, "Say by when"), ("deadline", TODAY - timedelta(days=1), "has passed"),
     ("deadline", TODAY + timedelta(days=500), "within a year"), ("window", 1, "2 weeks or more"),
     ("window", 0, "2 weeks or more"), ("window", 53, "52 weeks"), ("type", "magic", "what kind"),
     ("title", "Add a picture " * 12, "At most 160"), ("detail", "x" * 4001, "At most 4000")],
)  # fmt: skip
def test_days_weeks_and_kinds_have_their_bounds(field, value, says):
    assert says in wrong(**{field: value})[field]


def test_all_that_is_wrong_is_told_at_once(goods, omar):
    with pytest.raises(NotSmart) as no:
        made(omar, title="优化", slice="", change=0.0, window=1, deadline=TODAY - timedelta(days=2), owner_id=None)
    assert set(no.value.wrong) == {"title", "slice", "change", "window", "deadline", "owner"}
    assert no.value.code == "not-smart"
    assert not Action.objects.exists()


def test_an_owner_works_here(goods, omar, mei, stranger):
    with pytest.raises(NotSmart) as no:
        made(omar, owner=stranger)
    assert "owner" in no.value.wrong
    mei.active = False
    mei.save()
    with pytest.raises(NotSmart):
        made(omar, owner=mei)


@pytest.mark.parametrize(
    ("slice_", "says"),
    [
        ("product=Z9", "No product of yours"),
        ("issue_type=magic", "No issue type"),
        ("shop=Nowhere", "No shop of yours"),
    ],
)
def test_a_slice_of_what_is_not_there_would_be_praised_for_nothing(goods, omar, slice_, says):
    with pytest.raises(NotSmart) as no:
        made(omar, slice=slice_)
    assert says in no.value.wrong["slice"]


def test_the_department_is_the_owners_unless_another_is_chosen(goods, omar, ines, purchasing):
    ines.departments.add(purchasing)
    assert made(omar, owner=ines).department == purchasing
    with pytest.raises(NotSmart) as no:
        made(omar)
    assert "Choose the department" in no.value.wrong["department"]
    assert made(omar, department_id=purchasing.pk).department == purchasing


def test_what_is_about_money_needs_eyes_for_it(goods, omar, mei):
    from fupan.core.errors import Refused
    from fupan.people.models import Member

    with pytest.raises(Refused) as no:
        made(mei)
    assert no.value.code == "not-allowed"
    senior = Member.objects.get(pk=mei.pk)
    senior.role = "senior"
    senior.save()
    with pytest.raises(NotSmart) as blind:
        services.create_action(plan=plan(senior, metric="refund_cost"), by=senior)
    assert "that you see yourself" in blind.value.wrong["metric"]
