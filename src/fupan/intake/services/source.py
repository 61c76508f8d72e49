"""A file on its way in: which table, which profile, how its dates and decimals are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.commerce import marketplaces
from fupan.commerce.models import Shop
from fupan.core.errors import Refused
from fupan.intake.models import Mapping as SavedMapping
from fupan.intake.normalise.dates import order_of
from fupan.intake.normalise.fields import SHAPES, Style
from fupan.intake.normalise.heading import Heading
from fupan.intake.normalise.joins import Lookup, Siblings, looked_up
from fupan.intake.normalise.plan import Normalised, Normaliser
from fupan.intake.profiles.parse import from_toml
from fupan.intake.profiles.registry import Detected, built_in, fit, guess_heading, recognise, sheets_for
from fupan.intake.profiles.spec import Profile
from fupan.intake.readers import Chunk, Survey, Table, tables_in
from fupan.people.models import Workspace

Options = Mapping[str, Any]


@dataclass
class Source:
    """One table with the profile that reads it."""

    table: Table
    detected: Detected
    style: Style
    heading: Heading
    lookups: list[Lookup]
    normaliser: Normaliser

    def chunks(self) -> Iterator[tuple[Chunk, Normalised]]:
        """Every chunk with its records, from the start of the file."""
        profile = self.detected.profile
        own = self.detected.heading
        joint = own.at(profile.overflow) if profile.overflow else None
        found = self.table.chunks(self.detected.row, len(own), raw=profile.raw, joint=-1 if joint is None else joint)
        for chunk in found:
            wide = chunk
            for lookup in self.lookups:
                wide = lookup.widen(wide)
            yield chunk, self.normaliser.chunk(wide)


def open_source(table: Table, detected: Detected, *, shop: Shop | None, options: Options, siblings: Siblings) -> Source:
    """Make a table ready to be read."""
    style = style_of(table, detected, shop, options)
    lookups, heading = looked_up(detected.spec.joins, detected.heading, siblings)
    normaliser = Normaliser(detected.spec, heading, style)
    return Source(table, detected, style, heading, lookups, normaliser)


def tables_of(path: Path, name: str, known: Survey, *, shop: Shop | None, options: Options) -> list[Table]:
    """The tables of a file; one sheet of a workbook when the options name it."""
    found = tables_in(path, name, known, country=country_of(shop), encoding=str(options.get("encoding", "")))
    wanted = options.get("sheet")
    if wanted:
        found = [table for table in found if table.sheet == wanted]
    if not found:
        raise Refused(_("“%(name)s” holds no table.") % {"name": name}, code="empty-file")
    return list(found)


def detect(table: Table, profiles: Sequence[Profile]) -> Detected | None:
    return recognise(table.preview(), profiles)


def fits(table: Table, profile: Profile) -> list[Detected]:
    """All tables of a mapping that read this file (a file of orders may give lines and cancellations)."""
    found = fit(table.preview(), profile, table.name)
    if found is None:
        return []
    return [found._replace(sheet=at) for at in sheets_for(profile, table.name)]


def profiles_of(workspace: Workspace | None) -> list[Profile]:
    """What a table may be recognised as: the built-in reports."""
    return list(built_in().values())


def mapped_before(workspace: Workspace, table: Table) -> Profile | None:
    """The profile of `saved_for`."""
    saved = saved_for(workspace, table)
    return from_toml(saved.toml, name=saved.name) if saved else None


def saved_for(workspace: Workspace, table: Table) -> SavedMapping | None:
    """The workspace's own mapping that was saved for a sheet of the same columns."""
    rows = table.preview()
    key = Heading(rows[guess_heading(rows)]).key if rows else ""
    return SavedMapping.objects.filter(workspace=workspace, header_key=key).first() if key else None


def named_profile(workspace: Workspace, name: str) -> Profile:
    """A built-in report or a saved mapping, by name."""
    if name in built_in():
        return built_in()[name]
    saved = SavedMapping.objects.filter(workspace=workspace, name=name).first()
    if saved is None:
        raise Refused(
            _("There is no profile “%(name)s”; choose one of: %(known)s.")
            % {"name": name, "known": ", ".join(sorted(built_in()))},
            code="no-such-profile",
        )
    return from_toml(saved.toml, name=saved.name)


def saved_toml(workspace: Workspace, name: str | None) -> str:
    """The text of a saved mapping; "" for a built-in report."""
    if not name or name in built_in():
        return ""
    return SavedMapping.objects.filter(workspace=workspace, name=name).values_list("toml", flat=True).first() or ""


def unknown_heading(table: Table) -> Refused:
    rows = table.preview()
    names = [name for name in Heading(rows[guess_heading(rows)]).names if name] if rows else []
    return Refused(
        _("The columns of “%(name)s” are not known (%(columns)s). Map them in the browser, or give --map FILE.")
        % {"name": table.name, "columns": ", ".join(names[:8])},
        code="unknown-heading",
    )


def style_of(table: Table, detected: Detected, shop: Shop | None, options: Options) -> Style:
    """Dates and decimals: a person's word, the profile's, the marketplace's, what the column gives away."""
    profile = detected.profile
    place = _marketplace(shop)
    likely = place.dates if place else ""
    dates = options.get("dates") or profile.dates or _given_away(table, detected, likely) or likely or "dmy"
    comma = options.get("comma")
    if comma is None:
        comma = profile.comma if profile.comma is not None else bool(place and place.comma)
    return Style(str(dates), bool(comma), profile.timezone)


def _given_away(table: Table, detected: Detected, likely: str) -> str:
    columns = {
        at
        for record in detected.spec.records
        for name, expression in record.fields.items()
        if SHAPES[record.shape].kinds[name] in ("instant", "day")
        and (at := detected.heading.first(expression.columns)) is not None
    }
    rows = table.preview()[detected.row + 1 :]
    return order_of((row[at] for row in rows for at in columns if at < len(row)), likely)


def _marketplace(shop: Shop | None) -> marketplaces.Marketplace | None:
    if shop is None:
        return None
    return marketplaces.of_site(shop.site) or marketplaces.of_place(shop.platform, shop.country)


def country_of(shop: Shop | None) -> str:
    return shop.country if shop else ""


def beside(path: Path, named: Mapping[str, Path] | None = None) -> Siblings:
    """Find a joined file: among the files given together, else in the same folder."""
    known = {name.replace("\\", "/").rsplit("/", 1)[-1].casefold(): one for name, one in (named or {}).items()}

    def find(pattern: str) -> Path | None:
        wanted = pattern.casefold()
        for name, one in known.items():
            if fnmatch(name, wanted):
                return one
        return next((one for one in sorted(path.parent.glob("*")) if fnmatch(one.name.casefold(), wanted)), None)

    return find
