"""Events and flows: every verb records what it did; a flow carries it to the next stage, at least once.

A delivery row is written in the transaction of the event, and deleted in the transaction of the flow's own work:
a crash between the two repeats nothing and loses nothing. Flows are idempotent all the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import Any, NamedTuple, Protocol

from django.db import models, transaction
from django.db.models import F, Q

from fupan.core import changed, clock
from fupan.core.gathering import gathered, hand_over
from fupan.core.models import Delivery, Event

log = logging.getLogger(__name__)

Flow = Callable[[Event], None]
FlowOfMany = Callable[[Sequence[Event]], None]
MAX_ATTEMPTS = 8
AT_ONCE = 200  # deliveries looked at in one go
TOGETHER = 25  # events a flow of many takes in one transaction: others wait for its locks meanwhile


class _Connected(NamedTuple):
    run: FlowOfMany
    many: bool


_FLOWS: dict[str, dict[str, _Connected]] = {}


class Actor(Protocol):
    """A member, as far as events care."""

    @property
    def pk(self) -> Any: ...


def when(*names: str) -> Callable[[Flow], Flow]:
    """Connect a flow to events: `@when("desk.solved")`."""

    def connect(flow: Flow) -> Flow:
        def one_by_one(events: Sequence[Event]) -> None:
            for event in events:
                flow(event)

        _connect(names, flow, _Connected(one_by_one, many=False))
        return flow

    return connect


def when_many(*names: str) -> Callable[[FlowOfMany], FlowOfMany]:
    """Connect a flow that takes many events at once, in one transaction; fails one, each is delivered by itself."""

    def connect(flow: FlowOfMany) -> FlowOfMany:
        _connect(names, flow, _Connected(flow, many=True))
        return flow

    return connect


def _connect(names: Iterable[str], flow: Callable[..., None], connected: _Connected) -> None:
    for name in names:
        _FLOWS.setdefault(name, {})[f"{flow.__module__.rsplit('.', 1)[-1]}.{flow.__name__}"] = connected


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
        hand_over(_send, (Delivery(event=event, flow=flow) for flow in flows))
    return event


def _send(deliveries: list[Delivery]) -> None:
    Delivery.objects.bulk_create(deliveries)


def drain(*, limit: int = 10_000, about: models.Model | None = None) -> int:
    """Run waiting flows in this process until none is left, or only those about one thing; the number that ran.

    A flow that fails is kept with its error and tried again later, so one bad event never blocks the rest.
    """
    done = 0
    while done < limit:
        due = Delivery.objects.filter(Q(not_before=None) | Q(not_before__lte=clock.now()), attempts__lt=MAX_ATTEMPTS)
        if about is not None:
            due = due.filter(event__subject_kind=about._meta.label_lower, event__subject_id=about.pk)
        waiting = list(due.order_by("event_id", "pk").values_list("pk", "flow", "event__name")[:AT_ONCE])
        if not waiting:
            break
        done += sum(_deliver(several) for several in _bundles(waiting))
    return done


def _bundles(waiting: Iterable[tuple[int, str, str]]) -> list[list[int]]:
    """Deliveries of a flow of many lie together, where the first of them stood; any other lies by itself."""
    bundles: list[list[int]] = []
    open_: dict[str, list[int]] = {}
    for pk, flow, name in waiting:
        connected = _FLOWS.get(name, {}).get(flow)
        if connected is not None and connected.many and len(open_.get(flow, ())) % TOGETHER:
            open_[flow].append(pk)
        else:
            open_[flow] = [pk]
            bundles.append(open_[flow])
    return bundles


def _deliver(pks: Sequence[int]) -> int:
    """Those of one bundle, in one transaction; what somebody else delivers or delivered is left out."""
    try:
        with transaction.atomic():
            rows = Delivery.objects.select_for_update(of=("self",), skip_locked=True).select_related("event")
            found = list(rows.filter(pk__in=pks).order_by("event_id"))
            if found:
                _run(found)
                Delivery.objects.filter(pk__in=[one.pk for one in found]).delete()
        return len(found)
    except Exception as failure:
        if len(pks) > 1:
            return sum(_deliver([pk]) for pk in pks)
        log.exception("flow failed for delivery %s", pks[0])
        _postpone(pks[0], failure)
        return 1


def _run(found: Sequence[Delivery]) -> None:
    connected = _FLOWS.get(found[0].event.name, {}).get(found[0].flow)
    if connected is not None:
        with gathered() if len(found) > 1 else nullcontext():
            connected.run([one.event for one in found])


def _postpone(pk: int, failure: Exception) -> None:
    delivery = Delivery.objects.filter(pk=pk).first()
    if delivery is None:
        return
    wait = timedelta(seconds=15 * 2**delivery.attempts)
    Delivery.objects.filter(pk=pk).update(
        attempts=F("attempts") + 1, not_before=clock.now() + wait, error=f"{type(failure).__name__}: {failure}"[:2000]
    )
