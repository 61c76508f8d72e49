from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from fupan.people.models import Member, Role, Workspace
from fupan.people.policies import grantable_roles
from fupan.people.queries import EventFilter
from fupan.people.scopes import SCOPES
from fupan.people.wording import STAGES

BUYER_LANGUAGES = {
    "zh": _("Chinese"), "en": _("English"), "de": _("German"), "ja": _("Japanese"), "fr": _("French"),
    "es": _("Spanish"), "pt": _("Portuguese"), "it": _("Italian"), "th": _("Thai"), "vi": _("Vietnamese"),
    "id": _("Indonesian"), "ms": _("Malay"), "ko": _("Korean"),
}  # fmt: skip


def _roles(member: Member) -> list[tuple[str, Any]]:
    allowed = set(grantable_roles(member))
    return [(value, label) for value, label in Role.choices if value in allowed]


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, by: Member, **more: Any) -> None:
        super().__init__(*args, **more)
        _choices(self, "role", _roles(by))


class MemberForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"))
    tier = forms.TypedChoiceField(
        label=_("Tier"), coerce=int, choices=[(1, _("1 · fast line")), (2, _("2 · hard cases"))]
    )
    departments = forms.TypedMultipleChoiceField(
        label=_("Departments"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    languages = forms.MultipleChoiceField(
        label=_("Languages they answer in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=list(BUYER_LANGUAGES.items()),
    )
    shop_ids = forms.TypedMultipleChoiceField(
        label=_("Shops they see"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen means every shop."),
    )

    def __init__(self, *args: Any, member: Member, by: Member, **more: Any) -> None:
        super().__init__(*args, **more)
        roles = dict(_roles(by))
        roles.setdefault(member.role, member.get_role_display())
        _choices(self, "role", list(roles.items()))
        _choices(self, "departments", [(one.pk, one.name) for one in member.workspace.departments.all()])
        _choices(self, "shop_ids", list(member.workspace.shops.values_list("pk", "name")))


class JoinForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=80)
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class AccountForm(forms.Form):
    name = forms.CharField(label=_("Your name"), max_length=80)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class WorkspaceForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Workspace
        fields = ("name", "currency", "timezone", "retention_days")
        help_texts = {
            "currency": _("Amounts are converted to it by your exchange rates."),
            "timezone": _("Such as Asia/Shanghai; each shop also has its own."),
            "retention_days": _("Then names, addresses and original words are purged. Amazon allows 30 at most."),
        }

    retention_days = forms.IntegerField(
        label=_("Days buyer data is kept after delivery"), min_value=1, max_value=365,
        help_text=Meta.help_texts["retention_days"],
    )  # fmt: skip


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What it is for"), max_length=80)
    scopes = forms.MultipleChoiceField(
        label=_("Scopes"), widget=forms.CheckboxSelectMultiple, choices=list(SCOPES.items())
    )


class DayField(forms.DateField):
    """A day a person may mean, picked by the browser's own calendar."""

    widget = forms.DateInput(attrs={"type": "date"})
    default_validators = [MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 30))]


class EventFilterForm(forms.Form):
    stage = forms.ChoiceField(label=_("Area"), required=False)
    actor = forms.TypedChoiceField(label=_("Who"), coerce=int, empty_value=None, required=False)
    from_ = DayField(label=_("From"), required=False)
    to = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, people: list[Member], **more: Any) -> None:
        super().__init__(*args, **more)
        _choices(self, "stage", [("", _("All areas")), *STAGES.items()])
        _choices(self, "actor", [("", _("Everybody")), *((one.pk, str(one)) for one in people)])

    def add_prefix(self, field_name: str) -> str:
        return super().add_prefix(field_name.rstrip("_"))

    def chosen(self) -> EventFilter:
        """What was asked; a field that makes no sense narrows nothing."""
        self.is_valid()
        told: Callable[[str], Any] = getattr(self, "cleaned_data", {}).get
        return EventFilter(told("stage") or "", told("actor"), told("from_"), told("to"))


def _choices(form: forms.Form, name: str, choices: list[tuple[Any, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
