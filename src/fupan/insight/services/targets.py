"""Targets: dated bounds on metrics."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.insight.metrics import metric
from fupan.insight.models import Target
from fupan.insight.policies import targets_seen_by
from fupan.people.models import Member
from fupan.people.policies import may


@transaction.atomic
def set_target(*, metric_code: str, bound: float, slice_text: str = "", valid_from: date, by: Member) -> Target:
    """Set a bound from a day on; the one that held until then ends the day before."""
    if not may(by, "edit_targets"):
        raise Refused(_("Targets are set by leads, operations and managers."), code="not-allowed")
    if metric(metric_code).direction == 0:
        raise Refused(_("This number has no good side, so it can have no target."), code="no-direction")
    where = str(_slice(slice_text))
    same = targets_seen_by(by).select_for_update().filter(metric=metric_code, slice=where)
    same.filter(valid_from=valid_from).delete()
    held = same.filter(valid_from__lt=valid_from).filter(Q(valid_to=None) | Q(valid_to__gte=valid_from))
    held.update(valid_to=valid_from - timedelta(days=1))
    later = same.filter(valid_from__gt=valid_from).order_by("valid_from").values_list("valid_from", flat=True).first()
    target = Target.objects.create(
        workspace_id=by.workspace_id, metric=metric_code, bound=bound, slice=where, valid_from=valid_from,
        valid_to=later - timedelta(days=1) if later else None,
    )  # fmt: skip
    record("insight.target_set", target, by=by, metric=metric_code)
    return target


@transaction.atomic
def drop_target(target_id: int, *, by: Member) -> None:
    """End a target today; one that has not begun goes."""
    if not may(by, "edit_targets"):
        raise Refused(_("Targets are set by leads, operations and managers."), code="not-allowed")
    target = targets_seen_by(by).select_for_update().get(pk=target_id)
    record("insight.target_dropped", target, by=by, metric=target.metric)
    if target.valid_from >= clock.today():
        target.delete()
        return
    target.valid_to = clock.today() - timedelta(days=1)
    target.save(update_fields=["valid_to"])


def _slice(text: str) -> Slice:
    try:
        return Slice.parse(text)
    except ValueError as unknown:
        raise Refused(
            _("“%(text)s” is not a slice such as country=DE.") % {"text": text}, code="not-a-slice"
        ) from unknown
