from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.desk.models.labels import Cause
from fupan.desk.models.tickets import Ticket
from fupan.people.models import Member, Workspace

NEVER_ASKED = "amazon"  # its list of messages a seller may send knows no survey


class SurveyRule(models.Model):
    """Whether buyers of a platform may be asked how it went; off where no row says otherwise, and always for Amazon."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    platform = models.CharField(_("platform"), max_length=20)
    active = models.BooleanField(default=False)
    after_hours = models.PositiveSmallIntegerField(_("hours after solving"), default=2)
    low = models.PositiveSmallIntegerField(_("low up to"), default=2)
    follow_up_hours = models.PositiveSmallIntegerField(_("hours for the follow-up"), default=24)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "platform"], name="survey_rule_once"),
            models.CheckConstraint(
                condition=~models.Q(platform=NEVER_ASKED) | models.Q(active=False), name="survey_never_on_amazon"
            ),
        ]

    def __str__(self) -> str:
        return self.platform


class Survey(models.Model):
    """One question to a buyer behind a signed, single-use link."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="surveys")
    secret = models.CharField(max_length=64, unique=True)  # hash of the link's token
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    score = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 to 5
    reason = models.CharField(max_length=20, blank=True)
    comment = models.TextField(blank=True)  # redacted

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ticket"], name="survey_once_per_ticket"),
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__range=(1, 5)), name="survey_score_1_to_5"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket}: {self.score}"


class FollowUp(models.Model):
    """A low score that somebody goes after."""

    survey = models.OneToOneField(Survey, models.CASCADE, related_name="follow_up")
    owner = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="follow_ups")
    due_at = models.DateTimeField()
    cause = models.ForeignKey(Cause, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.CharField(_("what came of it"), max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return str(self.survey)
