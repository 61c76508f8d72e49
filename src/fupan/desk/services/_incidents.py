"""Write the incidents that `joining` works out for the neighbourhoods some tickets live in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fupan.desk.joining import Group, Piece, arrange
from fupan.desk.linking import chunks
from fupan.desk.models import Incident, IssueType, LabelSource, Ticket
from fupan.desk.services._bulk import insert

_COLUMNS = (
    "pk", "kind", "opened_at", "outside_id", "order_line_id", "listing_id", "issue_type_id", "label_source",
    "incident_id", "placed_by_person", "week", "shop_id", "order_number", "buyer_key",
)  # fmt: skip


class Home(NamedTuple):
    """A neighbourhood: tickets of one order, or of one buyer about one listing; alone when neither is known."""

    shop_id: int
    order_number: str = ""
    buyer_key: str = ""
    listing_id: int | None = None
    alone: int = 0


@dataclass(slots=True)
class Resident:
    """A ticket as far as incidents go: stored, or fresh and still to be stored."""

    piece: Piece
    week: int
    shop_id: int
    fresh: Any = None


@dataclass(slots=True)
class Street:
    """All residents by home."""

    homes: dict[Home, list[Resident]] = field(default_factory=lambda: defaultdict(list))
    elsewhere: list[Resident] = field(default_factory=list)  # placed by a person into one of our incidents


def home_of(shop_id: int, order_number: str, buyer_key: str, listing_id: int | None, alone: int) -> Home:
    if order_number:
        return Home(shop_id, order_number)
    if buyer_key and listing_id:
        return Home(shop_id, "", buyer_key, listing_id)
    return Home(shop_id, alone=alone)


def home_of_ticket(ticket: Any) -> Home:
    return home_of(ticket.shop_id, ticket.order_number, ticket.buyer_key, ticket.listing_id, ticket.pk or id(ticket))


def homes_of(workspace_id: int, ticket_ids: Sequence[int]) -> set[Home]:
    columns = ("shop_id", "order_number", "buyer_key", "listing_id", "pk")
    return {
        home_of(*row)
        for ids in chunks(list(ticket_ids))
        for row in Ticket.objects.filter(workspace_id=workspace_id, pk__in=ids).values_list(*columns)
    }


def kin_weeks(ticket_ids: Sequence[int]) -> set[tuple[str, int]]:
    """Weeks whose facts speak of these tickets or of others in their incidents."""
    found: set[int] = set()
    for ids in chunks(list(ticket_ids)):
        rows = Ticket.objects.filter(pk__in=ids).values_list("week", "incident_id")
        found |= {week for week, _incident in rows}
        incidents = sorted({incident for _week, incident in rows if incident})
        found |= set(Ticket.objects.filter(incident_id__in=incidents).values_list("week", flat=True))
    return {(table, week) for week in found for table in ("tickets", "messages")}


def rearrange(workspace_id: int, homes: Iterable[Home], fresh: Sequence[Any] = ()) -> set[tuple[str, int]]:
    """Work out the incidents of these homes; fresh tickets get theirs in memory. The weeks whose facts changed."""
    street = _read(workspace_id, set(homes), fresh)
    above = issues_above(workspace_id)
    groups: list[tuple[Group, list[Resident]]] = []
    for residents in street.homes.values():
        by_ref = {resident.piece.ref: resident for resident in residents}
        arranged = arrange([resident.piece for resident in residents], above)
        groups += [(group, [by_ref[piece.ref] for piece in group.pieces]) for group in arranged]
    _include_elsewhere(groups, street.elsewhere)
    return _write(workspace_id, groups)


def issues_above(workspace_id: int) -> dict[int, frozenset[int]]:
    """Issue id -> itself and everything above it."""
    parents = dict(IssueType.objects.filter(workspace_id=workspace_id).values_list("pk", "parent_id"))
    table = {}
    for pk in parents:
        chain: list[int] = [pk]
        at: int | None = parents[pk]
        while at is not None and at not in chain:
            chain.append(at)
            at = parents.get(at)
        table[pk] = frozenset(chain)
    return table


def _read(workspace_id: int, homes: set[Home], fresh: Sequence[Any]) -> Street:
    street = Street()
    tickets = Ticket.objects.filter(workspace_id=workspace_id)
    numbers = sorted({home.order_number for home in homes if home.order_number})
    buyers = sorted({home.buyer_key for home in homes if home.buyer_key})
    alone = sorted({home.alone for home in homes if home.alone and not home.order_number and not home.buyer_key})
    searches: list[tuple[dict[str, Any], str, Sequence[Any]]] = [
        ({}, "order_number", numbers),
        ({"order_number": ""}, "buyer_key", buyers),
        ({}, "pk", alone),
    ]
    seen: set[int] = set()
    for fixed, column, values in searches:
        for several in chunks(values):
            for row in tickets.filter(**fixed, **{f"{column}__in": several}).values_list(*_COLUMNS):
                _settle(street, homes, seen, row)
    for at, ticket in enumerate(fresh):
        piece = _piece_of_fresh(ticket, -1 - at)
        street.homes[home_of_ticket(ticket)].append(Resident(piece, ticket.week, ticket.shop_id, ticket))
    _read_elsewhere(street, tickets, seen)
    return street


def _settle(street: Street, homes: set[Home], seen: set[int], row: tuple[Any, ...]) -> None:
    resident = _resident(row)
    home = home_of(row[11], row[12], row[13], row[5], row[0])
    if home in homes and row[0] not in seen:
        seen.add(row[0])
        street.homes[home].append(resident)


def _read_elsewhere(street: Street, tickets: Any, seen: set[int]) -> None:
    """Tickets of other homes that a person put into an incident of ours."""
    fixed = {
        resident.piece.incident
        for residents in street.homes.values()
        for resident in residents
        if resident.piece.fixed and resident.piece.incident
    }
    for several in chunks(sorted(fixed)):
        for row in tickets.filter(incident_id__in=several, placed_by_person=True).values_list(*_COLUMNS):
            if row[0] not in seen:
                street.elsewhere.append(_resident(row))


def _resident(row: tuple[Any, ...]) -> Resident:
    pk, kind, opened_at, outside_id, line, listing, issue, source, incident, fixed, week, shop_id, *_rest = row
    confirmed = source == LabelSource.PERSON
    return Resident(
        Piece(pk, kind, opened_at, outside_id, line, listing, issue, confirmed, incident, fixed), week, shop_id
    )


def _piece_of_fresh(ticket: Any, ref: int) -> Piece:
    return Piece(
        ref,
        ticket.kind,
        ticket.opened_at,
        ticket.outside_id,
        ticket.order_line_id,
        ticket.listing_id,
        ticket.issue_type_id,
    )


def _include_elsewhere(groups: list[tuple[Group, list[Resident]]], elsewhere: list[Resident]) -> None:
    by_row = {group.incident: (group, residents) for group, residents in groups if group.incident is not None}
    for resident in elsewhere:
        if resident.piece.incident in by_row:
            group, residents = by_row[resident.piece.incident]
            group.take(resident.piece)
            residents.append(resident)


def _write(workspace_id: int, groups: list[tuple[Group, list[Resident]]]) -> set[tuple[str, int]]:
    before: dict[int, set[int]] = defaultdict(set)
    for _group, residents in groups:
        for resident in residents:
            if resident.piece.incident is not None:
                before[resident.piece.incident].add(resident.piece.ref)
    kept = _keep_rows(workspace_id, groups, set(before))
    moved: list[Ticket] = []
    weeks: set[int] = set()
    disturbed = {
        row
        for group, residents in groups
        for row in {group.incident, *(resident.piece.incident for resident in residents)}
        if row is not None and {r.piece.ref for r in residents if group.incident == row} != before.get(row, set())
    }
    for group, residents in groups:
        rows = {group.incident, *(resident.piece.incident for resident in residents)}
        if rows & disturbed or group.incident in kept:
            weeks.update(resident.week for resident in residents)
        moved += _moved(group, residents)
    for several in chunks(moved, 300):
        Ticket.objects.bulk_update(several, ["incident"])
    gone = set(before) - {group.incident for group, _residents in groups}
    for several_rows in chunks(sorted(gone)):
        Incident.objects.filter(workspace_id=workspace_id, pk__in=several_rows, tickets=None).delete()
    return {("tickets", week) for week in weeks}


def _moved(group: Group, residents: list[Resident]) -> list[Ticket]:
    """Stored tickets whose incident changes; fresh ones are told in memory."""
    stored = []
    for resident in residents:
        if resident.fresh is not None:
            resident.fresh.incident_id = group.incident
        elif resident.piece.incident != group.incident:
            stored.append(Ticket(pk=resident.piece.ref, incident_id=group.incident))
    return stored


def _keep_rows(workspace_id: int, groups: list[tuple[Group, list[Resident]]], known: set[int]) -> set[int]:
    """Give new groups a row, and bring the kept rows up to date. The rows whose content changed."""
    new = [(group, _row(workspace_id, group, residents)) for group, residents in groups if group.incident is None]
    for (group, _new), pk in zip(new, insert(Incident, [row for _old, row in new]), strict=True):
        group.incident = pk
    wanted = {group.incident: (group, residents) for group, residents in groups if group.incident in known}
    changed: set[int] = set()
    for several in chunks(sorted(pk for pk in wanted if pk is not None)):
        for row in Incident.objects.filter(workspace_id=workspace_id, pk__in=several):
            right = _row(workspace_id, *wanted[row.pk])
            different = [name for name, value in right.items() if name != "shop_id" and getattr(row, name) != value]
            if different:
                Incident.objects.filter(pk=row.pk).update(**{name: right[name] for name in different})
                changed.add(row.pk)
    return changed


def _row(workspace_id: int, group: Group, residents: list[Resident]) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id, "shop_id": residents[0].shop_id, "order_line_id": group.line,
        "issue_type_id": group.issue, "opened_at": group.opened_at,
    }  # fmt: skip
