"""What a ticket is within its incident: the first, the one that refunds, the one the buyer came back after."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.db.models import F, Q

from fupan.desk.models import GOOD_STARS, RATED, Ticket, TicketKind
from fupan.insight.building import columns as col
from fupan.insight.building.context import Context

CONTACTS = frozenset({"inquiry", "claim", "rating", "feedback"})  # the buyer wrote, of his own will
REFUNDS = frozenset({"refund", "partial_refund"})
EXCHANGES = frozenset({"exchange", "replacement"})
WEEK_LONG = 7 * 24 * col.HOUR
BAD_STARS = 2


class Part(NamedTuple):
    """What the facts say of one ticket because of the others of its incident."""

    first: bool
    came_back: bool  # another contact on the incident within 7 days of the first reply
    refund_units: int
    exchange_units: int
    defect: bool


@dataclass(frozen=True, slots=True)
class Kin:
    """A ticket as its incident sees it."""

    pk: int
    incident: int
    week: int
    opened: int
    responded: int
    kind: str
    resolution: str
    stars: int | None
    units: int
    merged: bool
    issue: int | None

    @property
    def counted(self) -> bool:
        """Can stand for the trouble of its incident."""
        praise = self.kind in RATED and (self.stars or 0) >= GOOD_STARS and self.issue is None
        return not self.merged and not praise

    @property
    def bad(self) -> bool:
        """Counts against the seller in the platform's order defect rate."""
        feedback = self.kind == TicketKind.FEEDBACK and (self.stars or 5) <= BAD_STARS
        return not self.merged and (feedback or self.kind == TicketKind.CLAIM)


def kin_of(context: Context, week: int, rows: dict[str, col.Column]) -> list[Kin]:
    """The tickets of this week (`rows`) that share their incident, and those of any week that they share it with."""
    others = Ticket.objects.filter(workspace_id=context.workspace.pk, week=week).annotate(other=F("incident__tickets"))
    others = others.filter(~Q(other=F("pk")))
    prefix = "incident__tickets__"
    found = col.fetch(others, *(f"{prefix}{name}" for name in _KIN), moments=tuple(f"{prefix}{name}" for name in _WHEN))
    shared = set(found[f"{prefix}incident_id"])
    mine = [row for row, incident in enumerate(rows["incident_id"]) if incident in shared]
    own: dict[str, col.Column] = {name: [rows[name][row] for row in mine] for name in (*_KIN, *_WHEN)}
    theirs: dict[str, col.Column] = {name: found[f"{prefix}{name}"] for name in (*_KIN, *_WHEN)}
    return list({kin.pk: kin for part in (own, theirs) for kin in _made(context, part)}.values())


def _made(context: Context, rows: dict[str, col.Column]) -> list[Kin]:
    told = dict(rows)
    told |= {name: col.instants(rows[name]).tolist() for name in _WHEN}
    told["resolution_id"] = [context.resolutions.get(pk, "") for pk in rows["resolution_id"]]
    told["merged_into_id"] = [pk is not None for pk in rows["merged_into_id"]]
    order = ("pk", "incident_id", "week", *_WHEN, *_KIN[3:])
    return [Kin(*values) for values in zip(*(told[name] for name in order), strict=True)]


_KIN = ("pk", "incident_id", "week", "kind", "resolution_id", "stars", "units", "merged_into_id", "issue_type_id")
_WHEN = ("opened_at", "first_response_at")


def parts(kin: Iterable[Kin]) -> dict[int, Part]:
    """Each ticket's part in its incident."""
    ordered = sorted(kin, key=attrgetter("incident", "merged", "opened", "pk"))
    found: dict[int, Part] = {}
    for _incident, tickets in groupby(ordered, key=attrgetter("incident")):
        found |= _parts(list(tickets))
    return found


def alone(kind: str, resolution: str, stars: int | None, units: int, *, merged: bool, issue: int | None) -> Part:
    """The part of a ticket that is an incident of its own."""
    one = Kin(0, 0, 0, 0, col.NEVER, kind, resolution, stars, units, merged, issue)
    return _parts([one])[0]


def _parts(tickets: list[Kin]) -> dict[int, Part]:
    """Of one incident, whose tickets come merged last, then by time."""
    refunded = any(one.kind == TicketKind.REFUND and not one.merged for one in tickets)
    bad = next((one.pk for one in tickets if one.bad), None)
    first = next((one.pk for one in tickets if one.counted), None)
    return {
        one.pk: Part(
            first=one.pk == first,
            came_back=_came_back(one, tickets),
            refund_units=_refund_units(one, refunded=refunded),
            exchange_units=one.units if one.resolution in EXCHANGES and not one.merged else 0,
            defect=one.pk == bad,
        )
        for one in tickets
    }


def _came_back(ticket: Kin, others: list[Kin]) -> bool:
    if ticket.responded == col.NEVER:
        return False
    until = ticket.responded + WEEK_LONG
    contacts = (other for other in others if other.kind in CONTACTS and not other.merged and other.pk != ticket.pk)
    return any(ticket.responded < contact.opened <= until for contact in contacts)


def _refund_units(ticket: Kin, *, refunded: bool) -> int:
    """A refund row speaks for its incident; without one, the tickets that were settled by a refund do."""
    if ticket.merged:
        return 0
    if refunded:
        return ticket.units if ticket.kind == TicketKind.REFUND else 0
    return ticket.units if ticket.resolution in REFUNDS else 0
