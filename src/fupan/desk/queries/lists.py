"""The ticket list: its built-in views with their counts, its rows, and what can be filtered by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.desk.clocks import CLOCKED_KINDS, platform_due
from fupan.desk.models import Ticket, TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.filters import NAMES, Params, filtered, several
from fupan.intake.models import Import, ImportState
from fupan.people.models import Member

COUNTED = 1000  # a view's count stops there: "999+"
SORTS = {
    "opened": "opened_at", "number": "number", "state": "state", "shop": "shop__name", "issue": "issue_type__order",
    "product": "listing__product__code", "stars": "stars",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class View:
    """A saved set of filters everybody has."""

    code: str
    name: Any
    params: dict[str, str | list[str]]
    empty: Any


VIEWS = (
    View("to_answer", _("To answer"), {"state": "open"}, _("All answered.")),
    View("unlabelled", _("Unlabelled"), {"issue_type": "none"}, _("Every ticket has its label.")),
    View("late", pgettext_lazy("tickets", "Late"), {"late": "platform"}, _("No answer missed its clock.")),
    View("negative", _("Bad ratings"), {"kind": ["rating", "feedback"], "stars_max": "2"}, _("No bad ratings.")),
    View("all", pgettext_lazy("tickets", "All"), {}, _("No tickets yet.")),
)  # fmt: skip


class Tab(NamedTuple):
    view: View
    address: str
    tickets: int
    more: bool
    on: bool


@dataclass(slots=True)
class Row:
    """A ticket as the list shows it."""

    ticket: Ticket
    due: datetime | None  # until when the marketplace wants an answer; None when nothing is owed


def rows_of(tickets: Sequence[Ticket]) -> list[Row]:
    return [Row(ticket, owed(ticket)) for ticket in tickets]


def owed(ticket: Ticket) -> datetime | None:
    waits = ticket.state == TicketState.OPEN and ticket.first_response_at is None and ticket.kind in CLOCKED_KINDS
    return platform_due(ticket.shop.platform, ticket.opened_at) if waits else None


def listed(member: Member, params: Params) -> QuerySet[Ticket]:
    """The filtered tickets in the order asked for, with all that a row shows."""
    return shown(filtered(member, params).order_by(*ordering(params)))


def shown(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    related = tickets.select_related("shop", "listing__product", "batch", "issue_type", "assignee__user")
    return related.defer("buyer_email")


def ordering(params: Params) -> tuple[str, ...]:
    wanted = next(iter(several(params, "sort")), "-opened")
    column = SORTS.get(wanted.lstrip("-"), "opened_at")
    sign = "-" if wanted.startswith("-") else ""
    return (f"{sign}{column}", f"{sign}id") if column == "opened_at" else (f"{sign}{column}", "-opened_at", "-id")


def tabs(member: Member, params: Params) -> list[Tab]:
    """The built-in views; each keeps the shop that was chosen."""
    shop = several(params, "shop")
    chosen = view_of(params)
    found = []
    for view in VIEWS:
        wanted = {**view.params, **({"shop": shop} if shop else {})}
        count = filtered(member, wanted).order_by()[:COUNTED].count()
        found.append(Tab(view, address(wanted), min(count, COUNTED - 1), count >= COUNTED, view is chosen))
    return found


def view_of(params: Params) -> View | None:
    """The built-in view these filters are, if any; an empty address means all."""
    asked = {name: sorted(several(params, name)) for name in NAMES if several(params, name) and name != "shop"}
    for view in VIEWS:
        if asked == {
            name: sorted(value if isinstance(value, list) else [value]) for name, value in view.params.items()
        }:
            return view
    return None


def address(params: dict[str, Any]) -> str:
    """The query part of a list's address."""
    query = QueryDict(mutable=True)
    for name, value in params.items():
        query.setlist(name, [str(item) for item in (value if isinstance(value, list) else [value])])
    return query.urlencode()


def kept_filters(params: Params) -> str:
    """The filters and the order of an address, without the page: what links between list and ticket carry along."""
    return address({name: values for name in (*NAMES, "sort") if (values := several(params, name))})


def queue_beside(member: Member, params: Params, ticket: Ticket, *, size: int = 40) -> list[Row]:
    """The list beside a ticket: the filtered tickets around it in list order (open ones when nothing is filtered)."""
    asked = params if kept_filters(params) else {"state": TicketState.OPEN.value}
    tickets = list(listed(member, asked)[: size * 5])
    places = {one.pk: at for at, one in enumerate(tickets)}
    start = max(0, min(places.get(ticket.pk, 0) - size // 2, len(tickets) - size))
    return rows_of(tickets[start : start + size])


def kept_after_undo(member: Member, import_id: int) -> QuerySet[Ticket]:
    """Tickets an undone import left behind because somebody had worked on them."""
    undone = Import.objects.filter(pk=import_id, workspace_id=member.workspace_id, state=ImportState.UNDONE)
    return tickets_seen_by(member).filter(import_id__in=undone.values("pk")).order_by("number")
