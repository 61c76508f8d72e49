"""The product sheet to fill in: as a workbook, or as CSV. Intake reads it back by its headings."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fupan.commerce.queries import SheetRow
from fupan.core import sheets

KINDS = ("xlsx", "csv")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = (20, 14, 36, 20, 18, 18, 14, 14, 16)


def heading() -> list[str]:
    return [
        _("SKU"), "ASIN", pgettext("product sheet", "Name"), pgettext("product sheet", "Product"), _("Product line"),
        _("Supplier"), _("Batch"), pgettext("product sheet", "Batch from"), pgettext("product sheet", "Carrier"),
    ]  # fmt: skip


def answer(rows: Iterable[SheetRow], kind: str) -> HttpResponse:
    """The file as a download."""
    headers = {"Content-Disposition": f'attachment; filename="fupan-products.{kind}"'}
    if kind == "csv":
        text = "".join(sheets.csv_lines(heading(), rows))
        return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
    book = sheets.workbook(_("Products"), heading(), rows, widths=WIDTHS)
    return HttpResponse(book, content_type=XLSX, headers=headers)
