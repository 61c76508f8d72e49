"""Shapes of what people fill in about canned replies, automatic answers and the assistant."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import Platform
from fupan.desk.languages import LANGUAGES
from fupan.desk.models import Assistant, AutoReply, ReplyTemplate, TemplateState, TemplateVersion
from fupan.desk.policies import templates_seen_by
from fupan.desk.queries.choices import issue_choices
from fupan.desk.queries.templates import groups_of
from fupan.desk.services.templates import LONGEST, Told
from fupan.people.models import Member

ANY_PLATFORM = ("", pgettext_lazy("platform", "any marketplace"))


class TemplateForm(forms.Form):
    """A canned reply with its text in every language it is needed in."""

    name = forms.CharField(label=_("Name"), max_length=120)
    group = forms.CharField(label=_("Group"), max_length=60, required=False)
    issue = forms.ChoiceField(label=_("Issue"), required=False)
    platform = forms.ChoiceField(label=_("Marketplace"), required=False, choices=[ANY_PLATFORM, *Platform.choices])
    why = forms.CharField(label=_("What is new, and why"), max_length=300, required=False)
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issue"].choices = [("", _("any issue")), *issue_choices(member)]  # type: ignore[attr-defined]
        self.fields["group"].widget.attrs["list"] = "template-groups"
        self.groups = [name for name, _count in groups_of(member) if name]
        for code, name in LANGUAGES:
            attrs = {"rows": 8, "lang": code, "data-text-of": code}
            self.fields[f"text_{code}"] = forms.CharField(
                label=name, max_length=LONGEST, required=False, widget=forms.Textarea(attrs=attrs)
            )

    @property
    def told(self) -> Told:
        said = self.cleaned_data
        texts = {code: said[f"text_{code}"] for code, _name in LANGUAGES if said[f"text_{code}"].strip()}
        return Told(said["name"], texts, said["group"].strip(), said["issue"], said["platform"], said["why"])

    def languages(self) -> list[tuple[str, Any, Any, bool]]:
        """Code, name, field, and whether it stands open; those with a text first."""
        rows = [(code, name, self[f"text_{code}"]) for code, name in LANGUAGES]
        filled = {code for code, _name, field in rows if (field.value() or "").strip()}
        first = filled or {LANGUAGES[0][0]}
        opened = next(code for code, _name, _field in rows if code in first)
        return sorted(
            ((code, name, field, code == opened) for code, name, field in rows), key=lambda row: row[0] not in filled
        )


def initial_of(template: ReplyTemplate, version: TemplateVersion | None, stamp: str) -> dict[str, Any]:
    texts = version.texts if version else {}
    return {
        "name": template.name, "group": template.group, "platform": template.platform, "stamp": stamp,
        "issue": template.issue_type.code if template.issue_type else "",
        **{f"text_{code}": text for code, text in texts.items()},
    }  # fmt: skip


class ApproveForm(forms.Form):
    effective_on = forms.DateField(
        label=_("In force from"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("empty: at once"),
    )  # fmt: skip


class AutoReplyForm(forms.Form):
    """What is answered by itself on one marketplace."""

    template = forms.ChoiceField(label=_("Template"), required=False)
    active = forms.BooleanField(label=_("Send it"), required=False)
    closed_hours_only = forms.BooleanField(label=_("outside of office hours only"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    platform = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, member: Member, platform: str = "", row: AutoReply | None = None, **kwargs: Any):
        if row is not None:
            told = {"template": str(row.template.number), "active": row.active, "version": row.version,
                    "closed_hours_only": row.closed_hours_only}  # fmt: skip
            kwargs.setdefault("initial", {**told, "platform": platform})
        kwargs.setdefault("initial", {"platform": platform, "version": 0})
        kwargs["auto_id"] = f"auto-{platform or 'any'}-%s"
        super().__init__(*args, **kwargs)
        usable = templates_seen_by(member).filter(state=TemplateState.IN_FORCE).order_by("group", "name")
        if platform:
            usable = usable.filter(platform__in=["", platform])
        nothing = _("nothing of its own") if platform else _("nothing")
        names = [(str(number), name) for number, name in usable.values_list("number", "name")]
        self.fields["template"].choices = [("", nothing), *names]  # type: ignore[attr-defined]
        self.row, self.where = row, platform


class AssistantForm(forms.Form):
    """A service that speaks as OpenAI’s does."""

    active = forms.BooleanField(label=_("Use it"), required=False)
    url = forms.CharField(
        label=_("Address"), max_length=300, required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://api.example.com/v1"}),
        help_text=_("up to /v1, of any service that speaks as OpenAI’s does"),
    )  # fmt: skip
    model = forms.CharField(label=_("Model"), max_length=120, required=False)
    key = forms.CharField(
        label=_("Key"), max_length=400, required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("kept encrypted; empty keeps the one that is there"),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, row: Assistant | None = None, **kwargs: Any) -> None:
        if row is not None:
            told = {"active": row.active, "url": row.url, "model": row.model, "version": row.version}
            kwargs.setdefault("initial", told)
        super().__init__(*args, **kwargs)
