"""The label trees, reason codes and keyword rules a workspace starts with: data in the TOML files beside this one."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TREES = ("issue", "cause", "resolution")


@dataclass(frozen=True, slots=True)
class Entry:
    """One node as shipped."""

    code: str
    en: str
    zh: str
    parent: str = ""
    department: str = ""
    liable: str = "seller"
    guess: str = ""
    simple: bool = False
    general: bool = False
    tier: int = 2
    yields_to: str = ""
    words: tuple[str, ...] = ()


@cache
def entries(tree: str) -> tuple[Entry, ...]:
    """The nodes of a tree, parents before their children."""
    return tuple(_entry(row) for row in _read(tree)["node"])


def _entry(row: dict[str, Any]) -> Entry:
    name = row["name"]
    rest = {key: value for key, value in row.items() if key not in {"name", "words"}}
    return Entry(en=name["en"], zh=name["zh-hans"], words=tuple(row.get("words", ())), **rest)


@cache
def by_code(tree: str) -> dict[str, Entry]:
    return {entry.code: entry for entry in entries(tree)}


@cache
def reason_codes() -> dict[str, str]:
    """Normalised marketplace code -> issue code; "" says nothing about the trouble."""
    return {code: issue for platform in _read("reason_codes").values() for code, issue in platform.items()}


@cache
def keywords() -> dict[str, dict[str, list[str]]]:
    """Language -> issue code -> phrases."""
    return {
        language: {issue: list(dict.fromkeys(phrases)) for issue, phrases in issues.items()}
        for language, issues in _read("keywords").items()
    }


def normalise(code: str) -> str:
    """One spelling for the codes that marketplaces write in several: CR-DEFECTIVE -> DEFECTIVE."""
    plain = re.sub(r"[^A-Z0-9]+", "_", code.strip().upper()).strip("_")
    plain = plain.removeprefix("CR_").removeprefix("AMZ_PG_")
    if plain == "BAD_DESC":
        return "NOT_AS_DESCRIBED"
    return f"APPAREL_{plain[4:]}" if plain.startswith("APP_") else plain


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
