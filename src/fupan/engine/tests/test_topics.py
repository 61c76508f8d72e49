"""topics.rising: what buyers write about now that they did not before."""

import doctest
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine import BadChoice, BadShape, topics
from fupan.engine.tests.invented_texts import weeks
from fupan.engine.tests.strategies import calm
from fupan.engine.topics import detection
from fupan.engine.topics.significance import Sizes, family, log_odds, pvalues
from fupan.engine.topics.tokens import tokenize

SHOP = ("late parcel", "wrong colour", "box was torn", "too small for me", "smells odd", "no reply so far")


def shop(rng, count):
    return [". ".join(rng.choice(SHOP, 2)) for _ in range(count)]


@pytest.mark.parametrize(("language", "phrase"), [("en", "wont charge"), ("zh", "充不进电")])
def test_a_planted_phrase_comes_first_under_its_own_name(language, phrase):
    rng = np.random.default_rng(1)
    for _ in range(5):
        drawn = weeks(rng, language=language, phrase=phrase)
        first = topics.rising(drawn.now, drawn.before, language=language)[0]
        assert first.term == phrase
        assert phrase in first.terms
        assert (first.now, first.before) == (8, 6)
        assert first.documents == tuple(drawn.planted)
        assert set(first.quotes) <= set(drawn.planted)
        assert len(first.quotes) == 3


@pytest.mark.parametrize("language", ["en", "zh"])
def test_quiet_weeks_bring_few_topics(language):
    rng = np.random.default_rng(2)
    drawn = weeks(rng, now=0, before=1500, language=language).before
    found = 0
    for _ in range(30):
        order = rng.permutation(len(drawn))
        mixed = [drawn[i] for i in order]
        found += len(topics.rising(mixed[:150], mixed[150:], language=language))
    assert found / 30 < 0.5


@pytest.mark.parametrize(
    ("language", "others", "phrase"),
    [
        ("th", ["สินค้าดี ", "จัดส่งเร็ว ", "ของแตก ", "กล่องบุบ ", "สีไม่ตรง "], "ชาร์จไฟไม่เข้า"),
        ("ja", ["届きました。", "箱が潰れていた。", "配送が遅い。", "色が違う。"], "充電できません"),
        ("ko", ["배송이 늦어요. ", "색상이 달라요. ", "박스가 찌그러졌어요. "], "충전이 안 돼요"),
        ("de", ["Paket kam spät. ", "Farbe falsch. ", "Karton kaputt. "], "lädt nicht mehr auf"),
        ("vi", ["giao hàng chậm. ", "sai màu. ", "hộp bị móp. "], "không sạc được"),
        ("en", ["late parcel. ", "wrong colour. ", "torn box. "], "won't turn on"),
        ("hi", ["रंग गलत है। ", "देर से आया। ", "डिब्बा टूटा। "], "चार्ज नहीं हो रहा"),
    ],
)
def test_any_language_is_read(language, others, phrase):
    rng = np.random.default_rng(3)
    before = ["".join(rng.choice(others, 3)) for _ in range(400)]
    now = ["".join(rng.choice(others, 3)) for _ in range(33)]
    now += ["".join([*rng.choice(others, 1), phrase, ". ", *rng.choice(others, 1)]) for _ in range(7)]
    for told in (language, None):
        found = topics.rising(now, before, language=told)
        assert [topic.term for topic in found] == [phrase]
        assert found[0].documents == tuple(range(33, 40))


def test_two_troubles_are_two_topics_and_variants_are_one():
    rng = np.random.default_rng(4)
    now = shop(rng, 180) + ["the cable melts", "it melts, the cable melts", "cable melts"] * 4
    now += ["hinge snapped off", "the hinge snapped"] * 5
    found = topics.rising(now, shop(rng, 2000), language="en")
    assert [topic.term for topic in found] == ["cable melts", "hinge snapped"]
    assert {"cable", "melts", "cable melts"} <= set(found[0].terms)


def test_stop_words_numbers_links_and_masks_are_no_topics():
    rng = np.random.default_rng(5)
    noise = [
        "[order] [name] 112-1234567-1234567", "<email> https://shop.example/x?y=1", "230415ABCDEFGH B08PD3JNPF",
        "and then it was there with the", "{{name}} &nbsp; 5% 12:30 a.b@c.example",
    ]  # fmt: skip
    now = [f"{text} {extra}" for text, extra in zip(shop(rng, 100), noise * 20, strict=True)]
    assert topics.rising(now, shop(rng, 1000), language="en") == []


