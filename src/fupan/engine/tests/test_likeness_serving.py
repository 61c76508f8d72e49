"""What serving searches needs: what a score means without the deep encoder, weights, notes, searches in turn."""

import threading
from time import sleep

import pytest

from fupan.engine.encoders import Cached
from fupan.engine.likeness import Index
from fupan.engine.likeness.turns import Turns
from fupan.engine.tests.toy_encoder import ToyEncoder

CASES = ["the parcel is late", "the cup is broken", "refund my money", "send me the invoice"]
ASKED = ["parcel delay", "cup smash", "money back", "receipt please"]


@pytest.fixture
def index():
    ids = ["late", "broken", "refund", "invoice"]
    facts = [{"product": "P1"}, {"product": "P2"}, {"product": "P2"}, {}]
    return Index([ToyEncoder(), ToyEncoder("e5")]).add(ids, CASES, facts=facts)


def calibrated(index, **more):
    asked = [f"{text} {at}" for at in range(6) for text in ASKED]
    return index.calibrate(asked, ["late", "broken", "refund", "invoice"] * 6, **more)


def test_a_search_that_does_not_wait_for_the_deep_encoder_has_a_meaning_of_its_own(index):
    assert index.search("parcel delay", quick=True)[0].sure is None
    calibrated(index)
    assert index.search("parcel delay")[0].sure and index.search("parcel delay", quick=True)[0].sure is None
    quick = calibrated(index, quick=True)
    assert index.quick_calibration == quick and index.calibration != quick
    (best, *_rest) = index.search("parcel delay", quick=True)
    assert best.sure and best.probability == quick.probability(best.why.likeness)


def test_without_a_deep_encoder_there_is_one_meaning():
    index = Index([ToyEncoder()]).add(["late", "broken", "refund", "invoice"], CASES)
    assert calibrated(index, quick=True) == index.calibration and index.quick_calibration is None
    assert index.search("parcel delay", quick=True)[0].sure


def test_vectors_at_hand_are_not_computed_again_when_calibrating(index):
    toy, deep = index.encoders["toy"], index.encoders["e5"]
    vectors = [{"toy": toy.encode([text])[0], "e5": deep.encode([text])[0]} for text in ASKED * 6]
    before = toy.encoded
    index.calibrate(ASKED * 6, ["late", "broken", "refund", "invoice"] * 6, vectors=vectors)
    assert toy.encoded == before


def test_notes_and_both_meanings_are_kept_with_the_index(index, tmp_path):
    calibrated(index), calibrated(index, quick=True)
    index.notes |= {"seen": 7, "stamps": {"late": "ab"}}
    again = Index.load(index.save(tmp_path / "index") and tmp_path / "index", list(index.encoders.values()))
    assert again.notes == {"seen": 7, "stamps": {"late": "ab"}}
    assert (again.calibration, again.quick_calibration) == (index.calibration, index.quick_calibration)


def test_a_fact_in_common_raises_by_its_weight(index):
    plain = {hit.id: hit.score for hit in index.search("something else")}
    raised = index.search("something else", evidence={"product": "P2"}, weights={"product": 0.4})
    more = {hit.id: hit.score - plain[hit.id] for hit in raised}
    assert more == pytest.approx({"broken": 0.4, "refund": 0.4, "late": 0, "invoice": 0}, abs=1e-5)


def test_an_index_that_was_emptied_finds_nothing_and_can_be_filled_again(index):
    index.remove(["late", "broken", "refund", "invoice"])
    assert not index.search("parcel")
    assert index.add(["late"], ["the parcel is late"]).search("parcel")[0].id == "late"


def test_kept_vectors_are_known_without_encoding(tmp_path):
    toy = ToyEncoder()
    cached = Cached(toy, tmp_path, version="1")
    cached.encode(["a parcel", "a cup"])
    known = cached.known(["a parcel", "never read"])
    assert list(known) == ["a parcel"] and toy.encoded == 2
    assert known["a parcel"] == pytest.approx(toy.encode(["a parcel"])[0])


def test_searches_go_in_the_order_they_came_so_many_at_once():
    turns, order, inside, most = Turns(2), [], [], []

    def search(number):
        with turns:
            inside.append(number)
            most.append(len(inside))
            order.append(number)
            leave[number].wait(5)
            inside.remove(number)

    leave = [threading.Event() for _ in range(5)]
    clients = [threading.Thread(target=search, args=(number,)) for number in range(5)]
    for number, client in enumerate(clients):
        client.start()
        while len(order) + len(turns._waiting) <= number:
            sleep(0.001)
    for number, one in enumerate(leave):
        one.set()
        while len(order) < min(number + 3, 5):
            sleep(0.001)
    for client in clients:
        client.join(5)
    assert order[2:] == [2, 3, 4] and max(most) == 2 and turns._free == 2
