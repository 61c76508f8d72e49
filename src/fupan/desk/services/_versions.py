from __future__ import annotations

from typing import Any

from django.db.models import Max

from fupan.desk.models import Cause, IssueType, KeywordRule, ReasonCode, Resolution, TreeVersion
from fupan.people.models import Member


def keep_version(
    workspace_id: int, tree: str, *, by: Member | None, change: dict[str, Any] | None = None
) -> TreeVersion:
    """Keep a tree as it stands now. The rules are long: after their first version only the change is kept."""
    last = TreeVersion.objects.filter(workspace_id=workspace_id, tree=tree).aggregate(top=Max("number"))["top"] or 0
    content = {"change": change} if tree == "rules" and last else _content(workspace_id, tree)
    return TreeVersion.objects.create(workspace_id=workspace_id, tree=tree, number=last + 1, content=content, by=by)


def _content(workspace_id: int, tree: str) -> dict[str, Any]:
    if tree == "rules":
        codes = ReasonCode.objects.filter(workspace_id=workspace_id).order_by("code")
        rules = KeywordRule.objects.filter(workspace_id=workspace_id, active=True).order_by("language", "words")
        return {
            "reason_codes": dict(codes.values_list("code", "issue_type__code")),
            "rules": [list(row) for row in rules.values_list("language", "words", "issue_type__code")],
        }
    columns = ["code", "name_en", "name_zh", "order", "retired_at"]
    columns += {
        "issue": ["parent__code", "replaced_by__code", "department__code", "simple"],
        "cause": ["parent__code", "replaced_by__code", "department__code", "liable"],
        "resolution": [],
    }[tree]
    model: Any = {"issue": IssueType, "cause": Cause, "resolution": Resolution}[tree]
    rows = model.objects.filter(workspace_id=workspace_id).values(*columns)
    return {"nodes": [{key: _plain(value) for key, value in row.items()} for row in rows]}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
