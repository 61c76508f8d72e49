from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fupan.commerce.policies import shops_seen_by
from fupan.intake.models import MailAccount, Security
from fupan.intake.services.mail_accounts import first_day
from fupan.people.models import Member

LAST_PORT = 65535


class MailAccountForm(forms.Form):
    """A mailbox; on an existing one an empty password means “as it was”."""

    shop_id = forms.TypedChoiceField(
        label=_("Shop"), coerce=int,
        help_text=_("Mails of another site of the same seller find the shop of that site by themselves."),
    )  # fmt: skip
    address = forms.EmailField(
        label=_("Our address"), help_text=_("Replies come from it; the marketplace must know it as one of yours.")
    )
    user = forms.CharField(label=_("User name"), max_length=254, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    password = forms.CharField(
        label=_("Password"), max_length=500, required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Often an app password or authorisation code of the mail provider. It is kept encrypted."),
    )  # fmt: skip
    imap_host = forms.CharField(label=_("IMAP server"), max_length=253)
    imap_port = forms.IntegerField(label=_("IMAP port"), initial=993, min_value=1, max_value=LAST_PORT)
    imap_security = forms.ChoiceField(label=_("Encryption when reading"), choices=Security.choices)
    folder = forms.CharField(label=_("Folder"), max_length=120, initial="INBOX")
    smtp_host = forms.CharField(
        label=_("SMTP server"), max_length=253, required=False,
        help_text=_("Empty: nothing is sent from here; agents copy their answers into the marketplace."),
    )  # fmt: skip
    smtp_port = forms.IntegerField(label=_("SMTP port"), initial=465, min_value=1, max_value=LAST_PORT)
    smtp_security = forms.ChoiceField(label=_("Encryption when sending"), choices=Security.choices)
    since = forms.DateField(
        label=_("Mails since"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Older mails are left alone. The mailbox is only read: nothing is moved or marked as seen."),
    )  # fmt: skip
    strict = forms.BooleanField(
        label=_("Hold marketplace mails that no server has checked"), required=False,
        help_text=_("Choose it when your provider writes Authentication-Results into every mail."),
    )  # fmt: skip
    active = forms.BooleanField(label=_("Fetch mails"), required=False, initial=True)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=1)

    def __init__(self, *args: Any, by: Member, account: MailAccount | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        shops = self.fields["shop_id"]
        assert isinstance(shops, forms.ChoiceField)
        shops.choices = list(shops_seen_by(by).values_list("pk", "name"))
        self.fields["since"].initial = first_day()
        if account is None:
            self.fields["password"].required = True
        else:
            self.initial = {name: getattr(account, name) for name in self.fields if name != "password"}
            self.fields["password"].help_text = _("Empty: stays as it is. It is never shown again.")

    def clean_imap_host(self) -> str:
        return _host(self.cleaned_data["imap_host"])

    def clean_smtp_host(self) -> str:
        return _host(self.cleaned_data["smtp_host"])


def _host(told: str) -> str:
    """A name or address, nothing else: people paste links here."""
    host: str = told.strip().lower()
    if any(sign in host for sign in "/:@ ") or not host.isascii():
        raise forms.ValidationError(_("Only the name of the server, such as imap.example.com."))
    return host


class HookForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Such as the name of the program."))
    shop_id = forms.TypedChoiceField(label=_("Shop"), coerce=int)

    def __init__(self, *args: Any, by: Member, **more: Any) -> None:
        super().__init__(*args, **more)
        shops = self.fields["shop_id"]
        assert isinstance(shops, forms.ChoiceField)
        shops.choices = list(shops_seen_by(by).values_list("pk", "name"))
