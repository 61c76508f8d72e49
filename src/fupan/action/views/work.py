"""The work on an action: proof, checklist, comments, guest links."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fupan.action import services
from fupan.action.forms import CommentForm, GuestForm, ProofForm, StepForm
from fupan.action.models import Action, Step
from fupan.action.queries.page import links_of, proof_of
from fupan.action.views._asked import action_or_404, again, page, wrong
from fupan.core import attachments
from fupan.core.errors import Refused
from fupan.people.decorators import MemberRequest, require_right


@require_POST
@require_right("see_reviews")
def add_proof(request: MemberRequest, number: int) -> HttpResponse:
    action = action_or_404(request, number)
    form = ProofForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.add_proof(action.pk, given=form.given, by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return again(request, number, _("Proof added."))
    return page(request, action, status=422, proof_form=form)


@require_POST
@require_right("see_reviews")
def drop_proof(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    action = action_or_404(request, number)
    if not action.proofs.filter(pk=pk).exists():
        raise Http404
    try:
        services.drop_proof(pk, by=request.member)
    except Refused as refused:
        return wrong(request, action, refused)
    return again(request, number)


@require_safe
@require_right("see_reviews")
def proof_file(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    """A file that was given as proof: always a download."""
    proof = proof_of(request.member, pk)
    if proof is None or proof.attachment is None or proof.action.number != number:
        raise Http404
    return attachments.download(proof.attachment)  # type: ignore[return-value]


@require_POST
@require_right("see_reviews")
def comment(request: MemberRequest, number: int) -> HttpResponse:
    action = action_or_404(request, number)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return page(request, action, status=422, comment_form=form)
    services.add_comment(action.pk, text=form.cleaned_data["text"], by=request.member)
    return again(request, number)


@require_POST
@require_right("see_reviews")
def add_step(request: MemberRequest, number: int) -> HttpResponse:
    action = action_or_404(request, number)
    form = StepForm(request.POST)
    if form.is_valid():
        try:
            services.add_step(action.pk, text=form.cleaned_data["text"], by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            return again(request, number)
    return page(request, action, status=422, step_form=form)


@require_POST
@require_right("see_reviews")
def tick_step(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    action = action_or_404(request, number)
    step = _step(action, pk)
    try:
        services.tick_step(step.pk, done=request.POST.get("done") == "1", by=request.member)
    except Refused as refused:
        return wrong(request, action, refused)
    return again(request, number)


@require_POST
@require_right("see_reviews")
def drop_step(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    action = action_or_404(request, number)
    step = _step(action, pk)
    try:
        services.drop_step(step.pk, by=request.member)
    except Refused as refused:
        return wrong(request, action, refused)
    return again(request, number)


def _step(action: Action, pk: int) -> Step:
    found: Step | None = action.steps.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


# Guest links


@require_POST
@require_right("see_reviews")
def make_link(request: MemberRequest, number: int) -> HttpResponse:
    """The address is shown this once."""
    action = action_or_404(request, number)
    form = GuestForm(request.POST)
    if form.is_valid():
        try:
            link, token = services.make_guest_link(action.pk, name=form.cleaned_data["name"], by=request.member)
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            address = request.build_absolute_uri(reverse("action:guest", args=[token]))
            return page(request, action_or_404(request, number), new_link=link, new_address=address)
    return page(request, action, status=422, guest_form=form)


@require_POST
@require_right("see_reviews")
def revoke_link(request: MemberRequest, number: int, pk: int) -> HttpResponse:
    action = action_or_404(request, number)
    if not links_of(request.member, action).filter(pk=pk).exists():
        raise Http404
    try:
        services.revoke_guest_link(pk, by=request.member)
    except Refused as refused:
        return wrong(request, action, refused)
    return again(request, number, _("The link leads nowhere from now on."))
