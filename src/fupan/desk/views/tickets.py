"""The ticket list: read, filter, take along as a file, label many."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any, cast

import xlsxwriter
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from fupan.core import clock
from fupan.core.http import page_or_part, panels
from fupan.core.paging import page_of
from fupan.desk import queries, services
from fupan.desk.forms import FilterForm
from fupan.desk.models import Ticket
from fupan.desk.policies import may_label, tickets_seen_by
from fupan.desk.queries import choices
from fupan.desk.queries.export import table
from fupan.desk.services.labels import MANY
from fupan.desk.views._asked import only_those_who
from fupan.people.decorators import MemberRequest, require_member


@require_safe
@require_member
def tickets(request: MemberRequest) -> HttpResponse:
    member = request.member
    page = page_of(request, queries.listed(member, request.GET))
    view = queries.view_of(request.GET)
    context: dict[str, Any] = {
        "page": page,
        "rows": queries.rows_of(list(page.object_list)),
        "tabs": queries.tabs(member, request.GET),
        "view": view,
        "chosen": [] if view else choices.chosen(member, request.GET),
        "form": FilterForm(request.GET, member=member),
        "fields": FilterForm.base_fields,
        "filters": queries.kept_filters(request.GET),
        "sort": queries.one(request.GET, "sort") or "-opened",
        "anything": page.paginator.count > 0 or tickets_seen_by(member).exists(),
        "may_label": may_label(member),
        "issues": choices.issue_choices(member),
        "bulk": request.session.pop("desk_bulk", None),
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


# Many at once


@require_POST
@require_member
def label_many(request: MemberRequest) -> HttpResponse:
    member = request.member
    only_those_who(member, "label")
    event, outcomes = services.label_many(_picked(request), request.POST.get("issue", ""), by=member)
    left = [[one.number, str(one.reason)] for one in outcomes if not one.done]
    request.session["desk_bulk"] = {
        "event": event.pk if event else None, "done": len(outcomes) - len(left), "left": left[:20],
        "more": max(0, len(left) - 20),
    }  # fmt: skip
    return redirect(_list_with(request))


def _picked(request: MemberRequest) -> list[Ticket]:
    """The ticked tickets, or all that the filters ask for."""
    if request.POST.get("all"):
        return list(queries.filtered(request.member, request.GET).order_by("pk")[: MANY + 1])
    numbers = [int(one) for one in request.POST.getlist("ticket") if one.isdecimal() and len(one) < 18]
    return list(tickets_seen_by(request.member).filter(number__in=numbers).order_by("pk"))


@require_POST
@require_member
def undo_labels(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "label")
    event = request.POST.get("event", "")
    count = services.undo_labels(int(event) if event.isdecimal() and len(event) < 18 else 0, by=request.member)
    said = ngettext("%(count)s label is as it was.", "%(count)s labels are as they were.", count) % {"count": count}
    request.session["desk_bulk"] = {"event": None, "said": said}
    return redirect(_list_with(request))


def _list_with(request: HttpRequest) -> str:
    kept = queries.kept_filters(request.GET)
    return reverse("desk:tickets") + (f"?{kept}" if kept else "")


@require_safe
@require_member
def kept(request: MemberRequest, pk: int) -> HttpResponse:
    """Worked-on tickets that an undone import left behind."""
    page = page_of(request, queries.kept_after_undo(request.member, pk).select_related("shop", "issue_type"))
    return render(request, "desk/kept.html", {"page": page, "import_id": pk})
