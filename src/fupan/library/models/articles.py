from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import Product
from fupan.desk.models import IssueType, Tag, Ticket
from fupan.library.models.cases import Case
from fupan.library.models.states import State
from fupan.people.models import Member, Workspace


class ArticleKind(models.TextChoices):
    SOP = "sop", _("Procedure")
    PITFALL = "pitfall", _("Pitfall guide")
    FAQ = "faq", _("Questions and answers")
    TREE = "tree", _("Decision tree")


PREFIXES = {ArticleKind.SOP: "SOP", ArticleKind.PITFALL: "PIT", ArticleKind.FAQ: "FAQ", ArticleKind.TREE: "TREE"}


class Article(models.Model):
    """What many cases came to. It shows its version in force; a newer one may be in the making."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    number = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=8, choices=ArticleKind)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    title = models.CharField(_("title"), max_length=160)
    about = models.TextField(_("what it is for"), blank=True)
    content = models.JSONField(default=dict)  # by kind, see contents.py
    issue_type = models.ForeignKey(IssueType, models.SET_NULL, null=True, blank=True)
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True)
    cases = models.ManyToManyField(Case, blank=True, related_name="articles")  # it came from
    tags = models.ManyToManyField(Tag, blank=True, related_name="articles")
    version = models.PositiveIntegerField(default=0)  # in force; 0: none yet
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)  # version in force: since
    expires_on = models.DateField(_("check again on"), null=True, blank=True)
    expires_why = models.CharField(_("because"), max_length=160, blank=True)
    state_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="article_once_per_number")
        ]

    def __str__(self) -> str:
        return f"{PREFIXES[ArticleKind(self.kind)]}-{self.number:02d}"


class VersionState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("version", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("version", "Waits for approval")
    APPROVED = "approved", pgettext_lazy("version", "Approved, not in force yet")
    IN_FORCE = "in_force", pgettext_lazy("version", "In force")
    PAST = "past", pgettext_lazy("version", "Past")


class ArticleVersion(models.Model):
    """A version of an article: written, approved, in force from a day on."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    stamp = models.PositiveIntegerField(default=1)  # counts its saves: two editors notice each other
    content = models.JSONField()  # title, about, body, issue_type, product, cases, tags, expires_on, expires_why
    note = models.CharField(_("what changed"), max_length=160, blank=True)
    effective_on = models.DateField(_("in force from"), null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    remark = models.TextField(_("remark"), blank=True)  # of whoever sent it back

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["article", "number"], name="article_version_once")]

    def __str__(self) -> str:
        return f"{self.article} v{self.number}"


class Flag(models.Model):
    """“This is not right any more”: said by a reader, settled by an editor."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="flags")
    text = models.CharField(_("what is wrong"), max_length=300)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.CharField(_("answer"), max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return self.text


class Run(models.Model):
    """A procedure or a decision tree gone through step by step, on a ticket or to try it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="runs")
    version = models.PositiveIntegerField()
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at_node = models.CharField(max_length=40)
    path = models.JSONField(default=list)  # [{"node", "text", "say", "at"}]: steps left behind, with when
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.article} #{self.pk}"
