from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import ExchangeRate, OrderLine
from fupan.core import stale, weeks
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member, Workspace


@transaction.atomic
def set_rate(workspace: Workspace, *, currency: str, day: date, rate: Decimal, by: Member | None) -> ExchangeRate:
    """From `day` on, one unit of `currency` is worth `rate` units of the workspace's own."""
    currency = currency.strip().upper()
    if rate <= 0:
        raise Refused(_("An exchange rate is more than zero."), code="rate-not-positive")
    if currency == workspace.currency:
        raise Refused(
            _("%(currency)s is the currency of this workspace.") % {"currency": currency}, code="own-currency"
        )
    row, _made = ExchangeRate.objects.update_or_create(
        workspace=workspace, currency=currency, base=workspace.currency, day=day, defaults={"rate": rate}
    )
    _mark(workspace, day)
    record("commerce.rate_set", row, by=by, currency=currency)
    return row


@transaction.atomic
def drop_rate(rate: ExchangeRate, *, by: Member | None) -> None:
    """Forget a rate; amounts of its days fall back to the rate before it, or to none."""
    _mark(rate.workspace, rate.day)
    record("commerce.rate_dropped", rate, by=by, currency=rate.currency)
    rate.delete()


def _mark(workspace: Workspace, day: date) -> None:
    """Money in the facts from that day on must be worked out again."""
    first = weeks.week_of_day(day)
    found = OrderLine.objects.filter(workspace=workspace, week__gte=first).values_list("week", flat=True).distinct()
    stale.mark(workspace.pk, {(table, week) for week in found for table in ("orders", "tickets")})
