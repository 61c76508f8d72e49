"""Words to those who decide, in the product and in their group chats, and to the one who asked."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.core.weeks import zone
from fupan.desk.models import Escalation
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member


def tell_deciders(escalation: Escalation, members: Iterable[Member]) -> None:
    ticket = escalation.ticket
    local = escalation.due_at.astimezone(zone(ticket.workspace.timezone))
    context = {
        "ticket": str(ticket), "by": str(escalation.by), "until": f"{local:%m-%d %H:%M}", "what": _proposal(escalation),
    }  # fmt: skip
    ids = [one.pk for one in members if one.pk != escalation.by_id]
    tell(ids, Topic.ESCALATION, "escalated", context, reverse("desk:escalations"), f"escalated:{escalation.pk}")


def tell_asker(escalation: Escalation, *, approved: bool) -> None:
    if escalation.by_id is None:
        return
    kind = "escalation_approved" if approved else "escalation_declined"
    context = {"ticket": str(escalation.ticket), "said": escalation.said or "—"}
    url = reverse("desk:ticket", args=[escalation.ticket.number])
    tell([escalation.by_id], Topic.TICKET, kind, context, url, f"{kind}:{escalation.pk}")


def _proposal(escalation: Escalation) -> str:
    """In the workspace's language: what is proposed, with the amount."""
    with override(escalation.ticket.workspace.language):
        what = str(escalation.resolution) if escalation.resolution else _("what to do")
        if escalation.amount is None:
            return what
        return f"{what} {formats.number_format(escalation.amount, 2)} {escalation.currency}"
