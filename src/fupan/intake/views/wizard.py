from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core import figures, jobs
from fupan.core.errors import Refused
from fupan.core.http import by_htmx
from fupan.intake import looking, mapper, services, wizard
from fupan.intake.forms import ColumnsForm, OptionsForm
from fupan.intake.looking import Look
from fupan.intake.models import Import, ImportState
from fupan.intake.policies import imports_seen_by, mappings_seen_by
from fupan.intake.profiles.building import mapping_toml
from fupan.intake.profiles.registry import built_in
from fupan.people.decorators import MemberRequest, require_right

CHECK = "fupan.intake.tasks.check_together"
RUN = "fupan.intake.tasks.run_import"


@require_safe
@require_right("import")
def import_page(request: MemberRequest, pk: int) -> HttpResponse:
    """One file among those uploaded with it: recognised, tried, going in or done."""
    import_ = _import(request, pk)
    look, trouble = _look(import_)
    return render(request, "intake/import.html", _context(request, import_, look, trouble))


@require_safe
@require_right("import")
def progress(request: MemberRequest, pk: int) -> HttpResponse:
    """The bars of an upload that is being read or going in; the page starts anew when nothing moves any more."""
    upload = wizard.Upload(_import(request, pk), request.member)
    if not by_htmx(request):
        return redirect("intake:import", pk)
    answer = render(request, "intake/import.html#progress", {"upload": upload})
    if not upload.busy:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
@require_right("import")
def options(request: MemberRequest, pk: int) -> HttpResponse:
    """Say how a file is read (format, sheet, encoding, dates, shop); it is then tried anew."""
    import_ = _import(request, pk)
    look, trouble = _look(import_)
    form = _options_form(request, import_, look, data=request.POST)
    if not form.is_valid():
        context = _context(request, import_, look, trouble) | {"options_form": form}
        return render(request, "intake/import.html", context, status=422)
    toml = "" if form.cleaned_data.get("profile") else str(import_.mapping.get("toml", ""))
    services.set_options(import_, shop=form.cleaned_data["shop"], options=form.chosen(), toml=toml, by=request.member)
    jobs.enqueue(CHECK, import_.pk)
    return redirect("intake:import", import_.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("import")
def mapping(request: MemberRequest, pk: int) -> HttpResponse:
    """Say which column is what; under a name, sheets with the same columns are recognised from then on."""
    import_ = _import(request, pk)
    look = looking.look(import_)
    row = request.POST.get("row") or request.GET.get("row") or mapper.guess_row(look)
    form = ColumnsForm(request.POST or None, look=look, row=row if row in mapper.ROWS else "contact")
    if request.method == "POST" and form.is_valid():
        try:
            _map(request, import_, look, form)
        except Refused as no:
            form.add_error(None, str(no.message))
        else:
            return redirect("intake:import", import_.pk)
    context = {"import": import_, "look": look, "form": form, "rows": form.rows()}
    return render(request, "intake/mapping.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("import")
def start(request: MemberRequest, pk: int) -> HttpResponse:
    """Let every file of the upload that is ready go in, or one that stopped go on."""
    upload = wizard.Upload(_import(request, pk), request.member)
    waiting = [file.row for file in upload.files if file.ready or file.resumable]
    for import_ in sorted(waiting, key=_place):
        services.start_import(import_.pk, by=request.member)
        jobs.enqueue(RUN, import_.pk)
    for file in upload.running:  # a job that was lost is queued again; one that is not stores nothing twice
        jobs.enqueue(RUN, file.row.pk)
    if not waiting and not upload.running:
        raise Refused(_("There is nothing new to import."), code="nothing-to-import")
    return redirect("intake:import", pk)


def _import(request: MemberRequest, pk: int) -> Import:
    rows = imports_seen_by(request.member).select_related("workspace", "shop", "by__user")
    return get_object_or_404(rows, pk=pk)


def _place(import_: Import) -> int:
    """Products first, then orders, so that what refers to them finds them."""
    return {"products": 0, "orders": 1}.get(import_.source, 2)


def _look(import_: Import) -> tuple[Look | None, str]:
    """The columns of the file; none once it is gone, or when it cannot be opened, and why."""
    if import_.state == ImportState.FAILED and not import_.profile:
        return None, import_.error
    try:
        return looking.look(import_), ""
    except Refused as no:
        return None, str(no.message)


def _context(request: MemberRequest, import_: Import, look: Look | None, trouble: str) -> dict[str, Any]:
    upload = wizard.Upload(import_, request.member)
    return {
        "upload": upload,
        "file": upload.chosen,
        "look": look,
        "trouble": trouble,
        "title": wizard.profile_title(import_.profile) if import_.profile else "",
        "options_form": _options_form(request, import_, look),
        "headline": _headline(upload),
        "zone": request.member.workspace.timezone,
    }


def _headline(upload: wizard.Upload) -> str:
    """The heading of the page: where the upload stands."""
    if upload.reading:
        return _("Reading the files")
    if upload.running:
        return _("Going in")
    if upload.ready or not upload.done:
        return _("Dry run: nothing has been written yet")
    done = upload.counts["fresh"]
    return ngettext("%(rows)s row is in", "%(rows)s rows are in", done) % {"rows": figures.number(done)}


def _options_form(request: MemberRequest, import_: Import, look: Look | None, *, data: Any = None) -> OptionsForm:
    told = import_.options
    decimals = {True: "comma", False: "point"}.get(told.get("comma"), "")
    initial = {
        "shop": import_.shop_id, "profile": import_.profile, "sheet": told.get("sheet", ""),
        "encoding": told.get("encoding", ""), "dates": told.get("dates", ""), "decimals": decimals,
    }  # fmt: skip
    saved = mappings_seen_by(request.member).order_by("name").values_list("name", flat=True)
    profiles = [(name, wizard.profile_title(name)) for name in built_in()] + [(name, name) for name in saved]
    return OptionsForm(
        data, initial=initial, member=request.member, profiles=profiles, sheets=look.sheets if look else ()
    )


def _map(request: MemberRequest, import_: Import, look: Look, form: ColumnsForm) -> None:
    told = form.cleaned_data
    _words, shape, kind = mapper.ROWS[form.row]
    name = told["name"] or import_.name[:60]
    toml = mapping_toml(name, shape, form.columns(), kind=kind or "inquiry")
    if told["name"]:
        services.save_mapping(
            request.member.workspace, name=told["name"], toml=toml, header_key=look.header_key, by=request.member
        )
        messages.success(request, _("The mapping was saved; such a sheet is recognised from now on."))
    kept = {key: import_.options[key] for key in ("sheet", "encoding") if import_.options.get(key)}
    if look.sheet:
        kept["sheet"] = look.sheet
    services.set_options(import_, shop=import_.shop, options=kept, toml=toml, by=request.member)
    jobs.enqueue(CHECK, import_.pk)
