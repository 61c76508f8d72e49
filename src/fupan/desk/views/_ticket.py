"""What the ticket page and its composer show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.http import QueryDict
from django.utils.translation import gettext as _

from fupan.core import attachments, clock, weeks
from fupan.core.http import panels
from fupan.desk import presence, queries
from fupan.desk.forms import ClosingForm, WorkForm, fingerprint
from fupan.desk.models import Ticket, TicketState
from fupan.desk.policies import (
    may_label,
    may_see_buyers,
    may_see_money,
    may_work,
    resolutions_seen_by,
    tickets_seen_by,
)
from fupan.desk.queries import choices
from fupan.desk.queries.drafts import drafts_of
from fupan.desk.queries.page import page_of
from fupan.desk.services.authority import may_settle
from fupan.desk.services.closing import NEEDS, BeyondAuthority, Incomplete, needs_of
from fupan.desk.services.replying import MOST_FILES, UNDO, NotAllowed
from fupan.intake.channels import outgoing
from fupan.people.decorators import MemberRequest
from fupan.people.models import Member

MORNING = time(9)


class Moment(NamedTuple):
    """A moment to snooze until."""

    name: str
    at: datetime


def ticket_context(request: MemberRequest, ticket: Ticket, form: WorkForm | None = None) -> dict[str, Any]:
    member = request.member
    selects = choices.Selects(member)
    shown = page_of(member, ticket)
    beside = queries.queue_beside(member, request.GET, ticket)
    return {
        "ticket": ticket,
        "page": shown,
        "beside": beside,
        "filters": queries.kept_filters(request.GET),
        "queue_views": queue_views(member, request.GET),
        "view": queries.view_of(request.GET) if queries.kept_filters(request.GET) else None,
        "form": form or WorkForm(selects=selects, ticket=ticket),
        "stood": fingerprint(ticket),
        "colleagues": selects.colleagues,
        "tag_names": choices.tag_names(member),
        "may_label": may_label(member),
        "may_work": may_work(member),
        "may_see_money": may_see_money(member),
        "may_see_buyers": may_see_buyers(member),
        "here": _here(beside, ticket, member),
        "moments": moments(member),
        "panels": panels("ticket"),
        **(composer_context(member, ticket, selects) if may_work(member) else {}),
    }


def _here(beside: queries.Beside, ticket: Ticket, member: Member) -> list[presence.Here]:
    """Colleagues who have it open: the queue beside it mostly knows."""
    row = next((one for one in beside.rows if one.pk == ticket.pk), None)
    return list(row.here) if row else presence.others_at([ticket.pk], member).get(ticket.pk, [])


def queue_views(member: Member, params: QueryDict) -> list[Any]:
    """The views offered above the queue; `on` is the one in force."""
    return [*queries.tabs(member, params)[:8], *queries.saved_tabs(member, params)]


def composer_context(member: Member, ticket: Ticket, selects: choices.Selects) -> dict[str, Any]:
    """The two forms: a reply to the buyer, and a note that no buyer ever reads."""
    drafts = drafts_of(ticket, member)
    return {
        "drafts": drafts,
        "reply_text": drafts.reply.text if drafts.reply else "",
        "note_text": drafts.note.text if drafts.note else "",
        "mailbox": outgoing.way_of(ticket.shop_id) is not None,
        "closing": ClosingForm(selects=selects, ticket=ticket),
        "needs": needs_of(ticket.workspace_id, ticket.kind),
        "accept": attachments.ACCEPT,
        "most_files": MOST_FILES,
        "undo": int(UNDO.total_seconds()),
        "names": json.dumps([name for _pk, name in selects.colleagues], ensure_ascii=False),
        **buttons_context(member, ticket, None, None),
    }


def buttons_context(member: Member, ticket: Ticket, resolution: str | None, cost: Decimal | None) -> dict[str, Any]:
    """Whether the reader may send and solve with this settlement, or asks for approval; None: as the ticket says."""
    node = ticket.resolution if resolution is None else resolutions_seen_by(member).filter(code=resolution).first()
    amount = ticket.cost if cost is None else cost
    settled = may_settle(member, ticket, node, amount)
    return {"ticket": ticket, "settled": settled, "asked": {"resolution": node.code if node else "", "amount": amount}}


def say_context(
    member: Member, ticket: Ticket, refused: Exception, told: QueryDict, asked: Iterable[str] = NEEDS
) -> dict[str, Any]:
    """Why a reply or a closing was refused, and what to fill in of the fields `asked` for here."""
    missing = [name for name in refused.missing if name in asked] if isinstance(refused, Incomplete) else []
    return {
        "ticket": ticket,
        "message": getattr(refused, "message", ""),
        "code": getattr(refused, "code", ""),
        "offences": refused.offences if isinstance(refused, NotAllowed) else [],
        "beyond": refused.settled if isinstance(refused, BeyondAuthority) else None,
        "fields": ClosingForm(told, selects=choices.Selects(member), ticket=ticket).only(missing) if missing else [],
    }


def moments(member: Member) -> list[Moment]:
    """When a ticket may wake: on the clock of the workspace."""
    zone = weeks.zone(member.workspace.timezone)
    now = clock.now().astimezone(zone)
    tomorrow = datetime.combine(now.date() + timedelta(days=1), MORNING, zone)
    monday = datetime.combine(now.date() + timedelta(days=7 - now.weekday()), MORNING, zone)
    return [
        Moment(_("in 3 hours"), (now + timedelta(hours=3)).replace(second=0, microsecond=0)),
        Moment(_("tomorrow at 9"), tomorrow),
        Moment(_("on Monday at 9"), monday),
        Moment(_("in a week"), tomorrow + timedelta(days=6)),
    ]


def like_tickets(member: Member, ticket: Ticket) -> list[Ticket]:
    """Tickets it may be merged into: of the same order or buyer in the same shop, those still open first."""
    others = tickets_seen_by(member).filter(shop_id=ticket.shop_id, merged_into=None).exclude(pk=ticket.pk)
    same = others.none()
    if ticket.order_number:
        same = others.filter(order_number=ticket.order_number)
    if ticket.buyer_key:
        same = same | others.filter(buyer_key=ticket.buyer_key)
    found = list(same.select_related("shop", "issue_type").order_by("-opened_at", "-pk")[:12])
    return sorted(found, key=lambda one: one.state != TicketState.OPEN)