def test_a_chinese_label_ends_where_words_do():
    rng = np.random.default_rng(6)
    drawn = weeks(rng, now=60, before=1000, language="zh")
    told = ("收到的充电宝有裂缝", "外壳上有裂缝呢", "发现有裂缝了", "屏幕有裂缝的", "有裂缝，退货", "又见有裂缝")
    now = [*drawn.now, *told]
    assert topics.rising(now, drawn.before, language="zh-Hans")[0].term == "有裂缝"


def test_a_buyer_who_writes_six_times_counts_once():
    rng = np.random.default_rng(7)
    now, before = shop(rng, 60) + ["battery swollen"] * 6, shop(rng, 800)
    assert topics.rising(now, before, language="en")[0].term == "battery swollen"
    everyone = [f"b{n}" for n in range(60)]
    assert topics.rising(now, before, language="en", buyers_now=[*everyone, *["angry"] * 6]) == []
    pairs = topics.rising(now * 2, before, language="en", buyers_now=[*range(66)] * 2)
    assert (pairs[0].now, pairs[0].of_now) == (6, 66)


def test_the_weeks_before_are_kept_for_the_outbreak_test():
    rng = np.random.default_rng(8)
    before = [*shop(rng, 800), "battery swollen", "swollen battery; battery swollen", "battery swollen"]
    week = [*(rng.integers(0, 8, 800)), 2, 5, 5]
    found = topics.rising(shop(rng, 60) + ["battery swollen"] * 9, before, language="en", weeks_before=week)
    assert found[0].history == (0, 0, 1, 0, 0, 2, 0, 0)
    assert sum(found[0].history) == found[0].before


def test_a_known_topic_is_counted_in_another_week():
    held = topics.containing(
        ["充不进电", "won't charge"], ["怎么充不进电了", "It WON’T charge", "充不，进电", "recharge"]
    )
    assert held.tolist() == [[True, False, False, False], [False, True, False, False]]
    assert topics.containing([], ["x"]).shape == (0, 1)


@pytest.mark.parametrize(("now", "before"), [([], []), ([], ["a b"]), (["a b"] * 9, []), ([""] * 9, [""] * 90)])
def test_nothing_to_compare_is_no_topic(now, before):
    assert topics.rising(now, before, language=None) == []


def test_a_steady_share_is_no_topic_however_large():
    now, before = ["late parcel"] * 60 + ["wrong colour"] * 40, ["late parcel"] * 500 + ["wrong colour"] * 500
    assert topics.rising(now, before, language="en") == []


@pytest.mark.parametrize(
    ("arguments", "options", "error", "told"),
    [
        (("late parcel", []), {}, BadShape, "documents_now: expected a sequence of texts, got one str"),
        ((["a"], ["b", None]), {}, BadShape, "documents_before: expected a text at 1, got None"),
        ((["a"], 7), {}, BadShape, "documents_before: expected a sequence of texts, got 7"),
        ((["a"], ["b"]), {"language": "x"}, BadChoice, "language: expected a language code"),
        ((["a"], ["b"]), {"buyers_now": []}, BadShape, "buyers_now: expected one buyer for each of 1 documents, got 0"),
        ((["a"], ["b"]), {"weeks_before": [1, 2]}, BadShape, "weeks_before: expected one week for each of 1"),
        ((["a"], ["b"]), {"weeks_before": [-1]}, BadShape, "weeks_before: expected whole numbers of 0 or more"),
    ],
)
def test_bad_input_is_named(arguments, options, error, told):
    with pytest.raises(error, match=told):
        topics.rising(*arguments, **{"language": "en", **options})


def test_the_score_is_the_formula_of_monroe():
    a, b, now, before = 8.0, 22.0, 250, 8750
    prior = 500 * (a + b) / (now + before) + 0.01
    delta = np.log((a + prior) / (now + 500 - a - prior)) - np.log((b + prior) / (before + 500 - b - prior))
    expected = delta / np.sqrt(1 / (a + prior) + 1 / (b + prior))
    assert log_odds(np.array([a]), np.array([b]), Sizes(now, before))[0] == pytest.approx(expected)


