"""likeness.Index: finding, filtering, changing, keeping, and saying that there is nothing."""

import doctest
import threading

import numpy as np
import pytest

from fupan.engine import BadChoice, BadShape, EngineError, encoders
from fupan.engine import likeness as door
from fupan.engine.likeness import BadState, Index
from fupan.engine.tests.toy_encoder import MEANINGS, ToyEncoder

CASES = {
    "C-1": "The parcel is late and nobody knows where it is",
    "C-2": "The glass arrived broken in its box",
    "C-3": "Buyer wants his money back for the charger",
    "C-4": "收到杯子已经碎了，要求补发",
    "C-5": "物流一周没到，买家很着急",
    "C-6": "The strap of the watch tore after two days",
}
FACTS = [
    {"product": "P1", "cause": "carrier", "tags": ("vip", "peak")},
    {"product": "P2", "cause": "packaging"},
    {"product": "P3", "cause": None},
    {"product": "P2", "cause": "packaging"},
    {"product": "P1", "cause": "carrier"},
    {"product": "P4", "cause": "supplier"},
]


class Slow(ToyEncoder):
    """Plays E5: its name begins so, and its cosines lie between 0.75 and 1."""

    def __init__(self):
        super().__init__("e5", dim=32)

    def encode(self, texts):
        raised = np.column_stack([np.full(len(texts), 1.75), super().encode(texts)[:, :31]])
        return np.asarray(raised / np.linalg.norm(raised, axis=1, keepdims=True), dtype=np.float32)


def small(*some, **told):
    return Index(some or (ToyEncoder(),)).add(list(CASES), list(CASES.values()), facts=FACTS, **told)


def ids(hits):
    return [hit.id for hit in hits]


def crowd(n, rng, word="case"):
    """Texts of eight words out of 400 invented ones."""
    return [f"{word} " + " ".join(f"w{at}" for at in rng.integers(0, 400, 8)) for _ in range(n)]


def test_it_finds_the_case_that_says_the_same_in_other_words_and_in_another_language():
    index = small()
    assert index.search("The cup was smashed and damaged", 2)[0].id in ("C-2", "C-4")
    assert set(ids(index.search("货物破损", 2))) == {"C-2", "C-4"}
    crossing = next(hit for hit in index.search("货物破损", 2) if hit.id == "C-2")
    assert not crossing.why.one_language
    assert "another language" in crossing.explain("en")
    assert "另一种语言" in crossing.explain("zh-hans")


def test_without_encoders_words_alone_find_it():
    hits = small().search("watch strap", 1)
    alone = Index().add(list(CASES), list(CASES.values())).search("the watch straps tore", 3)
    assert hits[0].id == alone[0].id == "C-6"
    assert set(alone[0].why.words) == {"watch", "strap", "tore"}
    assert (alone[0].why.quick, alone[0].why.deep) == (None, None)
    assert Index().add(["泰"], ["สินค้าแตกเสียหาย"]).search("สินค้าแตก", 1)[0].why.covered > 0.5


def test_scores_fall_and_the_same_text_is_the_most_alike():
    index = small(ToyEncoder(), Slow())
    for case, text in CASES.items():
        hits = index.search(text, 6)
        assert hits[0].id == case
        assert hits[0].score > 0.8
        assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_equal_cases_come_in_the_order_of_their_ids():
    index = Index([ToyEncoder()]).add(["b", "c", "a"], ["late parcel"] * 3)
    assert ids(index.search("late parcel", 3)) == ["a", "b", "c"]
    assert ids(index.search("late parcel", 2)) == ["a", "b"]


def test_filters_are_hard():
    index = small()
    assert set(ids(index.search("anything", 9, {"product": "P2"}))) == {"C-2", "C-4"}
    assert set(ids(index.search("anything", 9, {"product": ["P1", "P4"], "cause": "carrier"}))) == {"C-1", "C-5"}
    assert ids(index.search("anything", 9, {"tags": "peak"})) == ["C-1"]
    assert ids(index.search("broken", 9, {"id": ["C-3", "unknown"]})) == ["C-3"]
    assert index.search("broken", 9, {"id": []}) == []
    assert index.search("broken", 9, {"shop": "A"}) == []
    assert "C-2" not in ids(index.search("broken glass", 9, without=["C-2"]))


