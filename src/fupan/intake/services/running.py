"""Running an import to its end, or for a while; killed at any moment it is run again and goes on."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Shop
from fupan.commerce.services import bulk_writing, writes_of_others
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.intake.models import Import, ImportState
from fupan.intake.profiles.parse import from_toml
from fupan.intake.profiles.registry import Detected, sheet_for
from fupan.intake.profiles.spec import Profile
from fupan.intake.readers import Found, Survey, Table, survey, unpacked
from fupan.intake.readers.archive import Skipped
from fupan.intake.services.keeping import store_records
from fupan.intake.services.run import Run
from fupan.intake.services.source import (
    Source,
    beside,
    detect,
    fits,
    named_profile,
    open_source,
    profiles_of,
    saved_for,
    saved_toml,
    tables_of,
    unknown_heading,
)
from fupan.intake.services.starting import open_import, shop_of
from fupan.people.models import Member, Workspace

GAP = 0.002  # seconds left to other writers between two chunks,
BUSY_GAP = 0.03  # and when somebody did write since the last one
Progress = Callable[[Import, int, int | None], None]


class Imported(NamedTuple):
    """What a set of files came to."""

    imports: list[Import]
    skipped: list[Skipped]


def import_file(
    workspace: Workspace,
    path: Path,
    *,
    name: str = "",
    shop: Shop | None = None,
    profile: str | None = None,
    mapping: str | None = None,
    by: Member | None = None,
    progress: Progress | None = None,
    encoding: str = "",
) -> Import:
    """Import one file (not an archive) whole. `profile` is a name, `mapping` the text of a mapping file.

    A workbook with several known sheets, or a mapping that reads a file twice, makes several imports; the last is
    given.
    """
    done = import_tables(
        workspace, Found(path, name or path.name), shop=shop, profile=profile, mapping=mapping, by=by,
        progress=progress, encoding=encoding,
    )  # fmt: skip
    if not done:
        raise Refused(_("The mapping does not read a file of the name “%(name)s”.") % {"name": name or path.name},
                      code="not-in-mapping")  # fmt: skip
    return done[-1]


def import_paths(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    shop: Shop | None = None,
    profile: str | None = None,
    mapping: str | None = None,
    by: Member | None = None,
    progress: Progress | None = None,
) -> Imported:
    """Import files, folders and archives; what holds no table we know is skipped and named."""
    done: list[Import] = []
    with unpacked(paths) as (found, skipped):
        alone = len(found) == 1
        named = {one.name: one.path for one in found}
        for one in _in_order(found, mapping):
            try:
                made = import_tables(
                    workspace, one, shop=shop, profile=profile, mapping=mapping, by=by, progress=progress, named=named
                )
            except Refused as refused:
                if alone:
                    raise
                skipped.append(Skipped(one.name, str(refused.message)))
                continue
            done += made
            if not made:
                skipped.append(Skipped(one.name, str(_("the mapping does not read it"))))
    return Imported(done, skipped)


def import_tables(
    workspace: Workspace,
    found: Found,
    *,
    shop: Shop | None,
    profile: str | None,
    mapping: str | None,
    by: Member | None,
    progress: Progress | None,
    encoding: str = "",
    named: dict[str, Path] | None = None,
) -> list[Import]:
    """Every table of a file that we can read."""
    options: dict[str, Any] = {"encoding": encoding} if encoding else {}
    chosen = from_toml(mapping, name="mapping") if mapping else named_profile(workspace, profile) if profile else None
    shop = shop or (shop_of(workspace, chosen.shop, by=by) if chosen else None)
    mapping = mapping or saved_toml(workspace, profile) or None
    known = survey(found.path)
    done = []
    for table, detected, toml in choices(
        workspace, found, known, shop=shop, options=options, chosen=chosen, mapping=mapping
    ):
        told = options | ({"sheet": table.sheet} if table.sheet else {}) | _encoding(table)
        imported = open_import(
            workspace, detected, name=shown_name(found.name, table), shop=shop, by=by, mapping=toml, options=told,
            sha256=known.sha256,
        )  # fmt: skip
        if imported.state != ImportState.DONE:
            source = open_source(table, detected, shop=shop, options=told, siblings=beside(found.path, named))
            run(imported, source, progress=progress)
        done.append(imported)
    return done


def choices(
    workspace: Workspace,
    found: Found,
    known: Survey,
    *,
    shop: Shop | None,
    options: dict[str, Any],
    chosen: Profile | None,
    mapping: str | None,
) -> list[tuple[Table, Detected, str]]:
    """(table, profile on it, mapping text) for every table of a file that is to go in."""
    tables = tables_of(found.path, found.name, known, shop=shop, options=options)
    if chosen is not None:
        return [(table, one, mapping or "") for table in tables[:1] for one in fits(table, chosen)]
    picked = []
    for table in tables:
        own = saved_for(workspace, table)
        if own is not None:
            picked += [(table, one, own.toml) for one in fits(table, from_toml(own.toml, name=own.name))[:1]]
        elif (detected := detect(table, profiles_of(workspace))) is not None:
            picked.append((table, detected, ""))
    if not picked:
        raise unknown_heading(tables[0])
    return picked


def run(imported: Import, source: Source, *, progress: Progress | None = None, seconds: float | None = None) -> bool:
    """Store the chunks that are still missing; False when `seconds` were over first."""
    deadline = None if seconds is None else time.monotonic() + seconds
    state = Run(imported)
    total = source.table.rows_total()
    if imported.rows_total is None and total is not None:
        Import.objects.filter(pk=imported.pk).update(rows_total=total)
    try:
        with bulk_writing():
            seen = writes_of_others()
            for chunk, normalised in source.chunks():
                if chunk.number < imported.next_chunk:
                    continue
                store_records(
                    imported, chunk.number, normalised.records, faults=normalised.faults, rows=chunk.rows, run=state,
                    ignored=normalised.ignored,
                )  # fmt: skip
                if progress is not None:
                    progress(imported, imported.rows_read, total)
                if deadline is not None and time.monotonic() > deadline:
                    return False
                seen = _give_way(seen)
    except Refused as refused:
        fail(imported, str(refused.message))
        raise
    finish(imported)
    return True


def _give_way(seen: int) -> int:
    """Let other writers in, for longer when there are any; the new state of their writing."""
    now = writes_of_others()
    time.sleep(GAP if now == seen else BUSY_GAP)
    return now


@transaction.atomic
def finish(imported: Import) -> None:
    """Close an import whose every chunk is stored."""
    now = clock.now()
    changed = Import.objects.filter(pk=imported.pk, undone_at=None).exclude(state=ImportState.DONE)
    if changed.update(state=ImportState.DONE, finished_at=now, error=""):
        imported.refresh_from_db()
        imported.rows_total = imported.rows_read
        imported.save(update_fields=["rows_total"])
        record("intake.imported", imported, by=imported.by, created=imported.created, updated=imported.updated)


def fail(imported: Import, message: str) -> None:
    Import.objects.filter(pk=imported.pk, undone_at=None).update(state=ImportState.FAILED, error=message[:2000])


def _encoding(table: Table) -> dict[str, Any]:
    return {"encoding": table.encoding} if table.encoding else {}


def shown_name(name: str, table: Table) -> str:
    return f"{name} › {table.sheet}" if table.sheet else name


def _in_order(found: Sequence[Found], mapping: str | None) -> list[Found]:
    """Files in the order a mapping names them, so that orders stand before what refers to them."""
    if not mapping:
        return sorted(found, key=_refers) if len(found) > 1 else list(found)
    whole = from_toml(mapping, name="mapping")

    def place(one: Found) -> int:
        at = sheet_for(whole, one.name)
        return len(whole.sheets) if at is None else at

    return sorted(found, key=place)


def _refers(one: Found) -> bool:
    """Whether a file only refers to orders (or cannot be read): then it goes in after those that hold them."""
    try:
        tables = tables_of(one.path, one.name, survey(one.path), shop=None, options={})
        known = [detect(table, profiles_of(None)) for table in tables]
    except Refused:
        return True
    return not any(detected is not None and "orders" in detected.spec.covers for detected in known)
