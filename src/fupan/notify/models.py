from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.people.models import Member, Workspace


class Topic(models.TextChoices):
    REVIEW = "review", _("The weekly review is ready")
    DIGEST = "digest", _("Digest of my department")
    IMPORT = "import", _("An import ended")
    INVITATION = "invitation", _("Invitations")


class Notice(models.Model):
    """A word to one member, in the product; `context` fills the sentence of its `kind` in the reader's language."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    member = models.ForeignKey(Member, models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=20, choices=Topic)
    kind = models.CharField(max_length=40)
    context = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    once = models.CharField(max_length=120)  # the same word is said once
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "once"], name="notice_said_once")]
        indexes: ClassVar = [models.Index(fields=["member", "read_at", "-id"], name="notice_unread")]

    def __str__(self) -> str:
        return self.kind


class Preference(models.Model):
    """Which topics reach a member by e-mail; no row means yes."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="preferences")
    topic = models.CharField(max_length=20, choices=Topic)
    email = models.BooleanField(_("by e-mail"), default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "topic"], name="preference_once_per_topic")]

    def __str__(self) -> str:
        return self.topic


class Mail(models.Model):
    """An e-mail to send: written in the transaction of its reason, sent afterwards, retried until it went."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True)
    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    once = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True)  # of the next attempt
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["sent_at", "not_before"], name="mail_waiting")]

    def __str__(self) -> str:
        return self.subject
