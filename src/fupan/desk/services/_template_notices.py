"""Words to those who write and approve canned replies."""

from __future__ import annotations

from django.urls import reverse

from fupan.desk.models import TemplateVersion
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member
from fupan.people.policies import roles_that_may


def tell_approvers(version: TemplateVersion, by: Member) -> None:
    template = version.template
    roles = roles_that_may("edit_templates")
    others = Member.objects.filter(workspace_id=template.workspace_id, active=True, role__in=roles).exclude(pk=by.pk)
    context = {"title": template.name, "by": str(by)}
    _tell(list(others.values_list("pk", flat=True)), "template_review", context, version)


def tell_author(version: TemplateVersion, by: Member, kind: str) -> None:
    if version.by_id and version.by_id != by.pk:
        _tell([version.by_id], kind, {"title": version.template.name, "reason": version.said}, version)


def _tell(members: list[int], kind: str, context: dict[str, str], version: TemplateVersion) -> None:
    url = reverse("desk:template", args=[version.template.number])
    once = f"{kind}:{version.pk}:{version.at.timestamp():.0f}"
    tell(members, Topic.CASE, kind, context, url, once)
