from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import Promotion
from fupan.core import weeks
from fupan.core.errors import Refused
from fupan.people.models import Member
from fupan.people.policies import members_seen_by, roles_that_may
from fupan.review.models import Meeting, MeetingKind
from fupan.review.queries.meetings import promotions

WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")),
    (6, _("Sunday")),
)  # fmt: skip
HOURS = [(hour, f"{hour:02d}:00") for hour in range(24)]


def hosts(member: Member) -> list[tuple[str, str]]:
    """Colleagues who may lead a meeting."""
    rows = members_seen_by(member).filter(active=True, shop_ids=[], role__in=roles_that_may("host_meetings"))
    return [("", str(_("whoever starts it"))), *((str(one.pk), str(one)) for one in rows.order_by("pk"))]


def colleagues(member: Member) -> list[tuple[str, str]]:
    rows = members_seen_by(member).filter(active=True, shop_ids=[])
    return [("", str(_("everybody"))), *((str(one.pk), str(one)) for one in rows.order_by("pk"))]


def colleague(member: Member, pk: str) -> Member | None:
    return members_seen_by(member).filter(active=True, pk=int(pk)).first() if pk.isdecimal() and len(pk) < 18 else None


class When(forms.Form):
    """Day and time on the workspace's clock, and who leads and writes."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    clock = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    host = forms.ChoiceField(label=pgettext_lazy("of a meeting", "Host"), required=False)
    recorder = forms.ChoiceField(label=_("Minutes by"), required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        for name, offered in (("host", hosts(member)), ("recorder", colleagues(member))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = offered

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day.year not in weeks.YEARS:
            raise forms.ValidationError(_("Choose a day of these years."))
        return day

    @property
    def chosen(self) -> dict[str, Any]:
        """What the services take."""
        told = self.cleaned_data
        begins: time = told["clock"]
        at = datetime.combine(told["day"], begins, weeks.zone(self.member.workspace.timezone))
        return {
            "at": at, "host": colleague(self.member, told["host"]), "recorder": colleague(self.member, told["recorder"])
        }  # fmt: skip

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        local = meeting.planned_at.astimezone(weeks.zone(meeting.workspace.timezone))
        return {
            "day": local.date(), "clock": local.time(), "host": str(meeting.host_id or ""),
            "recorder": str(meeting.recorder_id or ""),
        }  # fmt: skip


class PlanForm(When):
    """A review to plan by hand."""

    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingKind.choices)
    period = forms.CharField(
        label=_("Week or month"), max_length=20, required=False,
        help_text=_("A week like 2026-W46, or a month like 2026-11."),
    )  # fmt: skip
    promotion = forms.ChoiceField(label=_("Promotion"), required=False)
    field_order = ("kind", "period", "promotion", "day", "clock", "host", "recorder")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, member=member, **kwargs)
        self.promotions = promotions(member)
        field = self.fields["promotion"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", str(_("none"))), *((str(one.pk), one.name) for one in self.promotions)]

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        kind, period = told.get("kind"), told.get("period", "")
        try:
            if kind == MeetingKind.WEEKLY:
                weeks.parse_week(period)
            elif kind == MeetingKind.MONTHLY:
                weeks.parse_month(period)
        except Refused as refused:
            self.add_error("period", str(refused.message))
        if kind == MeetingKind.PROMOTION and not told.get("promotion"):
            self.add_error("promotion", _("Choose a promotion that is over."))
        return told

    @property
    def over(self) -> Promotion | None:
        wanted = self.cleaned_data["promotion"]
        return next((one for one in self.promotions if str(one.pk) == wanted), None)


class CadenceForm(forms.Form):
    """When one kind of review is held."""

    active = forms.BooleanField(label=_("Hold it"), required=False)
    weekday = forms.TypedChoiceField(label=_("Weekday"), choices=WEEKDAYS, coerce=int)
    hour = forms.TypedChoiceField(label=_("Time"), choices=HOURS, coerce=int)
    host = forms.ChoiceField(label=pgettext_lazy("of a meeting", "Host"), required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        field = self.fields["host"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = hosts(member)

    @property
    def chosen(self) -> dict[str, Any]:
        """What `services.set_cadence` takes."""
        return {**self.cleaned_data, "host": colleague(self.member, self.cleaned_data["host"])}
