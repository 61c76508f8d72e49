"""labels.Labeler: from names alone to thousands of labels, and what it says of itself."""

import numpy as np
import pytest

from fupan.engine import BadChoice, BadShape, encoders, labels
from fupan.engine.labels import NONE_OF_THESE, Description, Labeler
from fupan.engine.tests.toy_encoder import MEANINGS, ToyEncoder

CLASSES = {
    "late": Description(
        {"en": "late delivery", "zh-hans": "物流延误"}, {"en": ["parcel delay"], "zh-hans": ["包裹没到"]}
    ),
    "broken": Description({"en": "arrived broken", "zh-hans": "破损"}, {"en": ["damaged"], "zh-hans": ["摔坏"]}),
    "refund": Description({"en": "refund", "zh-hans": "退款"}, {"en": ["money back"]}),
    "invoice": Description({"en": "invoice", "zh-hans": "发票"}, {"en": ["receipt"], "zh-hans": ["收据"]}),
}
FILLER = tuple(
    "shop order bought last week size colour blue green gift friend birthday kitchen phone case charger shoe".split()  # noqa: SIM905
)
CHINESE = {"late": "物流还没到", "broken": "收到就破损", "refund": "申请退款", "invoice": "需要发票"}


def tickets(rng, n, codes=tuple(CLASSES)):
    """English tickets: one telling word among five that tell nothing."""
    y = rng.choice(codes, n).tolist()
    telling = {code: [word for word in MEANINGS[code] if word.isascii()] for code in codes}
    texts = [" ".join(rng.permutation([*rng.choice(FILLER, 5), rng.choice(telling[code])])) for code in y]
    return texts, y


def right(found, truth):
    return float(np.mean([best == true for best, true in zip(found.best, truth, strict=True)]))


@pytest.fixture(scope="module")
def learnt():
    """A labeller that has seen 300 English tickets."""
    texts, y = tickets(np.random.default_rng(1), 300)
    return Labeler(CLASSES, ToyEncoder()).fit(texts, y)


def test_without_a_single_label_names_and_keywords_answer_in_both_languages():
    cold = Labeler(CLASSES, ToyEncoder()).fit([], [])
    texts, y = tickets(np.random.default_rng(2), 100)
    assert right(cold.predict(texts), y) > 0.8
    assert right(cold.predict(list(CHINESE.values())), list(CHINESE)) == 1
    assert (cold.labelled, cold.held_out, cold.declines) == (0, None, False)
    assert "suggestions" in cold.explain("en")
    assert "仅供参考" in cold.explain("zh-hans")


def test_probabilities_are_shares_and_labels_follow_them(learnt):
    texts, _ = tickets(np.random.default_rng(3), 50)
    found = learnt.predict(texts)
    assert found.probabilities.shape == (50, 4)
    assert found.probabilities.sum(axis=1) == pytest.approx(1)
    assert found.classes == tuple(CLASSES)
    for label, best, sure, out in zip(found.labels, found.best, found.confidence, found.outside, strict=True):
        assert label == (best if sure >= learnt.threshold and not out else None)


def test_labels_given_are_right_about_as_often_as_promised(learnt):
    texts, y = tickets(np.random.default_rng(4), 400)
    found = learnt.predict(texts)
    given = [(label, true) for label, true in zip(found.labels, y, strict=True) if label]
    assert len(given) > 200
    assert np.mean([label == true for label, true in given]) > 0.94
    assert "labelled automatically" in learnt.explain("en")


def test_english_labels_do_not_spoil_chinese(learnt):
    assert learnt.predict(list(CHINESE.values())).best == list(CHINESE)


def test_corrections_are_learnt_with_the_unlabelled_beside_them():
    rng = np.random.default_rng(5)
    texts, y = tickets(rng, 260)
    told = [label if row < 20 else None for row, label in enumerate(y)]
    few = Labeler(CLASSES, ToyEncoder()).fit(texts, told)
    assert (few.labelled, few.unlabelled) == (20, 240)
    same = Labeler(CLASSES, ToyEncoder()).fit(texts[:20], y[:20], unlabelled=texts[20:])
    asked, truth = tickets(rng, 100)
    assert right(few.predict(asked), truth) > 0.85
    assert np.array_equal(few.predict(asked).probabilities, same.predict(asked).probabilities)


