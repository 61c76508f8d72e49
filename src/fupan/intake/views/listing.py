from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core import jobs, sheets
from fupan.core.paging import page_of
from fupan.intake import services, wizard
from fupan.intake.policies import imports_seen_by
from fupan.intake.queries import together
from fupan.people.decorators import MemberRequest, require_right

AT_ONCE = 5_000  # rows that are taken back while the person waits


@require_safe
@require_right("import")
def imports(request: MemberRequest) -> HttpResponse:
    """Every import, newest first."""
    page = page_of(request, wizard.import_rows(request.member))
    return render(request, "intake/imports.html", {"page": page, "zone": request.member.workspace.timezone})


@require_POST
@require_right("import")
def undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Take an import back."""
    import_ = get_object_or_404(imports_seen_by(request.member), pk=pk)
    if import_.rows_read > AT_ONCE:
        jobs.enqueue("fupan.intake.tasks.undo_import", import_.pk, request.member.pk)
        messages.success(request, _("“%(name)s” is being taken back.") % {"name": import_.name})
    else:
        services.undo_import(import_.pk, by=request.member)
        messages.success(request, _("“%(name)s” was taken back.") % {"name": import_.name})
    return redirect("intake:imports")


@require_POST
@require_right("import")
def discard(request: MemberRequest, pk: int) -> HttpResponse:
    """Leave a file out that was uploaded and never imported."""
    import_ = get_object_or_404(imports_seen_by(request.member), pk=pk)
    mine = imports_seen_by(request.member).values("pk")
    beside = together(import_).filter(pk__in=mine).exclude(pk=import_.pk).first()
    services.discard_import(import_.pk, by=request.member)
    return redirect("intake:import", beside.pk) if beside else redirect("intake:imports")


@require_safe
@require_right("import")
def rejects(request: MemberRequest, pk: int) -> HttpResponse:
    """The rows that did (or would) not go in, with the reason, for a spreadsheet program."""
    import_ = get_object_or_404(imports_seen_by(request.member).select_related("workspace"), pk=pk)
    head = [_("Line"), _("Column"), _("Value"), _("Reason"), _("What to do")]
    text = "".join(sheets.csv_lines(head, wizard.rejected_lines(import_)))
    headers = {"Content-Disposition": f'attachment; filename="fupan-rejects-{import_.pk}.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)
