"""The dry run of the command line: files counted against what is there, not a row written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fupan.commerce.models import Shop
from fupan.core.errors import Refused
from fupan.intake.models import Import
from fupan.intake.profiles.parse import from_toml
from fupan.intake.profiles.spec import Profile, ShopSpec
from fupan.intake.readers import Found, survey, unpacked
from fupan.intake.readers.archive import Skipped
from fupan.intake.services.checking import Orders, Tally
from fupan.intake.services.running import Imported, choices, shown_name
from fupan.intake.services.source import Source, beside, named_profile, open_source
from fupan.people.models import Workspace


def try_paths(
    workspace: Workspace,
    paths: Sequence[Path],
    *,
    shop: Shop | None = None,
    profile: str | None = None,
    mapping: str | None = None,
) -> Imported:
    """What `import_paths` would do: imports that are not saved, with the counts in `options["check"]`."""
    chosen = from_toml(mapping, name="mapping") if mapping else named_profile(workspace, profile) if profile else None
    told: Orders = {}
    done: list[Import] = []
    with unpacked(paths) as (found, skipped):
        named = {one.name: one.path for one in found}
        for one in found:
            try:
                done += _tried(workspace, one, shop, chosen, mapping, named, told)
            except Refused as refused:
                if len(found) == 1:
                    raise
                skipped.append(Skipped(one.name, str(refused.message)))
    return Imported(done, skipped)


def _tried(
    workspace: Workspace,
    found: Found,
    shop: Shop | None,
    chosen: Profile | None,
    mapping: str | None,
    named: dict[str, Path],
    told: Orders,
) -> list[Import]:
    shop = shop or (_imagined(workspace, chosen.shop) if chosen and chosen.shop else None)
    picked = choices(workspace, found, survey(found.path), shop=shop, options={}, chosen=chosen, mapping=mapping)
    siblings = beside(found.path, named)
    sources = [open_source(table, one, shop=shop, options={}, siblings=siblings) for table, one, _toml in picked]
    return [_counted(workspace, found.name, shop, source, told) for source in sources]


def _counted(workspace: Workspace, name: str, shop: Shop | None, source: Source, told: Orders) -> Import:
    profile = source.detected.profile
    covers = list(source.detected.spec.covers)
    imported = Import(
        workspace=workspace, name=shown_name(name, source.table), profile=profile.name, source=covers[0],
        options={"covers": covers, "platform": profile.platform, "encoding": source.table.encoding},
    )  # fmt: skip
    imported.shop = shop
    tally = Tally(imported, told)
    for chunk, normalised in source.chunks():
        tally.add(normalised.records, normalised.faults)
        tally.counts.update(rows=chunk.rows, ignored=normalised.ignored)
    imported.options["check"] = tally.answer()
    return imported


def _imagined(workspace: Workspace, wanted: ShopSpec) -> Shop:
    """The shop a mapping would make."""
    found = Shop.objects.filter(workspace=workspace, name=wanted.name).first()
    return found or Shop(
        pk=-1, workspace=workspace, name=wanted.name, platform=wanted.platform, site=wanted.site,
        country=wanted.country, currency=wanted.currency, timezone=wanted.timezone,
    )  # fmt: skip
