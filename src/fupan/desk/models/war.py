from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.desk.models.templates import ReplyTemplate
from fupan.desk.models.tickets import Ticket
from fupan.people.models import Department, Member, Workspace


class BulletinKind(models.TextChoices):
    STOCK_OUT = "stock_out", _("Stock-out")
    PROMOTION = "promotion", _("Promotion went wrong")
    CARRIER = "carrier", _("Carrier delay")
    DEFECT = "defect", _("Defect")
    TOPIC = "topic", _("Hot topic")
    OTHER = "other", pgettext_lazy("bulletin", "Other")


class Bulletin(models.Model):
    """A war-room notice with the one agreed wording; a new version asks to be read again."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    number = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=10, choices=BulletinKind)
    title = models.CharField(_("title"), max_length=120)
    facts = models.TextField(_("what we know"), blank=True)
    wordings = models.JSONField(default=dict)  # language -> the agreed wording
    slice = models.JSONField(default=dict)  # dimension -> value: which tickets it is pinned to
    instead_of = models.ForeignKey(ReplyTemplate, models.SET_NULL, null=True, blank=True, related_name="bulletins")
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-starts_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="bulletin_once_per_number")
        ]

    def __str__(self) -> str:
        return self.title


class BulletinRead(models.Model):
    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="reads")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulletin", "member", "version"], name="bulletin_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.member} read {self.bulletin}"


class HelpAsked(models.Model):
    """A department asked to look at a bulletin, with its answer."""

    bulletin = models.ForeignKey(Bulletin, models.CASCADE, related_name="asked")
    department = models.ForeignKey(Department, models.CASCADE, related_name="+")
    about = models.CharField(max_length=300)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    answer = models.CharField(max_length=500, blank=True)
    answered_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.about
