from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Shop
from fupan.commerce.policies import shops_seen_by
from fupan.core import figures
from fupan.intake import mapper
from fupan.intake.looking import Column, Look
from fupan.intake.normalise.labels import label
from fupan.intake.services import MOST_UPLOAD_BYTES
from fupan.people.models import Member

MOST_FILES = 1000


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile[Any]]:
        return list(files.getlist(name)) if hasattr(files, "getlist") else []


class FilesField(forms.Field):
    """Several files at once; an empty one is told apart later, with its name."""

    widget = ManyFiles

    def clean(self, value: Any) -> list[UploadedFile[Any]]:
        files: list[UploadedFile[Any]] = value or []
        if not files:
            raise forms.ValidationError(_("Choose at least one file."))
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("More than %(most)s files; pack them into a ZIP.") % {"most": MOST_FILES})
        if sum(one.size or 0 for one in files) > MOST_UPLOAD_BYTES:
            most = figures.number(MOST_UPLOAD_BYTES / 1e6)
            raise forms.ValidationError(_("More than %(most)s MB at once; bring them in parts.") % {"most": most})
        return files


class UploadForm(forms.Form):
    files = FilesField(label=_("Files"))  # type: ignore[assignment]
    shop = forms.ModelChoiceField(
        label=_("Shop"), queryset=Shop.objects.none(), required=False, empty_label=_("as the file says"),
        help_text=_("Amazon order reports name their site; sheets of your own may have a column for it."),
    )  # fmt: skip

    def __init__(self, *args: Any, member: Member, **more: Any) -> None:
        super().__init__(*args, **more)
        _offer(self, "shop", member)


ENCODINGS = [
    ("", _("recognised by itself")), ("utf-8", "UTF-8"), ("gb18030", _("Chinese (GB 18030)")),
    ("big5", _("Chinese, traditional (Big5)")), ("cp932", _("Japanese (Shift JIS)")),
    ("cp1252", _("Western (Windows 1252)")), ("cp1250", _("Central European (Windows 1250)")),
    ("cp1254", _("Turkish (Windows 1254)")), ("cp874", _("Thai (Windows 874)")),
    ("cp1258", _("Vietnamese (Windows 1258)")), ("utf-16", "UTF-16"),
]  # fmt: skip
DATES = [
    ("", _("recognised by itself")), ("dmy", _("day, month, year")), ("mdy", _("month, day, year")),
    ("ymd", _("year, month, day")),
]  # fmt: skip
DECIMALS = [("", _("recognised by itself")), ("point", "1,234.50"), ("comma", "1.234,50")]


class OptionsForm(forms.Form):
    """How a file is read, where a person knows better."""

    shop = forms.ModelChoiceField(
        label=_("Shop"), queryset=Shop.objects.none(), required=False, empty_label=_("as the file says")
    )
    profile = forms.ChoiceField(label=_("Format"), required=False)
    sheet = forms.ChoiceField(label=_("Sheet"), required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)
    dates = forms.ChoiceField(label=_("Dates are written"), choices=DATES, required=False)
    decimals = forms.ChoiceField(label=_("Amounts are written"), choices=DECIMALS, required=False)

    def __init__(
        self, *args: Any, member: Member, profiles: Sequence[tuple[str, str]], sheets: Sequence[str], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        _offer(self, "shop", member)
        self.fields["profile"].choices = [("", _("recognised by itself")), *profiles]  # type: ignore[attr-defined]
        if len(sheets) > 1:
            self.fields["sheet"].choices = [(one, one) for one in sheets]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]

    def chosen(self) -> dict[str, Any]:
        """Options as intake knows them; what was left open is not among them."""
        told = self.cleaned_data
        options = {name: told[name] for name in ("encoding", "dates", "profile", "sheet") if told.get(name)}
        if told["decimals"]:
            options["comma"] = told["decimals"] == "comma"
        return options


class ColumnsForm(forms.Form):
    """A field for each column of a sheet that nobody knows."""

    name = forms.CharField(
        label=_("Save under the name"), max_length=60, required=False,
        help_text=_("A sheet with the same columns is then recognised by itself. The same name replaces."),
    )  # fmt: skip

    def __init__(self, *args: Any, look: Look, row: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.look, self.row = look, row
        shape = mapper.ROWS[row][1]
        choices = [("", _("do not import")), *mapper.fields(shape)]
        guessed = mapper.guess(look.columns, shape)
        for column in look.columns:
            if column.name:
                self.fields[f"column-{column.at}"] = forms.ChoiceField(
                    label=column.name, choices=choices, required=False, initial=guessed.get(column.at, "")
                )

    @property
    def kinds(self) -> list[tuple[str, Any]]:
        """What a row of the sheet may be."""
        return [(code, words) for code, (words, _shape, _kind) in mapper.ROWS.items()]

    def rows(self) -> list[tuple[Column, Any]]:
        """Columns with their choice, in the order of the sheet."""
        return [(column, self[f"column-{column.at}"]) for column in self.look.columns if column.name]

    def columns(self) -> dict[str, str]:
        """Column of the sheet -> field."""
        told = {column.name: self.cleaned_data[f"column-{column.at}"] for column in self.look.columns if column.name}
        return {name: field for name, field in told.items() if field}

    def clean(self) -> dict[str, Any]:
        chosen = list(self.columns().values())
        twice = sorted({one for one in chosen if chosen.count(one) > 1})
        if twice:
            shape = mapper.ROWS[self.row][1]
            raise forms.ValidationError(
                _("Two columns give “%(field)s”; keep one.") % {"field": label(shape, twice[0])}
            )
        return self.cleaned_data


def _offer(form: forms.Form, name: str, member: Member) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = shops_seen_by(member)
    if member.shop_ids:  # who sees some shops only brings in files of those
        field.required = True
