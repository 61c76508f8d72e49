"""What each may settle alone: checked before a refund is given or a ticket is solved, and edited row by row."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fupan.commerce.queries import converter
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.compute.limits import Asked, Limit, most_allowed
from fupan.desk.models import Authority, Escalation, EscalationPath, EscalationState, IssueType, Resolution, Ticket
from fupan.desk.policies import authorities_seen_by
from fupan.desk.queries.escalations import RANKS, rank_of
from fupan.people.models import Member, Workspace
from fupan.people.policies import may

TIERS = (1, 2)


class Settled(NamedTuple):
    """Whether a member may settle it alone; up to how much, in the workspace's currency; else who decides."""

    ok: bool
    most: Decimal | None
    goes_to: EscalationPath | None
    why: str = ""


def may_settle(member: Member, ticket: Ticket, resolution: Resolution | None, amount: Decimal | None) -> Settled:
    """Ask before money or goods go out; where nothing does, anybody may. `amount` is in the ticket's currency."""
    if resolution is None and amount is None:
        return Settled(ok=True, most=None, goes_to=None)
    asked = Asked(member.pk, member.tier, resolution.pk if resolution else None, _issues(ticket))
    ours = in_our_money(ticket, amount)
    step = path_for(ticket.workspace_id, ours)
    if _was_approved(ticket, resolution, amount):
        return Settled(ok=True, most=amount, goes_to=None)
    limits = _limits(member)
    if may(member, "decide_escalations"):
        limits = [one for one in limits if one.member]
        if most_allowed(limits, asked) is None:
            needed = max(RANKS.values()) if amount and ours is None else RANKS.get(step.role if step else "", 0)
            return Settled(step is None or rank_of(member) >= needed, None, step, _above(step))
    most = most_allowed(limits, asked)
    if most is None:
        return Settled(ok=True, most=None, goes_to=None)
    if amount and ours is None:
        said = _("There is no exchange rate for %(currency)s, so the limit cannot be checked.")
        return Settled(ok=False, most=most, goes_to=step, why=said % {"currency": currency_of(ticket)})
    if most == 0 and (resolution or amount):
        return Settled(
            ok=False, most=most, goes_to=step, why=_("Your limit does not cover this: somebody else decides.")
        )
    if ours is not None and ours > most:
        said = _("Your limit is %(most)s %(currency)s.") % {"most": most, "currency": ticket.workspace.currency}
        return Settled(ok=False, most=most, goes_to=step, why=said)
    return Settled(ok=True, most=most, goes_to=None)


def _was_approved(ticket: Ticket, resolution: Resolution | None, amount: Decimal | None) -> bool:
    """Whether somebody above has said yes to this, or to more of it."""
    said_yes = Escalation.objects.filter(ticket=ticket, resolution=resolution).filter(
        Q(state=EscalationState.APPROVED) | Q(state=EscalationState.BY_DEFAULT, default="approve")
    )
    return resolution is not None and any(
        not amount or (one.amount is not None and amount <= one.amount) for one in said_yes
    )


def path_for(workspace_id: int, amount: Decimal | None, tickets: int = 0) -> EscalationPath | None:
    """The highest step whose amount or number of tickets is reached, else the lowest one."""
    steps = list(EscalationPath.objects.filter(workspace_id=workspace_id))
    reached = [
        step for step in steps
        if (step.from_amount is not None and amount is not None and amount >= step.from_amount)
        or (step.from_tickets is not None and tickets >= step.from_tickets)
    ]  # fmt: skip
    if reached:
        return max(reached, key=lambda step: (RANKS.get(step.role, 0), step.from_amount or 0, step.from_tickets or 0))
    plain = [step for step in steps if step.from_tickets is None]
    return min(plain, key=lambda step: step.from_amount or 0) if plain else None


def in_our_money(ticket: Ticket, amount: Decimal | None) -> Decimal | None:
    """The amount in the workspace's currency; None when none is told or no rate is known."""
    if amount is None:
        return None
    return converter(ticket.workspace)(amount, currency_of(ticket), clock.today())


