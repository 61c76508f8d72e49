"""In which language a buyer writes: by script and common words where they settle it, else by a statistical detector."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.desk.wording import without_marks

LANGUAGES = [
    ("en", _("English")), ("zh", _("Chinese")), ("de", _("German")), ("ja", _("Japanese")), ("fr", _("French")),
    ("es", _("Spanish")), ("pt", _("Portuguese")), ("it", _("Italian")), ("th", _("Thai")), ("vi", _("Vietnamese")),
    ("ms", _("Malay and Indonesian")),
]  # fmt: skip

# Words that are frequent in one language and rare in the others; looked up without accents.
_COMMON: dict[str, str] = {
    "en": ("the and is it this that was not have has my i you for with but of to are been when how they from please"),
    "de": (
        "der die das und ist nicht ich mit ein eine es auf wir fur aber habe sehr auch nach noch wie bei "
        "mir den war sie guten bitte wurde kein"
    ),
    "fr": (
        "le les et est pas je vous une des pour avec mais ne ce cette que dans mon ma sur bonjour il j merci n ai plus"
    ),
    "es": (
        "el los y es no que una con para pero muy lo mi por del las esta se hola ha he gracias como me producto pedido"
    ),
    "pt": (
        "o os e nao que uma com para mas muito meu minha por do da na no esta veio ola foi um voces "
        "obrigado chegou produto ainda"
    ),
    "it": (
        "il gli e non che una con per ma molto mio mia di del della sono ho ciao buongiorno questo grazie si ha dopo"
    ),
    "nl": "het een niet en ik met dat van maar zijn heb voor deze mijn wordt geen ook naar",
    "pl": "nie jest sie ze na z do jak ale mi tego to dzien dobry prosze",
    "tr": "bir ve bu icin degil cok ama ile gibi var yok merhaba",
    "sv": "och det att ar inte jag med som har den ett men hej",
    "ms": (
        "saya tak tidak ini dan yang nak boleh barang sudah dah ada untuk belum dengan bila tapi kenapa "
        "sangat tolong di"
    ),
    "vi": "khong la toi va cua duoc hang cho minh da nay roi chua shop bi nhung mua",
}
_VIETNAMESE = re.compile(r"[đơưăạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_SCRIPTS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
)
_WORD = re.compile(r"(?<!\w)[^\W\d_]+(?!\w)")
_LATIN = (
    "ENGLISH", "GERMAN", "FRENCH", "SPANISH", "PORTUGUESE", "ITALIAN", "VIETNAMESE", "MALAY", "DUTCH", "POLISH",
    "TURKISH", "SWEDISH",
)  # fmt: skip


@cache
def _speakers() -> dict[str, tuple[str, ...]]:
    """Common word -> the languages it is common in."""
    table: dict[str, list[str]] = {}
    for language, words in _COMMON.items():
        for word in words.split():
            table.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in table.items()}


def detect(text: str) -> str:
    """ISO 639-1 code of `text`, or "" when it is too short to tell."""
    return detect_all([text])[0]


def detect_all(texts: Iterable[str]) -> list[str]:
    """Codes for many texts; the detector is loaded only when script and common words leave one open."""
    found = [_by_sight(text) for text in texts]
    return [_by_statistics(left) if left is not None else code for code, left in found]


def _by_sight(text: str) -> tuple[str, str | None]:
    """(code, None) when settled, ("", text) when the detector must look."""
    for code, pattern in _SCRIPTS:
        if pattern.search(text):
            return code, None
    if len(_VIETNAMESE.findall(text)) >= 2:
        return "vi", None
    words = _WORD.findall(without_marks(text.lower()))
    if len(words) < 2:
        return "", None
    counts = _counted(words[:80])
    ranked = sorted(counts, key=lambda code: -counts[code])
    if ranked and counts[ranked[0]] >= 2 and counts[ranked[0]] >= 1.5 * (counts[ranked[1]] if ranked[1:] else 0):
        return ranked[0], None
    return "", text[:300]


def _counted(words: list[str]) -> dict[str, float]:
    """How much each language is spoken for; a word of two languages counts half for each."""
    speakers = _speakers()
    counts: dict[str, float] = {}
    for word in words:
        languages = speakers.get(word, ())
        for language in languages:
            counts[language] = counts.get(language, 0.0) + 1 / len(languages)
    return counts


def _by_statistics(text: str) -> str:
    language = _detector().detect_language_of(text)
    return language.iso_code_639_1.name.lower() if language is not None else ""


@cache
def _detector() -> Any:
    from lingua import Language, LanguageDetectorBuilder

    chosen = [getattr(Language, name) for name in _LATIN]
    return LanguageDetectorBuilder.from_languages(*chosen).with_low_accuracy_mode().build()
