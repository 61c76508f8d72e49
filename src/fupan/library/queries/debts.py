"""Which closed tickets owe a case, who owes it until when, and how many were delivered on time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet

from fupan.commerce.queries import converter
from fupan.core import clock
from fupan.desk.models import Ticket, TicketKind
from fupan.library.models import CaseDebt, CaseTicket, DebtReason, DebtRule, State
from fupan.library.policies import debts_seen_by
from fupan.people.models import Member, Workspace

REFUNDS = ("refund", "partial_refund", "compensation")
HOURS = 24
WINDOW = timedelta(days=28)  # over which delivery on time is counted


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force; `threshold` is money of the workspace's currency, or replies."""

    reason: str
    active: bool
    threshold: Decimal | None
    hours: int


DEFAULTS = {
    DebtReason.REFUND: Rule(DebtReason.REFUND, active=True, threshold=Decimal(300), hours=HOURS),
    DebtReason.ESCALATED: Rule(DebtReason.ESCALATED, active=True, threshold=None, hours=HOURS),
    DebtReason.CLAIM: Rule(DebtReason.CLAIM, active=True, threshold=None, hours=HOURS),
    DebtReason.LONG: Rule(DebtReason.LONG, active=False, threshold=Decimal(4), hours=HOURS),
    DebtReason.PICKED: Rule(DebtReason.PICKED, active=True, threshold=None, hours=HOURS),
}


def rules_of(workspace_id: int) -> dict[str, Rule]:
    """The rules of a workspace, by reason."""
    rows = {one.reason: one for one in DebtRule.objects.filter(workspace_id=workspace_id)}
    return {
        reason: Rule(reason, rows[reason].active, rows[reason].threshold, rows[reason].hours)
        if reason in rows
        else rule
        for reason, rule in DEFAULTS.items()
    }


def owes(ticket: Ticket, rules: dict[str, Rule] | None = None) -> Rule | None:
    """The first rule by which this ticket owes a case."""
    told = rules or rules_of(ticket.workspace_id)
    holds: dict[str, bool] = {
        DebtReason.CLAIM: ticket.kind == TicketKind.CLAIM,
        DebtReason.ESCALATED: ticket.tier > 1,
        DebtReason.REFUND: _refunded(ticket) >= (told[DebtReason.REFUND].threshold or 0),
        DebtReason.LONG: ticket.replies >= (told[DebtReason.LONG].threshold or 1),
    }
    return next((told[reason] for reason, fits in holds.items() if fits and told[reason].active), None)


def _refunded(ticket: Ticket) -> Decimal:
    """Money that went back to the buyer, in the workspace's currency; -1: none, or no rate to tell."""
    none = Decimal(-1)
    if ticket.cost is None or ticket.resolution is None or ticket.resolution.code not in REFUNDS:
        return none
    workspace = ticket.workspace
    if ticket.currency in ("", workspace.currency):
        return ticket.cost
    told = converter(workspace)(ticket.cost, ticket.currency, (ticket.resolved_at or ticket.opened_at).date())
    return none if told is None else told


def paid_already(ticket: Ticket) -> bool:
    """A case of it was handed in before it was closed."""
    return CaseTicket.objects.filter(ticket=ticket, source=True).exclude(case__state=State.DRAFT).exists()


# Lists


def open_debts(member: Member) -> QuerySet[CaseDebt]:
    """Still owed, the most urgent first."""
    rows = debts_seen_by(member).filter(paid_at=None, waived_at=None)
    return rows.select_related(
        "ticket__shop", "ticket__issue_type", "ticket__listing__product", "owner__user"
    ).order_by("due_at", "pk")


def mine(member: Member) -> QuerySet[CaseDebt]:
    return open_debts(member).filter(owner=member)


def of_ticket(member: Member, ticket: Ticket) -> CaseDebt | None:
    """What a ticket owes; everybody who sees the ticket sees that."""
    rows = CaseDebt.objects.filter(workspace_id=member.workspace_id, ticket=ticket, paid_at=None, waived_at=None)
    return rows.select_related("owner__user").first()


def settled(member: Member) -> QuerySet[CaseDebt]:
    """Delivered or forgiven, the newest first."""
    rows = debts_seen_by(member).exclude(paid_at=None, waived_at=None)
    return rows.select_related("ticket", "case", "owner__user", "waived_by__user").order_by("-paid_at", "-waived_at")


class OnTime(NamedTuple):
    """Cases delivered on time, of those that came due."""

    owner: Member | None
    on_time: int
    due: int
    waiting: int
    late: int

    @property
    def share(self) -> float | None:
        return self.on_time / self.due if self.due else None


def on_time(member: Member, *, now: datetime | None = None) -> tuple[OnTime, list[OnTime]]:
    """Over four weeks: of the whole team, and by who owes."""
    here = now or clock.now()
    since = here - WINDOW
    rows = debts_seen_by(member).filter(waived_at=None).filter(Q(due_at__gte=since) | Q(paid_at=None))
    by_owner: dict[int | None, list[tuple[datetime, datetime | None]]] = {}
    for who, due, paid in rows.values_list("owner", "due_at", "paid_at"):
        by_owner.setdefault(who, []).append((due, paid))
    names = {one.pk: one for one in Member.objects.filter(pk__in=[pk for pk in by_owner if pk]).select_related("user")}
    told = [_counted(names.get(owner or 0), found, here) for owner, found in by_owner.items()]
    told.sort(key=lambda one: (-one.late, -one.waiting, str(one.owner or "")))
    whole = OnTime(None, *(sum(column) for column in zip(*(one[1:] for one in told), strict=True))) if told else None
    return whole or OnTime(None, 0, 0, 0, 0), told


def _counted(owner: Member | None, rows: list[tuple[datetime, datetime | None]], now: datetime) -> OnTime:
    """Due counts what was paid, and what is past its time unpaid."""
    delivered = [(due, paid) for due, paid in rows if paid is not None]
    waiting = [due for due, paid in rows if paid is None]
    late = sum(due < now for due in waiting)
    good = sum(paid <= due for due, paid in delivered)
    return OnTime(owner, good, len(delivered) + late, len(waiting), late)


def due_soon(workspace: Workspace, within: timedelta) -> QuerySet[CaseDebt]:
    """Open debts due within a time from now, or late."""
    rows = CaseDebt.objects.filter(workspace=workspace, paid_at=None, waived_at=None, due_at__lte=clock.now() + within)
    return rows.select_related("ticket", "owner__user").order_by("pk")
