"""From a person's choice of columns to a mapping file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.models import Source
from fupan.intake.normalise.labels import NEEDED, label
from fupan.intake.profiles.parse import from_toml

COVERS = {"order_line": Source.ORDERS, "product": Source.PRODUCTS}
OF_KIND = {
    "return": Source.RETURNS, "refund": Source.RETURNS, "rating": Source.RATINGS, "feedback": Source.FEEDBACK,
}  # fmt: skip


def mapping_toml(
    name: str,
    shape: str,
    columns: Mapping[str, str],
    *,
    kind: str = "inquiry",
    dates: str = "",
    comma: bool | None = None,
) -> str:
    """A mapping that reads `columns` (column of the sheet -> field) as one record per row.

    `kind` is the kind of contact where no column tells it. Refused when a field that is needed has no column.
    """
    lacking = [field for field in NEEDED[shape] if field not in columns.values() and not _instead(field, columns)]
    if lacking:
        raise Refused(
            _("Choose the column that gives “%(field)s”.") % {"field": label(shape, lacking[0])}, code="field-missing"
        )
    fields = {field: _text([column for column, one in columns.items() if one == field]) for field in columns.values()}
    if shape == "ticket":
        fields |= _ticket(fields, columns, kind)
    lines = [f"name = {_text(name)}", f"covers = [{_text(str(_source(shape, kind)))}]"]
    lines += [f"dates = {_text(dates)}"] if dates else []
    lines += [f"decimals = {_text('comma' if comma else 'point')}"] if comma is not None else []
    lines += ["", "[[record]]", f"shape = {_text(shape)}", "", "[record.fields]"]
    toml = "\n".join([*lines, *(f"{field} = {value}" for field, value in fields.items())]) + "\n"
    from_toml(toml)
    return toml


def _ticket(fields: Mapping[str, str], columns: Mapping[str, str], kind: str) -> dict[str, str]:
    """What a sheet of tickets need not have: a kind, and an id made of what tells rows apart."""
    made = {"kind": f"{{first = [{fields['kind']}, {{constant = {_text(kind)}}}]}}" if "kind" in fields
            else f"{{constant = {_text(kind)}}}"}  # fmt: skip
    if "outside_id" in fields:
        made["outside_id"] = f"{{column = {fields['outside_id']}, occurrence = true}}"
    else:
        telling = [
            column
            for column, field in columns.items()
            if field in ("order_number", "sku", "asin", "opened_at", "issue")
        ]
        made["outside_id"] = f'{{join = {_text(telling)}, sep = "|", occurrence = true}}'
    if "channel" not in fields:
        made["channel"] = '{constant = "sheet"}'
    return made


def _instead(field: str, columns: Mapping[str, str]) -> bool:
    return field == "sku" and "asin" in columns.values()


def _source(shape: str, kind: str) -> str:
    return COVERS.get(shape) or OF_KIND.get(kind, Source.TICKETS)


def _text(value: str | Sequence[str]) -> str:
    """A TOML string or list of strings (JSON's are valid TOML)."""
    return json.dumps(value, ensure_ascii=False)
