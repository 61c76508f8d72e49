"""What likeness is made of: terms, pieces, languages, words, fusion, the gate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine.likeness import fusion, gate, texts
from fupan.engine.likeness.growing import Growing, GrowingRagged, highest
from fupan.engine.likeness.lexical import Asked, Lexical


@pytest.mark.parametrize(
    ("text", "held", "not_held"),
    [
        ("Where are my parcels?", {"parcel"}, {"where", "are", "my"}),
        ("我的包裹没到", {"包裹", "#包裹"}, {"我的包裹没到"}),
        ("Paket verspätet", {"paket", "verspätet"}, set()),
        ("สินค้าแตก", {"สิน"}, {"สินค้าแตก"}),
        ("Ｅｒｒｏｒ Ｅ０４", {"error", "e04"}, set()),
    ],
)
def test_terms_by_script(text, held, not_held):
    found = set(texts.terms(text))
    assert held <= found
    assert not not_held & found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("快递一直没有更新", "zh"),
        ("iPhone 15 屏幕碎了", "zh"),
        ("荷物がまだ届きません", "ja"),
        ("배송이 너무 늦어요", "ko"),
        ("ยังไม่ได้รับสินค้า", "th"),
        ("Tôi chưa nhận được hàng", "vi"),
        ("Where is my parcel, and when will it arrive?", "en"),
        ("Mein Paket ist noch nicht da und ich warte", "de"),
        ("Где моя посылка", "ru"),
        ("SKU 4471", ""),
        ("", ""),
    ],
)
def test_languages(text, code):
    assert texts.language(text) == code


@given(st.text(max_size=800))
def test_pieces_fit_and_lose_no_word(text):
    found = texts.pieces(text)
    assert found
    assert all(texts.width(piece) <= 305 for piece in found)
    kept = "".join("".join(found).split())
    if texts.width(texts.quiet(text)) <= 300:
        assert kept == "".join(texts.quiet(text).split())


@given(st.text(max_size=60))
def test_a_text_covers_itself(text):
    words = Lexical()
    words.append([text, "another text altogether"])
    asked = Asked.of(text)
    covered, _, grams = words.view(np.ones(2, bool)).compare(asked, np.array([0]))
    assert covered[0] == pytest.approx(1 if len(asked.terms) else 0, abs=1e-5)
    assert grams[0] == pytest.approx(1 if len(asked.grams) else 0, abs=1e-4)


def test_links_mails_and_long_numbers_are_not_for_encoders():
    assert texts.quiet("Order 112-8841-99 at https://x.y/z by a@b.com is late 24 h") == "Order at by is late 24 h"


def test_newer_texts_are_compared_before_the_statistics_know_them():
    words = Lexical()
    words.append([f"old text {at}" for at in range(100)])
    alive = np.ones(101, bool)
    words.view(alive[:100])
    words.append(["a strap that tore"])
    view = words.view(alive)
    assert view.settled.count == 100
    assert 100 in view.likely(Asked.of("torn strap"), 5, alive)
    assert view.compare(Asked.of("the strap"), np.array([100]))[0][0] == pytest.approx(1)


def test_readers_keep_what_they_took():
    held = Growing(np.arange(3))
    before = held.rows
    held.append(np.arange(100))
    assert before.tolist() == [0, 1, 2]
    assert len(held) == 103
    ragged = GrowingRagged(np.zeros(1, np.int64), np.empty(0))
    ragged.append([(np.ones(2),), (np.empty(0),), (np.full(3, 2.0),)])
    owner, (values,) = ragged.view.take(np.array([2, 0]))
    assert owner.tolist() == [0, 0, 0, 1, 1]
    assert values.tolist() == [2, 2, 2, 1, 1]


@given(st.integers(0, 999), st.integers(1, 60), st.integers(1, 5000))
def test_the_highest_are_all_there(seed, most, n):
    values = np.random.default_rng(seed).normal(size=n).astype(np.float32)
    assert set(np.argsort(-values)[:most]) <= set(highest(values, most))


def signals(n, **told):
    rng = np.random.default_rng(5)
    made = {name: rng.random(n) for name in ("covered", "grams", "passage", "quick", "deep")}
    flags = {"one_language": np.ones(n, bool), "long": np.zeros(n, bool), "blind": np.zeros(n, bool)}
    return fusion.Signals(**(made | flags | told))


def test_weights_are_those_published():
    one = signals(4)
    assert fusion.score(one) == pytest.approx(0.1 * one.covered + 0.1 * one.grams + 0.2 * one.quick + 0.6 * one.deep)
    early = signals(4, deep=np.full(4, np.nan))
    assert fusion.score(early) == pytest.approx(0.2 * early.covered + 0.2 * early.grams + 0.6 * early.quick)
    across = signals(4, one_language=np.zeros(4, bool))
    assert fusion.score(across) == pytest.approx(0.4 * across.quick + 0.6 * across.deep)
    blind = signals(4, one_language=np.zeros(4, bool), blind=np.ones(4, bool))
    assert fusion.score(blind) == pytest.approx(blind.deep)


def test_what_use_cannot_read_does_not_move_a_score():
    told = {"blind": np.ones(6, bool)}
    for long in (np.zeros(6, bool), np.ones(6, bool)):
        for deep in (np.full(6, 0.5), np.full(6, np.nan)):
            one = signals(6, **told, long=long, deep=deep)
            other = signals(6, **told, long=long, deep=deep, quick=np.zeros(6))
            assert np.array_equal(fusion.score(one), fusion.score(other))


@given(st.integers(0, 1000), st.integers(20, 60))
def test_waiting_for_a_vector_changes_no_order_among_those_that_wait(seed, n):
    rng = np.random.default_rng(seed)
    deep = rng.random(n + 40)
    deep[rng.permutation(n + 40)[:n]] = np.nan
    made = signals(n + 40, deep=deep)
    waiting = np.isnan(deep)
    quick = fusion.score(signals(n + 40, deep=np.full(n + 40, np.nan)))[waiting]
    score = fusion.score(made)[waiting]
    assert np.all(np.diff(score[np.argsort(quick, kind="stable")]) >= -1e-9)


@given(st.lists(st.floats(-1, 1), min_size=1, max_size=30), st.lists(st.floats(-1, 1), min_size=1, max_size=30))
def test_auroc_is_the_share_of_pairs_in_order(known, strange):
    pairs = np.mean([(a > b) + (a == b) / 2 for a in known for b in strange])
    assert gate.auroc(np.array(known), np.array(strange)) == pytest.approx(pairs)


def test_the_probability_rises_with_the_score_and_is_calibrated():
    rng = np.random.default_rng(6)
    trials = [
        gate.Trial(float(a), True, float(b))
        for a, b in zip(rng.normal(1, 1, 4000), rng.normal(-1, 1, 4000), strict=True)
    ]
    learnt = gate.fitted(trials, 0.9)
    assert [round(learnt.probability(x), 1) for x in (-1, 0, 1)] == [0.1, 0.5, 0.9]
    assert learnt.kept == pytest.approx(0.9, abs=0.001)
