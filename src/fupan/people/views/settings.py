from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from fupan.people import services
from fupan.people.decorators import MemberRequest, require_member, require_right
from fupan.people.forms import WorkspaceForm
from fupan.people.policies import may


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the settings index; `right` empty means everybody."""

    url_name: str
    icon: str
    title: Any
    about: Any
    right: str = ""

    @property
    def url(self) -> str:
        try:
            return reverse(self.url_name)
        except NoReverseMatch:  # its page is not part of this build
            return ""


SECTIONS: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (gettext_lazy("Myself"), (
        Entry("people:account", "user", gettext_lazy("My account"),
              gettext_lazy("Name, language, password, two-step sign-in, what reaches me by e-mail")),
    )),
    (gettext_lazy("Data"), (
        Entry("intake:imports", "upload", gettext_lazy("Imports"),
              gettext_lazy("Bring files in, look at rejected rows, undo"), "import"),
        Entry("intake:mail", "mail", gettext_lazy("Mail and messages"),
              gettext_lazy("Mailboxes of shops, mails in quarantine, webhooks for messages"), "edit_mail"),
        Entry("intake:coverage", "calendar", gettext_lazy("Coverage"),
              gettext_lazy("Which days of which shop have arrived, and what is missing")),
        Entry("commerce:shops", "building-store", gettext_lazy("Shops"),
              gettext_lazy("Marketplace accounts, their currency and clock"), "edit_shops"),
        Entry("commerce:products", "package", gettext_lazy("Products"),
              gettext_lazy("Lines, suppliers, batches and the SKUs that sell them"), "edit_products"),
        Entry("commerce:rates", "coin", gettext_lazy("Exchange rates"),
              gettext_lazy("What one unit of a currency is worth, by day"), "edit_shops"),
        Entry("commerce:promotions", "speakerphone", gettext_lazy("Promotion days"),
              gettext_lazy("Prime Day, Black Friday, 11.11: when sales peak"), "edit_shops"),
    )),
    (gettext_lazy("Rules"), (
        Entry("desk:labels", "tags", gettext_lazy("Labels"),
              gettext_lazy("Issue types, causes, resolutions, marketplace codes and keyword rules"), "edit_labels"),
        Entry("desk:closing", "circle-check", gettext_lazy("Closing tickets"),
              gettext_lazy("What must be told before a ticket is solved; days off of the office"), "edit_closing"),
        Entry("desk:survey_settings", "mood-smile", gettext_lazy("Surveys"),
              gettext_lazy("Whether and when buyers are asked how it went, and who goes after a low score"),
              "edit_surveys"),
        Entry("desk:routing", "route", gettext_lazy("Routing"),
              gettext_lazy("Where messages go: rules, skills, who is on duty"), "edit_routing"),
        Entry("desk:authority", "scale", gettext_lazy("Authority"),
              gettext_lazy("What each line settles alone, by resolution and amount"), "edit_authority"),
        Entry("desk:escalation_path", "arrow-up-circle", gettext_lazy("Escalation"),
              gettext_lazy("Who decides above the limits, by when, and what holds otherwise"), "edit_authority"),
        Entry("desk:auto_replies", "message-bolt", gettext_lazy("Automatic answers"),
              gettext_lazy("The first word to a buyer, by marketplace"), "edit_templates"),
        Entry("insight:targets", "target", gettext_lazy("Targets"),
              gettext_lazy("Bounds on metrics, with dates"), "edit_targets"),
        Entry("insight:signal_settings", "adjustments-horizontal", gettext_lazy("Signals"),
              gettext_lazy("How boldly they are raised, and how many a week"), "tune_signals"),
        Entry("library:rules", "books", gettext_lazy("Case rules"),
              gettext_lazy("Which tickets owe a case, and within how many hours"), "edit_case_rules"),
        Entry("library:synonyms", "search", gettext_lazy("Synonyms"),
              gettext_lazy("Words that mean the same in searches"), "edit_articles"),
        Entry("review:cadence", "calendar-time", gettext_lazy("Meetings"),
              gettext_lazy("How often reviews are held, when, and who leads them"), "host_meetings"),
    )),
    (gettext_lazy("Workspace"), (
        Entry("people:workspace", "settings", gettext_lazy("Workspace"),
              gettext_lazy("Name, currency, time zone, how long buyer data is kept"), "edit_workspace"),
        Entry("people:members", "users", gettext_lazy("Members"),
              gettext_lazy("Who works here, in which role, for which shops; invitations"), "manage_members"),
        Entry("notify:destinations", "send", gettext_lazy("Destinations"),
              gettext_lazy("WeCom, DingTalk and Feishu groups, webhooks: who hears of what"), "edit_destinations"),
        Entry("people:tokens", "key", gettext_lazy("Keys for programs"),
              gettext_lazy("Access to the API, by scope"), "make_tokens"),
        Entry("desk:assistant", "sparkles", gettext_lazy("Assistant"),
              gettext_lazy("Translations and drafts from a service of your own; off by default"), "edit_workspace"),
        Entry("people:events", "history", gettext_lazy("Event log"),
              gettext_lazy("Who did what, and when"), "see_events"),
    )),
)  # fmt: skip


@require_safe
@require_member
def settings(request: MemberRequest) -> HttpResponse:
    """Every page of settings this member may open."""
    member = request.member
    sections = [
        (title, [one for one in entries if one.url and (not one.right or may(member, one.right))])
        for title, entries in SECTIONS
    ]
    shown = [(title, entries) for title, entries in sections if entries]
    return render(request, "people/settings.html", {"sections": shown, "member": member})


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_workspace")
def workspace(request: MemberRequest) -> HttpResponse:
    """Name, currency, clock and retention."""
    form = WorkspaceForm(request.POST or None, instance=request.member.workspace)
    if request.method == "POST" and form.is_valid():
        services.edit_workspace(request.member.workspace_id, **form.cleaned_data, by=request.member)
        messages.success(request, _("Saved."))
        return redirect("people:workspace")
    return render(request, "people/workspace.html", {"form": form}, status=422 if form.errors else 200)
