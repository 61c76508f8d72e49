"""Work that a page must not wait for: queued in the database, run by `fupan worker`, redelivered after a crash.

A job takes a short turn (some 20 s) and queues itself again when more is left, so a killed worker costs little.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from fupan.core import clock

HEARTBEAT = "worker-heartbeat"


def enqueue(path: str, *args: Any) -> None:
    """Have `path(*args)` run by a worker. Inside a transaction it starts only when that commits."""
    if settings.JOBS_AT_ONCE:
        import_string(path)(*args)
        return
    from django_q.tasks import async_task

    async_task(path, *args)


def beat() -> None:
    """The worker says that it lives."""
    cache.set(HEARTBEAT, clock.now().isoformat(), timeout=120)


def last_beat() -> str | None:
    found: str | None = cache.get(HEARTBEAT)
    return found
