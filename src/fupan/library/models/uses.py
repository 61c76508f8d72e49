from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fupan.desk.models import Ticket
from fupan.library.models.articles import Article
from fupan.library.models.cases import Case
from fupan.people.models import Member, Workspace


class CaseUse(models.Model):
    """A case or article put to use on a ticket; how the ticket ended is read from the ticket."""

    case = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="uses")
    article = models.ForeignKey(Article, models.CASCADE, null=True, blank=True, related_name="uses")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="library_uses")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    helpful = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(case=None, article__isnull=False) | Q(case__isnull=False, article=None),
                name="use_of_one_thing",
            ),
            models.UniqueConstraint(fields=["case", "ticket"], name="case_used_once_per_ticket"),
            models.UniqueConstraint(fields=["article", "ticket"], name="article_used_once_per_ticket"),
        ]

    def __str__(self) -> str:
        return f"{self.case or self.article} -> {self.ticket}"


class CaseList(models.Model):
    """Classic cases in a good order, for newcomers."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="case_lists")
    name = models.CharField(_("name"), max_length=80)
    about = models.CharField(_("for whom"), max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="case_list_once_per_name")]

    def __str__(self) -> str:
        return self.name


class CaseListItem(models.Model):
    of = models.ForeignKey(CaseList, models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, models.CASCADE, related_name="in_lists")
    place = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["of", "case"], name="case_once_per_list")]

    def __str__(self) -> str:
        return f"{self.of}: {self.case}"


class CaseRead(models.Model):
    """A member has read a case."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reads")
    member = models.ForeignKey(Member, models.CASCADE, related_name="cases_read")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "member"], name="case_read_once")]

    def __str__(self) -> str:
        return f"{self.member} read {self.case}"
