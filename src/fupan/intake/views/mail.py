from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.jobs import enqueue
from fupan.core.paging import page_of
from fupan.intake import mail_pages, services
from fupan.intake.mail_forms import HookForm, MailAccountForm
from fupan.intake.mail_words import reason
from fupan.intake.models import Hook, IncomingState
from fupan.intake.policies import hooks_seen_by, incoming_seen_by, mail_accounts_seen_by
from fupan.people.decorators import MemberRequest, require_right

RIGHT = "edit_mail"


@require_safe
@require_right(RIGHT)
def mail(request: MemberRequest) -> HttpResponse:
    """Mailboxes and how they fare, mails that wait for a person, webhooks."""
    return render(request, "intake/mail.html", _page(request))


def _page(request: MemberRequest, *, form: HookForm | None = None, made: Hook | None = None) -> dict[str, Any]:
    show = request.GET.get("show", "held")
    show = show if show in mail_pages.SHOWN else "held"
    page = page_of(request, mail_pages.waiting(request.member, show), size=20)
    return {
        "accounts": mail_pages.account_rows(request.member),
        "hooks": mail_pages.hook_rows(request.member),
        "form": form or HookForm(by=request.member),
        "made": made,
        "made_address": mail_pages.address_of(made) if made else "",
        "show": show,
        "counts": mail_pages.counts(request.member),
        "page": page,
        "rows": mail_pages.worded(list(page)),
        "zone": request.member.workspace.timezone,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@require_right(RIGHT)
def add_mail_account(request: MemberRequest) -> HttpResponse:
    """Connect a mailbox, and try it at once."""
    form = MailAccountForm(request.POST or None, by=request.member)
    if request.method == "POST" and form.is_valid():
        told = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        account = services.add_mail_account(**told, by=request.member)
        _tell_tried(request, services.try_mail_account(account, by=request.member))
        return redirect("intake:mail_account", account.pk)
    return render(request, "intake/mail_account.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right(RIGHT)
def mail_account(request: MemberRequest, pk: int) -> HttpResponse:
    """One mailbox: its settings, and what came of it."""
    account = get_object_or_404(mail_accounts_seen_by(request.member), pk=pk)
    form = MailAccountForm(request.POST or None, by=request.member, account=account)
    if request.method == "POST" and form.is_valid():
        services.edit_mail_account(account.pk, **form.cleaned_data, by=request.member)
        messages.success(request, _("Saved."))
        return redirect("intake:mail_account", account.pk)
    (row,) = [one for one in mail_pages.account_rows(request.member) if one.account.pk == pk]
    context = {"form": form, "row": row, "account": account, "zone": request.member.workspace.timezone}
    return render(request, "intake/mail_account.html", context, status=422 if form.errors else 200)


@require_POST
@require_right(RIGHT)
def try_mail_account(request: MemberRequest, pk: int) -> HttpResponse:
    """Connect both ways and say what came of it."""
    account = get_object_or_404(mail_accounts_seen_by(request.member), pk=pk)
    _tell_tried(request, services.try_mail_account(account, by=request.member))
    return redirect("intake:mail_account", account.pk)


def _tell_tried(request: MemberRequest, tried: services.Tried) -> None:
    if tried.reading:
        messages.error(request, _("Reading does not work. %(why)s") % {"why": tried.reading})
    if tried.sending:
        messages.error(request, _("Sending does not work. %(why)s") % {"why": tried.sending})
    if tried.ok:
        said = ngettext(
            "It works: %(mails)s mail in the folder, %(new)s new.",
            "It works: %(mails)s mails in the folder, %(new)s new.",
            tried.mails,
        )
        messages.success(request, said % {"mails": tried.mails, "new": tried.new})


@require_POST
@require_right(RIGHT)
def fetch_mail_account(request: MemberRequest, pk: int) -> HttpResponse:
    """Fetch now instead of within the minute."""
    account = get_object_or_404(mail_accounts_seen_by(request.member), pk=pk)
    enqueue("fupan.intake.tasks.fetch_account", account.pk)
    messages.success(request, _("Mails of %(name)s are being fetched.") % {"name": account})
    return redirect("intake:mail")


@require_POST
@require_right(RIGHT)
def drop_mail_account(request: MemberRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(mail_accounts_seen_by(request.member), pk=pk)
    services.drop_mail_account(account.pk, by=request.member)
    messages.success(request, _("%(name)s was disconnected.") % {"name": account})
    return redirect("intake:mail")


# Mails that wait for a person


@never_cache
@require_safe
@require_right(RIGHT)
def held_mail(request: MemberRequest, pk: int) -> HttpResponse:
    """A held mail as plain words."""
    found = get_object_or_404(incoming_seen_by(request.member).filter(state__in=mail_pages.SHOWN.values()), pk=pk)
    context = mail_pages.inside(found) | {
        "mail": found, "why": reason(found.reason), "zone": request.member.workspace.timezone,
        "in_quarantine": found.state == IncomingState.HELD,
    }  # fmt: skip
    return render(request, "intake/held_mail.html", context)


@require_POST
@require_right(RIGHT)
def release_mail(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(incoming_seen_by(request.member), pk=pk)
    if services.release_mail(found.pk, by=request.member):
        messages.success(request, _("The mail is on its way to a ticket."))
    else:
        messages.error(request, _("No message can be made of it. %(why)s") % {"why": reason(found.reason)})
    return redirect("intake:mail")


@require_POST
@require_right(RIGHT)
def drop_mail(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(incoming_seen_by(request.member), pk=pk)
    services.drop_mail(found.pk, by=request.member)
    messages.success(request, _("The mail was dropped."))
    return redirect("intake:mail")


# Webhooks


@never_cache
@require_POST
@require_right(RIGHT)
def add_hook(request: MemberRequest) -> HttpResponse:
    """Open an address for a program; its secret is shown once, on the answer."""
    form = HookForm(request.POST, by=request.member)
    if not form.is_valid():
        return render(request, "intake/mail.html", _page(request, form=form), status=422)
    made = services.add_hook(**form.cleaned_data, by=request.member)
    return render(request, "intake/mail.html", _page(request, made=made))


@require_POST
@require_right(RIGHT)
def drop_hook(request: MemberRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(hooks_seen_by(request.member), pk=pk)
    services.drop_hook(found.pk, by=request.member)
    messages.success(request, _("The webhook is closed."))
    return redirect("intake:mail")
