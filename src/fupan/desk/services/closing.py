"""What must be told before a ticket is solved, and whether its settlement is within a person's authority."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.core import stale, weeks
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.clocks import office_due, promised_since
from fupan.desk.models import ClosingRule, DayOff, MessageSide, Ticket, TicketKind
from fupan.desk.services.authority import Settled, may_settle
from fupan.desk.services.labels import label_ticket, set_cause, set_resolution
from fupan.desk.standing import days_off
from fupan.people.models import Member, Workspace

NEEDS: dict[str, Any] = {
    "issue": _("issue"),
    "resolution": _("resolution"),
    "cause": _("first guess of the cause"),
    "cost": pgettext_lazy("of a ticket", "cost"),
}
_COLUMNS = {"issue": "issue_type_id", "resolution": "resolution_id", "cause": "cause_guess_id", "cost": "cost"}


class Incomplete(Refused):
    """Fields that a closing rule asks for are not told; `missing` names them."""

    def __init__(self, missing: list[str]) -> None:
        names = ", ".join(str(NEEDS[one]) for one in missing)
        super().__init__(_("Before it is solved, say: %(fields)s.") % {"fields": names}, code="fields-missing")
        self.missing = missing


class BeyondAuthority(Refused):
    """The settlement is more than this member may give; `settled` says how much that is and who decides."""

    def __init__(self, settled: Settled) -> None:
        super().__init__(settled.why or _("Somebody else decides on this settlement."), code="beyond-authority")
        self.settled = settled


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a ticket as it is closed; None where nothing was said."""

    issue: str | None = None
    resolution: str | None = None
    cause: str | None = None
    cost: Decimal | None = None


def needs_of(workspace_id: int, kind: str) -> list[str]:
    """What the rule for this kind asks for, else the rule for all kinds."""
    rules = dict(
        ClosingRule.objects.filter(workspace_id=workspace_id, kind__in=["", kind]).values_list("kind", "needs")
    )
    return [name for name in NEEDS if name in rules.get(kind, rules.get("", []))]


def missing_in(ticket: Ticket) -> list[str]:
    told = {name: getattr(ticket, column) for name, column in _COLUMNS.items()}
    return [name for name in needs_of(ticket.workspace_id, ticket.kind) if told[name] is None]


def ready_to_close(ticket: Ticket, by: Member) -> None:
    """Refused while a field is missing, or when the settlement is more than this member may settle."""
    missing = missing_in(ticket)
    if missing:
        raise Incomplete(missing)
    settled = may_settle(by, ticket, ticket.resolution, ticket.cost)
    if not settled.ok:
        raise BeyondAuthority(settled)


@transaction.atomic
def tell_closing(ticket: Ticket, told: Told, *, by: Member) -> Ticket:
    """Fill in what is said at the end, field by field; what was left alone stays."""
    if told.cause is not None and told.cause != _code(ticket.cause_guess):
        set_cause(ticket, told.cause, by=by)
    if told.issue is not None and told.issue != _code(ticket.issue_type):
        label_ticket(ticket, told.issue, by=by)
    if told.resolution is not None and told.resolution != _code(ticket.resolution):
        set_resolution(ticket, told.resolution, by=by)
    if told.cost is not None and told.cost != ticket.cost:
        from fupan.desk.services.work import set_cost

        set_cost(ticket, told.cost, by=by)
    return ticket


def _code(node: Any) -> str:
    return node.code if node is not None else ""


@transaction.atomic
def set_closing_rule(workspace: Workspace, kind: str, needs: Iterable[str], *, by: Member | None) -> ClosingRule | None:
    """Which fields tickets of a kind need before they are solved ("" for every kind without its own rule)."""
    if kind and kind not in TicketKind.values:
        raise Refused(_("“%(kind)s” is not a kind of ticket.") % {"kind": kind}, code="no-such-kind")
    wanted = [name for name in NEEDS if name in set(needs)]
    rule = None
    if wanted:
        rule, _new = ClosingRule.objects.update_or_create(workspace=workspace, kind=kind, defaults={"needs": wanted})
    else:
        ClosingRule.objects.filter(workspace=workspace, kind=kind).delete()
    record("desk.closing_set", workspace, by=by, workspace_id=workspace.pk, kind=kind, needs=wanted)
    return rule


@transaction.atomic
def set_day_off(workspace: Workspace, day: date, name: str = "", *, closed: bool = True, by: Member | None) -> int:
    """Close the office on a day, or open it again; the office clocks that run are set anew. How many those were."""
    if closed:
        DayOff.objects.update_or_create(workspace=workspace, day=day, defaults={"name": name[:60]})
    else:
        DayOff.objects.filter(workspace=workspace, day=day).delete()
    off, moved = days_off(workspace.pk), []
    running = Ticket.objects.filter(workspace=workspace, office_due_at__isnull=False, waiting_since__isnull=False)
    for ticket in running.only("pk", "waiting_since", "office_due_at"):
        assert ticket.waiting_since is not None
        due = office_due(ticket.waiting_since, workspace.timezone, off)
        if due != ticket.office_due_at:
            ticket.office_due_at = due
            moved.append(ticket)
    Ticket.objects.bulk_update(moved, ["office_due_at"], batch_size=300)
    stale.mark(workspace.pk, _clocked_weeks(workspace, day, off))
    record("desk.day_off_set", workspace, by=by, workspace_id=workspace.pk, day=day.isoformat(), closed=closed)
    return len(moved)


def _clocked_weeks(workspace: Workspace, day: date, off: frozenset[date]) -> set[tuple[str, int]]:
    """Weeks of the facts whose office clocks ran on that day: of turns that had to be answered, of first answers."""
    local = weeks.zone(workspace.timezone)
    begins, over = (datetime.combine(one, time(), local) for one in (day, day + timedelta(days=1)))
    since = datetime.combine(promised_since(day, off), time(), local)
    tickets = Ticket.objects.filter(workspace=workspace).order_by()
    asked = tickets.filter(messages__side=MessageSide.BUYER, messages__at__gte=since, messages__at__lt=over)
    waited = tickets.filter(opened_at__lt=over, first_response_at__gte=begins)
    return {
        (table, week)
        for table, rows in (("messages", asked), ("tickets", waited))
        for week in rows.values_list("week", flat=True).distinct()
    }