def test_corrections_of_one_kind_do_not_spoil_the_others_of_their_class():
    classes = {"goods": Description("parcel late", ["broken"]), "money": Description("refund", ["invoice"])}
    texts, kinds = tickets(np.random.default_rng(15), 300)
    y = ["goods" if kind in ("late", "broken") else "money" for kind in kinds]
    told = [
        label if kind in ("late", "refund") and row < 100 else None
        for row, (label, kind) in enumerate(zip(y, kinds, strict=True))
    ]
    labeler = Labeler(classes, ToyEncoder())
    cold, fitted = labeler.fit(texts, [None] * 300), labeler.fit(texts, told)
    assert right(fitted.predict(texts), y) > max(0.95, right(cold.predict(texts), y) - 0.01)


def test_a_correction_is_believed_against_the_name():
    classes = {"a": Description("invoice"), "b": Description("refund")}
    texts, y = tickets(np.random.default_rng(6), 60, ("invoice", "refund"))
    swapped = ["b" if label == "invoice" else "a" for label in y]
    assert right(Labeler(classes, ToyEncoder()).fit(texts, swapped).predict(texts), swapped) > 0.9


def test_a_text_that_says_nothing_makes_it_decline():
    rng = np.random.default_rng(7)
    texts = [" ".join(rng.choice(FILLER, 6)) for _ in range(300)]
    y = rng.choice(list(CLASSES), 300, p=[0.4, 0.2, 0.2, 0.2]).tolist()
    fitted = Labeler(CLASSES, ToyEncoder()).fit(texts, y)
    assert fitted.declines
    assert fitted.predict(texts).labels == [None] * 300
    assert "does not tell" in fitted.explain("en")
    assert "看不出标签" in fitted.explain("zh-hans")


def test_the_order_tells_what_the_text_does_not():
    rng = np.random.default_rng(8)
    texts = [" ".join(rng.choice(FILLER, 6)) for _ in range(400)]
    y = rng.choice(["late", "broken"], 400).tolist()
    facts = [{"carrier": "DHL", "days_late": float(5 * (label == "late") + rng.random()), "gift": None} for label in y]
    classes = {code: CLASSES[code] for code in ("late", "broken")}
    labeler = Labeler(classes, ToyEncoder())
    assert labeler.fit(texts, y).declines
    fitted = labeler.fit(texts[:300], y[:300], context=facts[:300])
    assert not fitted.declines
    assert right(fitted.predict(texts[300:], context=facts[300:]), y[300:]) > 0.9
    assert len(fitted.predict(texts[:3])) == 3  # an order may be unknown


def test_texts_unlike_every_class_are_none_of_these(learnt):
    rng = np.random.default_rng(9)
    known, _ = tickets(rng, 200)
    assert learnt.predict(known).outside.mean() < 0.15
    classes = {code: CLASSES[code] for code in ("late", "broken")}
    texts, y = tickets(rng, 300, ("late", "broken"))
    strange = tickets(rng, 120, ("refund", "invoice"))[0]
    marked = Labeler(classes, ToyEncoder()).fit([*texts, *strange[:60]], [*y, *[NONE_OF_THESE] * 60])
    assert marked.predict(strange[60:]).outside.mean() > 0.6
    assert marked.predict(texts).outside.mean() < 0.15
    assert marked.labelled == 300


def test_the_quick_answer_needs_the_first_encoder_only():
    texts, y = tickets(np.random.default_rng(10), 200)
    quick, slow = ToyEncoder("quick"), ToyEncoder("slow", dim=32)
    for told in (y, [*y[:20], *[None] * 180]):
        fitted = Labeler(CLASSES, [quick, slow]).fit(texts, told)
        before = slow.encoded
        assert right(fitted.predict(texts, quick=True), y) > 0.85
        assert slow.encoded == before
        assert right(fitted.predict(texts), y) > 0.85


