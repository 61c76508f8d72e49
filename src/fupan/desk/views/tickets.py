"""The ticket list: read, filter, take along as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any, cast

import xlsxwriter
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fupan.core import clock
from fupan.core.http import by_htmx, page_or_part, panels
from fupan.core.paging import page_of
from fupan.desk import queries
from fupan.desk.forms import FilterForm
from fupan.desk.models import TicketState
from fupan.desk.policies import may_label, may_see_buyers, may_work, tickets_seen_by
from fupan.desk.queries import choices
from fupan.desk.queries.export import table
from fupan.desk.queries.lists import COLUMNS, HERE
from fupan.desk.services.labels import MANY
from fupan.desk.views.saved import CHOSEN
from fupan.people.decorators import MemberRequest, require_member
from fupan.people.policies import may


@require_safe
@require_member
def tickets(request: MemberRequest) -> HttpResponse:
    member = request.member
    view = queries.view_of(request.GET)
    saved = queries.saved_tabs(member, request.GET)
    if by_htmx(request) and request.htmx.target == "rail":
        rail = {"tabs": queries.tabs(member, request.GET), "saved": saved}
        return render(request, "desk/tickets.html#rail", rail | {"filters": queries.kept_filters(request.GET)})
    here = next((tab.saved for tab in saved if tab.on and tab.saved), None)
    page = queries.Tickets(member, request.GET).get_page(request.GET.get("page"))
    columns = queries.columns_of((here.columns if here else []) or request.session.get(CHOSEN, []))
    rows = queries.rows_of(list(page.object_list), member, {HERE, "batch", *(column.code for column in columns)})
    selects = choices.Selects(member)
    context: dict[str, Any] = {
        "page": page,
        "rows": rows,
        "tabs": queries.tabs(member, request.GET),
        "saved": saved,
        "view": view,
        "here": here,
        "columns": columns,
        "shown_columns": tuple(column.code for column in columns),
        "zone": member.workspace.timezone,
        "all_columns": COLUMNS,
        "chosen": [] if view else choices.chosen(member, request.GET),
        "form": FilterForm(request.GET, selects=selects),
        "fields": FilterForm.base_fields,
        "filters": queries.kept_filters(request.GET),
        "sort": queries.one(request.GET, "sort") or "-opened",
        "anything": page.paginator.count > 0 or tickets_seen_by(member).exists(),
        "may_label": may_label(member),
        "may_work": may_work(member),
        "may_see_buyers": may_see_buyers(member),
        "may_share": may(member, "share_views"),
        "issues": selects.issue,
        "colleagues": selects.colleagues,
        "states": TicketState.choices,
        "tag_names": choices.tag_names(member),
        "bulk": request.session.pop("desk_bulk", None) if "desk_bulk" in request.session else None,
        "most": MANY,
        "panels": panels("selection"),
    }
    return page_or_part(request, "desk/tickets.html", "rows", context)


# Files


class _Echo:
    """csv writes here; each line goes straight on."""

    def write(self, line: str) -> str:
        return line


@require_safe
@require_member
def export(request: MemberRequest, format: str) -> HttpResponse:
    rows = table(request.member, queries.filtered(request.member, request.GET).order_by("-opened_at", "-id"))
    name = f"tickets-{clock.today():%Y%m%d}"
    if format == "csv":
        told = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
        return cast(
            HttpResponse, StreamingHttpResponse(_csv(rows), content_type="text/csv; charset=utf-8", headers=told)
        )
    if format == "xlsx":
        return cast(HttpResponse, FileResponse(_xlsx(rows), as_attachment=True, filename=f"{name}.xlsx"))
    raise Http404


def _csv(rows: Iterable[list[Any]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff"  # so that spreadsheets read Chinese as UTF-8
    for row in rows:
        yield writer.writerow(row)


def _xlsx(rows: Iterable[list[Any]]) -> Any:
    file = TemporaryFile()  # noqa: SIM115  the response closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(_("Tickets"))
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            if value is not None and value != "":
                sheet.write(line, column, value)
    book.close()
    file.seek(0)
    return file


@require_safe
@require_member
def kept(request: MemberRequest, pk: int) -> HttpResponse:
    """Worked-on tickets that an undone import left behind."""
    page = page_of(request, queries.kept_after_undo(request.member, pk).select_related("shop", "issue_type"))
    return render(request, "desk/kept.html", {"page": page, "import_id": pk})