def test_evidence_raises_a_case_and_is_named():
    index = small()
    plain = {hit.id: hit for hit in index.search("parcel", 6)}
    told = {
        hit.id: hit for hit in index.search("parcel", 6, evidence={"product": "P1", "cause": "carrier", "shop": None})
    }
    assert told["C-1"].score == pytest.approx(plain["C-1"].score + 0.1)
    assert told["C-1"].why.same == ("product", "cause")
    assert told["C-1"].why.likeness == pytest.approx(plain["C-1"].why.likeness)
    assert told["C-3"].score == plain["C-3"].score
    assert told["C-1"].explain("en").startswith("Same product and cause; ")
    assert told["C-1"].explain("zh-hans").startswith("相同的产品和根因；")


def test_a_resolution_is_searched_only_when_asked_for():
    index = Index([ToyEncoder()]).add(
        ["A", "B"], ["broken glass", "late parcel"], resolutions=["sent a voucher by mail", ""]
    )
    before = index.search("voucher", 2)
    assert all(hit.why.field == "problem" for hit in before)
    found = index.search("voucher by mail", 2, fields=["problem", "resolution"])
    assert (found[0].id, found[0].why.field) == ("A", "resolution")
    assert ids(index.search("voucher", 2, fields=["resolution"])) == ["A"]
    assert "resolution" in found[0].explain("en")


def test_the_deep_encoder_may_come_later():
    quick, slow = ToyEncoder(), Slow()
    index = small(quick, slow, later=["e5"])
    assert slow.encoded == 0
    assert index.waiting("e5") == list(CASES)
    assert index.search("money back", 1, quick=True)[0].why.deep is None
    assert slow.encoded == 0
    index.encode("e5", ["C-1", "C-2"], [CASES["C-1"], CASES["C-2"]])
    assert index.waiting("e5") == ["C-3", "C-4", "C-5", "C-6"]
    index.join("e5", ["C-3", "gone"], slow.encode([CASES["C-3"], "gone"]))
    rest = index.waiting("e5")
    index.encode("e5", rest, [CASES[case] for case in rest])
    at_once = small(quick, slow)
    for text in ("money back", "包裹没到"):
        assert ids(index.search(text, 6)) == ids(at_once.search(text, 6))
        assert index.search(text, 1)[0].why.deep is not None


def test_a_case_without_its_deep_vector_keeps_its_place():
    rng = np.random.default_rng(1)
    texts = crowd(120, rng)
    whole = Index([ToyEncoder(), Slow()]).add(range(120), texts)
    half = Index([ToyEncoder(), Slow()]).add(range(120), texts, later=["e5"])
    half.encode("e5", range(0, 120, 2), texts[::2])
    for row in (3, 40, 77):
        asked = " ".join(texts[row].split()[:6])
        assert whole.search(asked, 1)[0].id == half.search(asked, 1)[0].id == row


def test_a_long_text_is_found_by_one_of_its_sentences():
    filler = "The buyer wrote again about the colour of the case and the size of the box. " * 8
    texts = [filler + "The invoice was never sent." + filler, filler * 2, "Short note on a charger."]
    index = Index([ToyEncoder(), Slow()]).add(["long", "filler", "short"], texts)
    assert len(index.pieces("e5", texts[0])) > 2
    assert index.search("send me the receipt", 1)[0].id == "long"


def test_an_id_added_again_is_replaced_and_a_removed_one_is_gone():
    index = small()
    index.add(["C-2"], ["The invoice is missing"], facts=[{"product": "P9"}])
    assert len(index) == 6
    assert index.search("bill", 1)[0].id == "C-2"
    assert ids(index.search("anything", 9, {"product": "P9"})) == ["C-2"]
    index.remove(["C-2", "C-4"])
    assert (len(index), "C-2" in index) == (4, False)
    assert not {"C-2", "C-4"} & set(ids(index.search("broken glass invoice", 9)))
    before = ids(index.search("late parcel", 9))
    assert ids(index.compact().search("late parcel", 9)) == before
    with pytest.raises(BadChoice, match="no case 'C-2'"):
        index.remove(["C-2"])


