"""From what a mail says to plain words: charsets, HTML, quoted history. Whatever comes in, plain text comes out."""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

import nh3
from charset_normalizer import from_bytes
from inscriptis import get_text
from inscriptis.model.config import ParserConfig
from lxml.etree import LxmlError
from mailparser_reply import EmailReplyParser

MOST_TEXT = 100_000  # characters of a message that are kept
MOST_HTML = 300_000  # of its page that are looked at
MOST_TAGS = 10_000
FOLDED_IN, LINE_IN = 10_000, 1500  # a longer text, or one with longer lines, is not searched for quoted history
LANGUAGES = ["en", "de", "fr", "es", "it", "ja", "zh", "nl", "pl", "sv"]
GUESSED_FROM, GUESSED_BY = 200, 20_000  # bytes: fewer tell too little of their charset
_ODD = {
    "gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "ks_c_5601-1987": "cp949", "x-sjis": "cp932",
    "shift_jis": "cp932", "iso-8859-8-i": "iso-8859-8", "iso-8859-1": "cp1252", "unicode-1-1-utf-7": "utf-7",
    **dict.fromkeys(("utf8mb4", "us-ascii", "ascii", "x-unknown", "default"), "utf-8"),
    # no charsets of mails, and slow ones
    **dict.fromkeys(("punycode", "idna", "unicode_escape", "unicode-escape", "undefined"), "utf-8"),
}  # fmt: skip
# Unseen signs that turn the writing round or hide; tabs and line ends stay.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_QUOTED_TAIL = re.compile(r"(?:^[^\n>][^\n]{0,300}[:：][ \t]*\n\s{0,4})?(?:^>[^\n]*(?:\n+|\Z))+\Z", re.MULTILINE)
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_BLOCK = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote", "table"}


def decoded(content: bytes, charset: str) -> str:
    """Bytes as text: by the charset told, else the one they look like; signs that make no sense become marks."""
    told = charset[:60].strip().strip("\"'").lower()
    for name in dict.fromkeys((_ODD.get(told, told), "utf-8")):
        try:
            text = content.decode(name, "replace")
        except (LookupError, ValueError):  # no such charset
            continue
        if text.count("\ufffd") * 20 <= len(text):  # none, or a slip here and there
            return text
    best = from_bytes(content[:GUESSED_BY]).best() if len(content) >= GUESSED_FROM else None
    return content.decode(best.encoding if best else "cp1252", "replace")


def clean(text: str, most: int = MOST_TEXT) -> str:
    """Line ends as one sign, nothing unseen, no runs of blank lines, not longer than we keep."""
    text = _SURROGATES.sub("\ufffd", text[: most * 2]).replace("\r\n", "\n").replace("\r", "\n").replace("\xa0", " ")
    return _BLANK_LINES.sub("\n\n", _UNSEEN.sub("", text)).strip()[:most]


def one_line(text: str, most: int = 300) -> str:
    return " ".join(clean(text, most * 4).split())[:most]


def plain(page: str) -> str:
    """The words of an HTML page, laid out as a person sees them; nothing of it that could run or load."""
    page = _bounded(page)
    safe = nh3.clean(page, attributes={}, url_schemes=set(), link_rel=None)
    try:
        text = get_text(f"<div>{safe}</div>", ParserConfig(display_links=False, display_images=False))
    except (
        LxmlError,
        ValueError,
        RecursionError,
        IndexError,
        KeyError,
        AttributeError,
    ):  # a page no browser would draw
        text = html.unescape(nh3.clean(page, tags=set()))
    return clean("\n".join(line.rstrip() for line in text.split("\n")))


def _bounded(page: str) -> str:
    """As much of a page as is looked at: no mail of a person is longer, or has more elements."""
    page = page[:MOST_HTML]
    if page.count("<") <= MOST_TAGS:
        return page
    return "<".join(page.split("<", MOST_TAGS)[:MOST_TAGS])


class _FirstPre(HTMLParser):
    """The words inside the first <pre> of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.depth, self.done, self.words = 0, False, [""]

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        if tag == "pre" and not self.done:
            self.depth += 1
        elif self.depth and tag in _BLOCK:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "pre" and self.depth:
            self.depth -= 1
            self.done = not self.depth

    def handle_data(self, data: str) -> None:
        if self.depth and not self.done:
            self.words.append(data)


def first_pre(page: str) -> str:
    """Where Amazon puts what the buyer wrote; empty when the page has no such place."""
    if "<pre" not in page.lower():
        return ""
    reader = _FirstPre()
    try:
        reader.feed(nh3.clean(_bounded(page), attributes={}))
        reader.close()
    except AssertionError:  # a declaration that the reader of the standard library gives up on
        return ""
    return clean("".join(reader.words))


def folded(text: str) -> tuple[str, str]:
    """What is new in a mail, and what it repeats of earlier ones."""
    if len(text) > FOLDED_IN or any(len(line) > LINE_IN for line in text.split("\n")):
        return text, ""
    tail = _QUOTED_TAIL.search(text)
    if tail and text[: tail.start()].strip():
        return text[: tail.start()].strip(), tail[0].strip()
    replies = EmailReplyParser(languages=LANGUAGES).read(text).replies
    if not replies:
        return text, ""
    new = clean(replies[0].content or "")
    at = text.find(new[-80:]) if new else -1
    if not new or at < 0:
        return text, ""
    return new, text[at + len(new[-80:]) :].strip()
