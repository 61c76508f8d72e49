"""What stands in an article, by kind: the JSON that is stored, and the plain text people write it in.

Procedure: a line is a step, indented lines are its note, `# Diagnose` opens a stage.
Pitfall guide: a line says what not to do, indented lines why, `> ...` what to do instead.
Questions and answers: a line is the question, indented lines the answer.
Decision tree: a line asks, indented `answer > next question or conclusion` lines branch.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.core.errors import Refused
from fupan.library.models import ArticleKind
from fupan.library.wording import STAGES

Content = dict[str, Any]
MOST_ITEMS, MOST_DEPTH, MOST_WORDS = 200, 12, 2000
ARROW = re.compile(r"\s*(?:->|→|[>＞])\s*")


@dataclass(slots=True)
class Line:
    """A line of the text with what is indented below it."""

    number: int
    indent: int
    text: str
    below: list[Line] = field(default_factory=list)


def parse(kind: str, text: str) -> Content:
    """The content of what somebody wrote; refused with the number of the line that cannot be read."""
    lines = _nested(text)
    if not lines:
        raise Refused(_("Write at least one line."), code="empty-article")
    content = _PARSERS[kind](lines)
    check(kind, content)
    return content


def text_of(kind: str, content: Content) -> str:
    """The text that would be read as this content."""
    return "\n".join(_WRITERS[kind](content)) if content else ""


# Reading


def _nested(text: str) -> list[Line]:
    """Lines by their indentation; a tab counts as four blanks."""
    top: list[Line] = []
    open_lines: list[Line] = []
    for number, raw in enumerate(text.replace("\u3000", "  ").expandtabs(4).splitlines(), 1):
        if not raw.strip():
            continue
        line = Line(number, len(raw) - len(raw.lstrip()), raw.strip()[:MOST_WORDS])
        while open_lines and open_lines[-1].indent >= line.indent:
            open_lines.pop()
        (open_lines[-1].below if open_lines else top).append(line)
        open_lines.append(line)
        if len(open_lines) > MOST_DEPTH:
            raise _at(line, _("This is indented too deeply; at most %(most)s levels.") % {"most": MOST_DEPTH})
    return top


def _at(line: Line, words: str) -> Refused:
    return Refused(_("Line %(line)s: %(words)s") % {"line": line.number, "words": words}, code="not-readable")


def _all_below(line: Line) -> Iterator[Line]:
    for one in line.below:
        yield one
        yield from _all_below(one)


def _note(line: Line) -> str:
    return "\n".join(one.text for one in _all_below(line))


def _sop(lines: list[Line]) -> Content:
    steps: list[dict[str, str]] = []
    stage = ""
    for line in _without_headings(lines):
        if line.text.startswith("#"):
            stage = _stage(line)
        else:
            steps.append({"stage": stage, "do": re.sub(r"^\d+[.、)]\s*", "", line.text), "note": _note(line)})
    return {"steps": steps}


def _without_headings(lines: list[Line]) -> Iterator[Line]:
    """Steps may be indented below their stage or stand beside it."""
    for line in lines:
        if line.text.startswith("#"):
            yield Line(line.number, line.indent, line.text)
            yield from line.below
        else:
            yield line


def _stage(line: Line) -> str:
    wanted = line.text.lstrip("#").strip().casefold()
    for code, name in STAGES.items():
        names = {code}
        for language in ("en", "zh-hans"):
            with override(language):
                names.add(str(name).casefold())
        if wanted in names:
            return code
    known = ", ".join(str(name) for name in STAGES.values())
    raise _at(line, _("“%(name)s” is not a stage; there are %(known)s.") % {"name": wanted, "known": known})


def _pitfall(lines: list[Line]) -> Content:
    items = []
    for line in lines:
        told = [one.text for one in _all_below(line)]
        better = [said for text in told if ARROW.match(text) and (said := ARROW.sub("", text, count=1))]
        why = [text for text in told if not ARROW.match(text)]
        if not better:
            raise _at(line, _("say below it what to do instead, in a line that begins with “>”."))
        items.append({"dont": line.text, "why": "\n".join(why), "instead": "\n".join(better)})
    return {"items": items}


def _faq(lines: list[Line]) -> Content:
    items = []
    for line in lines:
        if not line.below:
            raise _at(line, _("the answer is missing; write it below, indented."))
        items.append({"q": line.text, "a": _note(line)})
    return {"items": items}


def _tree(lines: list[Line]) -> Content:
    if len(lines) > 1:
        raise _at(lines[1], _("a tree begins with one question; indent what belongs below it."))
    nodes: dict[str, Any] = {}
    _plant(lines[0], lines[0].text, "1", nodes)
    return {"start": "1", "nodes": nodes}


def _plant(line: Line, text: str, name: str, nodes: dict[str, Any]) -> None:
    nodes[name] = {"text": text, "options": []}
    for place, one in enumerate(line.below, 1):
        said = ARROW.split(one.text, maxsplit=1)
        if len(said) != 2 or not all(said):
            raise _at(one, _("write an answer and what follows, with “>” between them."))
        nodes[name]["options"].append({"say": said[0], "to": f"{name}.{place}"})
        _plant(one, said[1], f"{name}.{place}", nodes)


_PARSERS: dict[str, Callable[[list[Line]], Content]] = {
    ArticleKind.SOP: _sop, ArticleKind.PITFALL: _pitfall, ArticleKind.FAQ: _faq, ArticleKind.TREE: _tree,
}  # fmt: skip


# Writing


def _indented(text: str, by: str = "  ") -> Iterator[str]:
    yield from (f"{by}{line}" for line in text.splitlines())


def _write_sop(content: Content) -> Iterator[str]:
    stage = ""
    for step in content["steps"]:
        if step["stage"] != stage:
            stage = step["stage"]
            yield f"# {STAGES[stage]}"
        yield step["do"]
        yield from _indented(step["note"])


def _write_pitfall(content: Content) -> Iterator[str]:
    for item in content["items"]:
        yield item["dont"]
        yield from _indented(item["why"])
        yield from (f"  > {line}" for line in item["instead"].splitlines())


def _write_faq(content: Content) -> Iterator[str]:
    for item in content["items"]:
        yield item["q"]
        yield from _indented(item["a"])


def _write_tree(content: Content) -> Iterator[str]:
    nodes = content["nodes"]

    def below(name: str, depth: int) -> Iterator[str]:
        for option in nodes[name]["options"]:
            yield f"{'  ' * depth}{option['say']} > {nodes[option['to']]['text']}"
            yield from below(option["to"], depth + 1)

    yield nodes[content["start"]]["text"]
    yield from below(content["start"], 1)


_WRITERS: dict[str, Callable[[Content], Iterator[str]]] = {
    ArticleKind.SOP: _write_sop, ArticleKind.PITFALL: _write_pitfall, ArticleKind.FAQ: _write_faq,
    ArticleKind.TREE: _write_tree,
}  # fmt: skip


# Holding together


def check(kind: str, content: Content) -> None:
    """Refused unless this is the content of an article of that kind: whole, and for a tree, with an end everywhere."""
    parts = {
        ArticleKind.SOP: ("steps", {"stage", "do", "note"}),
        ArticleKind.PITFALL: ("items", {"dont", "why", "instead"}),
        ArticleKind.FAQ: ("items", {"q", "a"}),
    }
    if kind == ArticleKind.TREE:
        return _check_tree(content)
    name, wanted = parts[ArticleKind(kind)]
    items = content.get(name)
    if not isinstance(items, list) or not items or len(items) > MOST_ITEMS:
        raise Refused(_("An article has 1 to %(most)s parts.") % {"most": MOST_ITEMS}, code="not-an-article")
    for item in items:
        if not isinstance(item, dict) or set(item) != wanted or not all(isinstance(one, str) for one in item.values()):
            raise Refused(_("A part of this article cannot be read."), code="not-an-article")
    return None


def _check_tree(content: Content) -> None:
    nodes, start = content.get("nodes"), content.get("start")
    if not isinstance(nodes, dict) or start not in nodes or len(nodes) > MOST_ITEMS:
        raise Refused(_("A tree has a first question and at most %(most)s nodes.") % {"most": MOST_ITEMS},
                      code="not-a-tree")  # fmt: skip
    seen: set[str] = set()
    waiting = [str(start)]
    while waiting:
        name = waiting.pop()
        node = nodes.get(name)
        if node is None or not node.get("text") or name in seen:
            raise Refused(_("A branch of the tree leads nowhere, or round in a circle."), code="not-a-tree")
        seen.add(name)
        options = node.get("options", [])
        if len(options) == 1 or (not options and name == start):
            raise Refused(
                _("“%(text)s” needs at least two answers.") % {"text": str(node["text"])[:80]}, code="one-answer"
            )
        waiting += [option["to"] for option in options]


# Going through


@dataclass(frozen=True, slots=True)
class Node:
    """Where a run stands: what to do or to ask, and the answers; none: the end."""

    name: str
    text: str
    note: str
    stage: str
    options: tuple[tuple[str, str], ...]  # (what is said, next node)


RUNNABLE = (ArticleKind.SOP, ArticleKind.TREE)


def first(kind: str, content: Content) -> str:
    return str(content["start"]) if kind == ArticleKind.TREE else "1"


def node(kind: str, content: Content, name: str) -> Node:
    """The place called `name`; the last step of a procedure leads to "end"."""
    if kind == ArticleKind.TREE:
        found = content["nodes"][name]
        return Node(name, found["text"], "", "", tuple((one["say"], one["to"]) for one in found["options"]))
    steps = content["steps"]
    place = int(name) if name != "end" else len(steps) + 1
    if place > len(steps):
        return Node("end", str(_("Every step is done.")), "", "", ())
    step = steps[place - 1]
    following = str(place + 1) if place < len(steps) else "end"
    return Node(name, step["do"], step["note"], step["stage"], (("", following),))
