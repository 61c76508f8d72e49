"""An import was undone: its untouched tickets go, changed ones get their old values; worked-on ones stay."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models, transaction

from fupan.core import stale
from fupan.core.events import record
from fupan.desk.compute import learning
from fupan.desk.models import Incident, Ticket, TicketBefore
from fupan.desk.services._changed import mark_changed
from fupan.desk.services._incidents import home_of_ticket, kin_weeks, rearrange
from fupan.desk.services._numbers import lock
from fupan.desk.services._protected import protected
from fupan.desk.texts import texts_of
from fupan.intake.models import Import

AT_ONCE = 1000


@transaction.atomic
def drop_import(import_id: int) -> int:
    """Take back what an undone import did to tickets; the number that went. Repeating changes nothing."""
    source = Import.objects.filter(pk=import_id).first()
    if source is None:
        return 0
    lock(source.workspace_id)
    restored = _put_back(source)
    gone = 0
    while tickets := list(_untouched(source)[:AT_ONCE]):
        gone += _drop(source.workspace_id, tickets)
    if gone or restored:
        record("desk.import_dropped", source, by=None, tickets=gone, restored=restored)
    return gone


def _untouched(source: Import) -> models.QuerySet[Ticket]:
    return Ticket.objects.filter(workspace_id=source.workspace_id, import_id=source.pk, touched_at=None).order_by("pk")


def _drop(workspace_id: int, tickets: list[Ticket]) -> int:
    homes = {home_of_ticket(ticket) for ticket in tickets}
    weeks = kin_weeks([ticket.pk for ticket in tickets])
    incidents = {ticket.incident_id for ticket in tickets if ticket.incident_id}
    learning.forget(list(texts_of(tickets).values()))
    mark_changed(workspace_id, (ticket.pk for ticket in tickets))
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).delete()
    weeks |= rearrange(workspace_id, homes)
    Incident.objects.filter(pk__in=incidents, tickets=None).delete()
    stale.mark(workspace_id, weeks)
    return len(tickets)


def _put_back(source: Import) -> int:
    """Old values for tickets this import changed; a later import that changed them again inherits them."""
    restored: set[int] = set()
    homes = set()
    weeks: set[tuple[str, int]] = set()
    for before in TicketBefore.objects.filter(import_id=source.pk).select_related("ticket").order_by("-pk"):
        ticket = before.ticket
        homes.add(home_of_ticket(ticket))
        weeks |= kin_weeks([ticket.pk])
        _restore(ticket, _left_over(before))
        homes.add(home_of_ticket(ticket))
        restored.add(ticket.pk)
        before.delete()
    weeks |= rearrange(source.workspace_id, homes)
    stale.mark(source.workspace_id, weeks | kin_weeks(sorted(restored)))
    mark_changed(source.workspace_id, restored)
    return len(restored)


def _left_over(before: TicketBefore) -> dict[str, Any]:
    """Values to write back now; those a later import changed again wait there for its own undoing."""
    values = dict(before.values)
    for later in TicketBefore.objects.filter(ticket=before.ticket_id, pk__gt=before.pk).order_by("pk"):
        inherited = {name: values.pop(name) for name in list(values) if name in later.values}
        if inherited:
            later.values = later.values | inherited
            later.save(update_fields=["values"])
    return values


def _restore(ticket: Ticket, values: dict[str, Any]) -> None:
    """Write old values back, but never over a person's work, and never a link to what is gone."""
    kept = protected(ticket)
    chosen = {name: _value(name, value) for name, value in values.items() if name not in kept}
    for name, value in chosen.items():
        setattr(ticket, name, value)
    if chosen:
        ticket.save(update_fields=list(chosen))


def _value(name: str, value: Any) -> Any:
    field = Ticket._meta.get_field(name)
    if value is None:
        return None
    if isinstance(field, models.ForeignKey):
        return value if field.related_model._default_manager.filter(pk=value).exists() else None
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value)
    return Decimal(value) if isinstance(field, models.DecimalField) else value
