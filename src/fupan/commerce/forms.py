from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django import forms
from django.utils.translation import gettext_lazy as _

from fupan.commerce import marketplaces
from fupan.commerce.models import Platform, Shop
from fupan.people.models import Workspace

ZONES = sorted({place.timezone for place in marketplaces.MARKETPLACES} | {"Asia/Shanghai", "Asia/Hong_Kong", "UTC"})
ELSEWHERE = ""


def day_input() -> forms.DateInput:
    """A date field that browsers understand in every language."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class CurrencyField(forms.CharField):
    """A code of three letters that exists."""

    def __init__(self, **more: Any) -> None:
        super().__init__(min_length=3, max_length=3, **more)
        self.widget.attrs |= {"autocapitalize": "characters", "placeholder": "EUR"}

    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).upper()
        if code and code not in list_currencies():
            raise forms.ValidationError(_("Not a currency; expected three letters such as CNY, USD or EUR."))
        return code


class ZoneField(forms.CharField):
    """A time zone that exists; the usual ones are offered."""

    def __init__(self, **more: Any) -> None:
        super().__init__(max_length=60, **more)
        self.widget.attrs |= {"list": "zones", "placeholder": "Europe/Berlin"}

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if name and name not in available_timezones():
            raise forms.ValidationError(_("Not a time zone; expected a name such as Asia/Shanghai or Europe/Berlin."))
        return name


class CountryField(forms.CharField):
    def __init__(self, **more: Any) -> None:
        super().__init__(min_length=2, max_length=2, **more)
        self.widget.attrs |= {"autocapitalize": "characters", "placeholder": "DE"}

    def clean(self, value: Any) -> str:
        code = str(super().clean(value)).upper()
        if code and not (code.isascii() and code.isalpha()):
            raise forms.ValidationError(_("Two letters, such as DE."))
        return code


class NewShopForm(forms.Form):
    """Choosing a known site is enough; what it does not know is asked for."""

    place = forms.ChoiceField(label=_("Site"), required=False)
    name = forms.CharField(label=_("Name"), max_length=120, required=False, help_text=_("Empty: the name of the site."))
    platform = forms.ChoiceField(
        label=_("Platform"), choices=Platform.choices, required=False, help_text=_("Only for a site not listed.")
    )
    country = CountryField(label=_("Country"), required=False, help_text=_("Empty: as the site has it."))
    currency = CurrencyField(label=_("Currency"), required=False, help_text=_("Empty: as the site has it."))
    timezone = ZoneField(label=_("Time zone"), required=False, help_text=_("Empty: as the site has it."))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["place"].choices = places()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        told = self.cleaned_data
        place = marketplaces.of_site(told.get("place", ""))
        if place is not None:
            known = {
                "name": place.site,
                "country": place.country,
                "currency": place.currency,
                "timezone": place.timezone,
            }
            told |= {name: told.get(name) or value for name, value in known.items() if name not in self.errors}
            told |= {"platform": place.platform, "site": place.site}
            return told
        for name in ("name", "platform", "currency", "timezone"):
            if not told.get(name) and name not in self.errors:
                self.add_error(name, _("Needed for a site that is not in the list."))
        return told | {"site": ""}

    def shop(self) -> dict[str, Any]:
        """What `add_shop` is told."""
        fields = ("name", "platform", "site", "country", "currency", "timezone")
        return {field: self.cleaned_data.get(field, "") for field in fields}


class ShopForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    platform = forms.ChoiceField(label=_("Platform"), choices=Platform.choices)
    site = forms.CharField(
        label=_("Site"), max_length=40, required=False, help_text=_("As reports write it, such as Amazon.de.")
    )
    country = CountryField(label=_("Country"), required=False)
    currency = CurrencyField(label=_("Currency"))
    timezone = ZoneField(
        label=_("Time zone"), help_text=_("It decides to which week an order belongs; fixed once orders are in.")
    )

    @staticmethod
    def of(shop: Shop) -> dict[str, Any]:
        return {name: getattr(shop, name) for name in ShopForm.base_fields}


class ProductForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=300, required=False)
    line = forms.CharField(label=_("Product line"), max_length=120, required=False)
    supplier = forms.CharField(label=_("Supplier"), max_length=120, required=False)
    carrier = forms.CharField(
        label=_("Usual carrier"), max_length=60, required=False, help_text=_("For orders whose report names none.")
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name in ("line", "supplier"):
            self.fields[name].widget.attrs["list"] = f"{name}s"


class ProductRowForm(ProductForm):
    """The same in a row of the table, where the heads are the labels."""

    carrier = None  # type: ignore[assignment]

    def __init__(self, *args: Any, row: str, **more: Any) -> None:
        super().__init__(*args, **more)
        for field in self.fields.values():
            field.widget.attrs |= {"form": row, "aria-label": str(field.label)}


class BatchForm(forms.Form):
    code = forms.CharField(label=_("Batch"), max_length=60)
    effective_from = forms.DateField(
        label=_("Sold from"), required=False, widget=day_input(),
        help_text=_("Sales from that day on that name no batch are taken to be of it."),
    )  # fmt: skip


class RateForm(forms.Form):
    currency = CurrencyField(label=_("Currency"))
    day = forms.DateField(
        label=_("From"), widget=day_input(),
        help_text=_("Valid until the day of the next rate."),
    )  # fmt: skip
    rate = forms.DecimalField(label=_("Rate"), max_digits=18, decimal_places=8)

    def __init__(self, *args: Any, workspace: Workspace, **more: Any) -> None:
        super().__init__(*args, **more)
        self.workspace = workspace
        self.fields["rate"].help_text = _("What one unit is worth in %(currency)s.") % {"currency": workspace.currency}

    def clean_currency(self) -> str:
        code: str = self.cleaned_data["currency"]
        if code == self.workspace.currency:
            raise forms.ValidationError(_("%(currency)s is the currency of this workspace.") % {"currency": code})
        return code

    def clean_rate(self) -> Any:
        if self.cleaned_data["rate"] <= 0:
            raise forms.ValidationError(_("An exchange rate is more than zero."))
        return self.cleaned_data["rate"]


class PromotionForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    platform = forms.ChoiceField(label=_("Platform"), required=False)
    start = forms.DateField(label=_("First day"), widget=day_input())
    end = forms.DateField(label=_("Last day"), widget=day_input())

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["platform"].choices = [("", _("All platforms")), *Platform.choices]  # type: ignore[attr-defined]

    def clean_end(self) -> date:
        start: date | None = self.cleaned_data.get("start")
        end: date = self.cleaned_data["end"]
        if start and end < start:
            raise forms.ValidationError(_("A promotion ends on or after its first day."))
        return end


def places() -> list[tuple[str, Any]]:
    """Known sites by platform, for a choice."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in marketplaces.MARKETPLACES:
        label = f"{one.site} · {one.currency} · {one.timezone}"
        groups.setdefault(str(Platform(one.platform).label), []).append((one.site, label))
    return [(ELSEWHERE, _("Another site")), *groups.items()]
