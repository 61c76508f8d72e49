from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fupan.people.models import Department, Member, Workspace


class Node(models.Model):
    """A place in one of the three label trees; its code never changes, names may."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    code = models.SlugField(max_length=60)
    name_en = models.CharField(_("English name"), max_length=120)
    name_zh = models.CharField(_("Chinese name"), max_length=120)
    order = models.PositiveIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_zh if (get_language() or "").startswith("zh") else self.name_en


class IssueType(Node):
    """What went wrong for the buyer."""

    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaces")
    department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True)
    simple = models.BooleanField(_("simple"), default=False)  # the first line settles it within 24 h

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="issue_type_once_per_code")]
        ordering: ClassVar = ["order", "pk"]


class Liable(models.TextChoices):
    PLATFORM = "platform", _("Platform")
    CARRIER = "carrier", _("Carrier")
    SELLER = "seller", _("Seller")
    BUYER = "buyer", _("Buyer")


class Cause(Node):
    """Why it went wrong, and who is liable."""

    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaces")
    department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True)
    liable = models.CharField(_("liable"), max_length=10, choices=Liable, default=Liable.SELLER)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="cause_once_per_code")]
        ordering: ClassVar = ["order", "pk"]


class Resolution(Node):
    """What we did about it."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="resolution_once_per_code")]
        ordering: ClassVar = ["order", "pk"]


class TreeVersion(models.Model):
    """A label tree as it stood; every edit makes one."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    tree = models.CharField(max_length=12)  # "issue" | "cause" | "resolution" | "rules"
    number = models.PositiveIntegerField()
    content = models.JSONField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "tree", "number"], name="tree_version_once_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.tree} v{self.number}"


class ReasonCode(models.Model):
    """A marketplace's reason code -> our issue type; blank issue = says nothing."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    code = models.CharField(max_length=60)
    issue_type = models.ForeignKey(IssueType, models.CASCADE, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "code"], name="reason_code_once")]

    def __str__(self) -> str:
        return self.code


class KeywordRule(models.Model):
    """Words that say an issue type in a language; more and longer hits win."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    language = models.CharField(_("language"), max_length=5)
    words = models.CharField(_("words"), max_length=200)  # several parts joined by " + " must all occur
    issue_type = models.ForeignKey(IssueType, models.CASCADE, related_name="rules")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "language", "words"], name="keyword_rule_once")
        ]

    def __str__(self) -> str:
        return self.words
