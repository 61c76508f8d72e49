"""What was handed up: what waits for whom, until when, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from fupan.commerce.queries import converter
from fupan.core import clock
from fupan.desk.models import Escalation, EscalationState, Ticket
from fupan.desk.policies import escalations_seen_by
from fupan.people.models import Member, Role
from fupan.people.policies import may, roles_that_may

WAITING = (EscalationState.WAITING, EscalationState.TAKEN)
DECIDED_SHOWN = 30
DAY = timedelta(hours=24)
RANKS = {"": 0, str(Role.LEAD): 1, str(Role.MANAGER): 2}  # whom a step of the path may name, lowest first
_OWN = {str(Role.LEAD): 1, str(Role.MANAGER): 2, str(Role.ADMIN): 2}
WHO: dict[str, Any] = {"": _("the second line"), "lead": _("a team lead"), "manager": _("a manager")}


@dataclass(frozen=True, slots=True)
class Row:
    """One that was handed up, as its list shows it."""

    escalation: Escalation
    mine: bool  # this reader may decide it
    ours: Any  # the amount in the workspace's currency
    scope: int

    @property
    def who(self) -> Any:
        return WHO.get(self.escalation.role, self.escalation.role)


def rank_of(member: Member) -> int:
    """How far up a member decides: 0 the second line, 1 a lead, 2 a manager."""
    return _OWN.get(member.role, 0)


def may_decide(member: Member, escalation: Escalation) -> bool:
    """Never one's own; the second line what its path leaves to it, leads and managers what reaches them."""
    if escalation.by_id == member.pk or not may(member, "answer"):
        return False
    needed = RANKS.get(escalation.role, 2)
    if may(member, "decide_escalations"):
        return rank_of(member) >= needed
    return needed == 0 and member.tier >= escalation.tier


def deciders(escalation: Escalation) -> list[Member]:
    """Everybody who may decide it, for the shop it is about."""
    team = Q(role__in=roles_that_may("decide_escalations")) | Q(tier__gte=2)
    members = Member.objects.filter(
        team, workspace_id=escalation.ticket.workspace_id, active=True, role__in=roles_that_may("answer")
    )
    shop = escalation.ticket.shop_id
    return [
        one for one in members.select_related("user", "workspace")
        if may_decide(one, escalation) and (not one.shop_ids or shop in one.shop_ids)
    ]  # fmt: skip


def scope_of(ticket: Ticket) -> int:
    """How many tickets of the same issue and product came within the last day, this one included."""
    if ticket.issue_type_id is None or ticket.listing is None or ticket.listing.product_id is None:
        return 1
    same = Ticket.objects.filter(
        workspace_id=ticket.workspace_id, issue_type_id=ticket.issue_type_id,
        listing__product_id=ticket.listing.product_id, opened_at__gte=clock.now() - DAY,
    )  # fmt: skip
    return max(1, same.count())


def waiting(member: Member) -> list[Row]:
    """What waits, the nearest deadline first; what one may decide before the rest."""
    rows = [
        _row(member, one) for one in _full(escalations_seen_by(member).filter(state__in=WAITING)).order_by("due_at")
    ]
    return sorted(rows, key=lambda row: not row.mine)


def decided(member: Member) -> list[Row]:
    done = _full(escalations_seen_by(member).exclude(state__in=WAITING)).order_by("-decided_at", "-pk")
    return [_row(member, one) for one in done[:DECIDED_SHOWN]]


def of_ticket(member: Member, ticket: Ticket) -> list[Row]:
    """The ticket's own, the newest first."""
    rows = escalations_seen_by(member).filter(ticket=ticket)
    return [_row(member, one) for one in _full(rows).order_by("-at", "-pk")]


def waiting_for(member: Member) -> int:
    """How many wait for this member's word."""
    return sum(row.mine for row in waiting(member))


def find_escalation(member: Member, pk: int) -> Escalation | None:
    return escalations_seen_by(member).filter(pk=pk).first()


def _full(rows: QuerySet[Escalation]) -> QuerySet[Escalation]:
    return rows.select_related(
        "ticket__shop", "ticket__workspace", "ticket__issue_type", "ticket__listing__product", "by__user", "to__user",
        "decided_by__user", "resolution",
    )  # fmt: skip


def _row(member: Member, one: Escalation) -> Row:
    ours = None
    if one.amount is not None and one.currency != one.ticket.workspace.currency:
        ours = converter(one.ticket.workspace)(one.amount, one.currency, clock.today())
    open_ = one.state in WAITING
    return Row(one, open_ and may_decide(member, one), ours, scope_of(one.ticket) if open_ else 0)
