"""Looks: once a week, by the frozen plan only; the planned one decides; late rows compute it again."""

import numpy as np
import pytest

from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.insight.tests.world import instant
from fupan.verification.compute import verdict_of
from fupan.verification.models import Check, Look
from fupan.verification.services import choose_next, look, look_all, plan_check
from fupan.verification.tests.support import ACTION_WEEK, TREATED, an_action, counts, known_weeks, plant

pytestmark = pytest.mark.once


def at_the_end_of(week):
    return clock.set_to(instant(weeks.shift(week, 1), 1))


def test_the_planned_look_says_effective_with_an_interval_that_holds_the_truth(check):
    look(check.pk)
    check.refresh_from_db()
    final = check.looks.get(final=True)
    assert (check.state, final.verdict) == ("decided", "effective")
    assert final.low < -0.6 < final.high < 0
    assert final.prevented_low > 0
    assert final.money is not None
    event = Event.objects.get(name="verification.decided")
    assert event.data["verdict"] == "effective"
    assert event.data["action"] == check.action_id
    assert event.data["problem"] == check.action.problem_id


def test_what_did_nothing_is_never_effective(seller, shop, ines):
    for seed in range(4):
        plant(seller, shop, counts(change=0.0, seed=seed))
        action = an_action(seller, ines, number=200 + seed)
        plan_check(action.pk)
        look(Check.objects.get(action=action).pk)
        action.state = "dropped"
        action.save()
    assert not Look.objects.filter(final=True, verdict="effective").exists()
    assert Look.objects.filter(final=True).count() == 4


def test_one_look_a_week_and_twice_is_once(check):
    with at_the_end_of(202637):
        assert len(look(check.pk)) == 1
        assert look(check.pk) == []
    with at_the_end_of(202638):
        assert [one.week for one in look(check.pk)] == [202638]
    assert list(check.looks.values_list("week", flat=True)) == [202637, 202638]
    assert Event.objects.filter(name="verification.looked").count() == 2
    assert not Event.objects.filter(name="verification.decided").exists()


def test_before_anything_can_be_seen_there_is_no_look(check):
    with at_the_end_of(ACTION_WEEK):
        assert look(check.pk) == []


def test_a_touched_plan_is_never_judged_by(check):
    Check.objects.filter(pk=check.pk).update(design=check.design | {"planned_weeks": 2})
    with pytest.raises(Refused) as told:
        look(check.pk)
    assert told.value.code == "design-changed"
    assert not check.looks.exists()


def test_it_stops_nobody_else(check, seller, ines):
    Check.objects.filter(pk=check.pk).update(design=check.design | {"min_effect": 0.01})
    other = an_action(seller, ines, number=98, slice="issue_type=size&product=B1")
    plan_check(other.pk)
    assert look_all(seller) >= 1
    assert not check.looks.exists()


def test_the_hash_is_asked_again_before_every_look(check):
    with at_the_end_of(202637):
        look(check.pk)
    Check.objects.filter(pk=check.pk).update(design=check.design | {"controls": []})
    with at_the_end_of(202639), pytest.raises(Refused):
        look(check.pk)
    assert check.looks.count() == 1


def test_a_verdict_may_come_early_only_by_the_wide_interval(seller, shop, ines):
    plant(seller, shop, counts(change=-0.9, level=30))
    action = an_action(seller, ines, type="template", window=10)
    plan_check(action.pk)
    look(Check.objects.get(action=action).pk)
    final = Look.objects.get(final=True)
    assert final.verdict == "effective"
    assert not final.planned
    assert final.weeks_after < 10
    assert Look.objects.count() == final.weeks_after  # nothing after the verdict


def test_the_same_facts_say_the_same(check):
    look(check.pk)
    first = check.looks.get(final=True)
    Look.objects.all().delete()
    Check.objects.update(state="collecting", decided_at=None)
    look(check.pk)
    assert check.looks.get(final=True).numbers == first.numbers


