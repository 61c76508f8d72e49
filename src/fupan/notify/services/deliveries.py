"""Verbs about messages to destinations: written down with their reason, sent afterwards, tried until they arrive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from fupan.core import clock
from fupan.core.events import record
from fupan.notify import kinds, senders
from fupan.notify.messages import Message, message, trial_message
from fupan.notify.models import Delivery, DeliveryState, Destination
from fupan.notify.policies import deliveries_seen_by, destinations_seen_by
from fupan.notify.queries import event_of, listening, waiting
from fupan.notify.senders.parcel import Answer, Parcel
from fupan.people.models import Member, Workspace

MAX_TRIES = 8  # over some two hours
FIRST_WAIT = timedelta(minutes=1)
WINDOW = timedelta(minutes=1)
KEPT = timedelta(days=90)
Worded = Callable[[str], Message]


def publish(
    workspace: Workspace,
    topic: str,
    kind: str,
    context: Mapping[str, Any],
    url: str,
    once: str,
    *,
    department_id: int | None = None,
    and_shared: bool = False,
    worded: Worded | None = None,
) -> int:
    """Give something to the destinations that want its topic; the same `once` goes to each of them once.

    What belongs to a department goes to that department's destinations only, and with `and_shared` to those of no
    department. `worded` says it in a language, when the
    sentence of its kind is not enough. Returns how many will hear it.
    """
    say: Worded = worded or (lambda language: message(workspace, kind, context, url, language))
    rooms = list(listening(workspace.pk, topic, department_id, and_shared=and_shared).exclude(deliveries__once=once))
    told = {language: say(language).as_json() for language in {room.language for room in rooms}}
    with transaction.atomic():
        rows = [_row(room, topic, kind, kinds.shared(kind, context), told[room.language], once) for room in rooms]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            record("notify.published", None, by=None, workspace_id=workspace.pk, kind=kind, count=len(rows))
    return len(rows)


def _row(
    room: Destination, topic: str, kind: str, numbers: dict[str, Any], told: dict[str, Any], once: str
) -> Delivery:
    return Delivery(
        workspace_id=room.workspace_id, destination=room, topic=topic, kind=kind, message=told, numbers=numbers,
        once=once[:120], at=clock.now(),
    )  # fmt: skip


def deliver_messages(*, seconds: float = 45) -> int:
    """Send what waits, for at most so long; the number that arrived."""
    until, arrived = monotonic() + seconds, 0
    for pk in list(waiting().order_by("pk").values_list("pk", flat=True)[:500]):
        if monotonic() > until:
            break
        arrived += _deliver(pk)
    return arrived


def send_test(destination_id: int, *, by: Member) -> Delivery:
    """Send a test now; the answer is in the delivery that comes back."""
    with transaction.atomic():
        room = destinations_seen_by(by).select_for_update(of=("self",)).get(pk=destination_id)
        told = trial_message(room.workspace, room.language).as_json()
        row = _row(room, "", "test", {}, told, f"test:{uuid4()}")
        row.save()
        record("notify.test_sent", room, by=by)
    _deliver(row.pk)
    row.refresh_from_db()
    return row


def send_again(delivery_id: int, *, by: Member) -> Delivery:
    """Try a message that failed anew, as if it had just been written; receivers know it by its old event id."""
    with transaction.atomic():
        row = deliveries_seen_by(by).select_for_update(of=("self",)).get(pk=delivery_id)
        if row.state == DeliveryState.FAILED:
            row.state, row.tries, row.next_try_at = DeliveryState.WAITING, 0, None
            row.save(update_fields=["state", "tries", "next_try_at"])
            record("notify.sent_again", row, by=by)
    return row


def forget_old_messages() -> int:
    """Remove what was sent or given up long ago; the number that went."""
    old = Delivery.objects.filter(at__lt=clock.now() - KEPT).exclude(state=DeliveryState.WAITING)
    with transaction.atomic():
        gone = old.delete()[0]
        if gone:
            record("notify.messages_forgotten", None, by=None, count=gone)
    return gone


def _deliver(pk: int) -> int:
    """Claim, send, note: the claim first, so that two workers never send the same message at once."""
    row = _claim(pk)
    if row is None:
        return 0
    room = row.destination
    parcel = Parcel(
        room.url, room.secret, Message.of(row.message), clock.now(), f"msg_{row.event_id.hex}", event_of(row)
    )
    answer = senders.send(room.kind, parcel)
    _note(row, answer)
    return int(answer.ok)


@transaction.atomic
def _claim(pk: int) -> Delivery | None:
    row = waiting().select_related("destination__workspace", "destination__department").filter(pk=pk).first()
    if row is None:
        return None
    _lock(Destination.objects.filter(robot=row.destination.robot))
    now = clock.now()
    if _tried_since(row.destination.robot, now - WINDOW) >= senders.SENDERS[row.destination.kind].per_minute:
        return None
    row.tries, row.last_try_at, row.next_try_at = row.tries + 1, now, now + FIRST_WAIT * 2**row.tries
    claimed = waiting().filter(pk=pk, tries=row.tries - 1)
    changed = claimed.update(tries=row.tries, last_try_at=now, next_try_at=row.next_try_at)
    return row if changed else None


def _lock(rooms: QuerySet[Destination]) -> None:
    """One worker at a time counts what a robot was sent."""
    list(rooms.select_for_update().order_by("pk").values_list("pk"))


def _tried_since(robot: str, moment: datetime) -> int:
    return Delivery.objects.filter(destination__robot=robot, last_try_at__gt=moment).count()


@transaction.atomic
def _note(row: Delivery, answer: Answer) -> None:
    now = clock.now()
    rooms = Destination.objects.filter(pk=row.destination_id)
    changed: dict[str, Any] = {"code": answer.code[:40], "answer": answer.text[:300]}
    if answer.ok:
        changed |= {"state": DeliveryState.SENT, "sent_at": now, "next_try_at": None}
        rooms.update(last_ok_at=now, last_error="", paused_until=None)
        record("notify.delivered", row, by=None)
    else:
        over = answer.final or row.tries >= MAX_TRIES or row.kind == "test"
        if over:
            changed |= {"state": DeliveryState.FAILED, "next_try_at": None}
            record("notify.delivery_failed", row, by=None, code=answer.code[:40])
        rooms.update(last_error=f"{answer.code} {answer.text}".strip()[:300])
        if answer.pause:
            _pause(row.destination.robot, now + timedelta(seconds=answer.pause))
    Delivery.objects.filter(pk=row.pk).update(**changed)


def _pause(robot: str, until: datetime) -> None:
    """Leave a robot alone, under whatever names it was entered."""
    Destination.objects.filter(robot=robot).update(paused_until=until)


def give_up(rooms: Iterable[Destination]) -> None:
    """What still waits for a destination that was switched off will not be sent."""
    pending = Delivery.objects.filter(destination__in=list(rooms), state=DeliveryState.WAITING)
    pending.update(state=DeliveryState.FAILED, code="switched-off", next_try_at=None)
