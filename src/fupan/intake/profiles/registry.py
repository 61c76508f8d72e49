"""The built-in reports, and which of them (or of a workspace's mappings) a table is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from fnmatch import fnmatch
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from fupan.intake.normalise import cells
from fupan.intake.normalise.expressions import is_there
from fupan.intake.normalise.heading import Heading
from fupan.intake.profiles.parse import from_toml
from fupan.intake.profiles.spec import Profile, SheetSpec

HIGHEST = 20  # rows a heading may stand below
MOSTLY = 0.8


class Detected(NamedTuple):
    """A profile that fits a table, and where its heading stands."""

    profile: Profile
    sheet: int
    row: int
    heading: Heading
    score: float

    @property
    def spec(self) -> SheetSpec:
        return self.profile.sheets[self.sheet]


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, Profile]:
    """Every profile that ships, by name: the TOML files of `reports/`."""
    folder = files("fupan.intake.profiles") / "reports"
    found = sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)
    profiles = [from_toml(one.read_text("utf-8"), name=one.name.removesuffix(".toml")) for one in found]
    return {profile.name: profile for profile in profiles}


def recognise(rows: Sequence[Sequence[Any]], profiles: Iterable[Profile]) -> Detected | None:
    """The profile that the heading of a table gives away; the most telling one when several fit."""
    found = [one for profile in profiles if (one := _match(rows, profile)) is not None]
    return max(found, key=lambda one: one.score, default=None)


def fit(rows: Sequence[Sequence[Any]], profile: Profile, name: str) -> Detected | None:
    """A profile somebody named, put on a table: its sheet by the file's name, its heading where most columns are."""
    sheet = sheet_for(profile, name)
    if sheet is None:
        return None
    if profile.positional:
        return _positional(rows, profile, strict=False)
    best = max(
        range(min(len(rows), HIGHEST)), key=lambda at: _known(profile.sheets[sheet], Heading(rows[at])), default=0
    )
    return Detected(profile, sheet, best, Heading(rows[best]), 0) if rows else None


def sheet_for(profile: Profile, name: str) -> int | None:
    """Which of a mapping's tables a file is, by name; None when it is none of them."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].casefold()
    for at, sheet in enumerate(profile.sheets):
        if not sheet.file or fnmatch(base, sheet.file.casefold()):
            return at
    return None


def sheets_for(profile: Profile, name: str) -> list[int]:
    """All of a mapping's tables that read this file."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1].casefold()
    return [at for at, sheet in enumerate(profile.sheets) if not sheet.file or fnmatch(base, sheet.file.casefold())]


def guess_heading(rows: Sequence[Sequence[Any]]) -> int:
    """Where the heading of an unknown table stands: the first row nearly as wide as the widest, of words."""
    widest = max((_filled(row) for row in rows), default=0)
    for at, row in enumerate(rows):
        texts = [cells.text(cell) for cell in row if cells.text(cell)]
        words = sum(not re.fullmatch(r"[-+\d.,:/ ]+", text) for text in texts)
        if texts and len(texts) >= 0.6 * widest and words >= MOSTLY * len(texts):
            return at
    return 0


def _match(rows: Sequence[Sequence[Any]], profile: Profile) -> Detected | None:
    if profile.positional:
        return _positional(rows, profile, strict=True)
    if not profile.columns and not profile.groups:
        return None
    for at, row in enumerate(rows[:HIGHEST]):
        heading = Heading(row)
        if heading.has_all(profile.columns) and all(heading.first(group) is not None for group in profile.groups):
            known = sum(_known(sheet, heading) for sheet in profile.sheets[:1])
            score = known / max(_filled(row), 1) + (2 if profile.columns else 0) + len(profile.groups) / 10
            return Detected(profile, 0, at, heading, score)
    return None


def _positional(rows: Sequence[Sequence[Any]], profile: Profile, *, strict: bool) -> Detected | None:
    """A report whose heading is in any language: as many columns, and cells that look like theirs."""
    width = len(profile.positional)
    start = next((at for at, row in enumerate(rows) if _filled(row) and len(row) == width), None)
    if start is None:
        return None
    body = [row for row in rows[start + 1 :] if len(row) >= width]
    if strict and not (body and _looks_like(body, profile)):
        return None
    return Detected(profile, 0, start, Heading(profile.positional), 3)


def _looks_like(body: Sequence[Sequence[Any]], profile: Profile) -> bool:
    for name, pattern in profile.looks.items():
        at = profile.positional.index(name)
        good = sum(re.fullmatch(pattern, cells.text(row[at])) is not None for row in body)
        if good < MOSTLY * len(body):
            return False
    return True


def _known(sheet: SheetSpec, heading: Heading) -> int:
    """How many of a table's fields this heading gives."""
    return sum(
        is_there(expression, heading)
        for record in sheet.records
        for expression in record.fields.values()
        if expression.constant is None
    )


def _filled(row: Sequence[Any]) -> int:
    return sum(bool(cells.text(cell)) for cell in row)
