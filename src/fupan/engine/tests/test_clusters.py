"""Groups of like texts: found across languages, the same every time, and never smaller than asked for."""

import numpy as np
import pytest

from fupan.engine.clusters import groups
from fupan.engine.errors import BadChoice, BadShape


def two_troubles(seed=7, each=12, dim=24):
    """Two directions of meaning; half of the rows are of a language that pulls them all aside."""
    draw = np.random.default_rng(seed)
    meanings = np.eye(dim)[:2]
    rows = np.repeat(meanings, each, axis=0) + draw.normal(0, 0.08, (2 * each, dim))
    languages = ["de" if place % 2 else "zh" for place in range(2 * each)]
    pull = 1.5 * np.eye(dim)[5]
    rows += np.array([pull if language == "de" else -pull for language in languages])
    return rows, languages


def test_one_trouble_in_two_languages_is_one_group():
    rows, languages = two_troubles()
    found = groups(rows, languages, closeness=0.5, smallest=5)
    assert sorted(tuple(sorted(one.rows)) for one in found) == [tuple(range(12)), tuple(range(12, 24))]
    assert all(one.closeness > 0.8 for one in found)


def test_without_languages_told_apart_the_pull_of_a_language_wins():
    rows, languages = two_troubles()
    mixed = groups(rows, ["xx"] * len(rows), closeness=0.5, smallest=5)
    assert all(len({languages[row] for row in one.rows}) == 1 for one in mixed)


def test_the_same_rows_in_another_order_give_the_same_groups():
    rows, languages = two_troubles()
    order = np.random.default_rng(1).permutation(len(rows))
    told = groups(rows, languages, closeness=0.5)
    again = groups(rows[order], [languages[row] for row in order], closeness=0.5)
    assert {frozenset(one.rows) for one in told} == {frozenset(int(order[row]) for row in one.rows) for one in again}


def test_the_typical_row_comes_first_and_small_groups_are_left_out():
    rows = np.array([[1, 0.3], [1, 0], [1, -0.3], [0, 1.0]])
    (only,) = groups(rows, ["en"] * 4, closeness=0.6, smallest=2)
    assert only.rows[0] == 1 and set(only.rows) == {0, 1, 2}
    assert groups(rows, ["en"] * 4, closeness=0.6, smallest=4) == []
    assert groups(np.zeros((0, 2)), []) == []


def test_rows_of_one_mark_are_more_alike():
    rows = np.array([[1.0, 0], [0.4, 0.92], [1.0, 0.02], [0.38, 0.925]])
    apart = groups(rows, ["en"] * 4, closeness=0.62, smallest=2)
    assert {frozenset(one.rows) for one in apart} == {frozenset({0, 2}), frozenset({1, 3})}
    marked = groups(rows, ["en"] * 4, ["a", "a", "a", "a"], closeness=0.62, smallest=4, mark_weight=0.9)
    assert len(marked) == 1
    assert groups(rows, ["en"] * 4, [None] * 4, closeness=0.62, smallest=4) == []


def test_bad_input_is_named():
    with pytest.raises(BadShape, match="vectors"):
        groups([[1.0, 0]], ["en", "de"])
    with pytest.raises(BadShape, match="marks"):
        groups(np.eye(6), ["en"] * 6, ["a"])
    with pytest.raises(BadShape, match="at most"):
        groups(np.ones((2001, 2)), ["en"] * 2001)
    with pytest.raises(BadChoice, match="closeness"):
        groups(np.eye(2), ["en"] * 2, closeness=0)
