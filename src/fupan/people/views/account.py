from __future__ import annotations

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from fupan.people import links, queries, services
from fupan.people.adapter import in_language
from fupan.people.decorators import MemberRequest, not_too_often, require_member
from fupan.people.forms import AccountForm, JoinForm
from fupan.people.models import Member, User


@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def account(request: MemberRequest) -> HttpResponse:
    """One's own name and language, sign-in, notifications, workspaces."""
    user = request.user
    form = AccountForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        services.edit_account(user.pk, **form.cleaned_data, by=request.member)
        messages.success(request, _("Saved."))
        return in_language(redirect("people:account"), form.cleaned_data["language"])
    context = {
        "form": form,
        "member": request.member,
        "memberships": queries.memberships(user),
        "preferences_url": _maybe("notify:preferences"),
    }
    return render(request, "people/account.html", context, status=422 if form.errors else 200)


@require_POST
@require_member
def switch(request: MemberRequest) -> HttpResponse:
    """Work in another of one's workspaces."""
    wanted = request.POST.get("workspace", "")
    try:
        member = services.choose_workspace(request.user.pk, int(wanted))
    except (ValueError, Member.DoesNotExist) as wrong:
        raise Http404 from wrong
    request.session["workspace"] = member.workspace_id
    return redirect("/")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@not_too_often("join")
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: a new person chooses a password, a known one signs in first."""
    invitation = queries.open_invitation(token)
    if invitation is None:
        return render(request, "people/link_over.html", status=410)
    known = User.objects.filter(email=invitation.email).first()
    if known is not None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    form = JoinForm(request.POST or None, initial={"language": invitation.workspace.language})
    if request.method == "POST" and (known or form.is_valid()):
        return _joined(request, token, {} if known else form.cleaned_data)
    context = {"invitation": invitation, "form": form, "known": known, "other": _somebody_else(request, known)}
    return render(request, "people/join.html", context, status=422 if form.errors and not known else 200)


def _joined(request: HttpRequest, token: str, told: dict[str, str]) -> HttpResponse:
    user = request.user if request.user.is_authenticated else None
    member = services.join(token, user=user, **told)
    request.session["workspace"] = member.workspace_id
    return redirect("/") if user == member.user else _signed_in(request, member.user, to="/")


def _somebody_else(request: HttpRequest, known: User | None) -> bool:
    """The browser is signed in as a person the invitation does not name."""
    return request.user.is_authenticated and request.user != known


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@not_too_often("enter")
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time sign-in link of `fupan init`; a button, so that a mail scanner's visit does not use it up."""
    person = links.read_sign_in_link(token)
    if person is None:
        return render(request, "people/link_over.html", status=410)
    if request.method != "POST":
        return render(request, "people/enter.html", {"person": person})
    user = services.enter(token)
    return _signed_in(request, user, to="/" if user.has_usable_password() else reverse("account_set_password"))


def _signed_in(request: HttpRequest, user: User, *, to: str) -> HttpResponse:
    """Sign in through allauth, so that a second factor is asked for where one is set up."""
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=to))
    return response


def _maybe(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""
