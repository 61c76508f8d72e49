"""Verbs of case debts: a closed ticket owes a case, somebody pays, forgives, or is reminded."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Ticket
from fupan.library.models import CaseDebt, CaseTicket, DebtReason, DebtRule
from fupan.library.policies import debts_seen_by
from fupan.library.queries.debts import due_soon, owes, paid_already, rules_of
from fupan.library.services._common import need, need_words, ticket_for
from fupan.library.services._telling import reviewers, tell_debt
from fupan.people.models import Member, Workspace

SOON = timedelta(hours=4)
ESCALATED_AFTER = timedelta(hours=24)
HOURS = range(1, 24 * 14 + 1)


@transaction.atomic
def owe_case(ticket_id: int, *, by: Member | None, at: datetime | None = None) -> CaseDebt | None:
    """A ticket was closed: note the case it owes, if a rule says so or somebody picked it while it was open."""
    ticket = Ticket.objects.select_related("workspace", "resolution").select_for_update(of=("self",)).get(pk=ticket_id)
    known = CaseDebt.objects.filter(ticket=ticket).first()
    if ticket.merged_into_id is not None or paid_already(ticket):
        return None
    if known is not None and (known.paid_at or known.waived_at):
        return None
    rules = rules_of(ticket.workspace_id)
    rule = rules[DebtReason.PICKED] if known is not None and known.reason == DebtReason.PICKED else owes(ticket, rules)
    if rule is None:
        return None
    since = at or ticket.resolved_at or clock.now()
    values = {"reason": rule.reason, "owner": by or ticket.assignee, "owed_at": since,
              "due_at": since + timedelta(hours=rule.hours), "workspace_id": ticket.workspace_id}  # fmt: skip
    if known is not None and known.due_at == values["due_at"]:
        return known
    debt, _made = CaseDebt.objects.update_or_create(ticket=ticket, defaults=values)
    record("library.case_owed", debt, by=by, ticket=ticket.pk, reason=debt.reason)
    tell_debt("case_owed", debt, [debt.owner])
    return debt


@transaction.atomic
def forget_debt(ticket_id: int, *, by: Member | None) -> bool:
    """The ticket was taken up again: nothing is due until it is closed anew; what somebody picked stays picked."""
    debt = CaseDebt.objects.filter(ticket_id=ticket_id, paid_at=None, waived_at=None).first()
    if debt is None or debt.reason == DebtReason.PICKED:
        return False
    record("library.debt_forgotten", debt, by=by, ticket=ticket_id)
    debt.delete()
    return True


@transaction.atomic
def pick_ticket(ticket_id: int, *, by: Member) -> CaseDebt:
    """This one is worth a case, whatever the rules say."""
    need(by, "write_cases")
    ticket = ticket_for(ticket_id, by)
    if paid_already(ticket):
        raise Refused(_("A case of this ticket was handed in already."), code="already-paid")
    known = CaseDebt.objects.filter(ticket=ticket).first()
    if known is not None and known.paid_at is None and known.waived_at is None:
        return known
    hours = rules_of(by.workspace_id)[DebtReason.PICKED].hours
    since = clock.now()
    debt, _made = CaseDebt.objects.update_or_create(
        ticket=ticket,
        defaults={
            "workspace_id": by.workspace_id, "reason": DebtReason.PICKED, "owner": ticket.assignee or by,
            "picked_by": by, "owed_at": since, "due_at": since + timedelta(hours=hours), "paid_at": None, "case": None,
            "waived_at": None, "waived_by": None, "waive_reason": "",
        },
    )  # fmt: skip
    record("library.case_owed", debt, by=by, ticket=ticket.pk, reason=debt.reason)
    if debt.owner_id != by.pk:
        tell_debt("case_owed", debt, [debt.owner])
    return debt


@transaction.atomic
def pay_debts(case_id: int, *, by: Member | None) -> int:
    """A case was handed in: what its tickets owed is paid."""
    tickets = CaseTicket.objects.filter(case_id=case_id, source=True).values("ticket")
    paid = list(CaseDebt.objects.filter(ticket__in=tickets, paid_at=None, waived_at=None).select_for_update())
    for debt in paid:
        debt.paid_at, debt.case_id = clock.now(), case_id
        debt.save(update_fields=["paid_at", "case"])
        record("library.debt_paid", debt, by=by, case=case_id, on_time=debt.paid_at <= debt.due_at)
    return len(paid)


@transaction.atomic
def waive_debt(debt_id: int, *, reason: str, by: Member) -> CaseDebt:
    """No case is needed, and why."""
    debt = debts_seen_by(by).select_for_update(of=("self",)).get(pk=debt_id)
    need(by, "review_cases")
    if debt.paid_at or debt.waived_at:
        raise Refused(_("Nothing is owed here any more."), code="not-owed")
    debt.waive_reason = need_words(reason, _("Say why no case is needed."), "no-reason", 200)
    debt.waived_at, debt.waived_by = clock.now(), by
    debt.save(update_fields=["waive_reason", "waived_at", "waived_by"])
    record("library.debt_waived", debt, by=by, ticket=debt.ticket_id)
    return debt


@transaction.atomic
def hand_debt(debt_id: int, *, owner: Member, by: Member) -> CaseDebt:
    """Somebody else writes it."""
    debt = debts_seen_by(by).select_for_update(of=("self",)).select_related("ticket").get(pk=debt_id)
    need(by, "review_cases")
    if owner.workspace_id != debt.workspace_id or not owner.active:
        raise Refused(_("This person does not work here."), code="not-a-member")
    debt.owner = owner
    debt.save(update_fields=["owner"])
    record("library.debt_handed", debt, by=by, owner=owner.pk)
    tell_debt("case_handed", debt, [owner])
    return debt


@transaction.atomic
def set_rule(reason: str, *, active: bool, threshold: Decimal | None, hours: int, by: Member) -> DebtRule:
    """Which tickets owe a case from now on, and within how many hours; what is owed already stays."""
    need(by, "edit_case_rules")
    if reason not in DebtReason.values:
        raise Refused(_("There is no rule “%(reason)s”.") % {"reason": reason}, code="no-such-rule")
    if hours not in HOURS:
        raise Refused(_("Choose 1 to 336 hours."), code="not-hours")
    if threshold is not None and threshold < 0:
        raise Refused(_("A limit is not negative."), code="negative-limit")
    rule, _made = DebtRule.objects.update_or_create(
        workspace_id=by.workspace_id, reason=reason,
        defaults={"active": active, "threshold": threshold, "hours": hours},
    )  # fmt: skip
    record("library.rule_set", rule, by=by, reason=reason, active=active, hours=hours)
    return rule


def remind_debtors(workspace: Workspace) -> int:
    """Word to who owes a case that is nearly due or late, and to the leads a day later; each word goes once."""
    told, now = 0, clock.now()
    for debt in due_soon(workspace, SOON):
        with transaction.atomic():
            heard = tell_debt("case_late" if debt.due_at <= now else "case_due", debt, [debt.owner])
            if debt.due_at + ESCALATED_AFTER <= now:
                heard += tell_debt("case_escalated", debt, reviewers(workspace.pk, "edit_case_rules"))
            if heard:
                record("library.debt_reminded", debt, by=None, members=heard)
            told += heard
    return told