def test_what_is_saved_is_read_back_the_same(tmp_path):
    index = small(ToyEncoder(), Slow(), resolutions=["a note", "", "", "", "", ""])
    index.remove(["C-6"]).calibrate([text[:30] for text in CASES.values()] * 4, list(CASES) * 4)
    index.save(tmp_path / "index").save(tmp_path / "again")
    assert (tmp_path / "index").read_bytes() == (tmp_path / "again").read_bytes()
    other = Index.load(tmp_path / "index", [ToyEncoder(), Slow()])
    for asked in ("broken cup", "包裹", "a note on money"):
        told = {"evidence": {"product": "P1"}, "fields": ["problem", "resolution"]}
        assert index.search(asked, 9, **told) == other.search(asked, 9, **told)
    assert other.add(["C-7"], ["receipt missing"]).search("invoice", 1)[0].id == "C-7"
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["again", "index"]


def test_what_is_no_index_is_refused(tmp_path):
    (tmp_path / "bad").write_bytes(b"nothing of the kind")
    with pytest.raises(BadState, match="not a likeness index"):
        Index.load(tmp_path / "bad")
    small().save(tmp_path / "good")
    with pytest.raises(BadState, match="made with"):
        Index.load(tmp_path / "good", [ToyEncoder("another")])
    whole = (tmp_path / "good").read_bytes()
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(BadState):
        Index.load(tmp_path / "half", [ToyEncoder()])


def test_it_says_when_there_is_nothing_like_this():
    rng = np.random.default_rng(2)
    texts = crowd(200, rng)
    index = Index([ToyEncoder()]).add(range(200), texts)
    assert index.search(texts[0], 1).nothing_like_this is None
    assert index.search(texts[0], 1)[0].sure is None
    asked = [" ".join(text.split()[2:]) for text in texts]
    learnt = index.calibrate(asked[:100], list(range(100)))
    assert learnt.kept == pytest.approx(0.9, abs=0.02)
    assert learnt.auroc > 0.95
    known = [index.search(text, 3) for text in asked[100:]]
    strange = [index.search(text, 3) for text in crowd(100, rng, "other")]
    assert np.mean([hits.nothing_like_this for hits in known]) < 0.2
    assert np.mean([hits.nothing_like_this for hits in strange]) > 0.9
    assert np.mean([hits.probability for hits in known]) > 0.5 > np.mean([hits.probability for hits in strange])
    assert "Nothing like this" in strange[0].explain("en")
    assert "没有类似" in strange[0].explain("zh-hans")
    assert "100 queries" in learnt.explain("en")
    assert "100 条查询" in learnt.explain("zh-hans")


def test_a_text_near_to_everything_is_held_back():
    rng = np.random.default_rng(3)
    directions = rng.normal(size=(60, 48)) + 0.5
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    hub = directions.mean(axis=0) / np.linalg.norm(directions.mean(axis=0))
    index = Index([ToyEncoder()]).add(range(61), ["text"] * 61, later=["toy"], languages=["en"] * 61)
    index.join("toy", range(61), np.vstack([directions, hub]))
    asked = directions + hub  # each says what its case says, and what everybody says
    assert np.mean(np.argmax(asked @ np.vstack([directions, hub]).T, axis=1) == 60) > 0.2
    best = [index.search("text", 1, vectors={"toy": one}, language="en")[0].id for one in asked]
    assert best.count(60) == 0


def test_many_cases_are_scanned_by_their_first_axes_and_found_all_the_same(monkeypatch):
    monkeypatch.setattr("fupan.engine.likeness.dense._MANY", 500)
    monkeypatch.setattr("fupan.engine.likeness.dense._AXES", 24)
    texts = crowd(900, np.random.default_rng(4))
    index = Index([ToyEncoder()])
    for start in range(0, 900, 300):
        index.add(range(start, start + 300), texts[start : start + 300])
    for row in (5, 450, 899):
        assert index.search(" ".join(texts[row].split()[:7]), 1)[0].id == row
    index.remove(range(0, 900, 2))
    assert {hit.id % 2 for hit in index.search(texts[1], 50)} == {1}


