"""Variables of a template: put their values in, and say which have none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_HOLE = re.compile(r"\{\s*([a-z_]+)\s*\}")


class Rendered(NamedTuple):
    """The words for one ticket; `empty` names variables without a value, which stay visible as their name."""

    text: str
    empty: list[str]


class Piece(NamedTuple):
    """Part of a text as a preview shows it; `kind` is text, value or empty."""

    kind: str
    words: str


def variables(text: str) -> list[str]:
    """Names of the variables in a text, each once, in order."""
    return list(dict.fromkeys(_HOLE.findall(text)))


def fill(text: str, values: Mapping[str, str]) -> Rendered:
    pieces = list(pieces_of(text, values))
    empty = dict.fromkeys(one.words.strip("{}") for one in pieces if one.kind == "empty")
    return Rendered("".join(one.words for one in pieces), list(empty))


def pieces_of(text: str, values: Mapping[str, str]) -> Iterator[Piece]:
    """The text cut at its variables."""
    at = 0
    for hole in _HOLE.finditer(text):
        if hole.start() > at:
            yield Piece("text", text[at : hole.start()])
        value = values.get(hole.group(1), "")
        yield Piece("value", value) if value else Piece("empty", f"{{{hole.group(1)}}}")
        at = hole.end()
    if at < len(text):
        yield Piece("text", text[at:])
