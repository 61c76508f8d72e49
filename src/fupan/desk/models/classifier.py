from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.people.models import Member, Workspace


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
