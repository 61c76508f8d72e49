from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fupan.action.models import Action, ActionState, ActionType
from fupan.action.queries.board import today_of
from fupan.action.services import Given
from fupan.action.smart import Plan
from fupan.commerce.models import Batch
from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.core.attachments import ACCEPT
from fupan.core.slices import Slice
from fupan.desk.queries.choices import issue_choices
from fupan.insight.metrics import METRICS
from fupan.insight.policies import money_metrics
from fupan.insight.queries.series import judged
from fupan.insight.wording import named
from fupan.people.models import Department, Member
from fupan.people.policies import may

PICKED = ("issue_type", "product", "batch", "shop", "country", "carrier")
TARGET = ("metric", "slice", "change", "window", *PICKED)
DAY = {"type": "date"}
_PERCENT = re.compile(r"\s*([+\-−–]?)\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*[%％]?\s*")


def day_input(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs=DAY | attrs, format="%Y-%m-%d")


class _Judged(forms.Field):
    """Wanted, but it is `smart` that says what is missing and what would do."""

    def validate(self, value: Any) -> None:
        if value not in self.empty_values:
            super().validate(value)


class Words(_Judged, forms.CharField):
    pass


class Choice(_Judged, forms.ChoiceField):
    pass


class Day(_Judged, forms.DateField):
    pass


class Whole(_Judged, forms.IntegerField):
    pass


class PercentField(_Judged):
    """“−30”, “-30 %”, “+15”: a relative change, as a share."""

    default_error_messages = {"percent": _("Write a percentage with its sign, such as −30 or +15.")}

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values or isinstance(value, float):
            return value or None
        found = _PERCENT.fullmatch(str(value))
        if found is None:
            raise forms.ValidationError(self.error_messages["percent"], code="percent")
        size = float(found[2].replace(",", ".")) / 100
        return -size if found[1] in ("-", "−", "–") else size

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, float):
            return f"{round(value * 100, 2):g}"
        return value


