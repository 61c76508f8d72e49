"""Opening an import: the same file again resumes what was cut short, or says that there is nothing new."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from fupan.commerce.models import Shop
from fupan.commerce.services import add_shop
from fupan.core import clock
from fupan.core.events import record
from fupan.intake.models import Import, ImportState
from fupan.intake.profiles.registry import Detected, built_in
from fupan.intake.profiles.spec import ShopSpec
from fupan.people.models import Member, Workspace

RESUMABLE = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.RUNNING, ImportState.FAILED)


def shop_of(workspace: Workspace, wanted: ShopSpec | None, *, by: Member | None) -> Shop | None:
    """The shop a mapping is for, made when the workspace has none of that name."""
    if wanted is None:
        return None
    found = Shop.objects.filter(workspace=workspace, name=wanted.name).first()
    if found is not None:
        return found
    return add_shop(
        workspace.pk, name=wanted.name, platform=wanted.platform, site=wanted.site, country=wanted.country,
        currency=wanted.currency, timezone=wanted.timezone, by=by,
    )  # fmt: skip


@transaction.atomic
def open_import(
    workspace: Workspace,
    detected: Detected,
    *,
    name: str,
    sha256: str,
    shop: Shop | None,
    by: Member | None,
    mapping: str,
    options: Mapping[str, Any],
) -> Import:
    """The import that a table continues, or a new one; DONE at once when this very table went in before."""
    before = earlier(workspace, detected, sha256, shop, mapping, str(options.get("sheet", "")))
    if before is not None and before.state in RESUMABLE:
        return before
    profile = detected.profile
    fresh = Import(
        workspace=workspace, shop=shop, by=by, name=name[:255], sha256=sha256, profile=profile.name[:60],
        mapping={"toml": mapping} if mapping else {}, source=detected.spec.covers[0],
        options={**options, "covers": list(detected.spec.covers), "platform": profile.platform, "part": detected.sheet},
    )  # fmt: skip
    if before is not None:
        fresh.state, fresh.finished_at = ImportState.DONE, clock.now()
        fresh.rows_total = fresh.rows_read = fresh.unchanged = before.rows_read
        fresh.options["same_as"] = before.pk
    fresh.save()
    record("intake.repeated" if before is not None else "intake.started", fresh, by=by)
    return fresh


def earlier(
    workspace: Workspace,
    detected: Detected,
    sha256: str,
    shop: Shop | None,
    mapping: str,
    sheet: str,
    *,
    among: QuerySet[Import] | None = None,
) -> Import | None:
    """The newest import (`among` some) of the same table by the same profile into the same shop that still stands.

    One that refused rows does not count as done: a missing shop may be there by now, so the file is read again.
    """
    rows = (
        (Import.objects.all() if among is None else among)
        .filter(workspace=workspace, sha256=sha256, profile=detected.profile.name[:60], shop=shop, undone_at=None)
        .order_by("-pk")
    )
    for row in rows:
        same_mapping = detected.profile.name in built_in() or row.mapping.get("toml", "") == mapping
        same_table = row.options.get("sheet", "") == sheet and row.options.get("part", 0) == detected.sheet
        retried = row.state == ImportState.DONE and row.rejected > 0
        if same_mapping and same_table and not retried and "same_as" not in row.options:
            return row
    return None
