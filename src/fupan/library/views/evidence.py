"""Files that prove a case."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.core import attachments
from fupan.core.errors import Refused
from fupan.library import services
from fupan.library.forms.cases import EvidenceForm
from fupan.library.models import CaseEvidence
from fupan.library.policies import evidence_seen_by
from fupan.library.views._asked import case_or_404, told
from fupan.library.views.case import shown
from fupan.people.decorators import MemberRequest, require_right


@require_POST
@require_right("write_cases")
def add(request: MemberRequest, number: int) -> HttpResponse:
    found = case_or_404(request, number)
    form = EvidenceForm(request.POST, request.FILES)
    if form.is_valid():
        asked = form.cleaned_data
        try:
            services.add_evidence(
                found.pk, asked["file"], label=asked["label"], masking=asked["masking"], by=request.member
            )
        except Refused as refused:
            form.add_error("file", str(refused.message))
        else:
            return told(request, _("The file is in."), "library:case", number)
    return shown(request, found, status=422, evidence_form=form, opened="evidence")


def _found(request: MemberRequest, pk: int) -> CaseEvidence:
    found = evidence_seen_by(request.member).select_related("case", "attachment").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@require_right("see_library")
def download(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    if found.attachment is None:
        raise Http404
    return attachments.download(found.attachment)  # type: ignore[return-value]


@require_POST
@require_right("write_cases")
def check(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    services.check_evidence(found.pk, masking=request.POST.get("masking", ""), by=request.member)
    return told(request, _("Saved."), "library:case", found.case.number)


@require_POST
@require_right("write_cases")
def drop(request: MemberRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    services.drop_evidence(found.pk, by=request.member)
    return told(request, _("The file is gone."), "library:case", found.case.number)
