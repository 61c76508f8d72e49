"""The ticket list: its rows, its order, its columns, and the queue beside a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext_lazy as _

from fupan.desk import presence
from fupan.desk.models import LabelSource, Ticket, TicketKind, TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.filters import NAMES, Params, filtered, several
from fupan.desk.queries.views import address
from fupan.intake.models import Import, ImportState
from fupan.people.models import Member

SORTS = {
    "opened": "opened_at", "number": "number", "state": "state", "shop": "shop__name", "issue": "issue_type__order",
    "product": "listing__product__code", "stars": "stars", "due": "platform_due_at", "office": "office_due_at",
    "waiting": "waiting_since", "assignee": "assignee__user__name",
}  # fmt: skip
CLOCKS = ("due", "office", "waiting")  # who has no clock comes last, in either direction
_WORDED = (TicketKind, TicketState, LabelSource)
BESIDE = 200  # tickets among which the one that is open is looked for


class Column(NamedTuple):
    """A column of the list that may be shown or not."""

    code: str
    name: Any
    sort: str = ""
    figure: bool = False


COLUMNS = (
    Column("due", _("Marketplace clock"), "due"),
    Column("office", _("Office clock"), "office"),
    Column("shop", _("Shop"), "shop"),
    Column("product", _("Product"), "product"),
    Column("issue", _("Issue"), "issue"),
    Column("buyer", _("Buyer")),
    Column("order", _("Order")),
    Column("tags", _("Tags")),
    Column("language", _("Language")),
    Column("owner", _("Owner"), "assignee"),
    Column("waiting", _("Waits since"), "waiting", figure=True),
    Column("opened", _("Opened"), "opened", figure=True),
)
USUAL = ("due", "office", "product", "issue", "owner", "opened")


@dataclass(slots=True)
class Row:
    """A ticket as the list shows it."""

    ticket: Ticket
    here: list[presence.Here] = field(default_factory=list)  # colleagues who have it open
    kind: str = ""  # in words, looked up once for the whole list
    state: str = ""
    source: str = ""

    @property
    def writing(self) -> bool:
        return any(one.writing for one in self.here)


def columns_of(wanted: Sequence[str]) -> list[Column]:
    """The columns asked for, in their order; the usual ones when none is known."""
    return [one for one in COLUMNS if one.code in wanted] or [one for one in COLUMNS if one.code in USUAL]


def rows_of(tickets: Sequence[Ticket], member: Member) -> list[Row]:
    here = presence.others_at([ticket.pk for ticket in tickets], member) if tickets else {}
    kinds, states, sources = ({code: str(word) for code, word in one.choices} for one in _WORDED)
    return [
        Row(one, here.get(one.pk, []), kinds[one.kind], states[one.state], sources[one.label_source]) for one in tickets
    ]


def listed(member: Member, params: Params) -> QuerySet[Ticket]:
    """The filtered tickets in the order asked for, with all that a row shows."""
    return shown(filtered(member, params).order_by(*ordering(params)))


def shown(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    related = tickets.select_related("shop", "listing__product", "batch", "issue_type", "assignee__user")
    return related.defer("buyer_email", "reply_to")


def ordering(params: Params) -> tuple[str | OrderBy, ...]:
    wanted = next(iter(several(params, "sort")), "-opened")
    name, back = wanted.lstrip("-"), wanted.startswith("-")
    column = SORTS.get(name, "opened_at")
    sign = "-" if back else ""
    if name in CLOCKS:
        clocked = F(column).desc(nulls_last=True) if back else F(column).asc(nulls_last=True)
        return clocked, "opened_at", "id"
    return (f"{sign}{column}", f"{sign}id") if column == "opened_at" else (f"{sign}{column}", "-opened_at", "-id")


def kept_filters(params: Params) -> str:
    """The filters and the order of an address, without the page: what links between list and ticket carry along."""
    return address({name: values for name in (*NAMES, "sort") if (values := several(params, name))})


class Beside(NamedTuple):
    """The queue beside a ticket, and its neighbours there."""

    rows: list[Row]
    before: Ticket | None
    after: Ticket | None


def queue_beside(member: Member, params: Params, ticket: Ticket, *, size: int = 30) -> Beside:
    """The filtered tickets around a ticket in list order (open ones by time left when nothing is filtered)."""
    asked = params if kept_filters(params) else {"state": TicketState.OPEN.value, "sort": "due"}
    order = list(filtered(member, asked).order_by(*ordering(asked)).values_list("pk", flat=True)[:BESIDE])
    at = order.index(ticket.pk) if ticket.pk in order else -1
    start = max(0, min(at - size // 2, len(order) - size))
    window = order[start : start + size]
    found = {one.pk: one for one in shown(tickets_seen_by(member).filter(pk__in=window))}
    tickets = [found[pk] for pk in window if pk in found]
    here = next((place for place, one in enumerate(tickets) if one.pk == ticket.pk), -1)
    before = tickets[here - 1] if here > 0 else None
    after = tickets[here + 1] if 0 <= here + 1 < len(tickets) else None
    return Beside(rows_of(tickets, member), before, after)


def kept_after_undo(member: Member, import_id: int) -> QuerySet[Ticket]:
    """Tickets an undone import left behind because somebody had worked on them."""
    undone = Import.objects.filter(pk=import_id, workspace_id=member.workspace_id, state=ImportState.UNDONE)
    return tickets_seen_by(member).filter(import_id__in=undone.values("pk")).order_by("number")
