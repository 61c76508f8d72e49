"""Take personal data out of free text, so that the rest may be kept, searched and quoted."""

from __future__ import annotations

import re

# re.ASCII: a Chinese sentence has no blanks, so its characters must not count as part of a number or a name.
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (mask, re.compile(pattern, re.ASCII | re.IGNORECASE))
    for mask, pattern in (
        ("[email]", r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
        ("[link]", r"https?://\S+|www\.\S+"),
        ("[order]", r"\b\d{3}-\d{7}-\d{7}\b"),
        ("[order]", r"\b2[0-9]{5}[0-9A-Z]{8}\b"),  # Shopee order_sn: yymmdd + 8
        ("[card]", r"\b(?:\d[ -]?){13,19}\b"),
        ("[phone]", r"(?<![\w.,-])\+?\d{1,3}?[ (-]{0,2}\d{2,4}[) -]{1,2}\d{3,4}[ -]?\d{3,4}\b"),
        ("[phone]", r"(?<![\w.,-])(?:\+\d{8,14}|0\d{8,11}|1[3-9]\d{9})\b"),
        ("[postcode]", r"\b\d{3}-\d{4}\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b"),
    )
)


_HONORIFICS = "(?:様|さま|さん|殿|先生|女士|小姐|老师|老師)"
_CHARACTERS = re.compile(r"[\u4e00-\u9fff々]{2,6}")


def redact(text: str, *, names: tuple[str, ...] = ()) -> str:
    """`text` with e-mails, links, order and phone numbers and the given names masked."""
    for mask, pattern in _PATTERNS:
        text = pattern.sub(mask, text)
    for name in _name_parts(names):
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", "[name]", text, flags=re.IGNORECASE | re.ASCII)
    for family in _family_names(names):
        text = re.sub(rf"{family}(?=\s?{_HONORIFICS})", "[name]", text)
    return text


def _name_parts(names: tuple[str, ...]) -> list[str]:
    """Whole names first, then their parts of two letters or more."""
    whole = {name.strip() for name in names if len(name.strip()) >= 2}
    parts = {part for name in whole for part in name.split() if len(part) >= 2}
    return sorted(whole | parts, key=len, reverse=True)


def _family_names(names: tuple[str, ...]) -> list[str]:
    """How a name written without a blank may begin when one is spoken to: 伊藤美咲 is 伊藤様, 王小明 is 王先生."""
    written = [name.strip() for name in names if _CHARACTERS.fullmatch(name.strip())]
    return [name[:size] for name in written for size in range(min(3, len(name) - 1), 0, -1)]
