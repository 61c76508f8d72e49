"""Markdown that chat robots agree on: bold, quotes, links; foreign text cannot become markup, a mention or a link."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from fupan.notify.messages import Line, Message

_HARMLESS = str.maketrans({
    "[": "［", "]": "］", "*": "＊", "<": "＜", ">": "＞", "`": "'", "#": "＃", "@": "＠", "!": "！", "~": "～",
    "\\": "＼", "\r": " ", "\n": " ", "\t": " ",
})  # fmt: skip


def plain(text: str) -> str:
    """Text that stays text: brackets and marks become their full-width twins."""
    return text.translate(_HARMLESS).strip()


def link(words: str, url: str) -> str:
    """A markdown link, or only the words when there is nowhere to go."""
    if not url.startswith(("https://", "http://")):
        return plain(words)
    safe = url.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
    return f"[{plain(words)}]({safe})"


def lines_of(message: Message) -> list[str]:
    return [link(*line) for line in message.lines if line.text]


def fitted(head: Sequence[str], lines: Iterable[str], tail: Sequence[str], *, most: int, glue: str = "\n") -> str:
    """Head, as many whole lines as fit into `most` bytes, tail."""
    kept = [*head]
    room = most - size(glue.join([*head, "…", *tail]))
    for line in lines:
        room -= size(glue + line)
        if room < 0:
            kept.append("…")
            break
        kept.append(line)
    return glue.join([*kept, *tail])


def size(text: str) -> int:
    return len(text.encode())


def as_json(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def read_json(body: bytes) -> dict[str, Any]:
    """The object somebody answered with; anything else is an empty one."""
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def short(text: Any) -> str:
    """Foreign words for the log."""
    return " ".join(str(text).split())[:200]


__all__ = ["Line", "as_json", "fitted", "lines_of", "link", "plain", "read_json", "short", "size"]
