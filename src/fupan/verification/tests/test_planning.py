"""The design of a check: made once, frozen, hashed; on the clock its kind calls for; against what nobody touched."""

from datetime import timedelta

import pytest

from fupan.commerce.models import Batch, Product
from fupan.core import weeks
from fupan.core.models import Event
from fupan.insight.models import Signal
from fupan.verification.design import Design, digest_of
from fupan.verification.models import Check
from fupan.verification.services import plan_check, stop_check
from fupan.verification.tests.support import ACTION_WEEK, FIRST, TREATED, a_problem, an_action, check_of


def test_a_plan_is_written_down_whole(check):
    design = Design.of(check.design)
    assert (design.slice, design.metric, design.judged) == (TREATED, "incident_rate", True)
    assert (design.clock, design.action_week, design.planned_weeks) == ("order", ACTION_WEEK, 8)
    assert design.min_effect == 0.2
    assert check.due_week == weeks.shift(ACTION_WEEK, 8 + design.age)
    assert check.design_hash == design.digest == digest_of(check.design)
    event = Event.objects.get(name="verification.check_planned")
    assert (event.subject_id, event.data["hash"]) == (check.pk, check.design_hash)


def test_twice_is_once(action, check):
    assert plan_check(action.pk).pk == check.pk
    assert Check.objects.count() == 1
    assert Event.objects.filter(name="verification.check_planned").count() == 1


def test_the_hash_is_of_the_content_whatever_its_order(check):
    turned = dict(reversed(list(check.design.items())))
    assert digest_of(turned) == check.design_hash
    assert digest_of(turned | {"min_effect": 0.1}) != check.design_hash
    assert Design.of(turned) == Design.of(check.design)


@pytest.mark.parametrize(
    ("kind", "clock"),
    [("listing", "order"), ("logistics", "order"), ("template", "contact"), ("process", "contact"),
     ("training", "contact")],
)  # fmt: skip
def test_the_clock_is_that_of_its_kind(seller, ines, kind, clock):
    design = Design.of(plan_check(an_action(seller, ines, type=kind).pk).design)
    assert (design.clock, design.asked) == (clock, clock)
    assert (design.age > 0) is (clock == "order")


def test_a_suppliers_change_is_judged_by_batch_where_batches_have_days(seller, ines):
    action = an_action(seller, ines, type="supplier")
    product = Product.objects.get(code="A20")
    Batch.objects.create(
        workspace=seller, product=product, code="old", effective_from=action.carried_on - timedelta(60)
    )
    Batch.objects.create(workspace=seller, product=product, code="new", effective_from=action.carried_on)
    design = Design.of(plan_check(action.pk).design)
    assert (design.clock, design.renewed_from) == ("batch", action.carried_on.isoformat())


def test_without_batches_it_falls_back_to_orders_and_says_so(seller, ines):
    design = Design.of(plan_check(an_action(seller, ines, type="packaging").pk).design)
    assert (design.clock, design.asked, design.renewed_from) == ("order", "batch", "")


def test_what_drew_attention_is_left_out_with_the_orders_behind_it(check):
    design = Design.of(check.design)
    reached = [weeks.shift(202631, -back) for back in range(design.age, -1, -1)]
    assert list(design.selection_weeks) == reached
    assert design.baseline == (weeks.shift(FIRST, 2), weeks.shift(reached[0], -1))


def test_weeks_of_its_signal_are_left_out_too(seller, ines):
    problem = a_problem(seller, ines)
    problem.signal = Signal.objects.create(
        workspace=seller, kind="outbreak", slice=TREATED, week=202629, last_week=202630, observed=9, expected=3,
        upper=7, excess=6, pvalue=0.001, score=2, opened_at=problem.opened_at,
    )  # fmt: skip
    problem.save()
    action = an_action(seller, ines, type="template", problem=problem)
    assert Design.of(plan_check(action.pk).design).selection_weeks == (202629, 202630)


def test_other_places_may_follow_until_the_last_of_them(seller, ines):
    from fupan.action.models import Proof
    from fupan.core import clock

    action = an_action(seller, ines)
    later = action.carried_on + timedelta(days=15)
    Proof.objects.create(action=action, kind="note", text="seen", place="DE", day=later, at=clock.now())
    design = Design.of(plan_check(action.pk).design)
    assert (design.effective_on, design.delay) == (later.isoformat(), 2)


def test_controls_are_what_nobody_touched(seller, ines):
    a_problem(seller, ines, slice="issue_type=size&product=B1", number=22)
    an_action(seller, ines, number=98, slice="product=C2&issue_type=size", state="todo", carried_on=None)
    an_action(seller, ines, number=99, slice="issue_type=late", state="dropped")
    controls = Design.of(plan_check(an_action(seller, ines).pk).design).controls
    assert TREATED not in controls
    assert "issue_type=late&product=A20" in controls
    assert "issue_type=size&product=D3" in controls
    assert not {"issue_type=size&product=B1", "issue_type=size&product=C2"} & set(controls)


def test_sister_issues_of_the_same_product_are_no_controls(seller, ines):
    from fupan.desk.models import IssueType

    parent = IssueType.objects.create(workspace=seller, code="product", name_en="Product", name_zh="商品")
    IssueType.objects.filter(workspace=seller, code__in=("size", "late")).update(parent=parent)
    controls = Design.of(plan_check(an_action(seller, ines).pk).design).controls
    assert "issue_type=late&product=A20" not in controls
    assert len(controls) == 7


def test_a_good_number_is_only_followed(seller, ines):
    design = Design.of(plan_check(an_action(seller, ines, metric="csat", change=0.1).pk).design)
    assert (design.judged, design.reason, design.controls) == (False, "tracked", ())


def test_a_short_history_gives_no_verdict(seller, ines):
    early = an_action(seller, ines, carried_on=weeks.monday(weeks.shift(FIRST, 6)))
    assert Design.of(plan_check(early.pk).design).reason == "history"


def test_what_was_undone_is_not_judged(action, check):
    action.state, action.carried_on = "doing", None
    action.save()
    stop_check(action.pk)
    check.refresh_from_db()
    assert check.state == "stopped"
    assert stop_check(action.pk) is None
    assert Event.objects.filter(name="verification.check_stopped").count() == 1


def test_done_again_on_another_day_it_gets_another_plan(action, check):
    action.carried_on += timedelta(days=14)
    action.save()
    fresh = plan_check(action.pk)
    check.refresh_from_db()
    assert (check.state, fresh.state) == ("stopped", "collecting")
    assert Design.of(fresh.design).action_week == weeks.shift(ACTION_WEEK, 2)


def test_a_check_that_goes_on_is_not_stopped_by_a_late_word(action, check):
    assert stop_check(action.pk) is None
    assert check_of(action).state == "collecting"


def test_without_proof_it_is_planned_and_said_to_be_unproved(seller, ines):
    assert plan_check(an_action(seller, ines, proved=False).pk).carrying.answer == "no"


def test_an_action_that_was_not_carried_out_has_no_plan(seller, ines):
    assert plan_check(an_action(seller, ines, state="todo", carried_on=None).pk) is None
    assert plan_check(0) is None
