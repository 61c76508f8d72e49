"""Prime Day, Black Friday, 11.11: the days a season repeats on."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Promotion
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member


@transaction.atomic
def add_promotion(
    workspace_id: int, *, name: str, platform: str, start: date, end: date, by: Member | None
) -> Promotion:
    """Note a promotion, of one platform or of all."""
    _require_order(start, end)
    promotion = Promotion.objects.create(workspace_id=workspace_id, name=name, platform=platform, start=start, end=end)
    record("commerce.promotion_added", promotion, by=by)
    return promotion


@transaction.atomic
def edit_promotion(
    promotion: Promotion, *, name: str, platform: str, start: date, end: date, by: Member | None
) -> Promotion:
    """Change name, platform or days of a promotion."""
    _require_order(start, end)
    promotion.name, promotion.platform, promotion.start, promotion.end = name, platform, start, end
    promotion.save(update_fields=["name", "platform", "start", "end"])
    record("commerce.promotion_edited", promotion, by=by)
    return promotion


@transaction.atomic
def drop_promotion(promotion: Promotion, *, by: Member | None) -> None:
    """Forget a promotion."""
    record("commerce.promotion_dropped", promotion, by=by)
    promotion.delete()


def _require_order(start: date, end: date) -> None:
    if end < start:
        raise Refused(_("A promotion ends on or after its first day."), code="promotion-ends-early")
