from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.people.models import Department, Member, Workspace
from fupan.review.models import Meeting, Problem, Why


class ActionType(models.TextChoices):
    LISTING = "listing", _("Listing / A+")
    SUPPLIER = "supplier", _("Supplier")
    PACKAGING = "packaging", _("Packaging")
    LOGISTICS = "logistics", _("Logistics")
    TEMPLATE = "template", _("Reply template")
    PROCESS = "process", _("Process")
    TRAINING = "training", _("Training")


class ActionState(models.TextChoices):
    TO_DO = "todo", _("To do")
    DOING = "doing", _("Under way")
    DONE = "done", _("Carried out, to be verified")
    VERIFIED = "verified", _("Verified")
    DROPPED = "dropped", pgettext_lazy("action", "Dropped")


OPEN_STATES = (ActionState.TO_DO, ActionState.DOING)


class Action(models.Model):
    """One owner, one deadline, one measurable target, evidence of being carried out."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="actions")
    number = models.PositiveIntegerField()  # shown as A-143
    type = models.CharField(_("type"), max_length=10, choices=ActionType)
    title = models.CharField(_("what"), max_length=160)
    detail = models.TextField(_("where, how, how much"), max_length=4000, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ActionState, default=ActionState.TO_DO)
    position = models.FloatField(default=0.0)  # within its column of the board
    owner = models.ForeignKey(Member, models.PROTECT, related_name="actions", verbose_name=_("owner"))
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name=_("department")
    )
    deadline = models.DateField(_("deadline"))
    # where it comes from
    problem = models.ForeignKey(
        Problem, models.SET_NULL, null=True, blank=True, related_name="actions", verbose_name=_("problem")
    )
    round = models.PositiveSmallIntegerField(default=1)  # of the problem
    why = models.ForeignKey(Why, models.SET_NULL, null=True, blank=True, related_name="actions")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, blank=True, related_name="actions")
    copied_from = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    subject = models.JSONField(default=dict)  # what a template or article action opens: {"kind", "id"}
    # what it shall reach
    metric = models.CharField(_("metric"), max_length=40)
    slice = models.CharField(max_length=300, blank=True)  # Slice text; "" = everything
    change = models.FloatField(_("target change"))  # relative: -0.3 is 30 % fewer
    window = models.PositiveSmallIntegerField(_("weeks until the verdict"), default=8)
    weeks_needed = models.PositiveSmallIntegerField(null=True, blank=True)  # foreseen when it was saved
    # how it goes
    blocked = models.CharField(_("blocked by"), max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)  # when somebody said so
    carried_on = models.DateField(_("carried out on"), null=True, blank=True)
    dropped_because = models.CharField(_("reason"), max_length=300, blank=True)
    # what the newest look at its effect says (written by a flow, since verification lies downstream): verdict, change,
    # low, high, prevented, week, weeks_after, planned_weeks, final, check
    verdict = models.JSONField(default=dict)
    escalated_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["deadline", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="action_once_per_number"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["done", "verified"]) | models.Q(carried_on__isnull=False),
                name="action_done_has_a_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "state", "deadline"], name="action_by_state")]

    def __str__(self) -> str:
        return f"A-{self.number:03d}"


class ProofKind(models.TextChoices):
    FILE = "file", _("file")
    LINK = "link", _("link")
    NOTE = "note", _("note")


class Proof(models.Model):
    """Evidence that an action was carried out: a file, a link or a note, of a day and perhaps of one site."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="proofs")
    kind = models.CharField(max_length=4, choices=ProofKind)
    attachment = models.ForeignKey("core.Attachment", models.PROTECT, null=True, blank=True, related_name="+")
    url = models.URLField(_("address"), max_length=500, blank=True)
    text = models.CharField(_("what it shows"), max_length=300, blank=True)
    place = models.CharField(_("where"), max_length=80, blank=True)  # a site, a shop, a supplier
    day = models.DateField(_("since"), null=True, blank=True)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    guest = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text or self.kind


class Comment(models.Model):
    action = models.ForeignKey(Action, models.CASCADE, related_name="comments")
    text = models.TextField(_("comment"), max_length=4000)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    guest = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Step(models.Model):
    """A line of an action's checklist."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="steps")
    text = models.CharField(_("step"), max_length=200)
    position = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class GuestLink(models.Model):
    """A signed address by which somebody without a seat tells how one action goes; only its hash is kept."""

    action = models.ForeignKey(Action, models.CASCADE, related_name="guest_links")
    name = models.CharField(_("for whom"), max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # last
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
