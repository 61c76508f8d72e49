from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.core.fields import EncryptedTextField
from fupan.core.models import Attachment
from fupan.desk.models.tickets import Ticket
from fupan.people.models import Member, Workspace


class MessageSide(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Us")
    NOTE = "note", _("Internal note")


class Sending(models.TextChoices):
    """How far a message of ours has come; blank for what was never ours to send."""

    QUEUED = "queued", _("About to be sent")
    CLAIMED = "claimed", _("Being sent")  # a worker has it: it cannot be taken back any more
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Not delivered")
    BY_HAND = "by_hand", _("Answered elsewhere")  # the shop has no mail account: a person copies the text


UNSAID = (Sending.QUEUED, Sending.CLAIMED, Sending.FAILED)  # no buyer has read it: it answers nothing


class Message(models.Model):
    """One turn; `original` is encrypted and purged on schedule, `redacted` is kept."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    side = models.CharField(max_length=6, choices=MessageSide)
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField()
    automatic = models.BooleanField(default=False)
    language = models.CharField(max_length=5, blank=True)
    original = EncryptedTextField(blank=True)
    redacted = models.TextField(blank=True)
    outside_id = models.CharField(max_length=255, blank=True)  # Message-ID, or the channel's own id
    quoted = EncryptedTextField(blank=True)  # what the mail repeated of earlier turns
    # of ours only
    sending = models.CharField(max_length=10, choices=Sending, blank=True, default="")
    send_after = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True)  # why it was not delivered
    then = models.CharField(max_length=8, blank=True)  # state the ticket goes to once it is sent

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "outside_id"],
                condition=~models.Q(outside_id=""),
                name="message_once_per_outside_id",
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["send_after"], condition=models.Q(sending__in=["queued", "claimed"]), name="message_to_send"
            )
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.at:%Y-%m-%d}"


class MessageFile(models.Model):
    """A file that came or went with a message."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="files")
    file = models.ForeignKey(Attachment, models.SET_NULL, null=True, blank=True)  # None: purged, or refused
    name = models.CharField(max_length=200)
    refused = models.CharField(max_length=300, blank=True)  # why the file was not kept

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What a member is writing on a ticket; colleagues see that it is there and may go on with it."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    side = models.CharField(max_length=6, choices=MessageSide)  # seller or note
    by = models.ForeignKey(Member, models.CASCADE, related_name="drafts")
    text = EncryptedTextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ticket", "side", "by"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.ticket} ({self.by})"
