from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.slices import Slice
from fupan.insight.metrics import METRICS
from fupan.insight.signal_words import WHY_NOT, reason_kept
from fupan.insight.wording import named

PERCENT = ("rate", "share")
LONGEST_SILENCE = timedelta(days=366)


class TargetForm(forms.Form):
    """A bound on a metric; rates and shares are typed in percent."""

    metric = forms.ChoiceField(label=_("Number"))
    bound = forms.FloatField(label=_("Bound"), min_value=0, help_text=_("Rates and shares in percent, times in hours."))
    slice = forms.CharField(
        label=_("Only for"),
        required=False,
        max_length=300,
        help_text=_("A slice such as country=DE; empty is everything."),
    )
    valid_from = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["metric"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, named(one.name)) for one in METRICS.values() if one.direction]
        self.fields["valid_from"].initial = clock.today

    def clean_slice(self) -> str:
        text = str(self.cleaned_data["slice"])
        try:
            return str(Slice.parse(text))
        except ValueError as unknown:
            raise forms.ValidationError(_("This is not a slice; write it like country=DE.")) from unknown

    @property
    def chosen(self) -> dict[str, Any]:
        """What `services.set_target` takes."""
        told = self.cleaned_data
        percent = METRICS[told["metric"]].unit in PERCENT
        bound: float = told["bound"] / 100 if percent else told["bound"]
        start: date = told["valid_from"]
        return {"metric_code": told["metric"], "bound": bound, "slice_text": told["slice"], "valid_from": start}


class SnoozeForm(forms.Form):
    """Until when a signal keeps silent."""

    until = forms.DateField(
        label=_("Silent until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("It comes back that day if it still goes on."),
    )
    reason = forms.CharField(label=_("Reason"), required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = clock.today() + timedelta(weeks=1)

    def clean_until(self) -> date:
        until: date = self.cleaned_data["until"]
        if until <= clock.today():
            raise forms.ValidationError(_("Choose a day after today."))
        if until > clock.today() + LONGEST_SILENCE:
            raise forms.ValidationError(_("A year at most; say that it is not real instead."))
        return until


class DismissForm(forms.Form):
    """Why a signal is not real."""

    why = forms.ChoiceField(label=_("Why it is not real"), choices=list(WHY_NOT.items()), widget=forms.RadioSelect)
    words = forms.CharField(label=_("In your words"), required=False, max_length=300)

    @property
    def reason(self) -> str:
        return reason_kept(self.cleaned_data["why"], self.cleaned_data["words"].strip())


class ScreeningForm(forms.Form):
    """How boldly signals are raised; the share is typed in percent."""

    q = forms.FloatField(
        label=_("Share of false alarms accepted"),
        min_value=0.1,
        max_value=50,
        help_text=_("In percent. 10 means: of ten alarms about one may be chance. More finds troubles earlier."),
    )
    budget = forms.IntegerField(
        label=_("New signals a week, at most"),
        min_value=1,
        max_value=100,
        help_text=_("The strongest come first; as many as your team can look into."),
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """What `services.set_screening` takes."""
        return {"q": self.cleaned_data["q"] / 100, "budget": self.cleaned_data["budget"]}
