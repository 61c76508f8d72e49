from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Batch, Fulfilment, Listing, Order, OrderLine, Shop
from fupan.core.fields import EncryptedTextField
from fupan.desk.models.labels import Cause, IssueType, Resolution
from fupan.people.models import Member, Workspace


class TicketKind(models.TextChoices):
    INQUIRY = "inquiry", _("Inquiry")
    RETURN = "return", _("Return")
    REFUND = "refund", _("Refund")
    RATING = "rating", _("Rating")
    FEEDBACK = "feedback", _("Seller feedback")
    CLAIM = "claim", _("Claim")
    CANCELLATION = "cancellation", _("Cancellation")


RATED = (TicketKind.RATING, TicketKind.FEEDBACK)
GOOD_STARS = 4
# Good stars that name no issue tell of no trouble: such a ticket never counts as an incident.
PRAISE = models.Q(kind__in=RATED, stars__gte=GOOD_STARS, issue_type=None)


class TicketState(models.TextChoices):
    OPEN = "open", _("To answer")
    WAITING = "waiting", _("Waiting for the buyer")
    SOLVED = "solved", _("Solved")


class LabelSource(models.TextChoices):
    NONE = "", _("No label")
    CODE = "code", _("Marketplace code")
    SHEET = "sheet", _("As imported")
    RULE = "rule", _("Keyword rule")
    MODEL = "model", _("Model")
    PERSON = "person", _("Confirmed by a person")


