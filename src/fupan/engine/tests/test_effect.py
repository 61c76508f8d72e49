"""effect.judge: did the action work? Known truths, honest doubts, sentences."""

import doctest
from dataclasses import replace
from importlib import import_module
from math import isnan
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine.effect import EffectPlan, Verdict, judge, pool, weeks_needed
from fupan.engine.effect.looks import half_width
from fupan.engine.effect.simulated import PICKED, Scene
from fupan.engine.errors import BadChoice, BadCounts, BadShape
from fupan.engine.tests.strategies import calm

PLAN = EffectPlan(26, [26], range(26), planned_weeks=8)


def judged(scene, seed=0, plan=PLAN, controls=199, **options):
    counts, exposure = scene.draw(np.random.default_rng(seed))
    rest = slice(1, 1 + controls)
    return judge(plan, counts[0], exposure[0], counts[rest], exposure[rest], **options)


def flat(weekly, after, controls=40, weeks=35):
    """A slice with exactly ``weekly`` cases before and ``after`` cases in each of the last 8 weeks; calm controls."""
    counts = np.full(weeks, float(weekly))
    counts[27:] = after
    return counts, np.ones(weeks), np.full((controls, weeks), float(weekly)), np.ones((controls, weeks))


def test_a_halved_count_is_effective_and_says_what_it_saved():
    found = judge(PLAN, *flat(30, 15), cost_per_case=10, currency="EUR")
    assert found.verdict == "effective"
    assert found.change == pytest.approx(-0.5, abs=0.01)
    assert found.low < found.change < found.high < 0
    assert found.prevented == pytest.approx(120, rel=0.03)
    assert found.prevented_low < found.prevented < found.prevented_high
    assert found.saved == pytest.approx(10 * found.prevented)
    assert (found.planned, found.weeks_needed, found.warnings) == (True, 0, ())


def test_a_doubled_count_is_harmful():
    found = judge(PLAN, *flat(30, 60))
    assert found.verdict == "harmful"
    assert found.prevented < 0


def test_an_unchanged_large_count_rules_the_wish_out():
    found = judge(PLAN, *flat(300, 300))
    assert found.verdict == "not_effective"
    assert found.change == pytest.approx(0, abs=0.01)


def test_what_the_controls_do_too_is_no_effect():
    counts, exposure, controls, units = flat(300, 150)
    controls[:, 27:] = 150
    assert judge(PLAN, counts, exposure, controls, units).change == pytest.approx(0, abs=0.01)


def test_fewer_orders_are_no_effect():
    counts, exposure, controls, units = flat(300, 150)
    exposure[27:] = 0.5
    assert judge(PLAN, counts, exposure, controls, units).change == pytest.approx(0, abs=0.01)
    assert judge(PLAN, counts, None, controls, None).change == pytest.approx(-0.5, abs=0.01)


def test_controls_that_grow_apart_from_each_other_are_no_movement():
    """One with many cases per order sells more and more: the pooled rate rises, no rate does."""
    counts, exposure, controls, units = flat(100, 100)
    units[0], controls[0] = 1.0, 1000.0
    units[0, 27:], controls[0, 27:] = 5.0, 5000.0
    assert judge(PLAN, counts, exposure, controls, units).change == pytest.approx(0, abs=0.02)


def test_weeks_without_orders_are_left_out():
    counts, exposure, controls, units = flat(30, 15)
    exposure[[3, 30]] = 0
    holes = counts.copy()
    holes[[3, 30]] = 0, 99
    assert judge(PLAN, holes, exposure, controls, units).change == pytest.approx(-0.5, abs=0.01)


def test_the_selection_weeks_and_the_delay_do_not_count():
    counts, exposure, controls, units = flat(30, 30)
    counts[[26, 27, 28]] = 500
    plan = EffectPlan(26, [26], range(26), delay=2, planned_weeks=6)
    controls[:, 26] += np.arange(40) % 2  # some life, so that there is a persistence to estimate
    assert judge(plan, counts, exposure, controls, units).change == pytest.approx(0, abs=0.12)
    assert plan.after(35).tolist() == list(range(29, 35))


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"n": 30}, "few_weeks"),
        ({"controls": 4}, "few_controls"),
        ({"weekly": 1}, "few_cases"),
        ({"overlapping": True}, "overlapping"),
    ],
)
def test_a_warning_forbids_a_claim(change, warning):
    weekly, n = change.get("weekly", 30), change.get("n", 35)
    counts, exposure, controls, units = flat(weekly, 0, controls=change.get("controls", 40))
    plan = replace(PLAN, planned_weeks=n - 27)
    arrays = counts[:n], exposure[:n], controls[:, :n], units[:, :n]
    found = judge(plan, *arrays, overlapping=change.get("overlapping", False))
    assert found.verdict == "inconclusive"
    assert warning in found.warnings


def test_a_short_history_with_few_controls_forbids_a_claim():
    counts, exposure, controls, units = (array[..., 19:] for array in flat(30, 0, controls=5))
    found = judge(EffectPlan(7, [7], range(7)), counts, exposure, controls, units)
    assert (found.verdict, found.warnings) == ("inconclusive", ("few_placebos",))


