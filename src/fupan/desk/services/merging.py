"""Two tickets become one conversation, one becomes two, and back again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core import clock, stale, weeks
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Incident, Merge, Message, MessageSide, Ticket, TicketState
from fupan.desk.policies import merges_seen_by
from fupan.desk.services._changed import mark_changed
from fupan.desk.services._incidents import kin_weeks
from fupan.desk.services._mine import alive, standing, ticket_for, write
from fupan.desk.services._numbers import lock, take_numbers
from fupan.desk.services.work import join_incident, place
from fupan.desk.standing import ANSWERED
from fupan.people.models import Member

_COPIED = (
    "workspace_id", "shop_id", "channel", "order_number", "order_id", "order_line_id", "listing_id", "batch_id",
    "country", "fulfilment", "carrier", "units", "currency", "buyer_key", "buyer_name", "buyer_email", "language",
    "assignee_id", "tier", "case_id", "reply_to", "import_id",
)  # fmt: skip
_KEPT = ("state", "resolved_at", "incident_id", "replies")
_KEPT_OF_OTHER = ("state", "resolved_at", "reopened", "first_response_at")


@transaction.atomic
def merge_tickets(ticket_id: int, into_id: int, *, by: Member) -> Merge:
    """Put a ticket's conversation into another of the same buyer; `take_merge_back` takes them apart again."""
    ticket, into = alive(ticket_for(ticket_id, by)), alive(ticket_for(into_id, by))
    lock(ticket.workspace_id)
    _may_be_one(ticket, into)
    before: dict[str, Any] = {name: _plain(getattr(ticket, name)) for name in _KEPT}
    before["into"] = {name: _plain(getattr(into, name)) for name in _KEPT_OF_OTHER}
    moved = list(Message.objects.filter(ticket=ticket).values_list("pk", flat=True))
    if ticket.incident_id is not None and ticket.incident_id != into.incident_id:
        join_incident(ticket, into, by=by)
    Message.objects.filter(pk__in=moved).update(ticket=into)
    merge = Merge.objects.create(
        ticket=ticket, into=into, message_ids=moved, before=before, by=by, at=clock.now()
    )  # fmt: skip
    was = ticket.state
    write(ticket, {"state": TicketState.SOLVED, "resolved_at": clock.now(), "merged_into": into, "snoozed_until": None})
    _take_in(into, ticket, was)
    mark_changed(into.workspace_id, [into.pk])
    record("desk.merged", ticket, by=by, into=into.pk, merge=merge.pk)
    return merge


@transaction.atomic
def take_merge_back(merge_id: int, *, by: Member) -> Ticket:
    """Take a merge apart: each message that still lies there goes back, and both stand as before."""
    merge = merges_seen_by(by).select_for_update(of=("self",)).get(pk=merge_id)
    ticket, into = ticket_for(merge.ticket_id, by), ticket_for(merge.into_id, by)
    if merge.taken_back_at is not None or ticket.merged_into_id != into.pk:
        raise Refused(_("This merge was taken back already."), code="taken-back")
    lock(ticket.workspace_id)
    Message.objects.filter(pk__in=merge.message_ids, ticket=into).update(ticket=ticket)
    merge.taken_back_at = clock.now()
    merge.save(update_fields=["taken_back_at"])
    before = merge.before
    back = {"merged_into": None, "state": before["state"], "resolved_at": _moment(before["resolved_at"])}
    write(ticket, back | {"replies": before["replies"]})
    _apart(ticket, before)
    _give_up(into, merge)
    for one in (ticket, into):
        write(one, standing(one) if one.state == TicketState.OPEN else {})
    record("desk.merge_taken_back", ticket, by=by, into=into.pk, merge=merge.pk)
    return ticket


@transaction.atomic
def split_ticket(ticket_id: int, message_ids: Sequence[int], *, by: Member) -> Ticket:
    """The chosen messages are another trouble: they become a ticket and an incident of their own."""
    ticket = alive(ticket_for(ticket_id, by))
    lock(ticket.workspace_id)
    chosen = list(Message.objects.filter(ticket=ticket, pk__in=list(message_ids)).order_by("at", "pk"))
    if not chosen:
        raise Refused(_("Choose the messages that belong to another trouble."), code="nothing-chosen")
    if len(chosen) == ticket.messages.count():
        raise Refused(_("Something has to stay: leave at least one message here."), code="all-chosen")
    fresh = _twin(ticket, chosen, by)
    Message.objects.filter(pk__in=[one.pk for one in chosen]).update(ticket=fresh)
    for one in (ticket, fresh):
        replies = min(one.replies, _answers(one)) if one is ticket else _answers(one)
        write(one, {"replies": replies, **(standing(one) if one.state == TicketState.OPEN else {})})
    stale.mark(ticket.workspace_id, kin_weeks([ticket.pk, fresh.pk]))
    mark_changed(ticket.workspace_id, [ticket.pk])
    record("desk.split", fresh, by=by, of=ticket.pk, messages=len(chosen))
    return fresh


