from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.slices import Slice
from fupan.insight.metrics import METRICS
from fupan.insight.wording import named

PERCENT = ("rate", "share")


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
