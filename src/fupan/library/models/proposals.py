from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import Product
from fupan.desk.models import Cause, IssueType, Ticket
from fupan.library.models.articles import Article
from fupan.library.models.cases import Case
from fupan.people.models import Member, Workspace


class ProposalKind(models.TextChoices):
    CASE = "case", _("Case")
    FAQ = "faq", _("Questions and answers")
    SOP = "sop", _("Procedure")
    PITFALL = "pitfall", _("Pitfall guide")
    TEMPLATE = "template", _("Reply template")


class ProposalState(models.TextChoices):
    OPEN = "open", pgettext_lazy("proposal", "Open")
    ACCEPTED = "accepted", pgettext_lazy("proposal", "Taken up")
    DECLINED = "declined", pgettext_lazy("proposal", "Declined")


class Proposal(models.Model):
    """Something the library should learn, from what was decided or from many like tickets; a person takes it up."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="proposals")
    key = models.CharField(max_length=80)  # what it is about: proposed once, "problem:31", "tickets:4711"
    kind = models.CharField(_("kind"), max_length=8, choices=ProposalKind)
    state = models.CharField(_("state"), max_length=8, choices=ProposalState, default=ProposalState.OPEN)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(_("title"), max_length=160, blank=True)  # "": named by its issue type and product
    issue_type = models.ForeignKey(IssueType, models.SET_NULL, null=True, blank=True)
    product = models.ForeignKey(Product, models.SET_NULL, null=True, blank=True)
    cause = models.ForeignKey(Cause, models.SET_NULL, null=True, blank=True, related_name="+")
    tickets = models.ManyToManyField(Ticket, blank=True, related_name="+")
    typical = models.JSONField(default=list)  # their ids, the most typical first
    size = models.PositiveIntegerField(default=0)  # tickets like it
    reasons = models.JSONField(default=list)  # [{"code", ...}]: why it is proposed, worded by wording.why
    words = models.JSONField(default=dict)  # what was said: "text", "cause_text", "outcome", "lessons"; redacted
    refs = models.JSONField(default=list)  # [{"kind", "id", "title"}], as a case has them
    made_at = models.DateTimeField()
    grown_at = models.DateTimeField(null=True, blank=True)  # when it came back after it was declined
    declined_size = models.PositiveIntegerField(default=0)  # tickets when it was decided
    decline_reason = models.CharField(_("why not"), max_length=300, blank=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="+")
    article = models.ForeignKey(Article, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-size", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key"], name="proposal_once_per_key")]
        indexes: ClassVar = [models.Index(fields=["workspace", "state", "-size"], name="proposal_by_state")]

    def __str__(self) -> str:
        return self.title or " · ".join(str(one) for one in (self.product, self.issue_type) if one) or f"#{self.pk}"
