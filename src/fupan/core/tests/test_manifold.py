import pytest
from django.utils.translation import override

from fupan.core import figures


@pytest.mark.parametrize(
    ("words", "said"), [("count", "46 times as many"), ("rate", "46 times as high"), ("time", "46 times as long")]
)
def test_more_than_tenfold_is_told_as_a_multiple(words, said):
    with override("en"):
        told = figures.change(44.98, 10.25, 450.43, detectable=True, words=words)
    assert (told.words, told.detail, told.tone) == (said, "[11, 451] ×", "bad")


def test_a_change_below_tenfold_stays_a_percentage():
    with override("en"):
        told = figures.change(2.1, 0.4, 5.0, detectable=True, words="rate")
    assert (told.words, told.detail) == ("210\N{THIN SPACE}% higher", "[+40, +500]")


def test_what_chance_explains_is_no_multiple():
    with override("en"):
        assert figures.change(44.98, -0.5, 450.0).words == "No detectable change"
