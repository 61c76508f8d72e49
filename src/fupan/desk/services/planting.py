"""A workspace's own copy of the shipped trees, reason codes and keyword rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from fupan.core.events import record
from fupan.desk import trees
from fupan.desk.models import Cause, IssueType, KeywordRule, ReasonCode, Resolution, TreeVersion
from fupan.desk.services._bulk import insert
from fupan.desk.services._versions import keep_version
from fupan.people.models import Department, Member, Workspace

Row = dict[str, Any]


@transaction.atomic
def plant_trees(workspace: Workspace, *, by: Member | None = None) -> bool:
    """Give a workspace the shipped trees, codes and rules, once; whether it had none before."""
    Workspace.objects.select_for_update().filter(pk=workspace.pk).first()
    if TreeVersion.objects.filter(workspace=workspace).exists():
        return False
    departments = dict(Department.objects.filter(workspace=workspace).values_list("code", "pk"))
    _plant_nodes(workspace, "issue", IssueType, departments)
    _plant_nodes(workspace, "cause", Cause, departments)
    Resolution.objects.bulk_create(
        [
            Resolution(workspace=workspace, code=entry.code, name_en=entry.en, name_zh=entry.zh, order=at)
            for at, entry in enumerate(trees.entries("resolution"))
        ]
    )
    _plant_rules(workspace)
    for tree in (*trees.TREES, "rules"):
        keep_version(workspace.pk, tree, by=by)
    record("desk.trees_planted", workspace, by=by)
    return True


def _plant_nodes(
    workspace: Workspace, tree: str, model: type[IssueType] | type[Cause], departments: dict[str, int]
) -> None:
    """Parents first, so that children find them."""
    placed: dict[str, int] = {}
    entries = trees.entries(tree)
    for level in (
        [entry for entry in entries if not entry.parent],
        [entry for entry in entries if entry.parent],
    ):
        nodes: Sequence[Any] = [
            model(
                workspace=workspace, code=entry.code, name_en=entry.en, name_zh=entry.zh, order=entries.index(entry),
                parent_id=placed.get(entry.parent), department_id=departments.get(entry.department),
                **_own(tree, entry),
            )
            for entry in level
        ]  # fmt: skip
        model.objects.bulk_create(nodes)
        placed |= {node.code: node.pk for node in nodes}


def _own(tree: str, entry: trees.Entry) -> dict[str, Any]:
    return {"simple": entry.simple} if tree == "issue" else {"liable": entry.liable}


def _plant_rules(workspace: Workspace) -> None:
    issues = dict(IssueType.objects.filter(workspace=workspace).values_list("code", "pk"))
    codes = trees.reason_codes().items()
    insert(ReasonCode, [_row(workspace, code=code, issue_type_id=issues.get(issue)) for code, issue in codes])
    rules: dict[tuple[str, str], Row] = {}
    for language, by_issue in trees.keywords().items():
        for issue, phrases in by_issue.items():
            for words in phrases:
                told = _row(workspace, language=language, words=words, issue_type_id=issues[issue])
                rules.setdefault((language, words), told)
    insert(KeywordRule, list(rules.values()))


def _row(workspace: Workspace, **told: Any) -> Row:
    return {"workspace_id": workspace.pk, **told}
