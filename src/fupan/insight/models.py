from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.core import weeks
from fupan.people.models import Member, Workspace


class FactFile(models.Model):
    """The manifest: which immutable Parquet file holds a week of a facts table. Readers see whole files only."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    table = models.CharField(max_length=20)  # orders | tickets | messages
    week = models.IntegerField()
    name = models.CharField(max_length=80)  # under FACTS_ROOT/<workspace>/<table>/
    rows = models.PositiveIntegerField()
    built_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "table", "week"], name="fact_file_once_per_week")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.week}"


class Target(models.Model):
    """A dated bound on a metric."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="targets")
    metric = models.CharField(_("metric"), max_length=40)
    bound = models.FloatField(_("bound"))
    slice = models.CharField(max_length=300, blank=True)  # Slice text; "" = everything
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["metric", "valid_from"]

    def __str__(self) -> str:
        return f"{self.metric} {self.bound}"


class SignalKind(models.TextChoices):
    OUTBREAK = "outbreak", _("outbreak")
    DRIFT = "drift", _("slow rise")
    TARGET = "target", _("target missed")
    TOPIC = "topic", _("new topic")


class SignalState(models.TextChoices):
    OPEN = "open", pgettext_lazy("signal", "open")
    SNOOZED = "snoozed", pgettext_lazy("signal", "snoozed")
    DISMISSED = "dismissed", pgettext_lazy("signal", "not real")
    CLOSED = "closed", pgettext_lazy("signal", "closed")


LIVE = (SignalState.OPEN, SignalState.SNOOZED)


class Signal(models.Model):
    """Something noticed: more cases in a slice than chance explains, or a target missed for certain."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="signals")
    kind = models.CharField(_("kind"), max_length=10, choices=SignalKind)
    state = models.CharField(_("state"), max_length=10, choices=SignalState, default=SignalState.OPEN)
    metric = models.CharField(_("metric"), max_length=40, default="incident_rate")
    slice = models.CharField(max_length=300, blank=True)  # Slice text; "" = everything
    topic = models.ForeignKey("SubTopic", models.CASCADE, null=True, blank=True, related_name="signals")
    week = models.IntegerField()  # of the first alarm
    last_week = models.IntegerField()  # of the newest alarm
    quiet = models.PositiveSmallIntegerField(default=0)  # whole weeks without an alarm since
    observed = models.FloatField()  # this and the following: of last_week
    expected = models.FloatField()
    upper = models.FloatField()
    excess = models.FloatField()
    pvalue = models.FloatField()
    score = models.FloatField()
    causes = models.JSONField(default=list)
    external = models.BooleanField(default=False)  # most of the excess lies in no slice
    band = models.JSONField(default=list)  # up to 52 weeks, oldest first
    cost_week = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)  # workspace currency
    snoozed_until = models.DateField(_("until"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-last_week", "-excess", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "metric", "slice"],
                condition=models.Q(state__in=["open", "snoozed"], topic=None),
                name="signal_once_per_slice",
            ),
            models.UniqueConstraint(
                fields=["topic"], condition=models.Q(state__in=["open", "snoozed"]), name="signal_once_per_topic"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="snoozed") | models.Q(snoozed_until__isnull=False),
                name="snoozed_signal_has_a_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "state", "-last_week"], name="signal_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.slice} {self.last_week}"


class SignalSettings(models.Model):
    """How boldly a workspace is screened."""

    workspace = models.OneToOneField(Workspace, models.CASCADE, related_name="signal_settings")
    q = models.FloatField(_("share of false alarms accepted"), default=0.10)
    budget = models.PositiveSmallIntegerField(_("new alarms a week, at most"), default=10)
    screened = models.CharField(max_length=64, blank=True)  # what was screened last, so as not to do it again

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(q__gt=0, q__lt=1), name="signal_q_is_a_share"),
            models.CheckConstraint(condition=models.Q(budget__gte=1), name="signal_budget_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"q {self.q:g}, {self.budget} a week"


class SubTopicState(models.TextChoices):
    CANDIDATE = "candidate", _("candidate")
    PROMOTED = "promoted", _("sub-topic")
    DROPPED = "dropped", _("dropped")


class SubTopic(models.Model):
    """Something buyers write about within an issue type ("won't turn on" within defects)."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="sub_topics")
    issue_type = models.CharField(max_length=40)  # code
    term = models.CharField(_("term"), max_length=120)
    terms = models.JSONField(default=list)  # every n-gram it was found by
    state = models.CharField(_("state"), max_length=10, choices=SubTopicState, default=SubTopicState.CANDIDATE)
    first_week = models.IntegerField()
    last_week = models.IntegerField()
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-last_week", "issue_type", "term"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "issue_type", "term"], name="sub_topic_once")
        ]

    def __str__(self) -> str:
        return self.term


class SubTopicWeek(models.Model):
    """How a sub-topic stood in a week in which it rose."""

    topic = models.ForeignKey(SubTopic, models.CASCADE, related_name="weeks")
    week = models.IntegerField()
    now = models.PositiveIntegerField()  # buyers who wrote of it in the week,
    of_now = models.PositiveIntegerField()  # of all who wrote,
    before = models.PositiveIntegerField()  # and the same of the weeks before
    of_before = models.PositiveIntegerField()
    ratio = models.FloatField(null=True, blank=True)  # None: new
    low = models.FloatField()
    pvalue = models.FloatField()
    tickets = models.JSONField(default=list)  # ids of those that say it, the most telling first

    class Meta:
        ordering: ClassVar = ["-week"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "week"], name="sub_topic_once_a_week")]

    def __str__(self) -> str:
        return f"{self.topic} {self.week}"

    @property
    def label(self) -> str:
        return weeks.label(self.week)