def test_a_slice_already_falling_gets_no_praise_but_may_be_blamed():
    falling = np.round(90 * 0.96 ** np.arange(35.0))
    _, exposure, controls, units = flat(30, 30)
    found = judge(PLAN, falling, exposure, controls, units)
    assert "pre_trend" in found.warnings
    assert found.high < 0
    assert found.explain("en").startswith("No verdict yet: ")
    assert found.verdict == "inconclusive"
    falling[27:] = 300
    assert judge(PLAN, falling, exposure, controls, units).verdict == "harmful"


def test_before_anything_can_show_there_is_nothing_to_say():
    counts, exposure, controls, units = flat(30, 15)
    found = judge(PLAN, counts[:27], exposure[:27], controls[:, :27], units[:, :27])
    assert found.verdict == "inconclusive"
    assert isnan(found.change)
    assert "nothing to compare" in found.explain("en")
    exposure[27:] = 0
    assert "no_exposure" in judge(PLAN, counts, exposure, controls, units).warnings


def test_without_controls_nothing_is_claimed():
    counts, exposure, _, _ = flat(30, 5)
    found = judge(PLAN, counts, exposure, [], [])
    assert found.verdict == "inconclusive"
    assert found.change == pytest.approx(-0.83, abs=0.02)


def test_the_weekly_look_is_wider_than_the_planned_one():
    early, due = (judged(Scene(after=n), plan=PLAN) for n in (7, 8))
    assert (early.planned, due.planned) == (False, True)
    assert early.high - early.low > 1.4 * (due.high - due.low)
    assert half_width(0.04, planned=False) > half_width(0.04, planned=True) == pytest.approx(2.0537 * 0.2, rel=1e-3)


def test_placebos_can_be_drawn_fewer_or_not_at_all():
    scene = Scene(after=8, effect=-0.6)
    assert isnan(judged(scene, placebos=0).placebo)
    assert judged(scene, placebos=0).verdict == "effective"
    drawn = judged(scene, placebos=50, rng=np.random.default_rng(1))
    assert drawn.placebo == pytest.approx(1 / 51)
    assert judged(scene) == judged(scene)


def test_few_controls_are_helped_out_by_earlier_weeks():
    found = judged(Scene(after=8, effect=-0.6), controls=6)
    assert found.verdict == "effective"
    assert found.placebo < 0.025


@pytest.mark.parametrize("picked", PICKED)
@pytest.mark.parametrize("persistence", [0.0, 0.6])
def test_nothing_done_is_seldom_called_effective(picked, persistence):
    scene = Scene(picked, slices=40, after=4, persistence=persistence)
    plan = replace(PLAN, planned_weeks=4)
    found = [judged(scene, seed, plan) for seed in range(120)]
    assert sum(v.verdict == "effective" for v in found) <= 120 * 0.025 + 2 * np.sqrt(120 * 0.025)
    assert np.mean([v.low <= 0 <= v.high for v in found]) >= 0.92
    assert abs(np.mean([np.log1p(v.change) for v in found])) < 0.1


def test_a_halved_slice_is_found_after_four_weeks():
    plan = replace(PLAN, planned_weeks=4)
    found = [judged(Scene(effect=-0.5, slices=60), seed, plan).verdict for seed in range(80)]
    assert found.count("effective") >= 48


def test_a_third_less_after_four_weeks_is_rarely_denied():
    plan = replace(PLAN, planned_weeks=4)
    found = [judged(Scene(effect=-0.3, slices=60), seed, plan).verdict for seed in range(80)]
    assert found.count("not_effective") <= 4
    assert found.count("inconclusive") >= 40


def test_a_judgement_takes_five_milliseconds():
    counts, exposure = Scene(after=8).draw(np.random.default_rng(0))
    times = []
    for _ in range(10):
        started = perf_counter()
        judge(PLAN, counts[0], exposure[0], counts[1:], exposure[1:], placebos=0)
        times.append(perf_counter() - started)
    assert min(times) < 0.005


def test_small_effects_together_make_one_verdict():
    plan = EffectPlan(26, [26], range(26), planned_weeks=8)
    scene = Scene(weekly=2, after=8, effect=-0.5, slices=60)
    each = [judged(scene, seed, plan) for seed in range(12)]
    together = pool(each)
    assert together.verdict == "effective"
    assert together.error < min(v.error for v in each)
    assert together.observed == sum(v.observed for v in each if "pre_trend" not in v.warnings)


def test_a_pool_leaves_out_what_cannot_be_counted():
    good = judge(PLAN, *flat(30, 15))
    bad = judge(PLAN, *flat(30, 200), overlapping=True)
    assert pool([good, bad]).change == pytest.approx(good.change)
    assert pool([good, bad]).warnings == ("left_out",)
    assert pool([good]).verdict == "effective"
    assert pool([bad]).verdict == pool([]).verdict == "inconclusive"