def currency_of(ticket: Ticket) -> str:
    return ticket.currency or ticket.shop.currency


@transaction.atomic
def set_limit(
    *, by: Member, most: Decimal, tier: int | None = None, member_id: int | None = None, resolution: str = "",
    issue: str = "",
) -> Authority:  # fmt: skip
    """Say up to how much a tier or a member settles alone; the same row again replaces its amount."""
    if (tier is None) == (member_id is None):
        raise Refused(_("A limit is for a tier or for one member."), code="no-subject")
    if tier is not None and tier not in TIERS:
        raise Refused(_("There are two tiers: 1 and 2."), code="no-such-tier")
    if most < 0:
        raise Refused(_("A limit is not negative."), code="negative-limit")
    key = {
        "workspace_id": by.workspace_id, "tier": tier, "member": _member(by, member_id),
        "resolution": _node(Resolution, by, resolution), "issue_type": _node(IssueType, by, issue),
    }  # fmt: skip
    row = Authority.objects.select_for_update().filter(**key).first() or Authority(**key)
    row.most, row.version = most, row.version + (1 if row.pk else 0)
    row.save()
    record("desk.authority_set", row, by=by, tier=tier, member=member_id, resolution=resolution, issue=issue)
    return row


@transaction.atomic
def set_limits(told: Mapping[tuple[int, str], Decimal | None], *, by: Member, stamp: str) -> int:
    """The table of tiers and resolutions as a whole; how many cells changed. None takes a cell away.

    `stamp` is what the table was opened on: refused when somebody changed it meanwhile.
    """
    Workspace.objects.select_for_update().get(pk=by.workspace_id)
    if stamp != stamp_of(by.workspace_id):
        raise Refused(_("Somebody changed this while you were looking at it."), code="edited-meanwhile")
    rows = {
        (row.tier, row.resolution.code if row.resolution else ""): row
        for row in authorities_seen_by(by).filter(member=None, issue_type=None).select_related("resolution")
    }
    changed = 0
    for (tier, resolution), most in told.items():
        row = rows.get((tier, resolution))
        if most is None and row is not None:
            drop_limit(row.pk, by=by)
        elif most is not None and (row is None or row.most != most):
            set_limit(by=by, most=most, tier=tier, resolution=resolution)
        else:
            continue
        changed += 1
    return changed


def stamp_of(workspace_id: int) -> str:
    """Changes with every row of the table."""
    rows = Authority.objects.filter(workspace_id=workspace_id).order_by("pk").values_list("pk", "version")
    return ".".join(f"{pk}-{version}" for pk, version in rows)


@transaction.atomic
def drop_limit(pk: int, *, by: Member) -> None:
    """Take a row away; what is less particular holds again."""
    row = authorities_seen_by(by).filter(pk=pk).first()
    if row is None:
        raise Refused(_("This row is gone already."), code="gone")
    record("desk.authority_dropped", row, by=by, tier=row.tier, member=row.member_id)
    row.delete()


def _limits(member: Member) -> list[Limit]:
    rows = Authority.objects.filter(workspace_id=member.workspace_id)
    return [Limit(*row) for row in rows.values_list("member_id", "tier", "resolution_id", "issue_type_id", "most")]


def _issues(ticket: Ticket) -> set[int]:
    issue = ticket.issue_type
    return {pk for pk in (issue.pk, issue.parent_id) if pk} if issue else set()


def _above(step: EscalationPath | None) -> str:
    return _("This amount is decided above you.") if step and step.role else ""


def _member(by: Member, pk: int | None) -> Member | None:
    if pk is None:
        return None
    found = Member.objects.filter(workspace_id=by.workspace_id, pk=pk, active=True).first()
    if found is None:
        raise Refused(_("This person does not work here."), code="not-a-member")
    return found


def _node(model: Any, by: Member, code: str) -> Any:
    if not code:
        return None
    found = model.objects.filter(workspace_id=by.workspace_id, code=code, retired_at=None).first()
    if found is None:
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": code}, code="not-in-the-tree")
    return found
