from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Batch
from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.core import weeks
from fupan.core.slices import Slice
from fupan.desk.queries.choices import cause_choices, issue_choices
from fupan.insight.metrics import METRICS
from fupan.insight.policies import money_metrics
from fupan.insight.wording import named
from fupan.people.models import Department, Member
from fupan.people.policies import may
from fupan.review.models import EvidenceKind
from fupan.review.problem_pages import selectable_weeks

OWN_FIELDS = ("issue_type", "product", "batch", "shop", "country", "carrier")
MOST_TICKETS = 500


def metrics_for(member: Member) -> list[tuple[str, str]]:
    """Numbers of which less is better, or of which more is: what a problem can be about."""
    money = set() if may(member, "see_money") else set(money_metrics())
    return [(one.code, named(one.name)) for one in METRICS.values() if one.direction and one.code not in money]


def colleagues(member: Member) -> list[tuple[str, str]]:
    found = Member.objects.filter(workspace_id=member.workspace_id, active=True).select_related("user")
    return [("", str(_("nobody yet"))), *((str(one.pk), str(one)) for one in found)]


class _Weeks(forms.Form):
    """From which week to which a trouble drew attention."""

    first_week = forms.ChoiceField(
        label=_("Drew attention from"),
        required=False,
        help_text=_("These weeks made us look, so they are left out of every verdict."),
    )
    last_week = forms.ChoiceField(label=_("to"), required=False)

    def _offer_weeks(self, member: Member) -> None:
        choices = [("", _("not told")), *selectable_weeks(member)]
        for name in ("first_week", "last_week"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            known = {value for value, _label in choices}
            more = str(self.initial.get(name) or "")
            field.choices = choices if more in known else [*choices, (more, more)]

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        first, last = told.get("first_week"), told.get("last_week")
        if first and last and weeks.parse_week(first) > weeks.parse_week(last):
            self.add_error("last_week", _("This week lies before the first."))
        return told

    @property
    def selection_weeks(self) -> list[int]:
        first = self.cleaned_data.get("first_week") or self.cleaned_data.get("last_week")
        last = self.cleaned_data.get("last_week") or first
        return weeks.between(weeks.parse_week(first), weeks.parse_week(last)) if first and last else []


class ProblemForm(_Weeks):
    """A new problem: its slice, its title, its number, its owner."""

    title = forms.CharField(
        label=_("Title"), required=False, max_length=160, help_text=_("Left empty, the slice names it.")
    )
    issue_type = forms.ChoiceField(label=_("Issue type"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    batch = forms.ChoiceField(label=_("Batch"), required=False)
    shop = forms.ChoiceField(label=_("Shop"), required=False)
    country = forms.CharField(label=_("Country"), required=False, max_length=2, help_text=_("Two letters, such as DE."))
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=60)
    more = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    metric = forms.ChoiceField(label=_("Number"))
    owner = forms.ChoiceField(label=_("Owner"), required=False)
    origin = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    signal = forms.IntegerField(required=False, widget=forms.HiddenInput)
    tickets = forms.CharField(required=False, max_length=9 * MOST_TICKETS, widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_weeks(member)
        everything = [("", _("all"))]
        offered: Mapping[str, Any] = {
            "issue_type": [*everything, *issue_choices(member)],
            "product": [*everything, *((one.code, str(one)) for one in products_seen_by(member))],
            "batch": [*everything, *self._batches(member)],
            "shop": [*everything, *((one.name, one.name) for one in shops_seen_by(member))],
            "metric": metrics_for(member),
            "owner": colleagues(member),
        }
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    def _batches(self, member: Member) -> list[tuple[str, str]]:
        mine = Batch.objects.filter(product__in=products_seen_by(member))
        found = mine.order_by("-pk")[:300]
        codes = list(dict.fromkeys(one.code for one in found))
        told = str(self.initial.get("batch") or self.data.get("batch") or "")
        if (
            told
            and told not in codes
            and Batch.objects.filter(product__in=products_seen_by(member), code=told).exists()
        ):
            codes.append(told)
        return [(code, code) for code in codes]

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    def clean_more(self) -> str:
        try:
            return str(Slice.parse(self.cleaned_data["more"]))
        except ValueError as unknown:
            raise forms.ValidationError(_("This is not a slice; write it like country=DE.")) from unknown

    @property
    def slice(self) -> str:
        told = {name: str(self.cleaned_data[name]).strip() for name in OWN_FIELDS if self.cleaned_data.get(name)}
        return str(Slice.of(Slice.parse(self.cleaned_data.get("more") or "").as_dict() | told))

    @property
    def ticket_numbers(self) -> list[int]:
        return numbers_in(self.cleaned_data.get("tickets") or "")


class EditForm(_Weeks):
    """What may change of a problem."""

    title = forms.CharField(label=_("Title"), max_length=160)
    metric = forms.ChoiceField(label=_("Number"))
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer_weeks(member)
        field = self.fields["metric"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = metrics_for(member)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": _("Say why; the next reader will wonder.")},
    )


class WhyForm(forms.Form):
    """One sentence; `version` is that of the words it replaces."""

    text = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class EvidenceForm(forms.Form):
    """What a why rests on: tickets, a number, a link or a note."""

    kind = forms.ChoiceField(label=_("Evidence"), choices=EvidenceKind.choices, widget=forms.RadioSelect)
    tickets = forms.CharField(label=_("Tickets"), required=False, max_length=4000, help_text=_("T-48302, T-48311 …"))
    metric = forms.ChoiceField(label=_("Number"), required=False)
    slice = forms.CharField(
        label=_("Only for"), required=False, max_length=300, help_text=_("A slice such as product=A20&batch=2609.")
    )
    week = forms.ChoiceField(label=_("Week"), required=False)
    url = forms.CharField(label=_("Address"), required=False, max_length=500)
    label = forms.CharField(
        label=_("What it shows"), required=False, max_length=160, help_text=_("Such as: returns tested, 9 of 12.")
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("metric", metrics_for(member)), ("week", selectable_weeks(member))):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def chosen(self) -> dict[str, Any]:
        """What `services.add_evidence` takes."""
        told = self.cleaned_data
        plain = {name: told.get(name) or "" for name in ("kind", "label", "url", "metric", "slice", "week")}
        return plain | {"tickets": numbers_in(told.get("tickets") or "")}


class CauseForm(forms.Form):
    """The class of a confirmed cause, and the department that owns it."""

    cause = forms.ChoiceField(label=_("Cause"), widget=forms.Select(attrs={"autofocus": True}))
    department = forms.ChoiceField(
        label=_("Department"), required=False, help_text=_("Left empty, the one that owns this class of causes.")
    )

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.filter(workspace_id=member.workspace_id)
        for name, choices in (
            ("cause", [("", "—"), *cause_choices(member)]),
            ("department", [("", "—"), *((str(one.pk), str(one)) for one in departments)]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices

    @property
    def chosen(self) -> dict[str, Any]:
        department = self.cleaned_data["department"]
        return {"cause": self.cleaned_data["cause"], "department": int(department) if department else None}


def numbers_in(text: str) -> list[int]:
    """Ticket numbers in whatever somebody pasted: T-48302, 48311 ..."""
    return list(dict.fromkeys(int(one) for one in re.findall(r"(?<!\d)\d{1,17}(?!\d)", text)))[:MOST_TICKETS]
