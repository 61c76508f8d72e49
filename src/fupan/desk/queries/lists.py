"""The ticket list: its rows, its order, its columns, and the queue beside a ticket."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fupan.desk import presence
from fupan.desk.models import LabelSource, Ticket, TicketKind, TicketState
from fupan.desk.policies import may_see_buyers, tickets_seen_by
from fupan.desk.queries.filters import NAMES, Params, filtered, several
from fupan.desk.queries.views import address, total
from fupan.intake.models import Import, ImportState
from fupan.people.models import Member

SORTS = {
    "opened": "opened_at", "number": "number", "state": "state", "shop": "shop__name", "issue": "issue_type__order",
    "product": "listing__product__code", "stars": "stars", "due": "platform_due_at", "office": "office_due_at",
    "waiting": "waiting_since", "assignee": "assignee__user__name",
}  # fmt: skip
CLOCKS = ("due", "office", "waiting")  # who has no clock comes last, in either direction
_WORDED = (TicketKind, TicketState, LabelSource)
GUESSED = (LabelSource.RULE, LabelSource.MODEL)
BESIDE = 200  # tickets among which the one that is open is looked for
PAGE = 50
HERE = "here"  # wanted of a row beside its columns: which colleagues have it open
FOUND = 1000  # tickets that a search by words lists


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


@dataclass(slots=True, frozen=True)
class Row:
    """A ticket as lists show it: in words, so that a long list costs little to draw."""

    pk: int
    number: str
    address: str
    state: str
    state_word: str
    kind: str
    subject: str
    language: str
    shop: str
    timezone: str  # of the shop
    product: str
    sku: str
    batch: str
    issue: str
    source: str
    confidence: float | None  # of a label that a rule or the model gave
    stars: int | None
    order_number: str
    buyer: str
    owner: str
    opened_at: datetime
    waiting_since: datetime | None
    platform_due_at: datetime | None
    office_due_at: datetime | None
    snoozed_until: datetime | None
    tags: tuple[str, ...]
    here: tuple[presence.Here, ...]  # colleagues who have it open

    @property
    def name(self) -> str:
        return f"T-{self.number}"

    @property
    def writing(self) -> bool:
        return any(one.writing for one in self.here)


def columns_of(wanted: Sequence[str]) -> list[Column]:
    """The columns asked for, in their order; the usual ones when none is known."""
    return [one for one in COLUMNS if one.code in wanted] or [one for one in COLUMNS if one.code in USUAL]


_PLAIN = ("pk", "state", "subject", "language", "stars", "order_number", "opened_at", "waiting_since",
          "platform_due_at", "office_due_at", "snoozed_until")  # fmt: skip
_LOOKED_UP = ("number", "kind", "label_source", "label_confidence", "agent", "shop__name", "shop__timezone")
_ELSEWHERE = {
    "product": ("listing__sku", "listing__product__name", "listing__product__code"),
    "batch": ("batch__code",),
    "issue": ("issue_type__name_en", "issue_type__name_zh"),
    "owner": ("assignee__user__name", "assignee__user__email"),
}
QUEUE = ("buyer", "product", "issue", HERE)


def rows_of(keys: Sequence[int], member: Member, wanted: Container[str]) -> list[Row]:
    """The tickets with these keys, in their order. What other tables say of them is left empty unless `wanted`."""
    if not keys:
        return []
    joined = [column for name, columns in _ELSEWHERE.items() if name in wanted for column in columns]
    if "buyer" in wanted and may_see_buyers(member):
        joined.append("buyer_name")
    found = tickets_seen_by(member).filter(pk__in=keys).order_by().values(*_PLAIN, *_LOOKED_UP, *joined)
    by_key = {one["pk"]: one for one in found}
    here = presence.others_at(keys, member) if HERE in wanted else {}
    tags = _tags_of(keys) if "tags" in wanted else {}
    worded = _worded_row()
    return [worded(by_key[pk], tags.get(pk, []), here.get(pk, [])) for pk in keys if pk in by_key]


def _worded_row() -> Callable[[dict[str, Any], list[str], list[presence.Here]], Row]:
    """What turns a database row into a `Row`; words of codes are looked up once for the whole list."""
    kinds, states, sources = ({code: str(word) for code, word in one.choices} for one in _WORDED)
    issue_name = "issue_type__name_zh" if (get_language() or "").startswith("zh") else "issue_type__name_en"
    base = reverse("desk:ticket", args=[0]).removesuffix("0/")

    def worded(one: dict[str, Any], tags: list[str], here: list[presence.Here]) -> Row:
        number, source, said = str(one["number"]), one["label_source"], one.get
        return Row(
            **{name: one[name] for name in _PLAIN}, number=number, address=f"{base}{number}/",
            state_word=states[one["state"]], kind=kinds[one["kind"]], shop=one["shop__name"],
            timezone=one["shop__timezone"], sku=said("listing__sku") or "",
            product=said("listing__product__name") or said("listing__product__code") or "",
            batch=said("batch__code") or "", issue=said(issue_name) or "",
            source=sources[source], confidence=one["label_confidence"] if source in GUESSED else None,
            buyer=said("buyer_name", ""), tags=tuple(tags), here=tuple(here),
            owner=said("assignee__user__name") or said("assignee__user__email") or one["agent"],
        )  # fmt: skip

    return worded


def _tags_of(keys: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    named = Ticket.tags.through.objects.filter(ticket_id__in=keys).order_by("tag__name")
    for pk, name in named.values_list("ticket_id", "tag__name"):
        found.setdefault(pk, []).append(name)
    return found


class Tickets(Paginator):  # type: ignore[type-arg]
    """Pages of keys of the filtered tickets. What is searched for by words stops at `FOUND`, as counting would read
    every ticket; other counts are remembered for some seconds."""

    def __init__(self, member: Member, params: Params) -> None:
        self.member = member
        self.filters = address({name: values for name in NAMES if (values := several(params, name))})
        keys = filtered(member, params).order_by(*ordering(params)).values_list("pk", flat=True)
        self.searched = bool(several(params, "q"))
        super().__init__(list(keys[: FOUND + 1]) if self.searched else keys, PAGE)

    @cached_property
    def more(self) -> bool:
        """Whether more were found than are shown."""
        return self.searched and len(self.object_list) > FOUND

    @cached_property
    def count(self) -> int:
        return min(len(self.object_list), FOUND) if self.searched else total(self.member, self.filters)


def shown(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """With all that a page of few tickets shows of each."""
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
    before: Row | None
    after: Row | None


def queue_beside(member: Member, params: Params, ticket: Ticket, *, size: int = 24) -> Beside:
    """The filtered tickets around a ticket in list order (open ones by time left when nothing is filtered)."""
    asked = params if kept_filters(params) else {"state": TicketState.OPEN.value, "sort": "due"}
    order = list(filtered(member, asked).order_by(*ordering(asked)).values_list("pk", flat=True)[:BESIDE])
    at = order.index(ticket.pk) if ticket.pk in order else -1
    start = max(0, min(at - size // 2, len(order) - size))
    rows = rows_of(order[start : start + size], member, QUEUE)
    here = next((place for place, one in enumerate(rows) if one.pk == ticket.pk), -1)
    before = rows[here - 1] if here > 0 else None
    after = rows[here + 1] if 0 <= here + 1 < len(rows) else None
    return Beside(rows, before, after)


def kept_after_undo(member: Member, import_id: int) -> QuerySet[Ticket]:
    """Tickets an undone import left behind because somebody had worked on them."""
    undone = Import.objects.filter(pk=import_id, workspace_id=member.workspace_id, state=ImportState.UNDONE)
    return tickets_seen_by(member).filter(import_id__in=undone.values("pk")).order_by("number")