class Incident(models.Model):
    """The counted unit: one buyer's trouble = order line + issue within 60 days, one or more tickets."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE)
    order_line = models.ForeignKey(OrderLine, models.SET_NULL, null=True, blank=True)
    issue_type = models.ForeignKey(IssueType, models.SET_NULL, null=True, blank=True)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"I-{self.pk}"


class Tag(models.Model):
    workspace = models.ForeignKey(Workspace, models.CASCADE)
    name = models.CharField(_("name"), max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "name"], name="tag_once_per_name")]

    def __str__(self) -> str:
        return self.name


class Ticket(models.Model):
    """One contact record from any channel. `week` is the ISO week it was opened, on the shop's clock."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    shop = models.ForeignKey(Shop, models.CASCADE)
    number = models.PositiveBigIntegerField()  # shown as T-48302
    kind = models.CharField(_("kind"), max_length=12, choices=TicketKind)
    channel = models.CharField(_("channel"), max_length=20, blank=True)
    outside_id = models.CharField(max_length=160)
    received_id = models.BigIntegerField(null=True, blank=True)
    import_id = models.BigIntegerField(null=True, blank=True)
    week = models.IntegerField()
    opened_at = models.DateTimeField(_("opened"))
    first_response_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=TicketState, default=TicketState.OPEN)
    reopened = models.PositiveSmallIntegerField(default=0)
    replies = models.PositiveSmallIntegerField(default=0)  # human replies of ours
    # what it is about
    order_number = models.CharField(max_length=64, blank=True)
    order = models.ForeignKey(Order, models.SET_NULL, null=True, blank=True)
    order_line = models.ForeignKey(OrderLine, models.SET_NULL, null=True, blank=True)
    listing = models.ForeignKey(Listing, models.SET_NULL, null=True, blank=True)
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)
    fulfilment = models.CharField(max_length=8, choices=Fulfilment, blank=True, default="")
    carrier = models.CharField(max_length=60, blank=True)
    units = models.PositiveIntegerField(default=1)
    stars = models.PositiveSmallIntegerField(null=True, blank=True)
    csat = models.PositiveSmallIntegerField(null=True, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    # who
    buyer_key = models.CharField(max_length=24, blank=True)  # blind index
    buyer_name = EncryptedTextField(blank=True)
    buyer_email = EncryptedTextField(blank=True)
    language = models.CharField(_("language"), max_length=5, blank=True)
    assignee = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="tickets")
    agent = models.CharField(max_length=80, blank=True)  # as a sheet names the agent
    tier = models.PositiveSmallIntegerField(default=1)
    # labels
    subject = models.CharField(_("subject"), max_length=300, blank=True)  # redacted
    reason_code = models.CharField(max_length=60, blank=True)
    issue_type = models.ForeignKey(IssueType, models.SET_NULL, null=True, blank=True)
    label_source = models.CharField(max_length=8, choices=LabelSource, blank=True, default="")
    label_confidence = models.FloatField(null=True, blank=True)
    cause_guess = models.ForeignKey(Cause, models.SET_NULL, null=True, blank=True, related_name="+")
    cause_confirmed = models.ForeignKey(Cause, models.SET_NULL, null=True, blank=True, related_name="+")
    resolution = models.ForeignKey(Resolution, models.SET_NULL, null=True, blank=True)
    judged_by = models.PositiveIntegerField(null=True, blank=True)  # number of the classifier that read it last
    tags = models.ManyToManyField(Tag, blank=True, related_name="tickets")
    incident = models.ForeignKey(Incident, models.SET_NULL, null=True, blank=True, related_name="tickets")
    placed_by_person = models.BooleanField(default=False)  # split off or joined by hand: rules leave its incident alone
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    touched_at = models.DateTimeField(null=True, blank=True)  # a person worked on it
    purged_at = models.DateTimeField(null=True, blank=True)
    # where the conversation stands
    waiting_since = models.DateTimeField(null=True, blank=True)  # the buyer's oldest turn without an answer of a person
    platform_due_at = models.DateTimeField(null=True, blank=True)  # on the marketplace's clock; None: none runs
    office_due_at = models.DateTimeField(null=True, blank=True)
    assigned_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    case_id = models.CharField(max_length=80, blank=True)  # the marketplace's thread (`+caseid` of a relay address)
    reply_to = EncryptedTextField(blank=True)  # where an answer goes
    followers = models.ManyToManyField(Member, blank=True, related_name="followed")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "kind", "outside_id"], name="ticket_once_per_outside_id"),
            models.UniqueConstraint(fields=["workspace", "number"], name="ticket_once_per_number"),
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(1, 5)), name="ticket_stars_1_to_5"
            ),
        ]
        indexes: ClassVar = [
            # with the subject, so that a search by words reads the index alone and stops once a list is full
            models.Index(fields=["workspace", "-opened_at", "-id", "subject"], name="ticket_newest"),
            models.Index(fields=["workspace"], condition=models.Q(issue_type=None), name="ticket_unlabelled"),
            models.Index(fields=["workspace", "label_source"], name="ticket_by_label_source"),
            models.Index(
                fields=["workspace", "stars"], condition=models.Q(stars__isnull=False), name="ticket_by_stars"
            ),
            models.Index(fields=["workspace", "week"], name="ticket_by_week"),
            models.Index(fields=["workspace", "state", "-opened_at"], name="ticket_by_state"),
            models.Index(fields=["workspace", "order_number"], name="ticket_by_order_number"),
            models.Index(fields=["import_id"], name="ticket_by_import"),
            models.Index(fields=["workspace", "buyer_key"], name="ticket_by_buyer"),
            models.Index(fields=["workspace", "state", "platform_due_at"], name="ticket_by_time_left"),
            models.Index(fields=["workspace", "assignee", "state"], name="ticket_by_assignee"),
            models.Index(
                fields=["snoozed_until"], condition=models.Q(snoozed_until__isnull=False), name="ticket_asleep"
            ),
        ]

    def __str__(self) -> str:
        return f"T-{self.number}"


class TicketBefore(models.Model):
    """What an import found in a ticket when it changed it, so that undo can put it back; never personal data."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="befores")
    import_id = models.BigIntegerField()
    values = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["import_id"], name="ticket_before_by_import")]

    def __str__(self) -> str:
        return f"{self.ticket_id} <- {self.import_id}"
