"""Settings of routing: rules with a dry run, what they did, and what colleagues answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fupan.core.errors import Refused
from fupan.core.http import page_or_part
from fupan.core.paging import page_of
from fupan.desk import services
from fupan.desk.models import RoutingRule
from fupan.desk.policies import routing_rules_seen_by
from fupan.desk.queries import routing as asked
from fupan.desk.tier_forms import RoutingRuleForm, SkillForm
from fupan.desk.views._asked import only_those_who
from fupan.people.decorators import MemberRequest, require_member, require_right
from fupan.people.models import Member
from fupan.people.policies import members_seen_by


@require_safe
@require_right("edit_routing")
def routing(request: MemberRequest) -> HttpResponse:
    """Rules in their order, the team, and what was sent on."""
    section = request.GET.get("section", "rules")
    section = section if section in {"rules", "team", "history"} else "rules"
    context: dict[str, Any] = {"section": section}
    if section == "team":
        context["duties"] = asked.duties(request.member)
    elif section == "history":
        context["page"] = page_of(request, asked.history(request.member), size=50)
    else:
        context["lines"] = asked.lines(request.member)
        context["days"] = asked.COUNTED_DAYS
    return render(request, "desk/routing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_routing")
def new_rule(request: MemberRequest) -> HttpResponse:
    return _write(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_routing")
def rule(request: MemberRequest, routing_rule: int) -> HttpResponse:
    return _write(request, _rule(request, routing_rule))


def _write(request: MemberRequest, found: RoutingRule | None) -> HttpResponse:
    """Save a rule, or try it on past messages without saving."""
    member, trying = request.member, "try" in request.GET or "try" in request.POST
    told = request.POST or (request.GET if "try" in request.GET else None)
    form = RoutingRuleForm(told, member=member, rule=found)
    run = None
    if told is not None and form.is_valid():
        if trying:
            run = asked.dry_run(member, form.conditions, rule=found)
        else:
            try:
                saved = services.save_rule(
                    form.cleaned_data["name"], form.conditions, form.effects, by=member,
                    last=form.cleaned_data["last"], rule=found, version=form.cleaned_data["version"] or 0,
                )  # fmt: skip
            except Refused as refused:
                form.add_error(None, str(refused.message))
            else:
                messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
                return redirect("desk:routing")
    context = {
        "form": form, "rule": found, "run": run, "tried": asked.TRIED,
        "history": list(asked.history(member, found)[:12]) if found else [],
    }  # fmt: skip
    status = 422 if request.method == "POST" and form.errors and not trying else 200
    return page_or_part(request, "desk/routing_rule.html", "run", context, status=status)


@require_POST
@require_right("edit_routing")
def change_rule(request: MemberRequest, routing_rule: int) -> HttpResponse:
    """Up, down, on, off, away: by the button that was pressed."""
    found = _rule(request, routing_rule)
    what, by = request.POST.get("do", ""), request.member
    if what in {"up", "down"}:
        services.move_rule(found.pk, by=by, up=what == "up")
    elif what in {"on", "off"}:
        services.switch_rule(found.pk, by=by, active=what == "on")
    elif what == "drop":
        services.drop_routing_rule(found.pk, by=by)
        messages.success(request, _("Removed."))
    else:
        raise Http404
    return redirect("desk:routing")


@require_http_methods(["GET", "HEAD", "POST"])
@require_member
def skill(request: MemberRequest, colleague: int) -> HttpResponse:
    only_those_who(request.member, "edit_routing")
    found = _colleague(request, colleague)
    form = SkillForm(request.POST or None, member=found, skill=getattr(found, "skill", None))
    if request.method == "POST" and form.is_valid():
        try:
            services.set_skill(
                found, by=request.member, **{**form.cleaned_data, "version": form.cleaned_data["version"] or 0}
            )
        except Refused as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Saved."))
            return redirect(reverse("desk:routing") + "?section=team")
    context = {"form": form, "colleague": found}
    return render(request, "desk/skill.html", context, status=422 if form.errors else 200)


def _rule(request: MemberRequest, pk: int) -> RoutingRule:
    found = routing_rules_seen_by(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _colleague(request: MemberRequest, pk: int) -> Member:
    found = members_seen_by(request.member).select_related("workspace", "skill").filter(pk=pk, active=True).first()
    if found is None:
        raise Http404
    return found
