"""outbreak.detect: alarms worth a person's time."""

import numpy as np
import pytest

from fupan.engine import BadChoice, BadShape, NoExposure
from fupan.engine.outbreak import Alarm, completeness, detect, exposure, screen
from fupan.engine.outbreak.scenarios import SCENARIOS, TESTED, simulate
from fupan.engine.outbreak.tiers import tier


def shop(slices=60, weeks=300, mean=8.0, seed=1):
    return np.random.default_rng(seed).negative_binomial(mean / 0.5, 1 / 1.5, (slices, weeks))


def test_one_surge_is_one_alarm_with_its_figures():
    counts = shop()
    counts[7, 298] = 40
    (alarm,) = detect(counts, [298], names=[f"slice {row}" for row in range(60)])
    assert (alarm.slice, alarm.week, alarm.kind, alarm.tier) == (7, 298, "outbreak", "full")
    assert alarm.observed == 40
    assert alarm.expected == pytest.approx(8, abs=2)
    assert alarm.excess == pytest.approx(40 - alarm.expected)
    assert alarm.expected < alarm.upper < 40
    assert 0 < alarm.low < alarm.excess
    assert alarm.pvalue < 1e-5
    assert alarm.score > 1
    assert alarm.explain("en").startswith("slice 7: 40 cases where")
    assert alarm.explain("zh-hans").startswith("slice 7：出现 40 件")


def test_an_alarm_stays_open_until_three_quiet_weeks():
    counts = shop()
    counts[7, 290:293] = 40
    (alarm,) = detect(counts[:20], range(290, 294))
    assert (alarm.week, alarm.last, alarm.open) == (290, 292, True)
    (closed,) = detect(counts[:20], range(290, 296))
    assert (closed.last, closed.open) == (292, False)
    counts[7, 295] = 40
    (longer,) = detect(counts[:20], range(290, 296))
    assert (longer.last, longer.open) == (295, True)


def test_alarms_of_earlier_runs_go_on():
    counts = shop()
    counts[7, 290:292] = 40
    first = detect(counts, [290])
    assert detect(counts, [291], before=first) == detect(counts, [290, 291])


def test_the_budget_keeps_the_largest_certain_excess():
    counts = shop()
    counts[:5, 298] = [30, 35, 40, 45, 50]
    assert {alarm.slice for alarm in detect(counts, [298], budget=2)} == {3, 4}
    costs = np.ones(60)
    costs[0] = 100
    assert {alarm.slice for alarm in detect(counts, [298], budget=2, costs=costs)} == {0, 4}
    assert len(detect(counts, [298], budget=None)) == 5


def test_levels_are_judged_apart():
    counts = shop()
    counts[0, 298] = 24
    crowd = np.vstack([counts, shop(slices=1500, seed=9)])
    levels = np.append(np.zeros(60, int), np.ones(1500, int))
    together, apart = detect(crowd, [298]), detect(crowd, [298], levels=levels)
    assert 0 in {alarm.slice for alarm in apart}
    assert len(together) <= len(apart)


def test_calm_slices_raise_next_to_no_alarm():
    assert len(detect(shop(slices=400), range(280, 290), budget=None)) <= 3


def test_a_slow_drift_is_found_with_its_beginning():
    rng = np.random.default_rng(4)
    mean = np.full((40, 300), 40.0)
    mean[3, 285:] *= 1.25
    counts = rng.poisson(mean)
    (alarm,) = detect(counts, [297])
    assert (alarm.slice, alarm.kind) == (3, "drift")
    assert 282 <= alarm.since <= 288
    assert alarm.observed > alarm.upper > alarm.expected
    assert "weeks where" in alarm.explain("en")
    assert "周内出现" in alarm.explain("zh-hans")
    assert {alarm.kind for alarm in detect(counts, range(290, 298), drift_share=0)} <= {"outbreak"}


def test_an_outbreak_gone_by_is_no_drift():
    counts = shop(slices=30, mean=20.0)
    counts[3, 285:287] = 120
    assert detect(counts, range(289, 300)) == []


def test_history_decides_the_tier():
    assert tier(np.array([0, 25, 26, 51, 52, 155, 156, 400])).tolist() == [3, 3, 2, 2, 1, 1, 0, 0]


@pytest.mark.parametrize(("history", "name"), [(200, "full"), (100, "years"), (40, "pooled"), (10, "young")])
def test_every_tier_finds_a_surge_and_stays_calm_without(history, name):
    rng = np.random.default_rng(6)
    season = 1 + 0.4 * np.sin(2 * np.pi * np.arange(320) / 52)
    counts = rng.poisson(8 * season, (80, 320))
    since = np.append(0, np.full(79, 319 - history))
    counts[np.arange(320) < since[:, None]] = 0
    counts[0] = rng.poisson(640 * season)
    units = np.ones((80, 320))
    units[0] = 80
    parents = np.append(-1, np.zeros(79, int))
    assert len(detect(counts, [319], exposure=units, since=since, parents=parents)) <= 1
    counts[5, 319] += 40
    alarms = {alarm.slice: alarm for alarm in detect(counts, [319], exposure=units, since=since, parents=parents)}
    assert alarms[5].tier == name
    told = screen(counts, [319], exposure=units, since=since, parents=parents)
    assert told.expected[1:, 0].mean() == pytest.approx(8 * season[319], rel=0.12)


