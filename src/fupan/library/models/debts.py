from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.desk.models import Ticket
from fupan.library.models.cases import Case
from fupan.people.models import Member, Workspace


class DebtReason(models.TextChoices):
    REFUND = "refund", _("refunded more than a limit")
    ESCALATED = "escalated", _("handed up to tier 2")
    CLAIM = "claim", _("a claim with the marketplace")
    LONG = "long", _("many replies were needed")
    PICKED = "picked", _("picked by hand")


class DebtRule(models.Model):
    """Which tickets owe a case, and within how many hours of closing; no row: as `queries.debts.DEFAULTS` says."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="debt_rules")
    reason = models.CharField(max_length=10, choices=DebtReason)
    active = models.BooleanField(default=True)
    threshold = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)  # money or replies
    hours = models.PositiveSmallIntegerField(default=24)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "reason"], name="debt_rule_once")]

    def __str__(self) -> str:
        return self.reason


class CaseDebt(models.Model):
    """A closed ticket that owes a case; paid when a case of it is handed in for review."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="case_debts")
    ticket = models.OneToOneField(Ticket, models.CASCADE, related_name="case_debt")
    reason = models.CharField(max_length=10, choices=DebtReason)
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="case_debts")
    picked_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    owed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="+")
    waived_at = models.DateTimeField(null=True, blank=True)
    waived_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    waive_reason = models.CharField(_("why no case is needed"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["workspace", "paid_at", "due_at"], name="debt_by_due")]

    def __str__(self) -> str:
        return f"{self.ticket} {self.reason}"
