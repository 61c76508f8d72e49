"""Words that mean the same: those that are shipped, the names in the label tree, and the workspace's own."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from fupan.desk import trees
from fupan.desk.models import IssueType
from fupan.library.compute.lookup import normal
from fupan.library.models import Synonyms

MOST_GROUPS, MOST_WORDS, LONGEST = 500, 20, 60
SAME, NEAR = 0.5, 0.2  # what counts beside the typed word: another word for it; a word for the same trouble
Groups = dict[str, dict[str, float]]  # phrase -> what means the same, and how much that counts


def of_workspace(workspace_id: int, issues: Iterable[IssueType] | None = None) -> Groups:
    """Every phrase with its kin; `issues` are its issue types where they are at hand."""
    nodes = IssueType.objects.filter(workspace_id=workspace_id) if issues is None else issues
    names = tuple((node.name_en, node.name_zh) for node in nodes if node.retired_at is None)
    return _joined(names, text_of(workspace_id))


@lru_cache(maxsize=32)
def _joined(nodes: tuple[tuple[str, str], ...], text: str) -> Groups:
    """Nobody changes what is kept here."""
    found: Groups = {phrase: dict(kin) for phrase, kin in _shipped().items()}
    _add(found, nodes)
    _add(found, groups(text))
    return found


def text_of(workspace_id: int) -> str:
    return Synonyms.objects.filter(workspace_id=workspace_id).values_list("text", flat=True).first() or ""


def groups(text: str) -> list[tuple[str, ...]]:
    """The groups of a text people write: a line each, parted by commas; lines with # are remarks."""
    found = []
    for line in text.splitlines():
        words = line.split("#", 1)[0].replace("，", ",").replace("、", ",").replace("=", ",").split(",")
        group = tuple(dict.fromkeys(filter(None, map(normal, words))))
        if len(group) > 1:
            found.append(group)
    return found


@cache
def _shipped() -> Groups:
    found: Groups = {}
    leaves = [entry for entry in trees.entries("issue") if entry.parent]
    _add(found, ((entry.en, entry.zh, *entry.words) for entry in leaves), weight=NEAR)
    _add(found, ((entry.en, entry.zh) for entry in leaves))
    _add(found, tomllib.loads((Path(__file__).parent / "synonyms.toml").read_text("utf-8"))["groups"])
    return found


def _add(found: Groups, told: Iterable[Iterable[str]], *, weight: float = SAME) -> None:
    for group in told:
        phrases = [*map(normal, group)]
        for phrase in phrases:
            found.setdefault(phrase, {}).update((other, weight) for other in phrases if other != phrase)
