from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import Product
from fupan.desk.models import IssueType, Ticket
from fupan.people.models import Member, Workspace


class LackKind(models.TextChoices):
    TICKETS = "tickets", pgettext_lazy("lack", "Tickets without a good case")
    SEARCH = "search", pgettext_lazy("lack", "Searches that found nothing")


class Lack(models.Model):
    """What people needed lately and the library does not hold; found anew by the hour."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="lacks")
    key = models.CharField(max_length=120)  # "tickets:31:7", "search:rückgabe"
    kind = models.CharField(max_length=8, choices=LackKind)
    issue_type = models.ForeignKey(IssueType, models.CASCADE, null=True, blank=True)
    product = models.ForeignKey(Product, models.CASCADE, null=True, blank=True)
    words = models.CharField(max_length=200, blank=True)  # that were searched, redacted
    count = models.PositiveIntegerField()  # tickets, or searches
    used = models.PositiveIntegerField(default=0)  # of the tickets, with a case put to use
    looked = models.PositiveSmallIntegerField(default=0)  # of the newest tickets, compared with all cases
    unlike = models.PositiveSmallIntegerField(default=0)  # of those, without a case like them
    people = models.PositiveSmallIntegerField(default=0)  # who searched
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="+")  # the typical one
    first_at = models.DateTimeField()  # of the tickets or searches counted
    last_at = models.DateTimeField()
    found_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    dismissed_count = models.PositiveIntegerField(default=0)
    dismiss_reason = models.CharField(_("why it is not needed"), max_length=200, blank=True)

    class Meta:
        ordering: ClassVar = ["-count", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="lack_once_per_key")]

    def __str__(self) -> str:
        parts = (str(one) for one in (self.issue_type, self.product) if one)
        return f"“{self.words}”" if self.words else " · ".join(parts)


class LackLook(models.Model):
    """When a workspace was last looked through for what its library lacks; no row: never."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.workspace} {self.at:%F %T}"


OPEN = Q(dismissed_at=None) | Q(count__gte=2 * F("dismissed_count"))  # what was dismissed comes back when it doubles
