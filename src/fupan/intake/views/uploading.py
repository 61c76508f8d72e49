from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fupan.core import jobs
from fupan.intake import services
from fupan.intake.forms import UploadForm
from fupan.people.decorators import MemberRequest, require_right


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("import")
def new_import(request: MemberRequest) -> HttpResponse:
    """Take files in; each is then looked at by a job, and nothing of it is written yet."""
    if request.method != "POST":
        return render(request, "intake/new.html", {"form": UploadForm(member=request.member)})
    form = UploadForm(request.POST, request.FILES, member=request.member)
    if not form.is_valid():
        return render(request, "intake/new.html", {"form": form}, status=422)
    files = [services.Given(one.name or "", one.chunks()) for one in form.cleaned_data["files"]]
    made = services.upload(request.member.workspace, files, shop=form.cleaned_data["shop"], by=request.member)
    if not made:
        form.add_error("files", _("There is no file in it."))
        return render(request, "intake/new.html", {"form": form}, status=422)
    jobs.enqueue("fupan.intake.tasks.check_together", made[0].pk)
    return redirect("intake:import", made[0].pk)
