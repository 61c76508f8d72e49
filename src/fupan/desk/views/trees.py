"""Settings of labels: trees, keyword rules with a trial, reason codes, versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from fupan.core.http import page_or_part
from fupan.core.jobs import enqueue
from fupan.core.paging import page_of
from fupan.desk import services
from fupan.desk.forms import CodeForm, NodeForm, RuleForm
from fupan.desk.policies import may_edit_trees, rules_seen_by
from fupan.desk.queries import choices
from fupan.desk.queries import trees as tree_queries
from fupan.desk.queries.learning import overview
from fupan.desk.views._asked import only_those_who
from fupan.people.decorators import MemberRequest, require_member

SECTIONS = {
    "issue": gettext_lazy("Issue types"),
    "cause": gettext_lazy("Causes"),
    "resolution": gettext_lazy("Resolutions"),
    "rules": gettext_lazy("Keyword rules"),
    "learning": gettext_lazy("Learning"),
    "codes": gettext_lazy("Reason codes"),
    "versions": gettext_lazy("Versions"),
}


@require_safe
@require_member
def labels(request: MemberRequest) -> HttpResponse:
    section = request.GET.get("section", "issue")
    section = section if section in SECTIONS else "issue"
    context = {
        "section": section, "sections": SECTIONS.items(), "may_edit": may_edit_trees(request.member),
        **_shown(request, section),
    }  # fmt: skip
    return page_or_part(request, "desk/settings.html", "trial" if "try" in request.GET else "section", context)


def _shown(request: MemberRequest, section: str) -> dict[str, Any]:
    member = request.member
    if section == "rules":
        return _rules(request)
    if section == "learning":
        return {"learning": overview(member)}
    if section == "codes":
        return {"codes": tree_queries.reason_codes(member), "code_form": CodeForm(member=member)}
    if section == "versions":
        return {"page": page_of(request, tree_queries.versions(member))}
    return {
        "branches": tree_queries.branches(member, section),
        "node_form": NodeForm(member=member, tree=section),
        "choices": choices.tree_choices(list(choices.NODES[section].objects.filter(workspace_id=member.workspace_id)))
        if section != "resolution" else choices.resolution_choices(member),
    }  # fmt: skip


def _rules(request: MemberRequest) -> dict[str, Any]:
    member, asked = request.member, request.GET
    found = tree_queries.rules(
        member, language=asked.get("language", ""), issue=asked.get("issue", ""), words=asked.get("find", "")
    )
    trying = "try" in asked
    form = RuleForm(asked if trying else None, member=member)
    trial = None
    if trying and form.is_valid():
        trial = tree_queries.try_rule(member, **form.cleaned_data)
    return {
        "page": page_of(request, found, size=60),
        "rule_form": form,
        "trial": trial,
        "issues": choices.issue_choices(member),
        "languages": RuleForm.base_fields["language"].choices,  # type: ignore[attr-defined]
        "again": tree_queries.relabelled_by_rules(member),
    }


def _home(section: str) -> str:
    return reverse("desk:labels") + f"?section={section}"


def _tree(tree: str) -> str:
    if tree not in choices.NODES:
        raise Http404
    return tree


@require_POST
@require_member
def add_node(request: MemberRequest, tree: str) -> HttpResponse:
    only_those_who(request.member, "edit_labels")
    form = NodeForm(request.POST, member=request.member, tree=_tree(tree))
    if form.is_valid():
        services.add_node(tree, by=request.member, **form.cleaned_data)
        messages.success(request, _("Added."))
    else:
        messages.error(request, _("A node needs a name in both languages."))
    return redirect(_home(tree))


@require_member
def node(request: MemberRequest, tree: str, code: str) -> HttpResponse:
    """One node: rename it, change it, retire it."""
    member = request.member
    only_those_who(member, "edit_labels")
    found = choices.NODES[_tree(tree)].objects.filter(workspace_id=member.workspace_id, code=code).first()
    if found is None:
        raise Http404
    initial = {"name_en": found.name_en, "name_zh": found.name_zh, "liable": getattr(found, "liable", "")}
    initial |= {"simple": getattr(found, "simple", False)}
    department = getattr(found, "department", None)
    initial |= {"department": department.code if department else ""}
    form = NodeForm(request.POST or None, member=member, tree=tree, node=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        services.edit_node(tree, code, by=member, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(_home(tree))
    heirs = choices.tree_choices([one for one in choices.NODES[tree].objects.filter(workspace_id=member.workspace_id)
                                  if one.pk != found.pk]) if tree != "resolution" else [
        pair for pair in choices.resolution_choices(member) if pair[0] != code]  # fmt: skip
    context = {"node": found, "tree": tree, "form": form, "heirs": heirs, "section": SECTIONS[tree]}
    return render(request, "desk/node.html", context, status=422 if request.method == "POST" else 200)


@require_POST
@require_member
def retire_node(request: MemberRequest, tree: str, code: str) -> HttpResponse:
    only_those_who(request.member, "edit_labels")
    found = choices.NODES[_tree(tree)].objects.filter(workspace_id=request.member.workspace_id, code=code).exists()
    if not found:
        raise Http404
    moved = services.retire_node(tree, code, by=request.member, replaced_by=request.POST.get("replaced_by", ""))
    said = ngettext("Retired; %(count)s ticket moved.", "Retired; %(count)s tickets moved.", moved) % {"count": moved}
    messages.success(request, said)
    return redirect(_home(tree))


@require_POST
@require_member
def add_rule(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "edit_labels")
    form = RuleForm(request.POST, member=request.member)
    if form.is_valid():
        services.add_rule(by=request.member, **form.cleaned_data)
        messages.success(request, _("Added."))
    else:
        messages.error(request, _("A rule needs a language, words and an issue."))
    return redirect(_home("rules"))


@require_POST
@require_member
def drop_rule(request: MemberRequest, pk: int) -> HttpResponse:
    only_those_who(request.member, "edit_labels")
    rule = rules_seen_by(request.member).select_related("issue_type").filter(pk=pk).first()
    if rule is None:
        raise Http404
    services.drop_rule(rule, by=request.member)
    return redirect(_home("rules"))


@require_POST
@require_member
def set_code(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "edit_labels")
    services.set_reason_code(request.POST.get("code", ""), request.POST.get("issue", ""), by=request.member)
    messages.success(request, _("Saved."))
    return redirect(_home("codes"))


@require_POST
@require_member
def relabel(request: MemberRequest) -> HttpResponse:
    only_those_who(request.member, "edit_labels")
    enqueue("fupan.desk.tasks.relabel", request.member.pk)
    messages.success(request, _("Today’s rules are being applied."))
    return redirect(_home("rules"))