def test_a_cold_labeller_reads_a_large_batch_first():
    texts, y = tickets(np.random.default_rng(11), 240)
    labeler = Labeler(CLASSES, ToyEncoder())
    read = labeler.fit([], [], unlabelled=texts)
    assert np.array_equal(labeler.fit([], []).predict(texts).probabilities, read.predict(texts).probabilities)
    assert right(read.predict(texts), y) > 0.85


@pytest.mark.parametrize("n", [0, 25, 300])
def test_what_is_written_is_read_back(n):
    texts, y = tickets(np.random.default_rng(12), n)
    encoder = ToyEncoder()
    fitted = Labeler(CLASSES, encoder).fit(texts, y, context=[{"carrier": "DHL"}] * n)
    again = labels.from_bytes(labels.to_bytes(fitted), encoder)
    asked, _ = tickets(np.random.default_rng(13), 20)
    assert np.array_equal(fitted.predict(asked).probabilities, again.predict(asked).probabilities)
    assert (again.labelled, again.held_out, again.threshold) == (n, fitted.held_out, fitted.threshold)
    assert again.labeler.classes == fitted.labeler.classes


def test_what_is_not_a_labeller_is_refused():
    fitted = Labeler(CLASSES, ToyEncoder()).fit([], [])
    for wrong in (b"", b"nothing of the kind", labels.to_bytes(fitted)[:200]):
        with pytest.raises(labels.BadState, match="not a labeller"):
            labels.from_bytes(wrong, ToyEncoder())
    with pytest.raises(labels.BadState, match="toy"):
        labels.from_bytes(labels.to_bytes(fitted), ToyEncoder("another"))


def test_fitting_twice_gives_the_same():
    texts, y = tickets(np.random.default_rng(14), 120)
    one, other = (Labeler(CLASSES, ToyEncoder()).fit(texts, y).predict(texts) for _ in range(2))
    assert np.array_equal(one.probabilities, other.probabilities)


def test_odd_but_possible_inputs_have_answers(learnt):
    assert len(learnt.predict([])) == 0
    odd = learnt.predict(["", "   ", "!!!", "\ud800", "12345678", "ไม่ได้รับสินค้า"])
    assert np.isfinite(odd.probabilities).all()
    alone = Labeler({"only": "one class"}, ToyEncoder()).fit(["a text", "b text"], ["only", "only"])
    assert alone.predict(["what"]).best == ["only"]
    same = Labeler(CLASSES, ToyEncoder()).fit(["late parcel"] * 100, ["late"] * 100)
    assert same.predict(["late parcel"]).best == ["late"]


def test_bad_input_is_named():
    with pytest.raises(BadChoice, match="classes: expected a dict"):
        Labeler({}, ToyEncoder())
    with pytest.raises(BadChoice, match="class 'late' has no name"):
        Labeler({"late": Description(())}, ToyEncoder())
    with pytest.raises(BadChoice, match="kept for texts"):
        Labeler({NONE_OF_THESE: "x"}, ToyEncoder())
    with pytest.raises(BadChoice, match="encoder: expected an Encoder"):
        Labeler(CLASSES, "use")
    labeler = Labeler(CLASSES, ToyEncoder())
    with pytest.raises(BadChoice, match="y: 'lost' is not among"):
        labeler.fit(["a"], ["lost"])
    with pytest.raises(BadShape, match="texts, y"):
        labeler.fit(["a", "b"], ["late"])
    with pytest.raises(BadShape, match="context"):
        labeler.fit(["a"], ["late"], context=[])
    with pytest.raises(BadShape, match="texts: expected a list"):
        labeler.fit([], []).predict("a text")
    with pytest.raises(BadChoice, match="lang"):
        labeler.fit([], []).explain("fr")


def test_the_real_encoder_crosses_languages():
    cold = Labeler(CLASSES, encoders.load("use")).fit([], [])
    asked = [
        "Mon colis n'est toujours pas arrivé",
        "ガラスが割れていました",
        "我想把钱要回来",
        "Bitte senden Sie mir die Rechnung",
    ]
    assert cold.predict(asked).best == list(CLASSES)