def test_the_test_is_fishers():
    stats = pytest.importorskip("scipy.stats")
    sizes, rng = Sizes(40, 300), np.random.default_rng(9)
    now, before = rng.integers(0, 20, 50), rng.integers(0, 60, 50)
    peers = [stats.hypergeom.sf(a - 1, 340, a + b, 40) for a, b in zip(now, before, strict=True)]
    assert pvalues(now, before, sizes) == pytest.approx(peers, rel=1e-9)


def test_the_expected_false_terms_are_what_chance_brings():
    sizes, rng = Sizes(100, 900), np.random.default_rng(10)
    totals = rng.integers(3, 60, 400)
    all_terms = family(totals, sizes)
    drawn = rng.hypergeometric(totals, 1000 - totals, 100, size=(400, 400))
    found = np.array([pvalues(now, totals - now, sizes) for now in drawn])
    for level in (0.2, 1.0, 3.0):
        passed = (all_terms.expected(found) <= level).sum(axis=1).mean()
        assert passed == pytest.approx(level, abs=0.15 + 0.1 * level)
        assert passed <= level * 1.15 + 0.05


def test_the_sentences():
    rng = np.random.default_rng(11)
    now, before = shop(rng, 92) + ["battery swollen"] * 8, shop(rng, 996) + ["battery swollen"] * 4
    topic = topics.rising(now, before, language="en")[0]
    assert topic.explain("en").startswith(
        "“battery swollen” is rising: in 8 of 100 texts, before in 4 of 1,000 (×20.0; 95% interval ×"
    )
    assert topic.explain("en").endswith("Chance alone brings such a term less than once in 1,000 periods.")
    assert topic.explain("zh-hans").startswith(
        "“battery swollen”正在增多：本期 100 条中有 8 条，此前 1,000 条中有 4 条"
    )
    assert "none before" in topics.rising(now, before[:996], language="en")[0].explain("en")
    with pytest.raises(BadChoice, match="lang"):
        topic.explain("fr")


def test_the_example_runs():
    found = doctest.DocTestRunner()
    for case in doctest.DocTestFinder().find(detection.rising, globs=vars(detection)):
        found.run(case)
    assert found.summarize(verbose=False).failed == 0
    assert found.tries > 0


def test_a_week_of_400_against_4000_takes_a_fraction_of_a_second():
    drawn = weeks(np.random.default_rng(12), now=400, before=4000, phrase="wont charge")
    topics.rising(drawn.now, drawn.before, language="en")
    started = process_time()
    topics.rising(drawn.now, drawn.before, language="en")
    assert process_time() - started < 0.3


words = st.lists(st.sampled_from(["charge", "battery", "不", "电", "ไฟ", "the", "12", "[name]", ".", "\n", "é", "😀"]))
documents = st.lists(words.map(" ".join) | st.text(max_size=20), max_size=30)


@calm
@given(documents, documents)
def test_every_topic_keeps_its_promises(now, before):
    found = topics.rising(now, before, language=None)
    assert [topic.score for topic in found] == sorted((topic.score for topic in found), reverse=True)
    for topic in found:
        assert topic.terms[0] == topic.phrases[0] == topic.term
        assert 3 <= topic.now == len(topic.documents)
        assert set(topic.quotes) <= set(topic.documents)
        assert 0 < topic.pvalue <= topic.expected <= 0.2
        assert topics.containing([topic.term], now)[0].nonzero()[0].tolist() == list(topic.documents)


@calm
@given(documents)
def test_the_tokens_of_any_text_belong_to_their_document(texts):
    tokens = tokenize(texts, None)
    assert (np.diff(tokens.documents) >= 0).all()
    assert not len(tokens.ids) or tokens.documents[-1] <= max(len(texts) - 1, 0)


def test_a_particle_of_a_language_with_few_texts_is_no_topic():
    now = ["es passt nicht", "so ist es", "es fehlt etwas", "es klemmt"] + ["parcel came late"] * 30
    before = [f"{word} parcel came late" for word in ("the", "my", "our", "this")] * 80
    assert "es" not in {topic.term for topic in topics.rising(now, before)}
