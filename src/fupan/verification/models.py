from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.action.models import Action
from fupan.people.models import Member, Workspace
from fupan.review.models import Problem


class Clock(models.TextChoices):
    CONTACT = "contact", _("by the day the buyer wrote")
    ORDER = "order", _("by the day of the order")
    BATCH = "batch", _("by batch")


class CheckState(models.TextChoices):
    COLLECTING = "collecting", _("collecting")
    DECIDED = "decided", _("decided")
    STOPPED = "stopped", _("stopped")


class Check(models.Model):
    """The plan of one verdict, frozen and hashed before its numbers are known."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="checks")
    action = models.ForeignKey(Action, models.CASCADE, related_name="checks")
    state = models.CharField(_("state"), max_length=10, choices=CheckState, default=CheckState.COLLECTING)
    clock = models.CharField(_("clock"), max_length=8, choices=Clock)
    carried_on = models.DateField(_("carried out on"))
    effective_on = models.DateField(_("can show from"))
    # the design holds slice, metric, action week, selection weeks, baseline, delay, controls, minimal effect, planned
    # weeks and the state of the rules that made it
    design = models.JSONField()
    design_hash = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    due_week = models.IntegerField()  # yyyyww of the planned look
    decided_at = models.DateTimeField(null=True, blank=True)
    next_step = models.CharField(max_length=12, blank=True)  # what was chosen: spread | round | chase | wait | withdraw

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["action"], condition=~models.Q(state="stopped"), name="check_one_alive_per_action"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "state", "due_week"], name="check_due")]

    def __str__(self) -> str:
        return f"{self.action} {self.due_week}"


class Outcome(models.TextChoices):
    EFFECTIVE = "effective", pgettext_lazy("verdict", "effective")
    NOT_EFFECTIVE = "not_effective", pgettext_lazy("verdict", "not effective")
    HARMFUL = "harmful", pgettext_lazy("verdict", "harmful")
    INCONCLUSIVE = "inconclusive", pgettext_lazy("verdict", "not enough data yet")


class Look(models.Model):
    """What was seen in one week; the planned look, or the last one before it when decided early, is the verdict."""

    check_of = models.ForeignKey(Check, models.CASCADE, related_name="looks")
    week = models.IntegerField()  # newest week it used
    weeks_after = models.PositiveSmallIntegerField()
    planned = models.BooleanField(default=False)
    final = models.BooleanField(default=False)  # this look is the verdict
    verdict = models.CharField(_("verdict"), max_length=14, choices=Outcome)
    change = models.FloatField(null=True, blank=True)
    low = models.FloatField(null=True, blank=True)
    high = models.FloatField(null=True, blank=True)
    mde = models.FloatField(null=True, blank=True)
    weeks_needed = models.PositiveSmallIntegerField(null=True, blank=True)
    prevented = models.FloatField(null=True, blank=True)
    prevented_low = models.FloatField(null=True, blank=True)
    prevented_high = models.FloatField(null=True, blank=True)
    money = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)  # workspace currency
    warnings = models.JSONField(default=list)
    numbers = models.JSONField(
        default=dict
    )  # series, counterfactual with band, controls, placebos: what the page draws
    facts = models.CharField(max_length=64)  # fingerprint of the facts it was computed on
    at = models.DateTimeField()
    recomputed = models.JSONField(default=list)  # earlier values, when late rows changed them

    class Meta:
        ordering: ClassVar = ["week"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["check_of", "week"], name="look_once_a_week")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.week}"


class CarriedOut(models.TextChoices):
    YES = "yes", _("carried out")
    PARTLY = "partly", _("half carried out")
    NO = "no", _("not carried out")


class Carrying(models.Model):
    """Whether an action was carried out, judged apart from whether it worked."""

    check_of = models.OneToOneField(Check, models.CASCADE, related_name="carrying")
    answer = models.CharField(max_length=6, choices=CarriedOut)
    share = models.FloatField(null=True, blank=True)  # measured adoption, e.g. replies that used the template
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.answer


class Watch(models.Model):
    """After a problem was solved: the limit above which it counts as come back."""

    problem = models.OneToOneField(Problem, models.CASCADE, related_name="watch")
    since = models.IntegerField()  # yyyyww
    until = models.IntegerField()  # 26 weeks on
    weeks = models.JSONField(default=list)  # {"week", "observed", "expected", "upper", "alarm"}
    seen = models.CharField(max_length=64, blank=True)  # fingerprint of the facts looked at last
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.problem} until {self.until}"
