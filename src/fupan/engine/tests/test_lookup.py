"""Words as a search looks them up: in any script, in any spelling."""

import doctest
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fupan.engine.likeness import lookup
from fupan.engine.likeness.lookup import Text, index_terms, near, normal, spans, units


def test_the_examples_run():
    assert doctest.testmod(lookup).failed == 0


def finds(typed, text):
    """Whether an index that holds the text finds it by every word typed."""
    there = set(index_terms(text))
    wanted = units(typed)
    return bool(wanted) and all(term in there for unit in wanted for term in unit.needed)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("充不进电", "买家说充电宝充不进电，指示灯闪四下"),
        ("充电宝", "Ｐ20充电宝用了两天"),
        ("退款怎么办", "申请退款"),
        ("宝", "宝"),
        ("charges", "It stopped charging"),
        ("batteries", "battery dead"),
        ("USB-C", "usb c hub"),
        ("lädt nicht", "Die Powerbank lädt nicht"),
        ("ladt", "Die Powerbank lädt nicht"),
        ("khong sac duoc", "Pin không sạc được nữa"),
        ("ชาร์จไม่เข้า", "เครื่องชาร์จไม่เข้าเลยค่ะ"),
        ("充電できない", "バッテリーが充電できないです"),
        ("배터리", "배터리가 방전"),
        ("48302", "see T-48302"),
    ],
)
def test_a_text_is_found_by_words_of_its_script(typed, text):
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [("电充", "充电"), ("nicht", "nich"), ("sạc", "sac"), ("", "anything"), ("the of", "the of")],
)
def test_what_is_not_there_is_not_found(typed, text):
    assert not finds(typed, text)


def test_only_letters_may_be_misspelt():
    assert [unit.wordy for unit in units("charge 48302 充电")] == [True, False, False]


@pytest.mark.parametrize("other", ["chrage", "charg", "charges", "charxe", "hcarge"])
def test_one_slip_is_near(other):
    assert near("charge", other)
    assert near(other, "charge")


@pytest.mark.parametrize("other", ["chraeg", "change!", "rge"])
def test_two_slips_are_not(other):
    assert not near("charge", other)


def test_a_text_knows_what_was_meant_in_it():
    read = Text("Battery drains; batterie leer")
    meant = read.misspelt(units("battrey"))
    assert [read.text[low:high] for low, high in read.spans(meant)] == ["Battery"]


def test_marks_join_where_words_touch():
    text = "充电宝充不进电"
    assert spans(text, units("充电宝 充不进电")) == [(0, 7)]
    assert spans(text, units("nothing")) == []


def test_phrases_are_compared_without_case_width_and_blanks():
    assert normal("  Ｗon't   CHARGE ") == "won't charge"


@given(st.text(max_size=60))
def test_any_text_can_be_typed_and_marked(text):
    wanted = units(text)
    found = Text(text).spans(wanted)
    assert all(0 <= low < high <= len(text) for low, high in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