class ActionForm(forms.Form):
    """Who does what until when, and which number of which slice it shall move. How good that is says `smart`."""

    use_required_attribute = False
    title = Words(label=_("Action"), max_length=160, help_text=_("What is changed, where and how much."))
    detail = forms.CharField(
        label=_("Where, how, how much"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    type = Choice(label=_("Type"), choices=[("", "—"), *ActionType.choices])
    owner = Choice(label=_("Owner"), help_text=_("Exactly one person answers for it."))
    department = forms.ChoiceField(label=_("Department"), required=False, help_text=_("Left empty, the owner’s."))
    deadline = Day(label=_("Deadline"), widget=day_input())
    metric = forms.ChoiceField(label=_("Number"))
    issue_type = forms.ChoiceField(label=_("Issue type"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    batch = forms.ChoiceField(label=_("Batch"), required=False)
    shop = forms.ChoiceField(label=_("Shop"), required=False)
    country = forms.CharField(label=_("Country"), required=False, max_length=2)
    carrier = forms.CharField(label=_("Carrier"), required=False, max_length=60)
    slice = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    change = PercentField(
        label=_("Target change, percent"), widget=forms.NumberInput(attrs={"min": -95, "max": 300}),
        help_text=_("−30 is thirty percent fewer than without the action."),
    )  # fmt: skip
    window = Whole(label=_("Weeks until the verdict"), help_text=_("Counted from the day it is in place."))
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, action: Action | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        for name, choices in _offered(member, self._told("batch"), self._told("owner")).items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
        for name in PICKED:
            self.fields[name].widget.attrs |= {"data-dimension": name}
        self.fields["slice"].widget.attrs |= {"data-slice": "1"}
        if action is not None and action.state == ActionState.DONE:
            for name in TARGET:
                self.fields[name].disabled = True

    def _told(self, name: str) -> str:
        return str(self.data.get(name) or self.initial.get(name) or "")

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).strip().upper()

    @property
    def picked(self) -> str:
        """The slice: what the selects say, and conditions that have no select."""
        told = self.cleaned_data
        try:
            kept = Slice.parse(told.get("slice") or "").as_dict()
        except ValueError:
            return str(told["slice"])
        rest = {name: value for name, value in kept.items() if name not in PICKED}
        chosen = {name: str(told[name]).strip() for name in PICKED if told.get(name)}
        return str(Slice.of(rest | chosen))

    @property
    def plan(self) -> Plan:
        told = self.cleaned_data
        return Plan(
            type=told.get("type", ""), title=told.get("title", ""), detail=told.get("detail", ""),
            owner_id=_key(told.get("owner")), department_id=_key(told.get("department")),
            deadline=told.get("deadline"), metric=told.get("metric", ""), slice=self.picked,
            change=told.get("change") or 0.0, window=told.get("window") or 0,
        )  # fmt: skip

    def take(self, wrong: Mapping[str, str]) -> None:
        """Put what `smart` says beside its fields."""
        for name, said in wrong.items():
            if not self.errors.get(name):
                self.add_error(name if name in self.fields and name != "slice" else
                               "issue_type" if name == "slice" else None, said)  # fmt: skip


def _key(text: Any) -> int | None:
    return int(text) if text and str(text).isdecimal() else None


def _offered(member: Member, batch: str, owner: str) -> dict[str, list[Any]]:
    everything = [("", _("all"))]
    products = products_seen_by(member)
    known = Batch.objects.filter(product__in=products).order_by("-pk").values_list("code", flat=True)
    batches = list(dict.fromkeys(known[:300]))
    if batch and batch not in batches and Batch.objects.filter(product__in=products, code=batch).exists():
        batches.append(batch)
    colleagues = Member.objects.filter(workspace_id=member.workspace_id, active=True).select_related("user")
    departments = Department.objects.filter(workspace_id=member.workspace_id)
    return {
        "issue_type": [*everything, *issue_choices(member)],
        "product": [*everything, *((one.code, str(one)) for one in products)],
        "batch": [*everything, *((code, code) for code in batches)],
        "shop": [*everything, *((one.name, one.name) for one in shops_seen_by(member))],
        "metric": metrics_for(member),
        "owner": [("", "—"), *((str(one.pk), str(one)) for one in colleagues)],
        "department": [("", "—"), *((str(one.pk), str(one)) for one in departments)],
    }


def metrics_for(member: Member) -> list[Any]:
    """Those that get a verdict first; the others are marked as only tracked."""
    money = set() if may(member, "see_money") else set(money_metrics())
    known = [one for one in METRICS.values() if one.direction and one.code not in money]
    first = [(one.code, named(one.name)) for one in known if judged(one.code)]
    rest = [(one.code, named(one.name)) for one in known if not judged(one.code)]
    return [(_("With a verdict"), first), (_("Tracked without a verdict"), rest)]


def initial_of(action: Action) -> dict[str, Any]:
    """An action as its form has it."""
    return {
        "title": action.title, "detail": action.detail, "type": action.type, "owner": action.owner_id,
        "department": action.department_id or "", "deadline": action.deadline, "metric": action.metric,
        "change": action.change, "window": action.window, "version": action.version, **slice_fields(action.slice),
    }  # fmt: skip


def slice_fields(text: str) -> dict[str, str]:
    try:
        where = Slice.parse(text).as_dict()
    except ValueError:
        where = {}
    return {name: where[name] for name in PICKED if name in where} | {"slice": text}


class ProofForm(forms.Form):
    """A file, a link or a note; of a day, and perhaps of one place."""

    file = forms.FileField(label=_("File"), required=False, widget=forms.FileInput(attrs={"accept": ACCEPT}))
    url = forms.CharField(
        label=_("Address"), required=False, max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )  # fmt: skip
    text = forms.CharField(label=_("What it shows"), required=False, max_length=300)
    place = forms.CharField(
        label=_("Where"), required=False, max_length=80, help_text=_("A shop, a site, a supplier; empty is everywhere.")
    )
    day = forms.DateField(label=_("Since"), required=False, widget=day_input())

    @property
    def given(self) -> Given:
        told = self.cleaned_data
        words = {name: told.get(name, "") for name in ("url", "text", "place")}
        return Given(told.get("file"), **words, day=told.get("day"))


class CarryForm(ProofForm):
    """Since when it is in place, with proof unless there is some already."""

    field_order = ("day", "file", "url", "text", "place")

    day = forms.DateField(label=_("In place since"), widget=day_input())

    def __init__(self, *args: Any, member: Member | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if member is not None:
            self.fields["day"].widget.attrs["max"] = today_of(member).isoformat()

    @property
    def since(self) -> date:
        day: date = self.cleaned_data["day"]
        return day


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=300)


class BlockForm(forms.Form):
    """What it waits for; empty says that it waits no more."""

    reason = forms.CharField(label=_("What does it wait for?"), max_length=300, required=False)


class CommentForm(forms.Form):
    text = forms.CharField(label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 2}))


class StepForm(forms.Form):
    text = forms.CharField(label=_("Step"), max_length=200)


class GuestForm(forms.Form):
    name = forms.CharField(
        label=_("For whom"), max_length=80, help_text=_("The name stands beside whatever they tell.")
    )
