"""Imports that run as jobs: a turn of some seconds, then the rest is queued again."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Shop
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.intake.models import Import, ImportState, Reject
from fupan.intake.payloads import kept_file, payload_of
from fupan.intake.queries import together
from fupan.intake.services.checking import check, sources_of
from fupan.intake.services.running import fail, run
from fupan.people.models import Member

TURN = 20.0
CHECK_TURN = 90.0
KEPT_DAYS = 14  # a payload that no import waits for goes after that
WAITING = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.RUNNING)


def check_upload(import_id: int) -> None:
    """The dry run of an uploaded import."""
    imported = Import.objects.select_related("workspace", "shop", "by").get(pk=import_id)
    if imported.state in (ImportState.UPLOADED, ImportState.CHECKED):
        check(imported, kept_file(imported), named=_given_together(imported))


def check_together(import_id: int, *, seconds: float = CHECK_TURN) -> bool:
    """Dry runs of the files uploaded with this one that nobody looked at yet, orders first; True when none is left."""
    first = Import.objects.select_related("workspace").filter(pk=import_id).first()
    if first is None:
        return True
    with translation.override(first.workspace.language):
        return _check_unread(first, time.monotonic() + seconds)


def _check_unread(first: Import, deadline: float) -> bool:
    told: dict[str, Shop] = {}
    for imported in _orders_first(_unread(first)):
        try:
            check(imported, kept_file(imported), named=_given_together(imported), told=told)
        except Refused as refused:
            fail(imported, str(refused.message))
        if time.monotonic() > deadline:
            return not _unread(first)
    return True


def _unread(import_: Import) -> list[Import]:
    rows = together(import_).filter(state=ImportState.UPLOADED).select_related("workspace", "shop", "by__user")
    return [one for one in rows if "check" not in one.options]


def _orders_first(imports: list[Import]) -> list[Import]:
    return sorted(imports, key=lambda one: not _has_orders(one)) if len(imports) > 1 else imports


def _has_orders(import_: Import) -> bool:
    try:
        return any("orders" in source.detected.spec.covers for source, _toml in sources_of(import_, kept_file(import_)))
    except Refused:
        return False


@transaction.atomic
def start_import(import_id: int, *, by: Member | None) -> Import:
    """A person wants the checked import to go in; a job does it."""
    imported = Import.objects.select_for_update(of=("self",)).get(pk=import_id)
    if imported.state not in (ImportState.CHECKED, ImportState.FAILED) or not imported.profile:
        raise Refused(_("This import cannot be started now."), code="not-startable")
    if imported.options.get("check", {}).get("same_as"):
        raise Refused(_("This very file went in before; there is nothing new in it."), code="same-file")
    if imported.next_chunk == 0:
        Reject.objects.filter(imported=imported).delete()
    imported.state, imported.error = ImportState.RUNNING, ""
    imported.save(update_fields=["state", "error"])
    record("intake.started", imported, by=by)
    return imported


def run_turn(import_id: int, *, seconds: float = TURN) -> bool:
    """Work on a started import for a while; True when nothing is left to do."""
    imported = Import.objects.select_related("workspace", "shop", "by").get(pk=import_id)
    if imported.state != ImportState.RUNNING or imported.undone_at is not None:
        return True
    with translation.override(imported.workspace.language):
        try:
            (source, _toml), *_more = sources_of(imported, kept_file(imported), named=_given_together(imported))
            return run(imported, source, seconds=seconds)
        except Refused as refused:
            fail(imported, str(refused.message))
            return True


def expire_payloads() -> int:
    """Remove uploaded files that no waiting import needs and that are past their days, and what refused rows said
    (`fupan purge`)."""
    root = Path(settings.PAYLOADS_ROOT)
    wanted = set(Import.objects.filter(state__in=WAITING, undone_at=None).values_list("sha256", flat=True))
    day = clock.now() - timedelta(days=KEPT_DAYS)
    Reject.objects.filter(imported__created_at__lt=day).exclude(value="").update(value="")
    limit = day.timestamp()
    gone = 0
    for path in root.glob("??/*"):
        old = path.stat().st_mtime < limit
        if path.is_file() and old and path.name not in wanted:
            path.unlink()
            gone += 1
    if gone:
        record("intake.payloads_expired", None, by=None, files=gone)
    return gone


def _given_together(imported: Import) -> dict[str, Path]:
    """Files of the same upload, for joins."""
    return {one.name: payload_of(one.sha256) for one in together(imported) if one.sha256}
