"""All fields of the filtered tickets, a row each, for a spreadsheet; buyers' personal fields stay out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from fupan.core import weeks
from fupan.desk.models import Ticket
from fupan.desk.policies import may_see_money
from fupan.people.models import Member

Cell = str | int | float | Decimal | None
AT_ONCE = 500
_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ZONE, _TAGS, _NAME = "shop__timezone", "tags", "*"  # "*" stands for the reader's language


class Column(NamedTuple):
    """A heading, where its value comes from, and how it is written."""

    head: Any
    path: str
    write: Callable[[Any, str], Cell] = lambda value, _zone: value


def _instant(value: datetime | None, zone: str) -> Cell:
    return value.astimezone(weeks.zone(zone)).strftime("%Y-%m-%d %H:%M") if value else ""


def _choice(name: str) -> Callable[[Any, str], Cell]:
    labels: dict[str, dict[Any, str]] = {}

    def write(value: Any, _zone: str) -> Cell:
        language = get_language() or ""
        if language not in labels:
            field: Any = Ticket._meta.get_field(name)
            labels[language] = {code: str(word) for code, word in field.flatchoices}
        return labels[language].get(value, str(value))

    return write


COLUMNS = (
    Column(_("Number"), "number", lambda value, _zone: f"T-{value}"),
    Column(_("Kind"), "kind", _choice("kind")),
    Column(_("Channel"), "channel"),
    Column(_("Shop"), "shop__name"),
    Column(_("Outside id"), "outside_id"),
    Column(_("Opened"), "opened_at", _instant),
    Column(_("Week"), "week", lambda value, _zone: weeks.label(value)),
    Column(_("State"), "state", _choice("state")),
    Column(_("First answer"), "first_response_at", _instant),
    Column(_("Solved on"), "resolved_at", _instant),
    Column(_("Reopened"), "reopened"),
    Column(_("Answers"), "replies"),
    Column(_("Order number"), "order_number"),
    Column(_("SKU"), "listing__sku"),
    Column(_("ASIN"), "listing__asin"),
    Column(_("Product code"), "listing__product__code"),
    Column(_("Product"), "listing__product__name"),
    Column(_("Product line"), "listing__product__line"),
    Column(_("Supplier"), "listing__product__supplier"),
    Column(_("Batch"), "batch__code"),
    Column(_("Country"), "country"),
    Column(_("Fulfilment"), "fulfilment", _choice("fulfilment")),
    Column(_("Carrier"), "carrier"),
    Column(_("Units"), "units"),
    Column(_("Stars"), "stars"),
    Column(_("Satisfaction"), "csat"),
    Column(_("Language"), "language"),
    Column(_("Subject"), "subject"),
    Column(_("Reason code"), "reason_code"),
    Column(_("Issue code"), "issue_type__code"),
    Column(_("Issue"), f"issue_type__{_NAME}"),
    Column(_("Label by"), "label_source", _choice("label_source")),
    Column(_("Confidence"), "label_confidence"),
    Column(_("Cause, guessed"), f"cause_guess__{_NAME}"),
    Column(_("Cause, confirmed"), f"cause_confirmed__{_NAME}"),
    Column(_("Resolution"), f"resolution__{_NAME}"),
    Column(_("Incident"), "incident_id", lambda value, _zone: f"I-{value}" if value else ""),
    Column(_("Owner"), "assignee__user__name"),
    Column(_("Agent"), "agent"),
    Column(_("Tags"), _TAGS, lambda value, _zone: ", ".join(value)),
)
MONEY = (Column(_("Cost"), "cost"), Column(_("Currency"), "currency"))


def table(member: Member, tickets: QuerySet[Ticket]) -> Iterator[list[Cell]]:
    """The head, then a row per ticket, read in pieces."""
    columns = COLUMNS + (MONEY if may_see_money(member) else ())
    yield [str(column.head) for column in columns]
    name = "name_zh" if (get_language() or "").startswith("zh") else "name_en"
    paths = [column.path.replace(_NAME, name) for column in columns if column.path != _TAGS]
    rows = tickets.values_list("pk", _ZONE, *paths).iterator(chunk_size=AT_ONCE)
    while piece := list(islice(rows, AT_ONCE)):
        tags = _tags([row[0] for row in piece])
        for pk, zone, *values in piece:
            told = iter(values)
            yield [
                safe(column.write(tags[pk] if column.path == _TAGS else next(told), zone)) for column in columns
            ]  # fmt: skip


def _tags(ids: list[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    through = Ticket.tags.through.objects.filter(ticket_id__in=ids)
    for ticket_id, name in through.order_by("tag__name").values_list("ticket_id", "tag__name"):
        found[ticket_id].append(name)
    return found


def safe(value: Cell) -> Cell:
    """Text a spreadsheet would run as a formula gets an apostrophe before it; nothing is an empty cell."""
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_STARTS) else value
