from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Batch, Fulfilment, Listing, Order, OrderLine, Shop
from fupan.core.fields import EncryptedTextField
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

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "kind", "outside_id"], name="ticket_once_per_outside_id"),
            models.UniqueConstraint(fields=["workspace", "number"], name="ticket_once_per_number"),
            models.CheckConstraint(
                condition=models.Q(stars=None) | models.Q(stars__range=(1, 5)), name="ticket_stars_1_to_5"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "-opened_at", "-id"], name="ticket_newest"),
            models.Index(fields=["workspace", "week"], name="ticket_by_week"),
            models.Index(fields=["workspace", "state", "-opened_at"], name="ticket_by_state"),
            models.Index(fields=["workspace", "order_number"], name="ticket_by_order_number"),
            models.Index(fields=["import_id"], name="ticket_by_import"),
            models.Index(fields=["workspace", "buyer_key"], name="ticket_by_buyer"),
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


class MessageSide(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Us")
    NOTE = "note", _("Internal note")


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

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.side} {self.at:%Y-%m-%d}"


class ClassifierState(models.TextChoices):
    CANDIDATE = "candidate", _("Learning")
    SERVING = "serving", _("In use")
    RETIRED = "retired", _("Retired")
    WORSE = "worse", _("Set aside: worse")


class Classifier(models.Model):
    """A version of what was learnt from labels; its bytes lie in a file under `number`, known by their hash."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ClassifierState, default=ClassifierState.CANDIDATE)
    made_at = models.DateTimeField()
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True)  # None: by the clock, or after corrections
    # what it learnt from
    corrections = models.PositiveIntegerField(default=0)
    sheet_labels = models.PositiveIntegerField(default=0)
    unlabelled = models.PositiveIntegerField(default=0)
    encoders = models.JSONField(default=list)
    digest = models.CharField(max_length=64, blank=True)  # of labels, tree and encoders: the same teaches nothing new
    seen_event = models.BigIntegerField(default=0)  # corrections after this one are new to it
    # how it does on tickets it did not learn from
    accuracy = models.FloatField(null=True, blank=True)
    majority = models.FloatField(null=True, blank=True)
    held_out = models.PositiveIntegerField(default=0)
    threshold = models.FloatField(default=2.0)  # above 1: no label is given
    coverage = models.FloatField(null=True, blank=True)
    declines = models.BooleanField(default=False)
    reason = models.JSONField(default=dict)  # language -> how far its labels can be trusted
    # beside the version that served when it was made, on corrections neither had seen
    compared = models.PositiveIntegerField(default=0)
    right = models.PositiveIntegerField(default=0)
    right_before = models.PositiveIntegerField(default=0)
    # its files, and the tickets it would like to be told about
    sha256 = models.CharField(max_length=64, blank=True)
    twin_sha256 = models.CharField(max_length=64, blank=True)
    asks = models.JSONField(default=list)  # [ticket id, [[code, share], ...]], the most useful first
    asks_stale = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="classifier_once_per_number"),
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(state="serving"), name="classifier_one_serving"
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"
