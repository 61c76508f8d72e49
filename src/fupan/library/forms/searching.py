from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SynonymsForm(forms.Form):
    """Words that mean the same, a group a line."""

    text = forms.CharField(
        label=_("Words that mean the same"), required=False, max_length=60_000,
        widget=forms.Textarea({"rows": 14, "spellcheck": "false"}),
        help_text=_("A group a line, words parted by commas. What stands behind # is a remark."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
