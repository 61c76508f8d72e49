"""What the pages of authority and escalation show."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _

from fupan.core.weeks import zone
from fupan.desk.models import Authority, Escalation, Ticket
from fupan.desk.policies import authorities_seen_by, paths_seen_by, resolutions_seen_by
from fupan.desk.queries import escalations as asked
from fupan.desk.services.authority import TIERS, currency_of, may_settle, stamp_of
from fupan.desk.tier_forms import ExceptionForm, StepForm
from fupan.people.models import Member

HARMLESS = ("information", "none")  # resolutions nobody needs leave for


class Cell(NamedTuple):
    tier: int
    field: str
    most: Any


class Line(NamedTuple):
    """A resolution with its limit in each tier."""

    name: str
    cells: list[Cell]


def authority(member: Member, form: ExceptionForm) -> dict[str, Any]:
    """The table of tiers and resolutions, and the exceptions under it."""
    rows = list(
        authorities_seen_by(member)
        .select_related("member__user", "resolution", "issue_type")
        .order_by("tier", "member__user__name", "pk")
    )
    plain = {
        (row.tier, row.resolution.code if row.resolution else ""): row
        for row in rows
        if row.member_id is None and row.issue_type_id is None
    }
    return {
        "lines": [
            Line(name, [Cell(tier, _field(tier, code), _most(plain.get((tier, code)))) for tier in TIERS])
            for code, name in _resolutions(member)
        ],
        "exceptions": [row for row in rows if row.member_id is not None or row.issue_type_id is not None],
        "stamp": stamp_of(member.workspace_id), "form": form, "currency": member.workspace.currency,
    }  # fmt: skip


def _most(row: Authority | None) -> str:
    """As a field takes it: no zeros behind the point when there is nothing behind it."""
    return f"{row.most.normalize():f}" if row else ""


def cells(member: Member) -> list[tuple[tuple[int, str], str]]:
    """(tier, resolution) with the name of its field."""
    return [((tier, code), _field(tier, code)) for code, _name in _resolutions(member) for tier in TIERS]


def _field(tier: int, code: str) -> str:
    return f"most-{tier}-{code}"


def _resolutions(member: Member) -> list[tuple[str, str]]:
    nodes = resolutions_seen_by(member).filter(retired_at=None).exclude(code__in=HARMLESS)
    return [(node.code, str(node)) for node in nodes]


def path(member: Member, wrong: StepForm | None = None) -> dict[str, Any]:
    """The steps, each as its own form; the one that was wrong as it was filled in."""
    forms_ = [
        wrong if wrong is not None and wrong.step is not None and wrong.step.pk == step.pk else StepForm(step=step)
        for step in paths_seen_by(member)
    ]
    amounts = [one for one in forms_ if one.step and one.step.from_amount is not None]
    return {
        "groups": [
            (_("By amount"), member.workspace.currency, amounts),
            (_("By number of tickets"), _("same issue and product within a day"), [
                one for one in forms_ if one not in amounts
            ]),
        ],
        "new": wrong if wrong is not None and wrong.step is None else StepForm(),
        "currency": member.workspace.currency,
    }  # fmt: skip


def hand_over(ticket: Ticket, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the form begins with: the proposal that was above the limit, else why the ticket may be hard."""
    resolution = str(told.get("resolution", ""))[:60] or (ticket.resolution.code if ticket.resolution else "")
    amount = str(told.get("amount", "")) or ("" if ticket.cost is None else str(ticket.cost))
    reason = "amount" if told.get("resolution") or told.get("amount") else "claim" if ticket.kind == "claim" else "hard"
    return {"reason": reason, "resolution": resolution, "amount": amount}


def beside(member: Member, ticket: Ticket) -> dict[str, Any]:
    """What helps while handing up: one's own limit, how many others have it, and earlier answers."""
    settled = may_settle(member, ticket, ticket.resolution, ticket.cost or Decimal(0))
    steps = sorted(paths_seen_by(member), key=lambda one: (one.from_amount is None, one.from_amount or 0))
    return {
        "settled": settled, "scope": asked.scope_of(ticket), "earlier": asked.of_ticket(member, ticket),
        "steps": [(one, asked.WHO.get(one.role, one.role)) for one in steps],
        "currency": currency_of(ticket), "ours": member.workspace.currency,
    }  # fmt: skip


def handed_up(escalation: Escalation) -> str:
    """Who decides, and by when."""
    local = escalation.due_at.astimezone(zone(escalation.ticket.workspace.timezone))
    said = {"who": asked.WHO[escalation.role], "until": formats.date_format(local, "m-d H:i")}
    return _("Handed up: %(who)s decides by %(until)s.") % said