def test_a_slice_begins_with_its_first_exposure():
    counts, units = shop(slices=5), np.ones((5, 300))
    units[2, :280] = 0
    counts[2, :280] = 0
    counts[2, 299] = 60
    (alarm,) = detect(counts, [299], exposure=units)
    assert (alarm.slice, alarm.tier) == (2, "young")


def test_a_half_reported_week_is_held_against_half():
    counts = shop(mean=20.0)
    counts[:, 299] = np.random.default_rng(2).binomial(counts[:, 299], 0.6)
    counts[9, 299] = 45
    alarms = detect(counts, [299], complete=[1.0, 0.6])
    assert [alarm.slice for alarm in alarms] == [9]
    assert alarms[0].expected == pytest.approx(12, abs=3)
    assert detect(counts, [299], complete=[0.4]) == []


def test_a_prime_day_is_neither_surge_nor_dip():
    units = np.full(300, 1000.0)
    units[297] = 5000
    due = exposure(units, [0.2, 0.5, 0.3])
    assert due[296:].tolist() == pytest.approx([1000, 1800, 3000, 2200])
    assert due[:3] == pytest.approx([1000, 1000, 1000])
    counts = np.random.default_rng(3).poisson(0.01 * due, (40, 300))
    assert len(detect(counts, [297, 298, 299], exposure=due)) <= 1
    assert len(detect(counts, [298], budget=None)) > 30


def test_the_chain_ladder_tells_what_is_still_to_come():
    rng = np.random.default_rng(8)
    whole = rng.multinomial(2000, [0.5, 0.3, 0.2], 30).astype(float)
    whole[-1, 1:], whole[-2, 2:] = np.nan, np.nan
    assert completeness(whole) == pytest.approx([1.0, 0.8, 0.5], abs=0.01)


def test_no_case_in_years_is_no_proof_that_none_can_come():
    counts = np.zeros((30, 300), dtype=int)
    counts[4, 299] = 1
    told = screen(counts, [299], limit54=(0, 4))
    assert 1e-4 < told.pvalue[4, 0] < 0.05
    assert detect(counts, [299]) == []


def test_the_answer_does_not_depend_on_the_order_of_the_slices():
    counts = shop()
    forth, back = screen(counts, [299]), screen(counts[::-1], [299])
    assert back.pvalue[::-1] == pytest.approx(forth.pvalue, rel=1e-6)


def test_false_positives_of_the_screen_keep_their_level():
    made = simulate(np.random.default_rng(12), 4)
    calm = screen(made.calm, TESTED[::6], limit54=(0, 4))
    assert len(made.size) == 4 * len(SCENARIOS)
    assert calm.alarm.mean() < 0.012
    loud = screen(made.counts, range(575, 576), limit54=(0, 4))
    assert np.isfinite(loud.upper).all()


@pytest.mark.parametrize(
    ("changed", "error", "told"),
    [
        ({"parents": np.full(60, 60)}, BadChoice, "parents: expected -1 to 59, got 60"),
        ({"parents": [1]}, BadShape, r"parents: expected shape \(60,\), got \(1,\)"),
        ({"since": [1, 2]}, BadShape, "since: expected a week for each of 60 slices"),
        ({"complete": [[0.5]]}, BadShape, "complete: expected the last of 300 weeks"),
        ({"names": ["a"]}, BadShape, "names: expected 60 names, got 1"),
        ({"q": 1.5}, BadChoice, "q: expected a number between 0 and 1"),
        ({"levels": [0.5] * 60}, BadChoice, "levels: expected whole numbers"),
    ],
)
def test_bad_input_is_named(changed, error, told):
    with pytest.raises(error, match=told):
        detect(shop(), [299], **changed)


def test_bad_delays_are_named():
    with pytest.raises(NoExposure, match="delay: every part is 0"):
        exposure([1, 2], [0, 0])
    with pytest.raises(BadShape, match="triangle"):
        completeness([1, 2])


def test_an_unknown_language_is_refused():
    alarm = Alarm(0, 9, 8.0, 2.0, 5.0, 3.0, 1e-4, 2.0, "young", "outbreak", 9, 9, open=True)
    assert "young series" in alarm.explain("en")
    assert "新序列" in alarm.explain("zh-hans")
    with pytest.raises(BadChoice, match="lang"):
        alarm.explain("de")
