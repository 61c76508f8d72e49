"""What a new workspace's desk begins with (`starter.toml`): templates, limits, who decides, routing rules."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from fupan.core import clock
from fupan.core.events import record
from fupan.desk.models import (
    Authority,
    AutoReply,
    EscalationPath,
    IssueType,
    ReplyTemplate,
    Resolution,
    RoutingRule,
    TemplateState,
    TemplateVersion,
    VersionState,
)
from fupan.people.models import Member, Workspace

# What a dollar is worth, roughly: only to begin with round limits in the workspace's own money.
_DOLLARS = {
    "USD": 1, "EUR": 1, "GBP": 1, "AUD": 1, "CAD": 1, "SGD": 1, "CNY": 7, "HKD": 8, "TWD": 30, "JPY": 150, "THB": 35,
    "MYR": 4, "PHP": 55, "INR": 85, "MXN": 18, "BRL": 5, "VND": 25_000, "IDR": 16_000, "KRW": 1_400,
}  # fmt: skip


@transaction.atomic
def equip_desk(workspace: Workspace, *, by: Member | None = None) -> bool:
    """Give a workspace templates, limits and rules to begin with, once; the label trees have to be there."""
    Workspace.objects.select_for_update().filter(pk=workspace.pk).first()
    equipped = (ReplyTemplate, Authority, EscalationPath, RoutingRule)
    if any(model.objects.filter(workspace=workspace).exists() for model in equipped):
        return False
    told = tomllib.loads((Path(__file__).parents[1] / "starter.toml").read_text("utf-8"))
    language = "zh-hans" if workspace.language.startswith("zh") else "en"
    _plant_templates(workspace, told["template"], language)
    _plant_limits(workspace, told["limit"], told["step"])
    RoutingRule.objects.bulk_create([_rule(workspace, row, place, language) for place, row in enumerate(told["rule"])])
    record("desk.equipped", workspace, by=by, workspace_id=workspace.pk)
    return True


def _plant_templates(workspace: Workspace, rows: list[dict[str, Any]], language: str) -> None:
    issues = dict(IssueType.objects.filter(workspace=workspace).values_list("code", "pk"))
    now = clock.now()
    made = ReplyTemplate.objects.bulk_create(
        [
            ReplyTemplate(
                workspace=workspace, number=number, name=row["name"][language], group=row["group"][language],
                issue_type_id=issues.get(row["issue"]), state=TemplateState.IN_FORCE, version=1, made_at=now,
            )
            for number, row in enumerate(rows, start=1)
        ]
    )  # fmt: skip
    TemplateVersion.objects.bulk_create(
        [
            TemplateVersion(template=one, number=1, texts=row["texts"], state=VersionState.APPROVED, at=now,
                            approved_at=now)
            for one, row in zip(made, rows, strict=True)
        ]
    )  # fmt: skip
    AutoReply.objects.create(workspace=workspace, template=made[0], active=False)


def _plant_limits(workspace: Workspace, limits: list[dict[str, Any]], steps: list[dict[str, Any]]) -> None:
    resolutions = dict(Resolution.objects.filter(workspace=workspace).values_list("code", "pk"))
    Authority.objects.bulk_create(
        [
            Authority(workspace=workspace, tier=row["tier"], resolution_id=resolutions[row["resolution"]],
                      most=_amount(workspace, row["most"]))
            for row in limits if row["resolution"] in resolutions
        ]
    )  # fmt: skip
    EscalationPath.objects.bulk_create(
        [
            EscalationPath(
                workspace=workspace, role=row["role"], hours=row["hours"], default=row["default"],
                from_amount=_amount(workspace, row["from_amount"]) if "from_amount" in row else None,
                from_tickets=row.get("from_tickets"),
            )
            for row in steps
        ]
    )  # fmt: skip


def _rule(workspace: Workspace, row: dict[str, Any], place: int, language: str) -> RoutingRule:
    conditions: dict[str, Any] = {name: row[name] for name in ("words", "kinds") if name in row}
    if "from_value" in row:
        conditions["from_value"] = str(_amount(workspace, row["from_value"]))
    effects: dict[str, Any] = {name: row[name] for name in ("tier", "issue") if name in row}
    if "tags" in row:
        effects["tags"] = row["tags"][language]
    return RoutingRule(
        workspace=workspace, name=row["name"][language], place=place, conditions=conditions, effects=effects,
        last=row.get("last", True),
    )  # fmt: skip


def _amount(workspace: Workspace, dollars: int) -> Decimal:
    return Decimal(dollars * _DOLLARS.get(workspace.currency, 1))