def test_more_cases_need_fewer_weeks():
    assert weeks_needed(12, -0.5) == weeks_needed(12, 0.5)
    waits = [weeks_needed(count, -0.3) for count in (6, 12, 25, 100)]
    assert waits == sorted(waits, reverse=True)
    assert weeks_needed(25, -0.5) < weeks_needed(25, -0.3) < weeks_needed(25, -0.2)
    assert weeks_needed(12, -0.4, dispersion=3) > weeks_needed(12, -0.4)
    assert weeks_needed(0.2, -0.1) is None
    assert weeks_needed(0, -0.5) is None


def test_the_weeks_foretold_are_the_weeks_it_takes():
    weeks = weeks_needed(12, -0.4, dispersion=1.6)
    scene = Scene(weekly=12, slices=60, after=weeks, effect=-0.4, drift=0)
    plan = replace(PLAN, planned_weeks=weeks)
    found = [judged(scene, seed, plan, placebos=0).verdict for seed in range(120)]
    assert 0.68 <= found.count("effective") / 120 <= 0.95


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
@pytest.mark.parametrize("after", [0, 15, 29, 30, 90])
def test_every_verdict_says_itself(lang, after):
    told = judge(PLAN, *flat(30, after), cost_per_case=3, currency="CNY").explain(lang)
    assert told
    assert "{" not in told
    assert "nan" not in told
    assert told.isascii() is False or lang == "en"


def test_the_sentences():
    assert (
        judge(PLAN, *flat(30, 15), cost_per_case=10, currency="EUR").explain("en").startswith("Effective: −50% (96% ")
    )
    assert "Cases added: " in judge(PLAN, *flat(30, 60)).explain("en")
    assert judge(PLAN, *flat(12, 11)).explain("zh-hans").startswith("数据不足：")
    with pytest.raises(BadChoice):
        judge(PLAN, *flat(30, 15)).explain("fr")


@pytest.mark.parametrize(
    ("given", "error", "name"),
    [
        ({"action_week": -1}, BadChoice, "action_week"),
        ({"action_week": 2.5}, BadChoice, "action_week"),
        ({"selection_weeks": None}, BadChoice, "selection_weeks"),
        ({"baseline_weeks": []}, BadShape, "baseline_weeks"),
        ({"baseline_weeks": range(27)}, BadShape, "baseline_weeks"),
        ({"baseline_weeks": [28]}, BadShape, "baseline_weeks"),
        ({"baseline_weeks": 40}, BadShape, "baseline_weeks"),
        ({"delay": -1}, BadChoice, "delay"),
        ({"min_effect": 1.0}, BadChoice, "min_effect"),
        ({"planned_weeks": 0}, BadChoice, "planned_weeks"),
    ],
)
def test_bad_plans_are_named(given, error, name):
    with pytest.raises(error) as raised:
        EffectPlan(**{"action_week": 26, "selection_weeks": [26], "baseline_weeks": range(26), **given})
    assert raised.value.name == name


def test_a_number_of_baseline_weeks_ends_before_the_selection():
    assert EffectPlan(30, 28, 26).baseline_weeks == tuple(range(2, 28))
    assert EffectPlan(30, [], 26).baseline_weeks == tuple(range(4, 30))


@pytest.mark.parametrize(
    ("broken", "error", "name"),
    [
        (lambda a: (a[0][:20], a[1], a[2], a[3]), BadShape, "slice_counts"),
        (lambda a: (a[2], a[1], a[2], a[3]), BadShape, "slice_counts"),
        (lambda a: (-a[0], a[1], a[2], a[3]), BadCounts, "slice_counts"),
        (lambda a: (a[0], a[1][:9], a[2], a[3]), BadShape, "slice_exposure"),
        (lambda a: (a[0], a[1], a[2][:, :9], a[3]), BadShape, "control_counts"),
        (lambda a: (a[0], a[1], a[2], a[3][:, :9]), BadShape, "control_exposure"),
        (lambda a: (a[0], a[1], a[2] * np.nan, a[3]), BadCounts, "control_counts"),
    ],
)
def test_bad_arrays_are_named(broken, error, name):
    with pytest.raises(error) as raised:
        judge(PLAN, *broken(flat(30, 15)))
    assert raised.value.name == name


@calm
@given(st.data())
def test_any_counts_get_an_ordered_answer(data):
    weeks, controls = 20, data.draw(st.integers(0, 8))
    series = st.lists(st.integers(0, 400), min_size=weeks, max_size=weeks)
    units = st.lists(st.integers(0, 3), min_size=weeks, max_size=weeks)
    rows = range(controls)
    found = judge(
        EffectPlan(12, [12], range(12), planned_weeks=data.draw(st.integers(1, 8))),
        data.draw(series),
        data.draw(units),
        [data.draw(series) for _ in rows],
        [data.draw(units) for _ in rows],
    )
    assert isinstance(found, Verdict)
    if not isnan(found.change):
        assert -1 <= found.low <= found.change <= found.high
        assert found.prevented_low <= found.prevented <= found.prevented_high
        assert 0 <= found.mde <= 1
        assert found.error > 0
    assert found.explain("en")


@pytest.mark.parametrize("module", ["plan", "planning"])
def test_the_examples_run(module):
    found = doctest.testmod(import_module(f"fupan.engine.effect.{module}"))
    assert found.attempted > 0
    assert found.failed == 0
