"""Shapes of what people fill in for a case."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.core import attachments, clock
from fupan.desk.queries.choices import cause_choices, issue_choices
from fupan.library.drafts import CaseDraft, steps_from, steps_text
from fupan.library.models import Case, Masking, Outcome
from fupan.library.services import Rubric
from fupan.library.wording import LANGUAGES
from fupan.people.models import Member
from fupan.people.policies import may

NOTHING = [("", "—")]


def area(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def day(**attrs: str) -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class CaseForm(forms.Form):
    """The eleven fields; the number gives itself, evidence is added on the page of the case."""

    title = forms.CharField(label=_("The lesson in one line"), max_length=160)
    issue_type = forms.ChoiceField(label=_("Issue type"), required=False)
    tags = forms.CharField(label=_("Tags, separated by commas"), required=False, max_length=300)
    happened_on = forms.DateField(label=_("Day"), required=False, widget=day())
    hours = forms.DecimalField(
        label=_("Hours until it was solved"), required=False, min_value=0, max_value=9999, decimal_places=1
    )
    shop = forms.ChoiceField(label=_("Shop"), required=False)
    product = forms.ChoiceField(label=_("Product"), required=False)
    batch = forms.CharField(label=_("Batch"), required=False, max_length=60)
    order_masked = forms.CharField(
        label=_("Order number"), required=False, max_length=64, help_text=_("Masked when it is saved: 302-77•••••.")
    )
    demand = forms.CharField(
        label=_("What the buyer wanted"), required=False, max_length=5000, widget=area(2),
        help_text=_("What they really needed, in a sentence of yours."),
    )  # fmt: skip
    quote = forms.CharField(label=_("In the buyer’s own words"), required=False, max_length=5000, widget=area(2))
    quote_language = forms.ChoiceField(label=_("Language"), required=False)
    quote_gloss = forms.CharField(label=_("The same in your language"), required=False, max_length=5000, widget=area(2))
    cause = forms.ChoiceField(label=_("Cause"), required=False)
    cause_confirmed = forms.BooleanField(label=_("Confirmed, not only a guess"), required=False)
    cause_text = forms.CharField(label=_("Why it happened"), required=False, max_length=5000, widget=area(2))
    steps = forms.CharField(
        label=_("Steps"), required=False, max_length=8000, widget=area(7),
        help_text=_("A line is a step; indent a line below it to say what to watch."),
    )  # fmt: skip
    wording = forms.CharField(label=_("Wording that was used"), required=False, max_length=5000, widget=area(5))
    wording_language = forms.ChoiceField(label=_("Language"), required=False)
    points = forms.CharField(
        label=_("Key points when saying it"),
        required=False,
        max_length=4000,
        widget=area(3),
        help_text=_("One a line."),
    )
    outcome = forms.ChoiceField(label=pgettext_lazy("case", "Outcome"), required=False)
    outcome_text = forms.CharField(label=_("How it ended"), required=False, max_length=5000, widget=area(2))
    cost = forms.DecimalField(label=_("Cost"), required=False, min_value=0, max_digits=12, decimal_places=2)
    lessons = forms.CharField(label=_("Learnt"), required=False, max_length=5000, widget=area(3))
    avoid = forms.CharField(
        label=_("Do not do this"), required=False, max_length=5000, widget=area(3),
        help_text=_("What made it worse. A failed case lives from this field."),
    )  # fmt: skip
    suggestion = forms.CharField(label=_("Suggestion"), required=False, max_length=5000, widget=area(3))
    check_on = forms.DateField(label=_("Check again on"), required=False, widget=day())
    check_when = forms.CharField(
        label=_("or when this happens"), required=False, max_length=160,
        help_text=_("Such as: the marketplace changes its rules on lithium batteries."),
    )  # fmt: skip
    note = forms.CharField(label=_("What you changed"), required=False, max_length=160)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, member: Member, case: Case | None = None, **kwargs: Any) -> None:
        if case is not None:
            kwargs.setdefault("initial", stands(case))
        super().__init__(*args, **kwargs)
        self.case = case
        shops = list(shops_seen_by(member))
        self.currencies = {str(one.pk): one.currency for one in shops}
        products = [(one.code, f"{one} ({one.code})") for one in products_seen_by(member)]
        offered: dict[str, list[Any]] = {
            "issue_type": [*NOTHING, *issue_choices(member)],
            "cause": [*NOTHING, *cause_choices(member)],
            "shop": [*NOTHING, *((str(one.pk), one.name) for one in shops)],
            "product": [*NOTHING, *products],
            "quote_language": [*NOTHING, *LANGUAGES], "wording_language": [*NOTHING, *LANGUAGES],
            "outcome": [*NOTHING, *Outcome.choices],
        }  # fmt: skip
        for name, choices in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = _with_the_one_set(choices, str(self.initial.get(name) or ""))
        if not may(member, "see_money"):
            del self.fields["cost"]
        if case is None:
            del self.fields["note"]

    def draft(self) -> CaseDraft:
        """What was filled in; what the form does not show stays as the case has it."""
        told = self.cleaned_data
        case, hours = self.case, told["hours"]
        same = ("title", "issue_type", "happened_on", "product", "batch", "order_masked", "demand", "quote",
                "quote_language", "quote_gloss", "cause", "cause_confirmed", "cause_text", "wording",
                "wording_language", "outcome", "outcome_text", "lessons", "avoid", "suggestion", "check_on",
                "check_when")  # fmt: skip
        return CaseDraft(
            **{name: told[name] for name in same}, took=timedelta(hours=float(hours)) if hours is not None else None,
            shop=int(told["shop"]) if told["shop"] else None, steps=steps_from(told["steps"]),
            points=tuple(line.strip("-• \t") for line in told["points"].splitlines() if line.strip("-• \t")),
            tags=names_in(told["tags"]), cost=told.get("cost"),
            currency=case.currency if case and case.currency else self.currencies.get(told["shop"], ""),
            cause_guess=case.cause_guess.code if case and case.cause_guess else "",
        )  # fmt: skip


def _with_the_one_set(choices: list[Any], value: str) -> list[Any]:
    """A node that was retired meanwhile can still be kept."""
    known = {code for code, name in _flat(choices)}
    return choices if value in known else [*choices, (value, value)]


def _flat(choices: list[Any]) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for value, name in choices:
        found += _flat(list(name)) if isinstance(name, list | tuple) else [(str(value), name)]
    return found


def names_in(text: str) -> tuple[str, ...]:
    """Tags as they are typed: separated by commas of either script."""
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return tuple(dict.fromkeys(name for part in parts if (name := part.strip().lstrip("#＃"))))


def stands(case: Case) -> dict[str, Any]:
    """What the case says now, as the form's fields."""
    same = ("title", "happened_on", "order_masked", "demand", "quote", "quote_language", "quote_gloss",
            "cause_confirmed", "cause_text", "wording", "wording_language", "outcome", "outcome_text", "cost",
            "lessons", "avoid", "suggestion", "check_on", "check_when", "version")  # fmt: skip
    hours = Decimal(case.took.total_seconds() / 3600).quantize(Decimal("0.1")) if case.took is not None else None
    return {name: getattr(case, name) for name in same} | {
        "issue_type": case.issue_type.code if case.issue_type else "", "cause": case.cause.code if case.cause else "",
        "shop": str(case.shop_id or ""), "product": case.product.code if case.product else "",
        "batch": case.batch.code if case.batch else "", "hours": hours, "steps": steps_text(case.steps),
        "points": "\n".join(case.points), "tags": ", ".join(tag.name for tag in case.tags.all()),
    }  # fmt: skip


