from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.desk.models import Ticket
from fupan.people.models import Member, Workspace


class Search(models.Model):
    """What somebody looked for, and what came of it. Searches that found nothing tell what the library lacks."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.CharField(max_length=200)  # redacted
    hits = models.PositiveIntegerField()
    opened_kind = models.CharField(max_length=12, blank=True)  # "case" | "article" | "ticket" | ...
    opened_id = models.BigIntegerField(null=True, blank=True)
    at = models.DateTimeField()
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="+")  # searched beside it

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["workspace", "-at"], name="search_newest")]

    def __str__(self) -> str:
        return self.text


class SearchIndex(models.Model):
    """Which folder under FUPAN_HOME/search a workspace's searches read, and how far the next one is built."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="search_index")
    folder = models.CharField(max_length=40, blank=True)  # in use; "": none yet
    stamp = models.PositiveBigIntegerField(default=0)  # grows with every commit, so that readers look again
    building = models.CharField(max_length=40, blank=True)
    built_kind = models.PositiveSmallIntegerField(default=0)  # of the sources, in their order
    built_to = models.BigIntegerField(default=0)  # key of the last row written
    built_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.folder or self.building


class Synonyms(models.Model):
    """Words that mean the same here, a group a line, parted by commas; beside those that are shipped."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="synonyms")
    text = models.TextField(_("words that mean the same"), blank=True)
    version = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"v{self.version}"
