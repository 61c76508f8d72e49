"""Every sentence in English (as the key) and in Chinese, with the same holes; nothing fuzzy, nothing left over."""

import re

import polib
import pytest

from tests.architecture.source import PACKAGE
from tools import translations

CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOLE = re.compile(r"%\(\w+\)[sd]|%%|\{\w+\}|</?[a-z]\w*")
BRAND = "复盘"


@pytest.fixture(scope="module")
def book():
    return polib.pofile(str(PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"))


@pytest.fixture(scope="module")
def said():
    return translations.sentences()


def test_every_sentence_has_its_chinese(book, said):
    known = {(entry.msgctxt or "", entry.msgid) for entry in book if entry.msgstr or all(entry.msgstr_plural.values())}
    assert not sorted(said.keys() - known)


def test_nothing_is_fuzzy_and_nothing_left_over(book, said):
    assert not book.fuzzy_entries()
    assert not [entry.msgid for entry in book.obsolete_entries()]
    assert not sorted({(entry.msgctxt or "", entry.msgid) for entry in book} - said.keys())


def test_holes_are_the_same_on_both_sides(book):
    wrong = []
    for entry in book:
        sides = [entry.msgstr] if entry.msgstr else list(entry.msgstr_plural.values())
        wanted = sorted(HOLE.findall(entry.msgid_plural or entry.msgid))
        wrong += [entry.msgid for side in sides if sorted(HOLE.findall(side)) != wanted]
    assert not wrong


def test_the_keys_are_english(said):
    assert not [message for _context, message in said if CHINESE.search(message.replace(BRAND, ""))]


def test_holes_have_names(said):
    assert not [message for _context, message in said if re.search(r"%[sd](?!\w)", message)]