class RubricForm(forms.Form):
    """What a reviewer looks at, and what they say."""

    complete = forms.BooleanField(label=_("Complete"), required=False)
    cause_right = forms.BooleanField(label=_("Cause right"), required=False)
    can_follow = forms.BooleanField(label=_("Can be followed"), required=False)
    data_removed = forms.BooleanField(label=_("Personal data removed"), required=False)
    remark = forms.CharField(label=_("Remark"), required=False, max_length=2000, widget=area(2))
    check_on = forms.DateField(label=_("Check again on"), required=False, widget=day())
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def rubric(self) -> Rubric:
        names = ("complete", "cause_right", "can_follow", "data_removed")
        return Rubric(**{name: self.cleaned_data[name] for name in names})


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=_("File"), widget=forms.ClearableFileInput(attrs={"accept": attachments.ACCEPT}),
        help_text=_("Pictures, PDF, tables and text up to 20 MB."),
    )  # fmt: skip
    label = forms.CharField(label=_("What it shows"), required=False, max_length=120)
    masking = forms.ChoiceField(label=_("Personal data"), choices=Masking.choices, required=False)


class CheckForm(forms.Form):
    """It still holds, until when."""

    check_on = forms.DateField(label=_("Check again on"), required=False, widget=day())

    def clean_check_on(self) -> Any:
        told = self.cleaned_data["check_on"]
        if told is not None and told <= clock.today():
            raise forms.ValidationError(_("Choose a day after today."))
        return told
