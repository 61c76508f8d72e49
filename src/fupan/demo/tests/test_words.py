import re
import string
from collections import Counter, defaultdict

import numpy as np
import pytest

from fupan.core.weeks import week_of
from fupan.demo.issues import HABITS, ISSUES, manner
from fupan.demo.words import LANGUAGES, Dice, Writer, phrases
from fupan.demo.world import SHOPS, nouns

SLOTS = {"product": "power bank", "order": "302-1234567-1234567", "days": "3", "n": "2", "size": "M", "batch": "2609"}
PEOPLE = {"name": "Anna", "signature": "Anna Koch"}
SCRIPT = {"ja": "[\u3040-\u30ff]", "zh": "[\u4e00-\u9fff]", "th": "[\u0e00-\u0e7f]"}
ISSUE_PARTS = ("problem", "detail", "short", "subject")


def writer(language, seed=1):
    return Writer(language, Dice(np.random.default_rng(seed)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_speaks_of_every_trouble(language):
    known = phrases(language)
    assert set(ISSUES) <= set(known)
    for issue in ISSUES:
        assert all(known[issue].get(part) for part in ISSUE_PARTS)
        assert HABITS[issue].ask in known["frame"]
    sections = {manner(issue, noun) for issue in ISSUES for noun in nouns()} - {""}
    assert sections <= set(known)
    assert set(known["replies"]) == set(phrases("en")["replies"])
    assert all(noun.get(language) for noun in nouns().values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_leave_open_only_what_is_filled(language):
    for section in phrases(language).values():
        for texts in section.values():
            for text in texts if isinstance(texts, list) else []:
                open_slots = {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}
                assert open_slots <= set(SLOTS) | set(PEOPLE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mail_is_filled_in_and_quotes_its_order_now_and_then(language):
    write, quoted = writer(language), 0
    for issue in ISSUES:
        for again in (False, True):
            _subject, text = write.mail(issue, SLOTS | PEOPLE, words="", ask="refund", anger=0.5, again=again)
            assert "{" not in text
            assert len(text) > 5
            quoted += SLOTS["order"] in text
    assert 5 < quoted < 34


@pytest.mark.parametrize("language", sorted(SCRIPT))
def test_the_script_is_that_of_the_language(language):
    write = writer(language)
    texts = [write.chat("late", SLOTS | PEOPLE, words="", ask="help", anger=0, again=False)[1] for _time in range(50)]
    assert all(re.search(SCRIPT[language], text) for text in texts)


def test_a_thai_buyer_keeps_one_voice():
    write = writer("th")
    for _time in range(200):
        _none, text = write.chat("wont_charge", SLOTS, words="", ask="refund", anger=0.5, again=True)
        assert not ("ครับ" in text and ("ค่ะ" in text or "คะ" in text))


def test_slips_never_touch_numbers():
    write = writer("en")
    for _time in range(300):
        _subject, text = write.mail("late", SLOTS | PEOPLE, words="", ask="help", anger=0.2, again=False)
        assert all(number == SLOTS["order"] for number in re.findall(r"[\d-]{12,}", text))


def test_messages_of_a_week_are_nearly_all_different(story):
    weeks = defaultdict(list)
    zones = {shop.code: shop.timezone for shop in SHOPS}
    for shop, ticket, _issue in story.told:
        if ticket.kind == "inquiry":
            weeks[week_of(ticket.opened_at, zones[shop])].append(ticket.text)
    big = [texts for texts in weeks.values() if len(texts) > 100]
    assert len(big) > 50
    assert all(len(set(texts)) / len(texts) > 0.9 for texts in big)
    every = [text for texts in weeks.values() for text in texts]
    assert len(set(every)) / len(every) > 0.6


def test_all_texts_of_a_week_vary(story):
    texts = [ticket.text for _shop, ticket, _i in story.told if ticket.text and ticket.opened_at.isocalendar()[1] == 30]
    assert len(set(texts)) / len(texts) > 0.6


def test_each_shop_is_written_to_in_the_languages_of_its_buyers(story):
    spoken = {shop.code: {(country, language) for country, language, _s in shop.mix} for shop in SHOPS}
    for shop, ticket, _issue in story.told:
        assert (ticket.country, ticket.language) in spoken[shop]
    counts = Counter(ticket.language for _shop, ticket, _issue in story.told if ticket.text)
    assert set(counts) == {"en", "zh", "de", "ja", "fr", "es", "th", "vi", "it"}
    assert min(counts.values()) > 300


def test_texts_are_long_and_short_polite_and_cross(story):
    lengths = sorted(len(ticket.text) for _s, ticket, _i in story.told if ticket.kind == "inquiry")
    assert lengths[len(lengths) // 20] < 45 < 250 < lengths[-100]
    english = [ticket.text for _s, ticket, _i in story.told if ticket.kind == "inquiry" and ticket.language == "en"]
    cross = sum(any(word in text for word in phrases("en")["frame"]["angry"]) for text in english) / len(english)
    assert 0.1 < cross < 0.5
