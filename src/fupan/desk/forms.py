"""Shapes of what people fill in on the desk."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fupan.desk.languages import LANGUAGES
from fupan.desk.models import Liable, Ticket, TicketKind, TicketState
from fupan.desk.queries import choices
from fupan.desk.services.closing import Told
from fupan.people.models import Department, Member


class FilterForm(forms.Form):
    """The filters of the list that are worth a field; others come by links and stay in the address."""

    q = forms.CharField(
        label=_("Search"), required=False, widget=forms.SearchInput(attrs={"placeholder": _("Number, order or words")})
    )
    shop = forms.ChoiceField(label=_("Shop"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    issue_type = forms.ChoiceField(label=_("Issue"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)
    assignee = forms.ChoiceField(label=_("Owner"), required=False)

    def __init__(self, *args: Any, selects: choices.Selects, **kwargs: Any) -> None:
        kwargs["auto_id"] = "filter_%s"
        super().__init__(*args, **kwargs)
        values_of: dict[str, list[Any]] = {
            "shop": selects.shops,
            "kind": list(TicketKind.choices),
            "issue_type": [("none", _("No label")), *selects.issue],
            "state": list(TicketState.choices),
            "assignee": [("me", _("me")), ("none", _("nobody")), *selects.colleagues],
        }
        for name, values in values_of.items():
            field = self.fields[name]
            field.choices = [("", field.label), *values]  # type: ignore[attr-defined]


SETTLED = ("issue", "cause", "resolution")  # trees that are chosen from, as `Selects` names them


class WorkForm(forms.Form):
    """Labels of a ticket, all on one form for the keyboard."""

    issue = forms.ChoiceField(label=_("Issue"), required=False)
    cause = forms.ChoiceField(label=_("Cause, first guess"), required=False)
    resolution = forms.ChoiceField(label=_("Resolution"), required=False)
    cost = forms.DecimalField(label=_("Cost"), required=False, min_value=0, max_digits=12, decimal_places=2)
    tags = forms.CharField(label=_("Tags, separated by commas"), required=False, max_length=300)

    def __init__(self, *args: Any, selects: choices.Selects, ticket: Ticket, **kwargs: Any) -> None:
        kwargs.setdefault("initial", stands(ticket))
        super().__init__(*args, **kwargs)
        for name in SETTLED:
            self.fields[name].choices = [("", "—"), *getattr(selects, name)]  # type: ignore[attr-defined]
        self.fields["issue"].widget.attrs |= {"data-key": "l", "data-key-label": _("Labels")}


def stands(ticket: Ticket) -> dict[str, Any]:
    """What the ticket says now, as the form's fields."""
    return {
        "issue": ticket.issue_type.code if ticket.issue_type else "",
        "cause": ticket.cause_guess.code if ticket.cause_guess else "",
        "resolution": ticket.resolution.code if ticket.resolution else "",
        "cost": ticket.cost,
        "tags": ", ".join(tag.name for tag in ticket.tags.all()),
    }


def fingerprint(ticket: Ticket) -> str:
    """Changes whenever somebody changes what the form says."""
    told = "|".join(f"{name}={value}" for name, value in stands(ticket).items())
    return hashlib.sha256(told.encode()).hexdigest()[:16]


class ClosingForm(forms.Form):
    """What is said as a ticket is closed."""

    issue = forms.ChoiceField(label=_("Issue"), required=False)
    cause = forms.ChoiceField(label=_("Cause, first guess"), required=False)
    resolution = forms.ChoiceField(label=_("Resolution"), required=False)
    cost = forms.DecimalField(label=_("Amount"), required=False, min_value=0, max_digits=12, decimal_places=2)

    def __init__(self, *args: Any, selects: choices.Selects, ticket: Ticket, **kwargs: Any) -> None:
        kwargs.setdefault("initial", stands(ticket))
        kwargs.setdefault("auto_id", "closing_%s")
        super().__init__(*args, **kwargs)
        for name in SETTLED:
            self.fields[name].choices = [("", "—"), *getattr(selects, name)]  # type: ignore[attr-defined]

    def only(self, names: Iterable[str]) -> list[forms.BoundField]:
        return [self[name] for name in names]

    def told(self) -> Told:
        """What the form really carried: a field that was not part of it says nothing."""
        said = self.cleaned_data if self.is_valid() else {}
        carried = {name: said.get(name) for name in self.fields if name in self.data and name in said}
        return Told(**{name: value for name, value in carried.items() if value not in ("", None)})


class DayOffForm(forms.Form):
    """A day on which the office is closed."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    name = forms.CharField(label=_("Name"), max_length=60, required=False)


class NodeForm(forms.Form):
    """A node of a label tree."""

    name_zh = forms.CharField(label=_("Chinese name"), max_length=120)
    name_en = forms.CharField(label=_("English name"), max_length=120)
    parent = forms.ChoiceField(label=_("Under"), required=False)
    department = forms.ChoiceField(label=_("Department"), required=False)
    simple = forms.BooleanField(
        label=_("Simple"), required=False, help_text=_("The first line settles it within 24 hours.")
    )
    liable = forms.ChoiceField(label=_("Liable"), choices=Liable.choices, required=False, initial=Liable.SELLER)

    def __init__(self, *args: Any, member: Member, tree: str, node: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        departments = Department.objects.filter(workspace_id=member.workspace_id)
        self.fields["department"].choices = [("", "—"), *((one.code, one.name) for one in departments)]  # type: ignore[attr-defined]
        surplus = {"issue": {"liable"}, "cause": {"simple"}, "resolution": {"liable", "simple", "parent", "department"}}
        for name in surplus[tree] | ({"parent"} if node else set()):
            self.fields.pop(name, None)
        if "parent" in self.fields:
            tops = choices.NODES[tree].objects.filter(
                workspace_id=member.workspace_id, parent=None, retired_at=None
            )  # fmt: skip
            self.fields["parent"].choices = [("", "—"), *((top.code, str(top)) for top in tops)]  # type: ignore[attr-defined]


class RuleForm(forms.Form):
    """A keyword rule."""

    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    words = forms.CharField(
        label=_("Words"),
        max_length=200,
        help_text=_("“*” stands for the rest of a word; parts joined by “ + ” must all occur."),
    )
    issue = forms.ChoiceField(label=_("Issue"))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issue"].choices = choices.issue_choices(member)  # type: ignore[attr-defined]


class CodeForm(forms.Form):
    """A marketplace's reason code."""

    code = forms.CharField(label=_("Reason code"), max_length=60)
    issue = forms.ChoiceField(label=_("Issue"), required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = [("", _("says nothing: the text decides"))]
        self.fields["issue"].choices = nothing + choices.issue_choices(member)  # type: ignore[attr-defined]
