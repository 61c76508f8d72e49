"""What a template's variables stand for on a ticket, and how a text reads with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.core import clock
from fupan.core.weeks import zone
from fupan.desk.compute.lint import PROACTIVE, Offence, lint
from fupan.desk.compute.rendering import Piece, Rendered, fill, pieces_of
from fupan.desk.models import Ticket
from fupan.desk.policies import may_see_buyers
from fupan.people.models import Member

VARIABLES: dict[str, Any] = {
    "buyer": _("buyer’s name"),
    "order": _("order number"),
    "product": pgettext_lazy("variable", "product"),
    "shop": pgettext_lazy("variable", "shop"),
    "agent": _("who answers"),
    "carrier": pgettext_lazy("variable", "carrier"),
    "ordered_on": _("day of the order"),
    "shipped_on": _("day it was shipped"),
    "promised_on": _("day it was promised for"),
    "delivered_on": _("day it was delivered"),
    "amount": _("amount refunded or paid"),
    "today": _("today’s date"),
    "ticket": _("ticket number"),
}
_DJANGO = {"zh": "zh-hans"}


@dataclass(frozen=True, slots=True)
class Preview:
    """A text as it would go out, and what speaks against sending it."""

    pieces: list[Piece]
    empty: list[str]
    offences: list[Offence]
    text: str

    @property
    def names(self) -> list[Any]:
        return [VARIABLES.get(name, name) for name in self.empty]


def render(version_text: str, ticket: Ticket, member: Member, language: str = "") -> Rendered:
    """The words of a template for this ticket, and the variables that have no value there."""
    return fill(version_text, values_for(ticket, member, language or ticket.language))


def preview(text: str, ticket: Ticket | None, member: Member, *, language: str = "", platform: str = "") -> Preview:
    """How a text reads on a ticket; without one every variable is empty."""
    values = values_for(ticket, member, language) if ticket else {}
    rendered = fill(text, values)
    where = ticket.shop.platform if ticket else platform
    return Preview(list(pieces_of(text, values)), rendered.empty, lint(rendered.text, where), rendered.text)


def values_for(ticket: Ticket, member: Member | None, language: str) -> dict[str, str]:
    order, listing = ticket.order, ticket.listing
    with translation.override(_DJANGO.get(language, language) or ticket.workspace.language):
        days = {
            "ordered_on": order.placed_at if order else None,
            "shipped_on": order.shipped_at if order else None,
            "promised_on": order.promised_at if order else None,
            "delivered_on": order.delivered_at if order else None,
            "today": clock.now(),
        }
        told = {name: _day(day, ticket) for name, day in days.items()}
        amount = formats.number_format(ticket.cost, 2) if ticket.cost is not None else ""
    return told | {
        "buyer": ticket.buyer_name if member is None or may_see_buyers(member) else "",
        "order": ticket.order_number,
        "product": (listing.title or str(listing.product or "")) if listing else "",
        "shop": ticket.shop.name,
        "agent": str(member.user) if member else "",
        "carrier": ticket.carrier or (order.carrier if order else ""),
        "amount": f"{amount} {ticket.currency or ticket.shop.currency}" if amount else "",
        "ticket": f"T-{ticket.number}",
    }


def _day(day: datetime | None, ticket: Ticket) -> str:
    return formats.date_format(day.astimezone(zone(ticket.shop.timezone)), "DATE_FORMAT") if day else ""


def offences_in(texts: dict[str, str], platforms: set[str], *, unasked: bool = False) -> list[tuple[str, Offence]]:
    """What the marketplaces a template is for would not allow, by language."""
    kind = PROACTIVE if unasked else "reply"
    found: dict[tuple[str, int, str], tuple[str, Offence]] = {}
    for language, text in texts.items():
        for platform in sorted(platforms):
            for offence in lint(text, platform, kind):
                found.setdefault((language, offence.start, offence.rule), (language, offence))
    return list(found.values())
