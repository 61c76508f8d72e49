"""Events and flows: every verb records what it did; a flow carries it to the next stage, at least once.

A delivery row is written in the transaction of the event, and deleted in the transaction of the flow's own work:
a crash between the two repeats nothing and loses nothing. Flows are idempotent all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

from django.db import models, transaction
from django.db.models import F, Q

from fupan.core import changed, clock
from fupan.core.models import Delivery, Event

log = logging.getLogger(__name__)

Flow = Callable[[Event], None]
_FLOWS: dict[str, dict[str, Flow]] = {}
MAX_ATTEMPTS = 8


class Actor(Protocol):
    """A member, as far as events care."""

    @property
    def pk(self) -> Any: ...


def when(*names: str) -> Callable[[Flow], Flow]:
    """Connect a flow to events: `@when("desk.solved")`."""

    def connect(flow: Flow) -> Flow:
        for name in names:
            _FLOWS.setdefault(name, {})[f"{flow.__module__.rsplit('.', 1)[-1]}.{flow.__name__}"] = flow
        return flow

    return connect


def record(
    name: str, subject: models.Model | None, *, by: Actor | None, workspace_id: int | None = None, **data: Any
) -> Event:
    """Write down that `name` happened to `subject`; call it inside the verb's transaction.

    `workspace_id` is taken from the subject when it has one. `data` holds ids, codes and counts only.
    """
    owner = workspace_id if workspace_id is not None else getattr(subject, "workspace_id", None)
    event = Event.objects.create(
        workspace_id=owner,
        name=name,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        actor_id=by.pk if by is not None else None,
        data=data,
        at=clock.now(),
    )
    if owner is not None and event.subject_id is not None and changed.followed(event.subject_kind):
        changed.mark(owner, event.subject_kind, [event.subject_id])
    flows = _FLOWS.get(name, {})
    if flows:
        Delivery.objects.bulk_create([Delivery(event=event, flow=flow) for flow in flows])
    return event


def drain(*, limit: int = 10_000, about: models.Model | None = None) -> int:
    """Run waiting flows in this process until none is left, or only those about one thing; the number that ran.

    A flow that fails is kept with its error and tried again later, so one bad event never blocks the rest.
    """
    done = 0
    while done < limit:
        due = Delivery.objects.filter(Q(not_before=None) | Q(not_before__lte=clock.now()), attempts__lt=MAX_ATTEMPTS)
        if about is not None:
            due = due.filter(event__subject_kind=about._meta.label_lower, event__subject_id=about.pk)
        waiting = list(due.order_by("event_id", "pk").values_list("pk", flat=True)[:200])
        if not waiting:
            break
        for pk in waiting:
            done += _deliver(pk)
    return done


def _deliver(pk: int) -> int:
    try:
        with transaction.atomic():
            delivery = (
                Delivery.objects.select_for_update(of=("self",), skip_locked=True)
                .select_related("event")
                .filter(pk=pk)
                .first()
            )
            if delivery is None:  # somebody else delivers or delivered it
                return 0
            flow = _FLOWS.get(delivery.event.name, {}).get(delivery.flow)
            if flow is not None:
                flow(delivery.event)
            delivery.delete()
    except Exception as failure:
        log.exception("flow failed for delivery %s", pk)
        _postpone(pk, failure)
    return 1


def _postpone(pk: int, failure: Exception) -> None:
    delivery = Delivery.objects.filter(pk=pk).first()
    if delivery is None:
        return
    wait = timedelta(seconds=15 * 2**delivery.attempts)
    Delivery.objects.filter(pk=pk).update(
        attempts=F("attempts") + 1, not_before=clock.now() + wait, error=f"{type(failure).__name__}: {failure}"[:2000]
    )
