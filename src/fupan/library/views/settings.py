"""Which tickets owe a case."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fupan.library import services
from fupan.library.forms.articles import RuleForm
from fupan.library.models import DebtReason
from fupan.library.queries.debts import rules_of
from fupan.library.views._asked import told
from fupan.people.decorators import MemberRequest, require_right


@require_http_methods(["GET", "HEAD", "POST"])
@require_right("edit_case_rules")
def rules(request: MemberRequest) -> HttpResponse:
    told_rules = rules_of(request.member.workspace_id)
    forms = [RuleForm(request.POST or None, rule=rule) for rule in told_rules.values()]
    if request.method == "POST" and all(tuple(form.is_valid() for form in forms)):
        for form in forms:
            asked = form.cleaned_data
            services.set_rule(
                form.rule.reason, active=asked["active"], threshold=asked.get("threshold"), hours=asked["hours"],
                by=request.member,
            )  # fmt: skip
        return told(request, _("Saved."), "library:rules")
    rows = [(form, DebtReason(form.rule.reason).label) for form in forms]
    wrong = request.method == "POST"
    context = {"rows": rows, "currency": request.member.workspace.currency}
    return render(request, "library/rules.html", context, status=422 if wrong else 200)
