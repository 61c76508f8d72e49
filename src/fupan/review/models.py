from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.desk.models import Cause, Message, Ticket
from fupan.insight.models import Signal
from fupan.people.models import Department, Member, Workspace


class ProblemState(models.TextChoices):
    OPEN = "open", pgettext_lazy("problem", "open")
    ANALYSING = "analysing", _("analysing")
    ACTING = "acting", _("acting")
    VERIFYING = "verifying", _("verifying")
    SOLVED = "solved", pgettext_lazy("problem", "solved")
    ACCEPTED = "accepted", _("accepted as a risk")


class ProblemOrigin(models.TextChoices):
    SIGNAL = "signal", _("a signal")
    TOP_ISSUE = "top_issue", _("the top of a review")
    TICKETS = "tickets", _("a choice of tickets")
    HAND = "hand", _("by hand")


UNDER_WAY = (ProblemState.OPEN, ProblemState.ANALYSING, ProblemState.ACTING, ProblemState.VERIFYING)


class Problem(models.Model):
    """What lies behind many incidents: a slice with a life. `round` above 1: it was reopened."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="problems")
    number = models.PositiveIntegerField()  # shown as P-031
    title = models.CharField(_("title"), max_length=160)
    metric = models.CharField(_("metric"), max_length=40, default="incident_rate")
    slice = models.CharField(max_length=300, blank=True)  # Slice text; "" = everything
    state = models.CharField(_("state"), max_length=10, choices=ProblemState, default=ProblemState.OPEN)
    round = models.PositiveSmallIntegerField(default=1)
    owner = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="problems", verbose_name=_("owner")
    )
    origin = models.CharField(max_length=10, choices=ProblemOrigin, default=ProblemOrigin.HAND)
    signal = models.ForeignKey(Signal, models.SET_NULL, null=True, blank=True, related_name="problems")
    selection_weeks = models.JSONField(default=list)  # yyyyww that drew attention: left out of every verdict
    reason = models.TextField(_("reason"), blank=True)  # of an accepted risk, or of a closing without a verdict
    opened_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="problem_once_per_number"),
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | ~models.Q(reason=""), name="accepted_risk_has_a_reason"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "state", "-id"], name="problem_by_state")]

    def __str__(self) -> str:
        return f"P-{self.number:03d}"


class RoundOpening(models.TextChoices):
    FIRST = "first", _("opened")
    VERDICT = "verdict", _("the verdict asked for another round")
    RECURRENCE = "recurrence", _("it came back")
    PERSON = "person", _("reopened by a person")


class ProblemRound(models.Model):
    """One go at a problem: whys, actions and their verdicts until it closes or starts again."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    opening = models.CharField(max_length=10, choices=RoundOpening, default=RoundOpening.FIRST)
    told = models.JSONField(default=dict)  # what opened it: week, observed, upper, verdict ...
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.JSONField(default=dict)  # verdict, change, low, high, action number; or the reason given

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["problem", "number"], name="problem_round_once_per_number")
        ]

    def __str__(self) -> str:
        return f"{self.problem} #{self.number}"


