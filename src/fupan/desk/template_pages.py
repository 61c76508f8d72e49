"""What the pages of canned replies show."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page

from fupan.commerce.models import Platform
from fupan.core import attachments
from fupan.core.paging import page_of
from fupan.desk.compute.usefulness import share
from fupan.desk.languages import LANGUAGES
from fupan.desk.models import (
    AutoReply,
    ReplyTemplate,
    TemplateState,
    TemplateVersion,
    Ticket,
    VersionState,
)
from fupan.desk.policies import templates_seen_by, tickets_seen_by
from fupan.desk.queries import templates as asked
from fupan.desk.queries.template_uses import counts_under, uses_of
from fupan.desk.queries.variables import offences_in
from fupan.desk.reply_forms import ApproveForm
from fupan.desk.services.templates import MAKING
from fupan.people.decorators import MemberRequest
from fupan.people.models import Member
from fupan.people.policies import may

STONES = {
    TemplateState.IN_FORCE: ("done", "jade"), TemplateState.DRAFT: ("half", "amber"),
    TemplateState.RETIRED: ("open", "faint"),
}  # fmt: skip
VERSION_STONES = {
    VersionState.APPROVED: ("done", "jade"), VersionState.WAITING: ("half", "amber"),
    VersionState.DRAFT: ("open", "slate"), VersionState.SENT_BACK: ("open", "amber"),
}  # fmt: skip


def listing(request: MemberRequest) -> dict[str, Any]:
    """The list, each row with its languages and how often its one answer was enough."""
    member, told = request.member, request.GET
    words, group = told.get("q", "")[:80], told.get("group", "")
    state, platform = told.get("state", ""), told.get("platform", "")
    rows = asked.listed(member, words=words, group=group, state=state, platform=platform)
    page = page_of(request, rows, size=40)
    return {
        "page": page, "rows": _rows(member, page), "q": words, "group": group, "groups": asked.groups_of(member),
        "state": state, "states": TemplateState.choices, "platform": platform, "platforms": Platform.choices,
        "waiting": list(asked.waiting(member)) if may(member, "edit_templates") else [],
        "may_edit": may(member, "edit_templates"), "filtered": bool(words or group or state or platform),
    }  # fmt: skip


def _rows(member: Member, page: Page[ReplyTemplate]) -> list[dict[str, Any]]:
    found = list(page.object_list)
    told: dict[int, dict[int, TemplateVersion]] = {one.pk: {} for one in found}
    for version in TemplateVersion.objects.filter(template__in=found).order_by("number"):
        told[version.template_id][version.number] = version
    texts = {one.pk: _texts(one, told[one.pk]) for one in found}
    making = {pk for pk, rows in told.items() if any(row.state == VersionState.WAITING for row in rows.values())}
    counts = counts_under(member.workspace_id, None)
    return [
        {
            "template": one, "stone": STONES[TemplateState(one.state)], "waits": one.pk in making,
            "languages": [code for code, _name in LANGUAGES if code in texts[one.pk]],
            "settled": share(*counts[one.pk]) if one.pk in counts else None,
        }
        for one in found
    ]  # fmt: skip


def _texts(template: ReplyTemplate, versions: dict[int, TemplateVersion]) -> dict[str, str]:
    """In force, or else as last written."""
    shown = versions.get(template.version) or versions.get(max(versions, default=0))
    return shown.texts if shown else {}


def detail(member: Member, template: ReplyTemplate, form: ApproveForm) -> dict[str, Any]:
    """One template: what is in force, what is being written, its files, versions and outcomes."""
    versions = list(template.versions.select_related("by__user", "approved_by__user"))
    making = versions[0] if versions and versions[0].state in MAKING else None
    in_force = next((one for one in versions if one.number == template.version), None)
    names = dict(LANGUAGES)
    edits = may(member, "edit_templates")
    shown = in_force or making
    return {
        "template": template, "stone": STONES[TemplateState(template.state)], "in_force": in_force, "making": making,
        "texts": [(code, names.get(code, code), text) for code, text in (shown.texts if shown else {}).items()],
        "versions": [(one, VERSION_STONES[VersionState(one.state)]) for one in versions],
        "planned": next((one for one in versions if one.state == VersionState.APPROVED and one.effective_on), None),
        "files": list(template.files.select_related("file")), "accept": attachments.ACCEPT,
        "told": uses_of(member, template), "approve_form": form, "may_edit": edits,
        "may_decide": edits and making is not None and making.state == VersionState.WAITING
        and making.by_id != member.pk,
        "offences": offences_in(making.texts, asked.platforms_of(template)) if making else [],
        "answers": [
            str(dict(Platform.choices).get(one.platform, "")) or "*"
            for one in AutoReply.objects.filter(template=template, active=True)
        ],
        "others": list(
            templates_seen_by(member).filter(state=TemplateState.IN_FORCE).exclude(pk=template.pk).order_by("name")
        ) if edits else [],
    }  # fmt: skip


def compared(request: MemberRequest, template: ReplyTemplate) -> dict[str, Any]:
    """Two versions, the last two unless others were chosen."""
    rows = list(template.versions.select_related("by__user"))
    if not may(request.member, "edit_templates"):
        rows = [one for one in rows if one.number <= template.version]
    new = _number(request.GET.get("to"), rows[0].number if rows else 0)
    old = _number(request.GET.get("from"), new - 1)
    by_number = {one.number: one for one in rows}
    found = asked.differences(by_number.get(old), by_number.get(new))
    names = dict(LANGUAGES)
    return {
        "template": template, "versions": rows, "old": old, "new": new,
        "changes": [(one.language, names.get(one.language, one.language), one.pieces) for one in found],
    }  # fmt: skip


def _number(told: str | None, otherwise: int) -> int:
    return int(told) if told and told.isascii() and told.isdecimal() and len(told) < 6 else otherwise


def sample(request: MemberRequest, template: ReplyTemplate | None) -> Ticket | None:
    """A ticket to try the text on: a recent one with an order, under the template's issue where there is one."""
    rows = tickets_seen_by(request.member).filter(order__isnull=False).order_by("-opened_at", "-pk")
    if template is not None and template.issue_type_id:
        found = rows.filter(issue_type_id=template.issue_type_id).first()
        if found is not None:
            return found
    return rows.first()
