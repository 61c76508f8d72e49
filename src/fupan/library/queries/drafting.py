"""A case begun from a ticket: everything that is known filled in, without anybody's personal data."""

from __future__ import annotations

import re
from datetime import date

from django.utils.translation import gettext as _

from fupan.core import weeks
from fupan.core.redact import redact
from fupan.desk.models import Message, MessageSide, Ticket, TicketState
from fupan.library.drafts import CaseDraft, Step, masked
from fupan.library.models import Case, CaseTicket, Outcome, State
from fupan.library.policies import cases_seen_by
from fupan.people.models import Member

DEMAND, STEP, WORDING = 400, 160, 1500
SENTENCE = re.compile(r"(?<=[.!?。！？])\s*")
GREETING = re.compile(
    r"^(?:dear|hello|hi|hallo|guten tag|bonjour|hola|ciao|sehr geehrte|xin chào|สวัสดี|您好|你好|亲爱的|こんにちは)"
    r"[^\n]{0,40}[,，!！:：、。]?\s*\n",
    re.IGNORECASE,
)


def draft_of(ticket: Ticket) -> CaseDraft:
    """What the ticket tells of the eleven fields."""
    names = (ticket.buyer_name,) if ticket.buyer_name else ()
    turns = [(one, redact(one.redacted, names=names).strip()) for one in ticket.messages.order_by("at", "pk")]
    heard = [text for one, text in turns if one.side == MessageSide.BUYER and text]
    said = [(one, text) for one, text in turns if one.side == MessageSide.SELLER and not one.automatic and text]
    quote = heard[0][:DEMAND] if heard else ticket.subject
    best = max(said, key=lambda turn: len(turn[1]), default=None)
    product = ticket.listing.product if ticket.listing else None
    cause = ticket.cause_confirmed or ticket.cause_guess
    return CaseDraft(
        title=_title(ticket), issue_type=ticket.issue_type.code if ticket.issue_type else "", happened_on=_day(ticket),
        took=ticket.resolved_at - ticket.opened_at if ticket.resolved_at else None, shop=ticket.shop_id,
        product=product.code if product else "", batch=ticket.batch.code if ticket.batch else "",
        order_masked=masked(ticket.order_number), demand=_demand(heard) or redact(ticket.subject, names=names),
        quote=redact(quote, names=names), quote_language=ticket.language, cause=cause.code if cause else "",
        cause_confirmed=ticket.cause_confirmed is not None, steps=_steps(ticket, turns),
        cause_guess=ticket.cause_guess.code if ticket.cause_guess else "",
        wording=best[1][:WORDING] if best else "", wording_language=best[0].language or ticket.language if best else "",
        outcome=_outcome(ticket), outcome_text=_ending(ticket), cost=ticket.cost,
        currency=ticket.currency if ticket.cost is not None else "", tags=tuple(tag.name for tag in ticket.tags.all()),
    )  # fmt: skip


def _title(ticket: Ticket) -> str:
    parts = [str(ticket.issue_type or ticket.get_kind_display())]
    if ticket.resolution:
        parts.append(str(ticket.resolution))
    return f"{ticket.listing.product} · {' → '.join(parts)}"[:160] if ticket.listing else " → ".join(parts)[:160]


def _day(ticket: Ticket) -> date:
    return ticket.opened_at.astimezone(weeks.zone(ticket.shop.timezone)).date()


def _demand(heard: list[str]) -> str:
    """The first two sentences without the greeting."""
    if not heard:
        return ""
    body = GREETING.sub("", heard[0])
    sentences = [one for one in SENTENCE.split(" ".join(body.split())) if one]
    return " ".join(sentences[:2])[:DEMAND]


def _steps(ticket: Ticket, turns: list[tuple[Message, str]]) -> tuple[Step, ...]:
    """What was done: notes as they stand, replies by how they begin, and the resolution at the end."""
    found = []
    for message, text in turns:
        if message.side == MessageSide.NOTE and text:
            found.append(Step(text.splitlines()[0][:STEP]))
        elif message.side == MessageSide.SELLER and not message.automatic and text:
            body = " ".join(GREETING.sub("", text).split())
            found.append(Step(_("Reply to the buyer"), next(iter(SENTENCE.split(body)), "")[:STEP]))
    if ticket.resolution:
        found.append(Step(str(ticket.resolution)))
    return tuple(found[:12])


def _outcome(ticket: Ticket) -> str:
    """A first guess that the author looks at: silence after one reply is success, a bad mark is not."""
    if ticket.state != TicketState.SOLVED and ticket.resolved_at is None:
        return ""
    mark = ticket.csat or ticket.stars
    if mark is not None and mark <= 2:
        return Outcome.FAILED
    return Outcome.PARTIAL if ticket.reopened or mark == 3 else Outcome.SUCCESS


def _ending(ticket: Ticket) -> str:
    told = [str(ticket.resolution)] if ticket.resolution else []
    if ticket.csat is not None:
        told.append(_("satisfaction %(mark)s of 5") % {"mark": ticket.csat})
    if ticket.reopened:
        told.append(_("reopened %(times)s times") % {"times": ticket.reopened})
    return ", ".join(told)


def written_from(member: Member, ticket: Ticket) -> Case | None:
    """The case somebody already began from this ticket, as the member may see it."""
    mine = CaseTicket.objects.filter(ticket=ticket, source=True)
    return cases_seen_by(member).exclude(state=State.ARCHIVED).filter(links__in=mine).order_by("pk").first()
