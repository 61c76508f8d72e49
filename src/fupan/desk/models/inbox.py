from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.desk.models.messages import Message
from fupan.desk.models.tickets import Ticket
from fupan.people.models import Member, Workspace


class View(models.Model):
    """A saved question to the ticket list; without an owner it is everybody's."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    owner = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="views")
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=1000, blank=True)  # as in the address
    columns = models.JSONField(default=list)
    place = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "owner", "name"], name="view_once_per_name"),
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=models.Q(owner=None), name="shared_view_once_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Presence(models.Model):
    """Somebody has a ticket open; gone when not renewed for a minute."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="present")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    at = models.DateTimeField()
    writing = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "member"], name="presence_once")]

    def __str__(self) -> str:
        return f"{self.member} at {self.ticket}"


class Mention(models.Model):
    """A colleague named in an internal note."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="mentions")
    member = models.ForeignKey(Member, models.CASCADE, related_name="mentions")
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["message", "member"], name="mention_once")]

    def __str__(self) -> str:
        return f"{self.member} in {self.message_id}"


class Merge(models.Model):
    """One ticket put into another, with what takes it apart again."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="merges")
    into = models.ForeignKey(Ticket, models.CASCADE, related_name="merges_into_it")
    message_ids = models.JSONField(default=list)
    before = models.JSONField(default=dict)  # of the ticket: state, incident ...
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.ticket} -> {self.into}"


class ClosingRule(models.Model):
    """Fields that must be told before tickets of a kind are solved; a blank kind holds for all."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    kind = models.CharField(_("kind"), max_length=12, blank=True)
    needs = models.JSONField(default=list)  # "issue" | "resolution" | "cause" | "cost"

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "kind"], name="closing_rule_once")]

    def __str__(self) -> str:
        return self.kind or "*"


class DayOff(models.Model):
    """A day on which the office is closed; the marketplaces' clocks go on."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="days_off")
    day = models.DateField(_("day"))
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["day"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "day"], name="day_off_once")]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
