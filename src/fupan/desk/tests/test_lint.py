"""What may not be said to a buyer: labelled sentences in nine languages, with allowed ones close to the border."""

import tomllib
from pathlib import Path

import pytest

from fupan.desk.compute.lint import RULES, lint

TOLD = tomllib.loads((Path(__file__).parent / "lint_sentences.toml").read_text("utf-8"))
BROKEN = [(group["rule"], text) for group in TOLD["broken"] for text in group["texts"]]
ALLOWED = [text for group in TOLD["allowed"] for text in group["texts"]]


@pytest.mark.parametrize(("rule", "text"), BROKEN)
def test_what_breaks_a_rule_is_found(rule, text):
    assert rule in {one.rule for one in lint(text, "amazon")}


@pytest.mark.parametrize("text", ALLOWED)
def test_what_only_comes_near_is_left_alone(text):
    assert [(one.words, one.rule) for one in lint(text, "amazon")] == []


def test_the_sentences_cover_every_rule_and_language():
    assert set(RULES) - {rule for rule, _text in BROKEN} == {"review_ask", "emoji", "blank_lines"}
    assert len(BROKEN) >= 90
    assert len(ALLOWED) >= 60


def test_the_words_are_shown_where_they_stand():
    text = "Your parcel left. Call us on +49 151 23456789 please."
    (one,) = lint(text, "amazon")
    assert text[one.start : one.end] == one.words == "+49 151 23456789"
    assert str(one.why)
    assert str(one.name)


def test_wide_letters_and_invisible_ones_hide_nothing():
    assert [one.rule for one in lint("加我Ｖ信领取", "shopee")] == ["contact"]
    assert [one.rule for one in lint("write to a\u200bnna@mybrand.com", "amazon")] == ["contact"]


@pytest.mark.parametrize(("platform", "expected"), [("amazon", ["review_ask"]), ("shopee", []), ("shopify", [])])
def test_a_plain_request_for_a_review_is_amazons_own(platform, expected):
    assert [one.rule for one in lint("Please leave us a review when you have time.", platform)] == expected


def test_each_marketplace_has_its_rules():
    assert lint("See www.our-shop.com for more.", "shopify") == []
    assert [one.rule for one in lint("See www.our-shop.com for more.", "ebay")] == ["outside_link"]
    assert [one.rule for one in lint("好评返现5元", "other")] == ["review_reward"]


def test_emoji_and_blank_lines_matter_only_where_nobody_asked():
    text = "Hello 😀\n\n\n\n\nbye"
    assert lint(text, "amazon") == []
    assert [one.rule for one in lint(text, "amazon", "auto")] == ["emoji", "blank_lines"]


def test_a_note_may_say_anything():
    assert lint("He wants a refund for his 5-star review, WhatsApp +4915123456789", "amazon", "note") == []
