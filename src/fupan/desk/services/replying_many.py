"""One template to many buyers, each in the words of its ticket; within 15 seconds all of them can be taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.models import Event
from fupan.desk.models import (
    Draft,
    Message,
    MessageSide,
    ReplyTemplate,
    Sending,
    TemplateUse,
    Ticket,
    TicketState,
)
from fupan.desk.policies import templates_seen_by
from fupan.desk.queries.bulletins import swapped_by, wording
from fupan.desk.queries.templates import in_force, text_in, version_of
from fupan.desk.queries.variables import VARIABLES, render
from fupan.desk.services._mine import alive, ticket_for
from fupan.desk.services.labels import Outcome
from fupan.desk.services.replying import Used, check_reply, withdraw, write_reply
from fupan.desk.services.together import MANY
from fupan.intake.channels import outgoing
from fupan.people.models import Member
from fupan.people.policies import may


def reply_to_many(
    tickets: Sequence[Ticket], template: ReplyTemplate, *, by: Member, then: str = ""
) -> tuple[Event | None, list[Outcome]]:
    """Answer each ticket with the template; those that are refused say why. The event, to take all of it back."""
    if not may(by, "answer"):
        raise PermissionDenied
    if len(tickets) > MANY:
        raise Refused(_("At most %(count)s tickets at a time.") % {"count": MANY}, code="too-many")
    texts = _in_force(template, by)
    sent: list[int] = []
    outcomes = []
    for ticket in tickets:
        try:
            with transaction.atomic():
                sent.append(_reply(ticket.pk, template, texts, then, by).pk)
        except Refused as refused:
            outcomes.append(Outcome(ticket.number, done=False, reason=refused.message))
        except ObjectDoesNotExist:
            outcomes.append(Outcome(ticket.number, done=False, reason=_("It is not there any more.")))
        else:
            outcomes.append(Outcome(ticket.number, done=True))
    if not sent:
        return None, outcomes
    event = record(
        "desk.replied_to_many", by.workspace, by=by, workspace_id=by.workspace_id, template=template.pk, messages=sent
    )
    return event, outcomes


class Rehearsed(NamedTuple):
    """What one ticket would be answered, or why it would not."""

    ticket: Ticket
    text: str
    language: str
    reason: str = ""


def rehearse(tickets: Sequence[Ticket], template: ReplyTemplate, *, by: Member, then: str = "") -> list[Rehearsed]:
    """What would go out to whom; nothing is written."""
    if not may(by, "answer"):
        raise PermissionDenied
    texts = _in_force(template, by)
    return [_rehearsed(ticket, template, texts, then, by) for ticket in tickets]


def _rehearsed(ticket: Ticket, template: ReplyTemplate, texts: Mapping[str, str], then: str, by: Member) -> Rehearsed:
    try:
        used = _worded(alive(ticket), template, texts, by)
        check_reply(ticket, used.words, then, by)
    except Refused as refused:
        return Rehearsed(ticket, "", "", str(refused.message))
    return Rehearsed(ticket, used.words, used.language)


def take_back_many(event_id: int, *, by: Member) -> int:
    """Take back those of these replies that have not gone yet; how many."""
    mine = Event.objects.filter(pk=event_id, workspace_id=by.workspace_id, name="desk.replied_to_many", actor_id=by.pk)
    event = mine.first()
    if event is None:
        raise Refused(_("There is nothing of yours to undo."), code="nothing-to-undo")
    back = 0
    for message_id in event.data.get("messages", ()):
        with _whoever_is_late(), transaction.atomic():
            withdraw(message_id, by=by)
            back += 1
    return back


@contextmanager
def _whoever_is_late() -> Iterator[None]:
    """A reply that is on its way already, or whose ticket is gone, stays as it is."""
    try:
        yield
    except (Refused, ObjectDoesNotExist):
        return


def _in_force(template: ReplyTemplate, by: Member) -> Mapping[str, str]:
    found = in_force(templates_seen_by(by)).filter(pk=template.pk).first()
    version = version_of(found, found.version) if found is not None else None
    if version is None or not any(version.texts.values()):
        raise Refused(_("Only a template that is in force can be sent."), code="not-in-force")
    texts: Mapping[str, str] = version.texts
    return texts


def _reply(ticket_id: int, template: ReplyTemplate, texts: Mapping[str, str], then: str, by: Member) -> Message:
    ticket = alive(ticket_for(ticket_id, by))
    used = _worded(ticket, template, texts, by)
    return write_reply(ticket.pk, text=used.words, language=used.language, then=then, templates=[used], by=by)


def _worded(ticket: Ticket, template: ReplyTemplate, texts: Mapping[str, str], by: Member) -> Used:
    """The template as it reads on this ticket, or the reason why it is not for it."""
    _check(ticket, template)
    language, text = text_in(texts, ticket.language)
    bulletin = swapped_by(by, ticket).get(template.pk)
    if bulletin is not None:  # the war room’s agreed words stand in for the template’s own
        language, text = wording(bulletin, ticket.language)
    done = render(text, ticket, by, language)
    if done.empty:
        names = ", ".join(str(VARIABLES.get(name, name)) for name in done.empty)
        raise Refused(_("Nothing is known here for: %(names)s.") % {"names": names}, code="empty-variable")
    return Used(template.pk, template.version, language, done.text)


def _check(ticket: Ticket, template: ReplyTemplate) -> None:
    """What speaks against answering this ticket with this template, before any word is written."""
    if ticket.state == TicketState.SOLVED:
        raise Refused(_("It is solved already."), code="solved")
    if template.platform and template.platform != ticket.shop.platform:
        raise Refused(_("The template is for another marketplace."), code="other-platform")
    if outgoing.way_of(ticket.shop_id) is None:
        raise Refused(_("This shop has no mailbox: answer on the marketplace’s own page."), code="no-mailbox")
    if not (ticket.reply_to or ticket.buyer_email):
        raise Refused(_("No address of this buyer is known."), code="no-address")
    if Draft.objects.filter(ticket=ticket, side=MessageSide.SELLER).exists():
        raise Refused(_("Somebody has begun an answer here."), code="draft-there")
    if _said_already(ticket, template):
        raise Refused(_("This buyer has these words already."), code="said-already")


def _said_already(ticket: Ticket, template: ReplyTemplate) -> bool:
    """The same template since the buyer wrote last, or any reply that waits to be sent: nobody is answered twice."""
    asked = ticket.messages.filter(side=MessageSide.BUYER).order_by("-at", "-pk").values_list("at", flat=True).first()
    uses = TemplateUse.objects.filter(ticket=ticket, template=template).exclude(message__sending=Sending.FAILED)
    ours = ticket.messages.filter(side=MessageSide.SELLER, automatic=False)
    waiting = ours.filter(sending__in=(Sending.QUEUED, Sending.CLAIMED))
    return waiting.exists() or (uses.filter(at__gte=asked) if asked else uses).exists()
