from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fupan.commerce import marketplaces
from fupan.commerce.models import Order, OrderLine, Shop
from fupan.core import stale
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.weeks import zone
from fupan.people.models import Member


@transaction.atomic
def add_shop(
    workspace_id: int,
    *,
    name: str,
    platform: str,
    site: str = "",
    country: str = "",
    currency: str,
    timezone: str,
    by: Member | None,
) -> Shop:
    """Open a shop; its time zone decides to which week an order belongs."""
    zone(timezone)
    _require_free(Shop.objects.filter(workspace_id=workspace_id), name)
    shop = Shop.objects.create(
        workspace_id=workspace_id, name=name, platform=platform, site=site, country=country.upper(),
        currency=currency.upper(), timezone=timezone,
    )  # fmt: skip
    record("commerce.shop_added", shop, by=by)
    return shop


@transaction.atomic
def edit_shop(shop: Shop, *, by: Member | None, **changes: Any) -> Shop:
    """Change what is known of a shop. Its clock is fixed once orders were counted by it."""
    moved = "timezone" in changes and changes["timezone"] != shop.timezone
    if moved and Order.objects.filter(shop=shop).exists():
        raise Refused(
            _("Orders of this shop are already counted by week in %(zone)s; undo their imports first.")
            % {"zone": shop.timezone},
            code="shop-clock-in-use",
        )
    _require_free(Shop.objects.filter(workspace_id=shop.workspace_id).exclude(pk=shop.pk), changes.get("name", ""))
    for field, value in changes.items():
        setattr(shop, field, value)
    zone(shop.timezone)
    shop.save(update_fields=[*changes])
    _mark(shop)
    record("commerce.shop_edited", shop, by=by, fields=sorted(changes))
    return shop


def _require_free(others: QuerySet[Shop], name: str) -> None:
    if others.filter(name=name).exists():
        raise Refused(_("There is a shop “%(name)s” already.") % {"name": name}, code="shop-exists")


def _mark(shop: Shop) -> None:
    """Names and currencies of a shop stand in the facts of every week it sold something."""
    weeks = OrderLine.objects.filter(order__shop=shop).values_list("week", flat=True).distinct()
    stale.mark(shop.workspace_id, {(table, week) for week in weeks for table in ("orders", "tickets")})


@transaction.atomic
def shop_for_site(workspace_id: int, site: str, *, by: Member | None) -> Shop | None:
    """The workspace's shop on a site; made when the site is one we know, None when it is not."""
    found = Shop.objects.filter(workspace_id=workspace_id, site__iexact=site.strip()).order_by("pk").first()
    place = marketplaces.of_site(site)
    if found is not None or place is None:
        return found
    return add_shop(
        workspace_id, name=place.site, platform=place.platform, site=place.site, country=place.country,
        currency=place.currency, timezone=place.timezone, by=by,
    )  # fmt: skip
