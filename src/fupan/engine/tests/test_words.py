"""Every answer can say itself, in both languages."""

from math import inf, nan

import pytest
from hypothesis import given

from fupan.engine import BadChoice, compare
from fupan.engine.tests.strategies import calm, events, units


@pytest.mark.parametrize(
    ("change", "en", "zh"),
    [
        (
            compare.Change(1.8, 1.2, 2.7, detectable=True),
            "Up: +80% (95% interval +20% to +170%).",
            "上升：+80%（95% 区间 +20% ~ +170%）。",
        ),
        (
            compare.Change(0.6, 0.41, 0.905, detectable=True),
            "Down: −40% (95% interval −59% to −9.5%).",
            "下降：−40%（95% 区间 −59% ~ −9.5%）。",
        ),
        (
            compare.Change(1.004, 0.7, 3.42, detectable=False),
            "No detectable change: +0.4% (95% interval −30% to ×3.4); chance alone can do this.",
            "无明显变化：+0.4%（95% 区间 −30% ~ 3.4 倍），偶然也会这样。",
        ),
        (
            compare.Change(inf, 1.3, inf, detectable=True),
            "Up: none before (95% interval +30% or more).",
            "上升：此前没有（95% 区间 +30% 以上）。",
        ),
        (
            compare.Change(1, 0, inf, detectable=False),
            "Nothing to compare: too little happened in both periods.",
            "无从比较：两期发生得太少。",
        ),
        (
            compare.Change(nan, 0, inf, detectable=False),
            "No comparison: one of the periods has nothing to divide by.",
            "无从比较：有一期缺少基数。",
        ),
    ],
)
def test_a_change(change, en, zh):
    assert change.explain("en") == en
    assert change.explain("zh-hans") == zh


@pytest.mark.parametrize(
    ("difference", "en", "zh"),
    [
        (
            compare.Difference(0.032, 0.01, 0.054, detectable=True),
            "Up: +3.2 points (95% interval +1.0 points to +5.4 points).",
            "上升：+3.2 点（95% 区间 +1.0 点 ~ +5.4 点）。",
        ),
        (
            compare.Difference(-0.5, -1.25, 0.25, detectable=False, scale="value"),
            "No detectable change: −0.50 (95% interval −1.25 to +0.25); chance alone can do this.",
            "无明显变化：−0.50（95% 区间 −1.25 ~ +0.25），偶然也会这样。",
        ),
        (
            compare.Difference(0.5, -inf, inf, detectable=False, scale="value"),
            "No detectable change: +0.50; too few answers for an interval.",
            "无明显变化：+0.50；数量太少，算不出区间。",
        ),
        (
            compare.Difference(nan, -1, 1, detectable=False),
            "No comparison: one of the periods has nothing to divide by.",
            "无从比较：有一期缺少基数。",
        ),
    ],
)
def test_a_difference(difference, en, zh):
    assert difference.explain("en") == en
    assert difference.explain("zh-hans") == zh


def test_the_language_may_be_spelt_as_django_or_a_browser_spells_it():
    change = compare.counts(5, 4)
    assert change.explain("zh-Hans") == change.explain("zh-hans")


def test_an_unknown_language_is_refused():
    with pytest.raises(BadChoice, match="lang: expected one of en, zh-hans, got 'fr'"):
        compare.counts(5, 4).explain("fr")


@calm
@given(events, units, events, units)
def test_only_a_detectable_change_is_told_as_up_or_down(k1, n1, k0, n0):
    change = compare.rates(k1, n1, k0, n0)
    assert change.explain("en").startswith(("Up", "Down")) == change.detectable
    assert change.explain("zh-hans").startswith(("上升", "下降")) == change.detectable
