from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.notify.checks import check_digest, check_keys
from fupan.notify.kinds import shared_topics
from fupan.notify.models import Destination, DestinationKind
from fupan.notify.senders import webhook
from fupan.people.models import Member


class DestinationForm(forms.Form):
    """Where messages go and which; on an existing destination, an empty address or secret means “as it was”."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Such as the name of the group."))
    kind = forms.ChoiceField(label=_("Kind of destination"), choices=DestinationKind.choices)
    url = forms.CharField(
        label=_("Address"),
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "https://"}),
        help_text=_("The webhook address of the robot, from the group’s settings. It is a key: keep it to yourself."),
    )
    secret = forms.CharField(
        label=_("Secret"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("DingTalk: SEC…. Feishu: key of the signature check. Webhook: empty makes one. WeCom has none."),
    )
    topics = forms.MultipleChoiceField(
        label=_("What it hears of"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=shared_topics,
    )  # fmt: skip
    department_id = forms.TypedChoiceField(
        label=_("Department"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Its digest, with only its own causes, goes here on Mondays."),
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    active = forms.BooleanField(label=_("Switched on"), required=False, initial=True)

    def __init__(self, *args: Any, by: Member, room: Destination | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self.room = room
        departments = by.workspace.departments.values_list("pk", "name")
        field = self.fields["department_id"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("no department")), *departments]
        self.fields["language"].initial = by.workspace.language
        if room is not None:
            self._for(room)

    def _for(self, room: Destination) -> None:
        del self.fields["kind"]
        if room.kind == DestinationKind.WECOM:
            del self.fields["secret"]
        else:
            self.fields["secret"].help_text = _("Empty: stays as it is. It is never shown again.")
        self.fields["url"].required = False
        self.fields["url"].widget.attrs["placeholder"] = room.shown_address
        self.fields["url"].help_text = _("Empty: stays as it is. It is never shown again.")
        self.initial = {name: getattr(room, name) for name in self.fields if name not in {"url", "secret"}}

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = self.cleaned_data
        if not self.errors:
            self._ask(lambda: check_digest(told["topics"], told["department_id"]), "department_id")
            self._ask(lambda: self._check_keys(told), "url")
        return told

    def _check_keys(self, told: Mapping[str, Any]) -> None:
        kind = self.room.kind if self.room else told["kind"]
        url, secret = told["url"], told.get("secret", "")
        if self.room:
            url, secret = url or self.room.url, secret or self.room.secret
        elif kind == DestinationKind.WEBHOOK:
            secret = secret or webhook.new_secret()
        check_keys(kind, url, secret)

    def _ask(self, rule: Callable[[], None], field: str) -> None:
        """A broken rule stands at the field it is about."""
        try:
            rule()
        except Refused as refused:
            self.add_error("secret" if refused.code == "weak-secret" else field, str(refused.message))
