from __future__ import annotations

from typing import ClassVar
from urllib.parse import urlsplit
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.core.fields import EncryptedTextField
from fupan.people.models import Department, Member, Workspace


class Topic(models.TextChoices):
    REVIEW = "review", _("The weekly review is ready")
    DIGEST = "digest", _("Digest of my department")
    SIGNAL = "signal", _("A signal was noticed")
    IMPORT = "import", _("An import ended")
    INVITATION = "invitation", _("Invitations")
    PROBLEM = "problem", _("What became of my report")
    MEETING = "meeting", _("Meetings and minutes")
    ACTION = "action", _("My actions")
    VERDICT = "verdict", _("A verdict is in")
    CASE = "case", _("Cases and articles")
    TICKET = "ticket", _("My tickets: mentions, what I follow, what is handed to me")
    ESCALATION = "escalation", _("Decisions that wait")
    BULLETIN = "bulletin", _("War room: bulletins and help asked of my department")


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
    hidden = models.BooleanField(default=False)  # its reader does not want the topic in the product

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["member", "once"], name="notice_said_once")]
        indexes: ClassVar = [models.Index(fields=["member", "read_at", "-id"], name="notice_unread")]

    def __str__(self) -> str:
        return self.kind


class Preference(models.Model):
    """How a topic reaches a member; no row means both ways."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="preferences")
    topic = models.CharField(max_length=20, choices=Topic)
    in_app = models.BooleanField(_("in the product"), default=True)
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


class DestinationKind(models.TextChoices):
    WECOM = "wecom", _("WeCom robot")
    DINGTALK = "dingtalk", _("DingTalk robot")
    FEISHU = "feishu", _("Feishu / Lark robot")
    WEBHOOK = "webhook", _("Webhook")


class Destination(models.Model):
    """A group chat or a program that hears of things; its address and secret are keys, so both are encrypted."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="destinations")
    kind = models.CharField(_("kind"), max_length=10, choices=DestinationKind)
    name = models.CharField(_("name"), max_length=80)
    url = EncryptedTextField(_("address"))
    secret = EncryptedTextField(_("secret"), blank=True)
    robot = models.CharField(max_length=24)  # blind index of the address: rows of one robot share its rate limit
    department = models.ForeignKey(
        Department, models.CASCADE, null=True, blank=True, related_name="destinations", verbose_name=_("department")
    )
    topics = models.JSONField(default=list)
    language = models.CharField(_("language"), max_length=10, default="zh-hans")
    active = models.BooleanField(_("active"), default=True)
    paused_until = models.DateTimeField(null=True, blank=True)
    last_ok_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["robot"], name="destination_robot")]
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_address(self) -> str:
        """Enough of the address to know it again, too little to use it."""
        host = urlsplit(self.url).hostname or ""
        return f"{host} …{self.url[-4:]}" if self.url else ""


class DeliveryState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("message", "waiting")
    SENT = "sent", pgettext_lazy("message", "sent")
    FAILED = "failed", pgettext_lazy("message", "failed")


class Delivery(models.Model):
    """One message to one destination: worded when its reason happened, sent afterwards, tried until it arrived."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    destination = models.ForeignKey(Destination, models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField(default=uuid4, unique=True)
    topic = models.CharField(max_length=20, choices=Topic, blank=True)
    kind = models.CharField(max_length=40)
    message = models.JSONField(default=dict)  # title, lines, action, url: what people read
    numbers = models.JSONField(default=dict)  # what programs read
    once = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    next_try_at = models.DateTimeField(null=True, blank=True)
    last_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=40, blank=True)
    answer = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["destination", "once"], name="delivery_once")]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_try_at"], name="delivery_waiting"),
            models.Index(fields=["destination", "-id"], name="delivery_log"),
        ]

    def __str__(self) -> str:
        return str(self.message.get("title") or self.kind)