def test_late_rows_compute_the_verdict_again_and_say_why(check, seller, shop):
    look(check.pk)
    before = check.looks.get(final=True)
    late = counts()
    late["A20", "size"] = late["A20", "size"] + (np.array(known_weeks()) > ACTION_WEEK) * 9
    plant(seller, shop, late)
    (again,) = look(check.pk)
    assert (again.pk, again.final) == (before.pk, True)
    (told,) = again.recomputed
    assert (told["verdict"], told["change"]) == ("effective", before.change)
    assert told["cases"] == 9 * before.weeks_after
    assert again.verdict != "effective"
    assert Event.objects.filter(name="verification.decided").count() == 2
    assert look(check.pk) == []


def test_other_facts_of_the_same_content_change_nothing(check, seller, shop):
    look(check.pk)
    plant(seller, shop, counts())
    assert look(check.pk) == []
    assert check.looks.get(final=True).recomputed == []


def test_after_an_open_end_somebody_may_go_on_looking(seller, shop, ines, boss):
    plant(seller, shop, counts(change=-0.2, level=3, seed=8))
    action = an_action(seller, ines, window=4, type="template")
    plan_check(action.pk)
    mine = Check.objects.get(action=action)
    with at_the_end_of(202638):
        look(mine.pk)
    mine.refresh_from_db()
    assert (mine.state, mine.looks.get(final=True).verdict) == ("decided", "inconclusive")
    with at_the_end_of(202640):
        assert look(mine.pk) == []
        choose_next(mine.pk, "wait", by=boss)
        assert len(look(mine.pk)) == 2
    mine.refresh_from_db()
    assert mine.looks.get(final=True).weeks_after == 4  # the planned look stays the verdict until one is conclusive


def test_another_action_in_the_same_slice_forbids_a_verdict(check, seller, ines):
    an_action(seller, ines, number=98, slice="product=A20", type="packaging")
    look(check.pk)
    final = check.looks.get(final=True)
    assert final.verdict == "inconclusive"
    assert "overlapping" in final.warnings
    assert final.numbers["overlaps"][0]["action"] == 98


def test_one_elsewhere_does_not(check, seller, ines):
    an_action(seller, ines, number=98, slice="product=B1&issue_type=size")
    look(check.pk)
    assert check.looks.get(final=True).verdict == "effective"


def test_goods_of_new_batches_are_judged_apart(seller, shop, ines):
    from datetime import timedelta

    from fupan.commerce.models import Batch, Product

    plant(seller, shop, counts(change=-0.7), batch=lambda week: "new" if week > ACTION_WEEK else "old")
    action = an_action(seller, ines, type="supplier")
    product = Product.objects.get(code="A20")
    for code, days in (("old", -90), ("new", 3)):
        Batch.objects.create(
            workspace=seller, product=product, code=code, effective_from=action.carried_on + timedelta(days)
        )
    plan_check(action.pk)
    look(Check.objects.get(action=action).pk)
    final = Look.objects.get(final=True)
    assert final.verdict == "effective"
    assert final.low < -0.7 < final.high


def test_numbers_of_a_look_can_be_drawn_and_read_back(check):
    look(check.pk)
    final = check.looks.get(final=True)
    numbers = final.numbers
    lengths = {len(numbers[name]) for name in ("weeks", "observed", "fitted", "expected", "low", "high", "units")}
    assert len(lengths) == 1
    assert sum(x for x in numbers["expected"] if x is not None) == pytest.approx(
        numbers["verdict"]["expected"], rel=1e-6
    )
    assert [one["slice"] for one in numbers["controls"]] == check.design["controls"]
    assert verdict_of(numbers["verdict"]).explain("en").startswith("Effective")
    assert TREATED not in [one["slice"] for one in numbers["controls"]]


def test_what_was_measured_of_carrying_out_is_measured_again(check, ines):
    from fupan.action.models import Proof

    Proof.objects.filter(action=check.action).delete()
    with at_the_end_of(202637):
        look(check.pk)
    check.carrying.refresh_from_db()
    assert (check.carrying.answer, check.carrying.by) == ("no", None)
