"""Data in, for programs: imports of files, and orders and tickets in bulk by the same road."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import Http404
from ninja import File, Form, Path, Query, Router, Schema, UploadedFile
from ninja.errors import HttpError

from fupan.commerce.models import Shop
from fupan.commerce.policies import shops_seen_by
from fupan.core import cursor
from fupan.core.jobs import enqueue
from fupan.core.schemas import Id, Page, Paging, answers
from fupan.intake import services
from fupan.intake.models import Import, Reject, Source
from fupan.intake.policies import imports_seen_by
from fupan.intake.records import OrderLineRecord, Record, TicketRecord
from fupan.intake.schemas import BatchOut, ImportOut, MessageOut, OrdersIn, RejectOut, ShopMessageIn, TicketsIn
from fupan.people.models import Member
from fupan.people.tokens import TokenAuth, TokenRequest, caller

imports = Router(tags=["imports"])
orders = Router(tags=["orders"])
tickets = Router(tags=["tickets"])
messages = Router(tags=["messages"])
READ = TokenAuth("imports:read", right="import")
WRITE = TokenAuth("imports:write", right="import")
Number = Annotated[int, Path(ge=1, le=2**63 - 1)]
SHOWN = 200  # rejects that stand on the answer itself


@imports.get("", auth=READ, response=answers(Page[ImportOut]), summary="Imports, newest first")
def list_imports(request: TokenRequest, told: Query[Paging]) -> dict[str, Any]:
    found, after = cursor.page(imports_seen_by(caller(request)), cursor=told.cursor, limit=told.limit)
    return {"items": found, "next": after}


@imports.post(
    "", auth=WRITE, response=answers(list[ImportOut], status=201), summary="Upload a file, folder zip or archive"
)
def upload(request: TokenRequest, file: File[UploadedFile], shop: Form[Id | None] = None) -> tuple[int, list[Import]]:
    """One import for the file, or for each file of an archive. A worker recognises, checks and runs them; follow
    `state` until it is `done`, `failed`, or stays `checked` (the same file went in before)."""
    member = caller(request)
    if (file.size or 0) > services.MOST_UPLOAD_BYTES:
        raise HttpError(413, "The file is larger than this server takes.")
    chosen = _shop(member, shop) if shop else None
    given = services.Given(file.name or "file", file.chunks())
    made = services.upload(member.workspace, [given], shop=chosen, by=member)
    if made:
        enqueue("fupan.intake.tasks.take_upload", made[0].pk)
    return 201, [_import(member, one.pk) for one in made]


@imports.get("/{number}", auth=READ, response=answers(ImportOut), summary="An import")
def get_import(request: TokenRequest, number: Number) -> Import:
    return _import(caller(request), number)


@imports.get("/{number}/rejects", auth=READ, response=answers(Page[RejectOut]), summary="Rows that did not go in")
def list_rejects(request: TokenRequest, number: Number, told: Query[Paging]) -> dict[str, Any]:
    rows = _import(caller(request), number).rejects.all()
    found, after = cursor.page(rows, cursor=told.cursor, limit=told.limit)
    return {"items": found, "next": after}


@imports.post("/{number}/undo", auth=WRITE, response=answers(ImportOut), summary="Take an import back")
def undo(request: TokenRequest, number: Number) -> Import:
    member = caller(request)
    services.undo_import(_import(member, number).pk, by=member)
    return _import(member, number)


@orders.post("/bulk", auth=TokenAuth("orders:write", right="import"), response=answers(BatchOut),
             summary="Create or update order lines")  # fmt: skip
def write_orders(request: TokenRequest, told: OrdersIn) -> dict[str, Any]:
    member = caller(request)
    shop = _shop(member, told.shop)
    return _sent(shop, Source.ORDERS, _records(OrderLineRecord, told.lines), member)


@tickets.post("/bulk", auth=TokenAuth("tickets:write", right="import"), response=answers(BatchOut),
              summary="Open or update tickets")  # fmt: skip
def write_tickets(request: TokenRequest, told: TicketsIn) -> dict[str, Any]:
    """They wait as received rows until a worker (or the next command) opens them at the desk."""
    member = caller(request)
    shop = _shop(member, told.shop)
    return _sent(shop, Source.TICKETS, _records(TicketRecord, told.tickets), member)


@messages.post("", auth=TokenAuth("messages:write", right="import"), response=answers(MessageOut, status=202),
               summary="Leave a message of a buyer")  # fmt: skip
def write_message(request: TokenRequest, told: ShopMessageIn) -> tuple[int, dict[str, Any]]:
    """It finds its ticket by thread, case, buyer and order, or opens one; a worker does that within a second."""
    member = caller(request)
    taken = services.take_message(_shop(member, told.shop), told.record("api"), by=member)
    return 202, {"id": taken.incoming.pk, "again": taken.again}


def _import(member: Member, number: int) -> Import:
    found = imports_seen_by(member).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _shop(member: Member, number: int) -> Shop:
    found = shops_seen_by(member).filter(pk=number).select_related("workspace").first()
    if found is None:
        raise Http404
    return found


def _records(kind: type[OrderLineRecord] | type[TicketRecord], told: Iterable[Schema]) -> list[Record]:
    fields = set(kind._fields)
    given = ({name: value for name, value in one if name in fields} for one in told)
    return [kind(line=line, **_plain(one)) for line, one in enumerate(given, 1)]


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}


def _sent(shop: Shop, source: str, records: list[Record], member: Member) -> dict[str, Any]:
    done = services.take_sent(shop, source, records, by=member)
    rejects: QuerySet[Reject] = done.rejects.order_by("line")[:SHOWN]
    counts = {name: getattr(done, name) for name in ("id", "created", "updated", "unchanged", "rejected")}
    return counts | {"rejects": list(rejects)}
