"""Which tickets are one buyer's same trouble. The same tickets give the same incidents, in any order of arrival.

Tickets of one neighbourhood (an order; without one, a buyer and a listing) are taken by time. A ticket joins an
incident of its order line that began at most 60 days earlier when the issue is the same (or one lies above the other
in the tree), when it is a return kind and the incident holds an inquiry, or when one of the two is unlabelled.
Tickets a person placed (`fixed`) stay where they are and attract others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

WINDOW = timedelta(days=60)
RETURN_KINDS = frozenset({"return", "refund", "claim", "cancellation"})
_RANK = {"inquiry": 0, "cancellation": 1, "return": 2, "refund": 3, "claim": 4, "rating": 5, "feedback": 6}

Above = Mapping[int, frozenset[int]]  # issue id -> itself and all issues above it


class Piece(NamedTuple):
    """What joining needs to know of a ticket."""

    ref: int  # the caller's own handle
    kind: str
    opened_at: datetime
    outside_id: str
    line: int | None = None
    listing: int | None = None
    issue: int | None = None
    confirmed: bool = False  # a person set the issue
    incident: int | None = None  # where it is now
    fixed: bool = False  # a person placed it there


@dataclass(slots=True)
class Group:
    """An incident as it should be; `incident` is the row it keeps, None for a new one."""

    pieces: list[Piece]
    incident: int | None = None
    lines: set[int] = field(default_factory=set)
    listings: set[int] = field(default_factory=set)
    issues: set[int] = field(default_factory=set)
    asked: bool = False

    @property
    def first(self) -> Piece:
        return min(self.pieces, key=_order)

    @property
    def opened_at(self) -> datetime:
        return self.first.opened_at

    @property
    def line(self) -> int | None:
        return next((piece.line for piece in sorted(self.pieces, key=_order) if piece.line), None)

    @property
    def issue(self) -> int | None:
        """The issue a person confirmed, else the first known one."""
        labelled = [piece for piece in sorted(self.pieces, key=_order) if piece.issue]
        confirmed = [piece for piece in labelled if piece.confirmed]
        return (confirmed or labelled)[0].issue if labelled else None

    def take(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.asked = self.asked or piece.kind == "inquiry"
        for place, value in ((self.lines, piece.line), (self.listings, piece.listing), (self.issues, piece.issue)):
            if value:
                place.add(value)


def arrange(pieces: Sequence[Piece], above: Above) -> list[Group]:
    """The incidents of one neighbourhood, each with the row it keeps."""
    placed: dict[int, Group] = {}
    loose: list[Piece] = []
    for piece in sorted(pieces, key=_order):
        if piece.fixed and piece.incident is not None:
            placed.setdefault(piece.incident, Group([], piece.incident)).take(piece)
        else:
            loose.append(piece)
    groups = list(placed.values())
    for piece in loose:
        best = max(groups, key=lambda group: _fit(group, piece, above), default=None)
        if best is None or _fit(best, piece, above) == _NEVER:
            best = Group([])
            groups.append(best)
        best.take(piece)
    _keep_rows(groups)
    return groups


_NEVER = (0, 0, 0.0)
_SAME = 3


def _order(piece: Piece) -> tuple[datetime, int, str]:
    return piece.opened_at, _RANK.get(piece.kind, 9), piece.outside_id


def _fit(group: Group, piece: Piece, above: Above) -> tuple[int, int, float]:
    """How well `piece` belongs to `group`: kinship of issue, same line, recency; `_NEVER` when it does not."""
    began = group.opened_at
    if abs(piece.opened_at - began) > WINDOW:
        return _NEVER
    if _apart(group.lines, piece.line) or _apart(group.listings, piece.listing):
        return _NEVER
    kinship = _kinship(group, piece, above)
    if not kinship or (piece.opened_at < began and kinship < _SAME):  # only what a person placed began later
        return _NEVER
    return kinship, 2 if piece.line and piece.line in group.lines else 1, began.timestamp()


def _apart(known: set[int], told: int | None) -> bool:
    return bool(known) and told is not None and told not in known


def _kinship(group: Group, piece: Piece, above: Above) -> int:
    if piece.issue and any(_kin(piece.issue, issue, above) for issue in group.issues):
        return _SAME
    if piece.kind in RETURN_KINDS and group.asked:
        return 2
    return 1 if not piece.issue or not group.issues else 0


def _kin(one: int, other: int, above: Above) -> bool:
    return one == other or one in above.get(other, ()) or other in above.get(one, ())


def _keep_rows(groups: Iterable[Group]) -> None:
    """Each group keeps the row that its earliest ticket with a free one already has."""
    groups = sorted(groups, key=lambda group: _order(group.first))
    taken = {group.incident for group in groups if group.incident is not None}
    for group in groups:
        if group.incident is not None:
            continue
        rows = (piece.incident for piece in sorted(group.pieces, key=_order))
        group.incident = next((row for row in rows if row is not None and row not in taken), None)
        if group.incident is not None:
            taken.add(group.incident)