def test_it_is_searched_while_it_changes():
    index = small()
    wrong = []

    def search():
        for _ in range(60):
            if index.search("watch strap", 1)[0].id != "C-6":
                wrong.append(1)

    threads = [threading.Thread(target=search) for _ in range(3)]
    for thread in threads:
        thread.start()
    for at in range(60):
        index.add([f"N-{at % 7}"], [f"invoice {at}"])
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(index) == 13


def test_odd_but_possible_inputs_have_answers():
    empty = Index([ToyEncoder()])
    assert empty.search("anything", 3) == []
    assert "No case" in empty.search("x").explain("en")
    index = small().add(["E"], [""])
    assert len(index.search("", 9)) == 6
    for odd in ("   ", "!!!", "\ud800", "12345678", "ไม่ได้รับสินค้า", "x" * 50_000, "的" * 900):
        assert all(np.isfinite(hit.score) for hit in index.search(odd, 3))
    assert len(index.add([], [])) == 7
    assert index.nbytes["words"] > 0
    assert Index([ToyEncoder()]).add([1, "1"], ["late", "broken"]).search("smashed", 1)[0].id == "1"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: Index([ToyEncoder("a"), ToyEncoder("b")]), "encoders: expected at most one quick"),
        (lambda: Index("use"), "encoders: expected Encoders"),
        (lambda: Index().add(["a"], "text"), "texts: expected a list of strings"),
        (lambda: Index().add(["a", "b"], ["x"]), "ids: expected one per text"),
        (lambda: Index().add(["a", "a"], ["x", "y"]), "ids: 'a' is there twice"),
        (lambda: Index().add([1.5], ["x"]), "ids: expected texts or whole numbers"),
        (lambda: Index().add(["a"], ["x"], facts=[]), "facts: expected one mapping per text"),
        (lambda: Index().add(["a"], ["x"], facts=[{"tags": ["t"]}]), "facts: expected a text, a number"),
        (lambda: Index().add(["a"], ["x"], later=["e5"]), "later: expected one of"),
        (lambda: Index().search("x", 0), "k: expected a whole number"),
        (lambda: Index().search(3), "text: expected a text"),
        (lambda: Index().search("x", fields=["answer"]), "fields: expected one of"),
        (lambda: small().search("x", vectors={"toy": [1.0]}), "vectors: expected shape"),
        (lambda: small().search("x", vectors={"e5": [1.0]}), "vectors: expected one of"),
        (lambda: small().join("toy", ["C-1"], np.full((1, 48), np.nan)), "vectors: expected finite"),
        (lambda: small().encode("toy", ["C-1"], []), "ids, texts: expected equal lengths"),
        (lambda: small().calibrate(["a"], ["C-1"]), "queries: expected at least 20"),
        (lambda: small().calibrate(["a"] * 30, ["C-1"] * 30, keep=2), "keep: expected a number between"),
        (lambda: small().calibrate(["a"], []), "queries, answers"),
        (lambda: small().search("x")[0].explain("fr"), "lang: expected one of"),
    ],
)
def test_bad_input_is_named(wrong, said):
    with pytest.raises(EngineError, match=said) as told:
        wrong()
    assert isinstance(told.value, BadChoice | BadShape)


def test_the_real_encoder_finds_a_chinese_case_for_a_german_mail():
    texts = ["快递显示签收，但买家没有收到包裹", "表带用了两天就断了", "买家要求开具增值税发票", *MEANINGS["refund"]]
    index = Index([encoders.load("use")]).add(range(len(texts)), texts)
    assert index.search("Bitte senden Sie mir die Rechnung", 1)[0].id == 2
    assert index.search("Mein Paket ist nicht angekommen", 1)[0].id == 0


def test_the_example_runs():
    found = doctest.testmod(door)
    assert found.attempted > 0
    assert found.failed == 0
