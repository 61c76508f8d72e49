"""The only clock. Tests and the demo set it; nothing else asks the machine for the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_frozen: ContextVar[datetime | None] = ContextVar("fupan_now", default=None)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _frozen.get() or timezone.now()  # noqa: TID251  the one place that asks


def today() -> date:
    return now().date()


@contextmanager
def set_to(instant: datetime) -> Iterator[None]:
    """Hold the clock at `instant` (aware) inside the block."""
    token = _frozen.set(instant)
    try:
        yield
    finally:
        _frozen.reset(token)
