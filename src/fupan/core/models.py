from __future__ import annotations

from typing import ClassVar

from django.db import models


class Event(models.Model):
    """What happened, append-only: audit log, timeline and outbox. Ids and codes, never a person's text."""

    workspace_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=60)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)  # people.Member
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["workspace_id", "-id"], name="event_newest"),
            models.Index(fields=["subject_kind", "subject_id", "id"], name="event_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.subject_kind}:{self.subject_id}"


class Delivery(models.Model):
    """One event on its way to one flow; gone when the flow has done its work in the same transaction."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    flow = models.CharField(max_length=100)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["event", "flow"], name="delivery_once_per_flow")]

    def __str__(self) -> str:
        return f"{self.flow} <- {self.event_id}"


class StaleWeek(models.Model):
    """A week of a facts table that no longer agrees with the database."""

    workspace_id = models.BigIntegerField()
    table = models.CharField(max_length=20)
    week = models.IntegerField()
    stamp = models.CharField(max_length=32)  # changes at every mark, so a rebuild never swallows a later one

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace_id", "table", "week"], name="stale_once_per_week")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.week}"


class Attachment(models.Model):
    """A file somebody gave us, under MEDIA_ROOT/<workspace>/<path>; checked before it was kept, never served inline."""

    workspace_id = models.BigIntegerField()
    name = models.CharField(max_length=200)  # as its giver called it
    kind = models.CharField(max_length=80)  # media type, read from its bytes
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    path = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace_id", "sha256"], name="attachment_by_hash")]

    def __str__(self) -> str:
        return self.name


class Changed(models.Model):
    """Rows of a kind, `first` to `last`, that search must read anew; appended with the change itself."""

    workspace_id = models.BigIntegerField()
    kind = models.CharField(max_length=60)  # label of a model: "desk.ticket"
    first = models.BigIntegerField()
    last = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace_id", "id"], name="changed_in_turn")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.first}-{self.last}"
