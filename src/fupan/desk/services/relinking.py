"""Orders that arrive after their tickets: link them, and take over what the tickets' own rows did not say."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from fupan.commerce.models import Order, OrderLine
from fupan.core import stale
from fupan.core.events import record
from fupan.desk.linking import Found, Linker, Wanted
from fupan.desk.models import Ticket
from fupan.desk.services._incidents import home_of_ticket, kin_weeks, rearrange
from fupan.desk.services._numbers import lock
from fupan.intake.models import Before, Import

AT_ONCE = 2000
_COPIED = ("country", "fulfilment", "carrier", "buyer_key")


@transaction.atomic
def relink_orders(import_id: int) -> int:
    """Link tickets to orders an import brought or changed; how many changed. Repeating changes nothing."""
    source = Import.objects.filter(pk=import_id).first()
    if source is None or not Ticket.objects.filter(workspace_id=source.workspace_id).exists():
        return 0
    lock(source.workspace_id)
    done, last = 0, 0
    while True:
        wanting = _wanting(source).filter(pk__gt=last).order_by("pk")[:AT_ONCE]
        tickets = list(wanting.select_related("listing", "batch"))
        if not tickets:
            break
        last = tickets[-1].pk
        done += _relink(source.workspace_id, tickets)
    if done:
        record("desk.orders_linked", source, by=None, tickets=done)
    return done


def _wanting(source: Import) -> QuerySet[Ticket]:
    """Tickets whose order is there but not linked, whose batch became known, or whose order this import changed."""
    tickets = Ticket.objects.filter(workspace_id=source.workspace_id).exclude(order_number="")
    there = Order.objects.filter(shop=OuterRef("shop"), number=OuterRef("order_number"))
    lines = OrderLine.objects.filter(order=OuterRef("order"))
    changed = Before.objects.filter(imported=source, table="order", row_id=OuterRef("order_id"))
    return tickets.filter(
        (Q(order=None) & Exists(there))
        | (Q(order__isnull=False, order_line=None) & Exists(lines))
        | Q(batch=None, order_line__batch__isnull=False)
        | Exists(changed)
    )


def _relink(workspace_id: int, tickets: Sequence[Ticket]) -> int:
    wanted = [
        Wanted(
            ticket.shop_id, ticket.order_number, ticket.listing.sku if ticket.listing else "",
            ticket.listing.asin if ticket.listing else "", "", ticket.batch.code if ticket.batch else "",
        )
        for ticket in tickets
    ]  # fmt: skip
    linker = Linker.of(workspace_id, wanted)
    changed, homes = [], set()
    for ticket, want in zip(tickets, wanted, strict=True):
        home = home_of_ticket(ticket)
        different = _take_over(ticket, linker.find(want))
        if different:
            ticket.save(update_fields=different)
            changed.append(ticket.pk)
            homes |= {home, home_of_ticket(ticket)}
    weeks = rearrange(workspace_id, homes)
    stale.mark(workspace_id, weeks | kin_weeks(changed))
    return len(changed)


def _take_over(ticket: Ticket, found: Found) -> list[str]:
    """Fill what is blank and link what is found; the names of the fields that changed."""
    wanted = {"order_id": found.order_id, "order_line_id": found.order_line_id, "listing_id": found.listing_id}
    if ticket.batch_id is None:
        wanted["batch_id"] = found.batch_id
    different = [name for name, value in wanted.items() if value is not None and getattr(ticket, name) != value]
    for name in different:
        setattr(ticket, name, wanted[name])
    for name in _COPIED:
        value = getattr(found, name)
        if value and not getattr(ticket, name):
            setattr(ticket, name, value)
            different.append(name)
    return different
