from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core import clock
from fupan.people import policies, queries, services
from fupan.people.decorators import MemberRequest, require_right
from fupan.people.forms import InviteForm, MemberForm


@require_safe
@require_right("manage_members")
def members(request: MemberRequest) -> HttpResponse:
    """Colleagues and open invitations."""
    return _page(request, InviteForm(by=request.member))


@require_POST
@require_right("manage_members")
def invite(request: MemberRequest) -> HttpResponse:
    """Make an invitation; its link stands on the answer and is not shown again."""
    form = InviteForm(request.POST, by=request.member)
    if not form.is_valid():
        return _page(request, form, status=422)
    invitation, token = services.invite(request.member.workspace_id, **form.cleaned_data, by=request.member)
    link = settings.BASE_URL + reverse("people:join", args=[token])
    return _page(request, InviteForm(by=request.member), link=link, invited=invitation.email)


@require_POST
@require_right("manage_members")
def revoke_invitation(request: MemberRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(policies.invitations_seen_by(request.member), pk=pk)
    services.revoke(invitation.pk, by=request.member)
    messages.success(request, _("The invitation was taken back."))
    return redirect("people:members")


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("manage_members")
def member(request: MemberRequest, pk: int) -> HttpResponse:
    """One colleague: role, tier, departments, languages, shops."""
    shown = get_object_or_404(policies.members_seen_by(request.member).select_related("workspace"), pk=pk)
    initial = {
        "role": shown.role, "tier": shown.tier, "languages": shown.languages, "shop_ids": shown.shop_ids,
        "departments": list(shown.departments.values_list("pk", flat=True)),
    }  # fmt: skip
    form = MemberForm(request.POST or None, initial=initial, member=shown, by=request.member)
    if request.method == "POST" and form.is_valid():
        services.change_member(shown.pk, **form.cleaned_data, by=request.member)
        messages.success(request, _("Saved."))
        return redirect("people:members")
    context = {"form": form, "shown": shown}
    return render(request, "people/member.html", context, status=422 if form.errors else 200)


@require_POST
@require_right("manage_members")
def deactivate(request: MemberRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(policies.members_seen_by(request.member), pk=pk)
    services.deactivate_member(shown.pk, by=request.member)
    messages.success(request, _("%(name)s no longer has access.") % {"name": shown})
    return redirect("people:members")


@require_POST
@require_right("manage_members")
def reactivate(request: MemberRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(policies.members_seen_by(request.member), pk=pk)
    services.reactivate_member(shown.pk, by=request.member)
    messages.success(request, _("%(name)s has access again.") % {"name": shown})
    return redirect("people:members")


def _page(
    request: MemberRequest, form: InviteForm, *, link: str = "", invited: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "colleagues": queries.colleagues(request.member),
        "invitations": queries.waiting_invitations(request.member),
        "form": form,
        "link": link,
        "invited": invited,
        "now": clock.now(),
        "member": request.member,
    }
    return render(request, "people/members.html", context, status=status)