def _may_be_one(ticket: Ticket, into: Ticket) -> None:
    if ticket.pk == into.pk:
        raise Refused(_("A ticket cannot be merged into itself."), code="itself")
    if ticket.shop_id != into.shop_id:
        raise Refused(_("These tickets belong to different shops: one answer cannot reach both."), code="other-shop")
    known = ticket.buyer_key and into.buyer_key
    same_order = ticket.order_number and ticket.order_number == into.order_number
    if (known and ticket.buyer_key != into.buyer_key) or not (known or same_order):
        said = _("These tickets are not known to be of one buyer: one would read what the other wrote.")
        raise Refused(said, code="other-buyer")


def _take_in(into: Ticket, ticket: Ticket, was: str) -> None:
    answers = [at for at in (into.first_response_at, ticket.first_response_at) if at is not None]
    values: dict[str, Any] = {"replies": into.replies + ticket.replies, "first_response_at": min(answers, default=None)}
    if was == TicketState.OPEN and into.state != TicketState.OPEN:
        solved = into.state == TicketState.SOLVED
        values |= {"state": TicketState.OPEN, "resolved_at": None, "reopened": into.reopened + solved}
    write(into, values)
    if into.state == TicketState.OPEN:
        write(into, standing(into))


def _give_up(into: Ticket, merge: Merge) -> None:
    """Without what the other brought; it stands as before unless its conversation went on since."""
    values: dict[str, Any] = {"replies": max(0, into.replies - merge.before["replies"])}
    was = merge.before["into"]
    if not Message.objects.filter(ticket=into, at__gt=merge.at).exclude(side=MessageSide.NOTE).exists():
        moments = {name: _moment(was[name]) for name in ("resolved_at", "first_response_at")}
        values |= {"state": was["state"], "reopened": was["reopened"], **moments}
        values |= ANSWERED
    write(into, values)


def _apart(ticket: Ticket, before: dict[str, Any]) -> None:
    """Back into the incident it was in, or into a new one where that is gone."""
    if ticket.incident_id == before["incident_id"]:
        return
    found = Incident.objects.filter(workspace_id=ticket.workspace_id, pk=before["incident_id"] or 0).first()
    own = found or Incident.objects.create(
        workspace_id=ticket.workspace_id, shop_id=ticket.shop_id, order_line_id=ticket.order_line_id,
        issue_type_id=ticket.issue_type_id, opened_at=ticket.opened_at,
    )  # fmt: skip
    place(ticket, own.pk, kin_weeks([ticket.pk]))


def _twin(ticket: Ticket, chosen: list[Message], by: Member) -> Ticket:
    number, first = take_numbers(ticket.workspace_id, 1), chosen[0].at
    own = Incident.objects.create(
        workspace_id=ticket.workspace_id, shop_id=ticket.shop_id, order_line_id=ticket.order_line_id, opened_at=first
    )  # fmt: skip
    words = next((one.redacted for one in chosen if one.side == MessageSide.BUYER), ticket.subject)
    return Ticket.objects.create(
        number=number, kind=ticket.kind, outside_id=f"split:{number}", opened_at=first, touched_at=clock.now(),
        week=weeks.week_of(first, ticket.shop.timezone), subject=words.strip().split("\n", 1)[0][:120],
        first_response_at=next((one.at for one in chosen if _is_answer(one)), None), incident=own,
        placed_by_person=True, assigned_at=clock.now() if ticket.assignee_id else None,
        **{name: getattr(ticket, name) for name in _COPIED},
    )  # fmt: skip


def _is_answer(message: Message) -> bool:
    return message.side == MessageSide.SELLER and not message.automatic


def _answers(ticket: Ticket) -> int:
    return Message.objects.filter(ticket=ticket, side=MessageSide.SELLER, automatic=False).count()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
