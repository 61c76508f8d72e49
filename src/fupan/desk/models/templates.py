from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.core.models import Attachment
from fupan.desk.models.labels import IssueType
from fupan.desk.models.messages import Message
from fupan.desk.models.tickets import Ticket
from fupan.people.models import Member, Workspace


class TemplateState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    IN_FORCE = "in_force", pgettext_lazy("template", "In force")
    RETIRED = "retired", _("Retired")


class ReplyTemplate(models.Model):
    """A canned reply; its texts lie in its versions, and `version` is the one in force (0: none yet)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="templates")
    number = models.PositiveIntegerField()
    name = models.CharField(_("name"), max_length=120)
    group = models.CharField(_("group"), max_length=60, blank=True)
    issue_type = models.ForeignKey(IssueType, models.SET_NULL, null=True, blank=True)
    platform = models.CharField(_("platform"), max_length=20, blank=True)  # blank: any
    state = models.CharField(_("state"), max_length=10, choices=TemplateState, default=TemplateState.DRAFT)
    version = models.PositiveIntegerField(default=0)
    swapped_for = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="template_once_per_number"),
            models.UniqueConstraint(fields=["workspace", "name"], name="template_once_per_name"),
        ]

    def __str__(self) -> str:
        return self.name


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    SENT_BACK = "sent_back", _("Sent back")


class TemplateVersion(models.Model):
    """The texts of a template by language, as they stood."""

    template = models.ForeignKey(ReplyTemplate, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)  # language -> text with {variables}
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    effective_on = models.DateField(null=True, blank=True)  # None: at once
    said = models.CharField(max_length=300, blank=True)  # why it was changed, or sent back

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "number"], name="template_version_once_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.number}"


class TemplateFile(models.Model):
    template = models.ForeignKey(ReplyTemplate, models.CASCADE, related_name="files")
    file = models.ForeignKey(Attachment, models.CASCADE)

    def __str__(self) -> str:
        return str(self.file)


class TemplateUse(models.Model):
    """A template put into a message; how the ticket went on is read from the ticket."""

    template = models.ForeignKey(ReplyTemplate, models.CASCADE, related_name="uses")
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=5)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="template_uses")
    message = models.ForeignKey(Message, models.CASCADE, related_name="templates")
    changed = models.BooleanField(default=False)  # edited before it was sent
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "message"], name="template_once_per_message")
        ]

    def __str__(self) -> str:
        return f"{self.template} v{self.version}"


class AutoReply(models.Model):
    """The first word to a buyer, by channel; it never stops the marketplace's clock."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    platform = models.CharField(_("platform"), max_length=20, blank=True)
    template = models.ForeignKey(ReplyTemplate, models.CASCADE, related_name="+")
    closed_hours_only = models.BooleanField(_("outside of office hours only"), default=False)
    active = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "platform"], name="auto_reply_once")]

    def __str__(self) -> str:
        return str(self.template)