class ProblemTicket(models.Model):
    """A ticket somebody held up as belonging to a problem; the slice brings the others."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="links")
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["problem", "ticket"], name="problem_ticket_once")]

    def __str__(self) -> str:
        return f"{self.problem} <- {self.ticket_id}"


class WhyState(models.TextChoices):
    OPEN = "open", _("to be checked")
    CONFIRMED = "confirmed", _("confirmed")
    RULED_OUT = "ruled_out", _("ruled out")


class Why(models.Model):
    """A node of the five-whys tree; the root (no parent) says what happens. A leaf with a `cause` is a root cause."""

    problem = models.ForeignKey(Problem, models.CASCADE, related_name="whys")
    round = models.PositiveSmallIntegerField(default=1)
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="children")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("why"), max_length=300)
    state = models.CharField(_("state"), max_length=10, choices=WhyState, default=WhyState.OPEN)
    cause = models.ForeignKey(Cause, models.SET_NULL, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, models.SET_NULL, null=True, blank=True, related_name="+")
    said_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    said_at = models.DateTimeField()
    decided_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=300, blank=True)  # why it was ruled out
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class EvidenceKind(models.TextChoices):
    TICKETS = "tickets", _("tickets")
    NUMBER = "number", _("number")
    LINK = "link", _("link")
    NOTE = "note", _("note")


class WhyEvidence(models.Model):
    """What a why rests on: tickets, a number of a slice as it stood, a link, or a noted finding."""

    why = models.ForeignKey(Why, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=8, choices=EvidenceKind)
    label = models.CharField(_("what it shows"), max_length=160, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    tickets = models.ManyToManyField(Ticket, blank=True, related_name="+")
    metric = models.CharField(max_length=40, blank=True)
    slice = models.CharField(max_length=300, blank=True)
    frozen = models.JSONField(default=dict)  # of a number: period, k, n, value, low, high
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.label or self.kind


class MeetingKind(models.TextChoices):
    WEEKLY = "weekly", _("weekly review")
    MONTHLY = "monthly", _("monthly review")
    PROMOTION = "promotion", _("promotion review")


class MeetingState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "planned")
    RUNNING = "running", pgettext_lazy("meeting", "running")
    ENDED = "ended", pgettext_lazy("meeting", "ended")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "cancelled")


TO_COME = (MeetingState.PLANNED, MeetingState.RUNNING)


class Meeting(models.Model):
    """A review held; its numbers are a frozen plain snapshot of the pack."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingKind, default=MeetingKind.WEEKLY)
    period = models.CharField(max_length=20)  # "2026-W46", "2026-11", or the promotion's first day
    promotion_id = models.BigIntegerField(null=True, blank=True)
    title = models.CharField(_("title"), max_length=160, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    planned_at = models.DateTimeField(_("start"))
    host = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("host"))
    recorder = models.ForeignKey(
        Member, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("minutes by")
    )
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # when the minutes went out
    snapshot = models.JSONField(default=dict)  # the pack, actions and verdicts as they stood
    frozen_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["-planned_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "period"], condition=~models.Q(state="cancelled"),
                name="meeting_once_per_period",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title or f"{self.get_kind_display()} {self.period}"


class Presence(models.TextChoices):
    INVITED = "invited", _("invited")
    PRESENT = "present", _("present")
    ABSENT = "absent", _("absent")


class Attendance(models.Model):
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Member, models.CASCADE, related_name="+")
    presence = models.CharField(max_length=8, choices=Presence, default=Presence.INVITED)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["meeting", "member"], name="attends_once")]

    def __str__(self) -> str:
        return f"{self.member} {self.presence}"


class AgendaCode(models.TextChoices):
    LAST_ACTIONS = "last_actions", _("Last actions and verdicts due")
    BRIEFING = "briefing", _("Data briefing")
    DEEP_DIVE = "deep_dive", _("Deep dive of the top problem")
    ACTIONS = "actions", _("Decide actions")
    CLOSE = "close", _("Close")
    OWN = "own", _("Own item")


class AgendaItem(models.Model):
    """A timed part of a meeting; `refs` names what it is about as (kind, id, title): later stages lie downstream."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="agenda")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=12, choices=AgendaCode)
    title = models.CharField(_("title"), max_length=160, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    problem = models.ForeignKey(Problem, models.SET_NULL, null=True, blank=True, related_name="agenda_items")
    refs = models.JSONField(default=list)
    started_at = models.DateTimeField(null=True, blank=True)  # of the running stretch
    spent = models.PositiveIntegerField(default=0)  # seconds before that
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.title or self.code


class EntryKind(models.TextChoices):
    MINUTE = "minute", _("minute")
    DECISION = "decision", _("decision")
    PARKED = "parked", _("parked")


class Entry(models.Model):
    """A line of the minutes: something said, decided, or parked for later."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="entries")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="entries")
    kind = models.CharField(max_length=8, choices=EntryKind, default=EntryKind.MINUTE)
    text = models.TextField(_("text"), max_length=2000)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=40, blank=True)  # of the browser that wrote it: sent again, it is the same line
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "key"], condition=~models.Q(key=""), name="entry_once_per_key")
        ]

    def __str__(self) -> str:
        return self.text[:60]


class MoveNote(models.Model):
    """A remark on one turn of a replayed ticket: “this move could be better”."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="+")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, blank=True, related_name="notes")
    text = models.CharField(_("note"), max_length=500)
    by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Cadence(models.Model):
    """When the workspace meets; a schedule makes the next meeting of each."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="cadences")
    kind = models.CharField(_("kind"), max_length=10, choices=MeetingKind)
    active = models.BooleanField(_("active"), default=True)
    weekday = models.PositiveSmallIntegerField(_("weekday"), default=1)  # 0 is Monday; monthly: the first such day
    hour = models.PositiveSmallIntegerField(_("hour"), default=14)
    host = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("host"))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "kind"], name="cadence_once_per_kind"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6, hour__lte=23), name="cadence_has_a_time"),
        ]

    def __str__(self) -> str:
        return self.kind
