"""Verbs of what the library lacks: found by the hour, dismissed or taken back by who leads."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.library.models import Lack, LackLook
from fupan.library.models.lacks import OPEN
from fupan.library.policies import lacks_seen_by
from fupan.library.queries.lacks import of_searches, of_tickets
from fupan.library.services._common import lock, need, need_words
from fupan.people.models import Member, Workspace


def find_lacks(workspace: Workspace) -> int:
    """Look again; what was dismissed stays so, what is no longer lacking goes. How many are open."""
    found = {one.key: one.values for one in (*of_tickets(workspace.pk), *of_searches(workspace.pk))}
    return _keep(workspace, found)


@transaction.atomic
def _keep(workspace: Workspace, found: dict[str, dict[str, object]]) -> int:
    lock(workspace.pk)
    rows = Lack.objects.filter(workspace=workspace)
    before = set(rows.values_list("key", flat=True))
    rows.filter(dismissed_at=None).exclude(key__in=found).delete()
    now = clock.now()
    for key, values in found.items():
        Lack.objects.update_or_create(workspace=workspace, key=key, defaults=values | {"found_at": now})
    LackLook.objects.update_or_create(workspace=workspace, defaults={"at": now})
    count = Lack.objects.filter(OPEN, workspace=workspace).count()
    if found.keys() - before:
        record("library.lacks_found", workspace, by=None, new=len(found.keys() - before), open=count)
    return count


@transaction.atomic
def dismiss_lack(lack_id: int, *, reason: str, by: Member) -> Lack:
    """Say that no case is needed; it comes back when there are twice as many."""
    lack = _lack(lack_id, by)
    if not Lack.objects.filter(OPEN, pk=lack.pk).exists():
        raise Refused(_("Somebody has already said that this is not needed."), code="already-dismissed")
    lack.dismiss_reason = need_words(reason, _("Say why no case is needed."), "no-reason", 200)
    lack.dismissed_at, lack.dismissed_by, lack.dismissed_count = clock.now(), by, lack.count
    lack.save(update_fields=["dismiss_reason", "dismissed_at", "dismissed_by", "dismissed_count"])
    record("library.lack_dismissed", lack, by=by, count=lack.count)
    return lack


@transaction.atomic
def recall_lack(lack_id: int, *, by: Member) -> Lack:
    """Needed after all."""
    lack = _lack(lack_id, by)
    if lack.dismissed_at is None:
        raise Refused(_("This is on the list already."), code="not-dismissed")
    lack.dismiss_reason, lack.dismissed_at, lack.dismissed_by, lack.dismissed_count = "", None, None, 0
    lack.save(update_fields=["dismiss_reason", "dismissed_at", "dismissed_by", "dismissed_count"])
    record("library.lack_recalled", lack, by=by)
    return lack


def _lack(lack_id: int, by: Member) -> Lack:
    need(by, "review_cases")
    return lacks_seen_by(by).select_for_update(of=("self",)).get(pk=lack_id)
