from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fupan.action.models import ActionType
from fupan.core.slices import Slice
from fupan.insight.metrics import METRICS
from fupan.verification.models import CarriedOut


class CarriedForm(forms.Form):
    """A person's word on whether the action was carried out."""

    answer = forms.ChoiceField(label=_("was it carried out?"), choices=CarriedOut.choices, widget=forms.RadioSelect)
    note = forms.CharField(label=_("what is missing, where"), max_length=300, required=False)


class ForeseeForm(forms.Form):
    """The fields of an action's form that a forecast needs; others are passed over."""

    slice = forms.CharField(required=False)
    metric = forms.ChoiceField(choices=[(code, code) for code in METRICS])
    type = forms.ChoiceField(choices=ActionType.choices, required=False)
    change = forms.FloatField()

    def clean_slice(self) -> str:
        try:
            return str(Slice.parse(self.cleaned_data["slice"]))
        except ValueError as unknown:
            raise forms.ValidationError(_("This is not a slice; write it like country=DE.")) from unknown

    def clean_change(self) -> float:
        """A share, or a percentage: −0.3 and −30 are the same."""
        value: float = self.cleaned_data["change"]
        size = abs(value) / 100 if abs(value) >= 1 else abs(value)
        if not 0 < size < 1:
            raise forms.ValidationError(_("Choose a change between 0 and 100 percent."))
        return -size

    @property
    def asked(self) -> dict[str, Any]:
        told = self.cleaned_data
        return {"slice": told["slice"], "metric": told["metric"], "change": told["change"], "kind": told["type"]}
