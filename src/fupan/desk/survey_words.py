"""What a buyer reads of the survey, in the buyer's language, which the product itself need not speak."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

REASONS = ("speed", "answer", "outcome", "tone", "product", "delivery")
OTHERWISE = "en"


def words(language: str) -> tuple[str, dict[str, Any]]:
    """(code, words) of the buyer's language, else English."""
    known = _read()
    code = language.lower()[:2]
    return (code, known[code]) if code in known else (OTHERWISE, known[OTHERWISE])


def languages() -> tuple[str, ...]:
    return tuple(_read())


def mail(language: str, *, shop: str, link: str) -> str:
    """The text of the mail; the names are put in as they are, whatever signs they hold."""
    text: str = words(language)[1]["mail"]
    return text.replace("{shop}", shop).replace("{link}", link)


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "survey_words.toml").read_text("utf-8"))
