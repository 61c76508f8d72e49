"""The first word to a buyer, by channel; it never stops the marketplace's clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Platform
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.redact import redact
from fupan.desk.clocks import office_elapsed
from fupan.desk.compute.lint import AUTO, lint
from fupan.desk.compute.rendering import fill
from fupan.desk.models import (
    AutoReply,
    Message,
    MessageSide,
    ReplyTemplate,
    Sending,
    TemplateState,
    Ticket,
    TicketKind,
)
from fupan.desk.queries.templates import text_in, version_of
from fupan.desk.queries.variables import values_for
from fupan.desk.standing import days_off
from fupan.intake.channels import outgoing
from fupan.people.models import Member

FRESH = timedelta(hours=24)  # an older question gets a person's answer, not a greeting
ONCE_A = timedelta(hours=24)  # per buyer, so that two programs never greet each other for ever
_MOMENT = timedelta(minutes=1)


@transaction.atomic
def set_auto_reply(
    platform: str, *, by: Member, template: ReplyTemplate | None, active: bool, closed_hours_only: bool,
    version: int = 0,
) -> AutoReply | None:  # fmt: skip
    """Say what is answered by itself on a marketplace ("" for those without a row); no template takes it away.

    `version` is the one the form was opened on.
    """
    if platform and platform not in Platform.values:
        raise Refused(_("“%(platform)s” is not a marketplace.") % {"platform": platform}, code="no-such-platform")
    rows = AutoReply.objects.select_for_update().filter(workspace_id=by.workspace_id, platform=platform)
    row = rows.first()
    if (row.version if row else 0) != version:
        raise Refused(_("Somebody changed this while you were looking at it."), code="edited-meanwhile")
    if template is None:
        rows.delete()
    elif template.workspace_id != by.workspace_id or template.state != TemplateState.IN_FORCE:
        raise Refused(_("An automatic answer needs a template that is in force."), code="not-in-force")
    else:
        row = row or AutoReply(workspace_id=by.workspace_id, platform=platform, version=0)
        row.template, row.active, row.closed_hours_only = template, active, closed_hours_only
        row.version += 1
        row.save()
    record("desk.auto_reply_set", by.workspace, by=by, workspace_id=by.workspace_id, platform=platform, active=active)
    return row if template is not None else None


def greet_many(ticket_ids: Iterable[int]) -> list[Message]:
    """Greet the buyers of those tickets whose channel has a rule; what went out."""
    ids = list(ticket_ids)
    rules = AutoReply.objects.filter(active=True, workspace__ticket__in=ids).distinct()
    wanted = set(rules.values_list("workspace_id", "platform"))
    if not wanted:
        return []
    tickets = Ticket.objects.filter(pk__in=ids).order_by("pk")
    told = tickets.values_list("pk", "workspace_id", "shop__platform")
    greeted = [pk for pk, here, platform in told if wanted & {(here, platform), (here, "")}]
    return [message for pk in greeted if (message := reply_automatically(pk)) is not None]


@transaction.atomic
def reply_automatically(ticket_id: int) -> Message | None:
    """Greet a buyer who wrote for the first time, when the channel's rule says so and every variable has a value."""
    tickets = Ticket.objects.select_for_update(of=("self",)).select_related(
        "shop", "workspace", "order", "listing__product"
    )
    ticket = tickets.filter(pk=ticket_id).first()
    rule = _rule_for(ticket) if ticket else None
    if ticket is None or rule is None or not _is_first_word(ticket) or not _wanted_now(rule, ticket):
        return None
    version = version_of(rule.template, rule.template.version)
    language, text = text_in(version.texts if version else {}, ticket.language)
    done = fill(text, values_for(ticket, None, language))
    if not done.text or done.empty or lint(done.text, ticket.shop.platform, AUTO):
        record("desk.auto_reply_held", ticket, by=None, template=rule.template_id, empty=done.empty)
        return None
    now = clock.now()
    message = Message.objects.create(
        workspace_id=ticket.workspace_id, ticket=ticket, side=MessageSide.SELLER, at=now, automatic=True,
        language=language, original=done.text, sending=Sending.QUEUED, send_after=now,
        redacted=redact(done.text, names=tuple(name for name in (ticket.buyer_name,) if name)),
    )  # fmt: skip
    record("desk.auto_replied", ticket, by=None, message=message.pk, template=rule.template_id)
    return message


def _rule_for(ticket: Ticket) -> AutoReply | None:
    """The marketplace's own rule, else the one for the others; one that is switched off is an answer, too."""
    rows = AutoReply.objects.filter(workspace_id=ticket.workspace_id, platform__in=["", ticket.shop.platform])
    rule = rows.select_related("template").order_by("-platform").first()
    ready = rule is not None and rule.active and rule.template.state == TemplateState.IN_FORCE
    return rule if ready and outgoing.way_of(ticket.shop_id) is not None else None


def _is_first_word(ticket: Ticket) -> bool:
    """A question, fresh, nobody has answered, and no greeting went to this buyer a moment ago."""
    if ticket.kind != TicketKind.INQUIRY or ticket.first_response_at or clock.now() - ticket.opened_at > FRESH:
        return False
    ours = Message.objects.filter(side=MessageSide.SELLER)
    if ours.filter(ticket=ticket).exists():
        return False
    if not ticket.buyer_key:
        return True
    theirs = ours.filter(ticket__workspace_id=ticket.workspace_id, ticket__buyer_key=ticket.buyer_key)
    return not theirs.filter(automatic=True, at__gte=clock.now() - ONCE_A).exists()


def _wanted_now(rule: AutoReply, ticket: Ticket) -> bool:
    if not rule.closed_hours_only:
        return True
    now, closed = clock.now(), days_off(ticket.workspace_id)
    return office_elapsed(now, now + _MOMENT, ticket.workspace.timezone, closed).total_seconds() == 0
