from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.desk.models.labels import IssueType, Resolution
from fupan.desk.models.tickets import Ticket
from fupan.people.models import Member, Workspace


class Authority(models.Model):
    """What a tier, or one member, may settle alone; the most particular row that fits holds."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    tier = models.PositiveSmallIntegerField(null=True, blank=True)
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="authorities")
    resolution = models.ForeignKey(Resolution, models.CASCADE, null=True, blank=True)  # None: any
    issue_type = models.ForeignKey(IssueType, models.CASCADE, null=True, blank=True)
    most = models.DecimalField(_("at most"), max_digits=14, decimal_places=2)  # in the workspace's currency; 0: never
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"{self.member or self.tier}: {self.most}"


class EscalationState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    TAKEN = "taken", _("Taken")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Declined")
    BY_DEFAULT = "by_default", _("Decided by default")


class Escalation(models.Model):
    """A ticket handed up: what was tried, what is asked, and until when somebody decides."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="escalations")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    to = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="escalated_to")
    tier = models.PositiveSmallIntegerField(default=2)
    role = models.CharField(max_length=20, blank=True)  # who decides at least; blank: the second line
    reason = models.CharField(max_length=12)  # "amount" | "scope" | "hard" | "claim"
    tried = models.TextField(_("what was tried"), blank=True)
    wants = models.TextField(_("what the buyer wants"), blank=True)
    resolution = models.ForeignKey(Resolution, models.SET_NULL, null=True, blank=True)  # what is proposed
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    default = models.CharField(max_length=8, default="approve")  # "approve" | "decline" when nobody decides
    at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=EscalationState, default=EscalationState.WAITING)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    said = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.ticket} ({self.state})"


class EscalationPath(models.Model):
    """Who decides from which amount, or when how many tickets of one slice came within a day."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    from_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    from_tickets = models.PositiveIntegerField(null=True, blank=True)
    tier = models.PositiveSmallIntegerField(default=2)
    role = models.CharField(max_length=20, blank=True)
    hours = models.FloatField(default=4)
    default = models.CharField(max_length=8, default="approve")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["from_amount", "from_tickets", "pk"]

    def __str__(self) -> str:
        return f"{self.from_amount or self.from_tickets}"


class RoutingRule(models.Model):
    """Where a message goes: conditions all of which hold, and what is then done."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    name = models.CharField(_("name"), max_length=80)
    place = models.PositiveSmallIntegerField(default=0)
    conditions = models.JSONField(default=dict)  # words, languages, products, lines, kinds, issues, shops, from_value
    effects = models.JSONField(default=dict)  # tier, member, languages, tags, issue
    last = models.BooleanField(_("stop here"), default=True)
    active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["place", "pk"]

    def __str__(self) -> str:
        return self.name


class Routing(models.Model):
    """What a rule, or the sharing out by skill and load, did with a ticket."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="routings")
    rule = models.ForeignKey(RoutingRule, models.SET_NULL, null=True, blank=True, related_name="fired")
    to = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.ticket} -> {self.to}"


class AgentSkill(models.Model):
    """What a member answers well, and how much at once; languages are the member's own."""

    member = models.OneToOneField(Member, models.CASCADE, related_name="skill")
    issue_types = models.ManyToManyField(IssueType, blank=True)
    most_open = models.PositiveSmallIntegerField(_("open tickets at once"), default=40)
    on_duty = models.BooleanField(_("on duty"), default=True)
    silent_hours = models.PositiveSmallIntegerField(_("given back after hours of silence"), default=8)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.member)
