from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import Batch, Product, Shop
from fupan.core.models import Attachment
from fupan.desk.models import Cause, IssueType, Tag, Ticket
from fupan.library.models.states import State
from fupan.people.models import Member, Workspace


class Outcome(models.TextChoices):
    SUCCESS = "success", pgettext_lazy("outcome", "Success")
    PARTIAL = "partial", pgettext_lazy("outcome", "Partly solved")
    FAILED = "failed", pgettext_lazy("outcome", "Failed")


class Case(models.Model):
    """The lesson of one trouble, in eleven fields. Free texts are redacted whenever they are written."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    number = models.PositiveIntegerField()  # 1: shown as C-0142
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    version = models.PositiveIntegerField(default=1)  # number of its newest revision
    title = models.CharField(_("the lesson in one line"), max_length=160)
    issue_type = models.ForeignKey(IssueType, models.SET_NULL, null=True, blank=True)  # 2
    happened_on = models.DateField(_("day"), null=True, blank=True)  # 3
    took = models.DurationField(null=True, blank=True)
    shop = models.ForeignKey(Shop, models.SET_NULL, null=True, blank=True)  # 4; None: of no shop
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True)
    batch = models.ForeignKey(Batch, models.SET_NULL, null=True, blank=True)
    order_masked = models.CharField(_("order number, masked"), max_length=64, blank=True)
    demand = models.TextField(_("what the buyer wanted"), blank=True)  # 5
    quote = models.TextField(_("the buyer’s words, redacted"), blank=True)
    quote_language = models.CharField(_("language"), max_length=5, blank=True)
    quote_gloss = models.TextField(_("the same in our language"), blank=True)
    cause = models.ForeignKey(Cause, models.SET_NULL, null=True, blank=True, related_name="+")  # 6
    cause_confirmed = models.BooleanField(_("confirmed"), default=False)
    cause_guess = models.ForeignKey(Cause, models.SET_NULL, null=True, blank=True, related_name="+")
    cause_text = models.TextField(_("why it happened"), blank=True)
    steps = models.JSONField(default=list)  # 7: [{"do", "note"}]
    wording = models.TextField(_("wording used"), blank=True)  # 8
    wording_language = models.CharField(_("language"), max_length=5, blank=True)
    points = models.JSONField(default=list)  # what matters when saying it: [text]
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)  # 9
    outcome_text = models.TextField(_("how it ended"), blank=True)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    lessons = models.TextField(_("learnt"), blank=True)  # 11; 10 are CaseEvidence
    avoid = models.TextField(_("do not do this"), blank=True)
    suggestion = models.TextField(_("suggestion"), blank=True)
    refs = models.JSONField(default=list)  # [{"kind", "id", "title"}]: problems and actions, which lie downstream
    tags = models.ManyToManyField(Tag, blank=True, related_name="cases")
    author = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="cases_written")
    reviewer = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)  # the first time
    check_on = models.DateField(_("check again on"), null=True, blank=True)
    check_when = models.CharField(_("or when"), max_length=160, blank=True)
    state_reason = models.CharField(max_length=300, blank=True)  # why it needs checking, or was archived
    replaced_by = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="replaces")

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "number"], name="case_once_per_number")]
        indexes: ClassVar = [models.Index(fields=["workspace", "state", "-number"], name="case_by_state")]

    def __str__(self) -> str:
        return f"C-{self.number:04d}"


class Masking(models.TextChoices):
    UNCHECKED = "", _("not looked at yet")
    CLEAN = "clean", _("shows nobody’s data")
    MASKED = "masked", _("names and addresses covered")


class CaseEvidence(models.Model):
    """A file that proves the case; what nobody has checked for personal data is purged as buyer data is."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="evidence")
    attachment = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")  # None: purged
    label = models.CharField(_("what it shows"), max_length=120)
    masking = models.CharField(_("personal data"), max_length=8, choices=Masking, blank=True, default="")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.label


class CaseRevision(models.Model):
    """The whole content of a case as it was saved, in words, so that it reads years later."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    note = models.CharField(_("what changed"), max_length=160, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "number"], name="case_revision_once")]

    def __str__(self) -> str:
        return f"{self.case} v{self.number}"


class CaseReview(models.Model):
    """What a reviewer said of a revision."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="reviews")
    version = models.PositiveIntegerField()
    passed = models.BooleanField()
    complete = models.BooleanField(_("complete"), default=False)
    cause_right = models.BooleanField(_("cause right"), default=False)
    can_follow = models.BooleanField(_("can be followed"), default=False)
    data_removed = models.BooleanField(_("personal data removed"), default=False)
    remark = models.TextField(_("remark"), blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.case} v{self.version}"


class CaseTicket(models.Model):
    """A ticket a case was written from, or one more like it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="links")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    source = models.BooleanField(default=False)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-source", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "ticket"], name="case_ticket_once")]

    def __str__(self) -> str:
        return f"{self.case} <- {self.ticket}"
