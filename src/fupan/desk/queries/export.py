"""All fields of the filtered tickets, a row each, for a spreadsheet; buyers' personal fields stay out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fupan.core import weeks
from fupan.desk.models import Ticket
from fupan.desk.policies import may_see_money
from fupan.people.models import Member

Cell = str | int | float | Decimal | None
_STARTS = ("=", "+", "-", "@", "\t", "\r")


def _code(name: str) -> Callable[[Ticket], Cell]:
    return lambda ticket: getattr(getattr(ticket, name), "code", "")


def _name(name: str) -> Callable[[Ticket], Cell]:
    return lambda ticket: str(getattr(ticket, name) or "")


def _column(name: str) -> Callable[[Ticket], Cell]:
    return lambda ticket: getattr(ticket, name)


def _choice(name: str) -> Callable[[Ticket], Cell]:
    return lambda ticket: str(getattr(ticket, f"get_{name}_display")())


def _instant(name: str) -> Callable[[Ticket], Cell]:
    def worded(ticket: Ticket) -> Cell:
        at: datetime | None = getattr(ticket, name)
        return at.astimezone(weeks.zone(ticket.shop.timezone)).strftime("%Y-%m-%d %H:%M") if at else ""

    return worded


def _product(ticket: Ticket) -> Any:
    return ticket.listing.product if ticket.listing else None


COLUMNS: tuple[tuple[Any, Callable[[Ticket], Cell]], ...] = (
    (_("Number"), lambda ticket: f"T-{ticket.number}"),
    (_("Kind"), _choice("kind")),
    (_("Channel"), _column("channel")),
    (_("Shop"), lambda ticket: ticket.shop.name),
    (_("Outside id"), _column("outside_id")),
    (_("Opened"), _instant("opened_at")),
    (_("Week"), lambda ticket: weeks.label(ticket.week)),
    (_("State"), _choice("state")),
    (_("First answer"), _instant("first_response_at")),
    (_("Solved on"), _instant("resolved_at")),
    (_("Reopened"), _column("reopened")),
    (_("Answers"), _column("replies")),
    (_("Order number"), _column("order_number")),
    (_("SKU"), lambda ticket: ticket.listing.sku if ticket.listing else ""),
    (_("ASIN"), lambda ticket: ticket.listing.asin if ticket.listing else ""),
    (_("Product code"), lambda ticket: product.code if (product := _product(ticket)) else ""),
    (_("Product"), lambda ticket: product.name if (product := _product(ticket)) else ""),
    (_("Product line"), lambda ticket: product.line if (product := _product(ticket)) else ""),
    (_("Supplier"), lambda ticket: product.supplier if (product := _product(ticket)) else ""),
    (_("Batch"), _code("batch")),
    (_("Country"), _column("country")),
    (_("Fulfilment"), _choice("fulfilment")),
    (_("Carrier"), _column("carrier")),
    (_("Units"), _column("units")),
    (_("Stars"), _column("stars")),
    (_("Satisfaction"), _column("csat")),
    (_("Language"), _column("language")),
    (_("Subject"), _column("subject")),
    (_("Reason code"), _column("reason_code")),
    (_("Issue code"), _code("issue_type")),
    (_("Issue"), _name("issue_type")),
    (_("Label by"), _choice("label_source")),
    (_("Confidence"), _column("label_confidence")),
    (_("Cause, guessed"), _name("cause_guess")),
    (_("Cause, confirmed"), _name("cause_confirmed")),
    (_("Resolution"), _name("resolution")),
    (_("Incident"), lambda ticket: f"I-{ticket.incident_id}" if ticket.incident_id else ""),
    (_("Owner"), _name("assignee")),
    (_("Agent"), _column("agent")),
    (_("Tags"), lambda ticket: ", ".join(tag.name for tag in ticket.tags.all())),
)
MONEY: tuple[tuple[Any, Callable[[Ticket], Cell]], ...] = (
    (_("Cost"), _column("cost")),
    (_("Currency"), _column("currency")),
)


def table(member: Member, tickets: QuerySet[Ticket]) -> Iterator[list[Cell]]:
    """The head, then a row per ticket, read in pieces."""
    columns = COLUMNS + (MONEY if may_see_money(member) else ())
    yield [str(head) for head, _value in columns]
    related = tickets.select_related(
        "shop",
        "listing__product",
        "batch",
        "issue_type",
        "cause_guess",
        "cause_confirmed",
        "resolution",
        "assignee__user",
    ).prefetch_related("tags")
    for ticket in related.defer("buyer_name", "buyer_email").iterator(chunk_size=500):
        yield [safe(value(ticket)) for _head, value in columns]


def safe(value: Cell) -> Cell:
    """Text a spreadsheet would run as a formula gets an apostrophe before it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value
