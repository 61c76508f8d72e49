"""What just happened, told to open pages: server-sent events without a broker.

Every verb leaves an event row, so the newest rows are a change counter. One reader for each process looks at them once
a second while any page listens, and wakes the pages whose workspace had news; a page only learns that there is
something new and asks for its own part, under its own policy. With many pages it stays one question a second.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from django.db import DatabaseError, close_old_connections

from fupan.core.models import Event

log = logging.getLogger(__name__)

PAUSE = 1.0  # seconds between two looks
BEAT = 15.0  # a comment keeps proxies from closing a quiet stream
LIFE = 600.0  # then the page connects anew, and is asked again who it is
NEWEST = 100  # rows of a look: late commits of lower ids are among them
MOST = 400  # pages of one process
RETRY = 3000  # milliseconds
BULLETINS, TICKETS = "bulletins", "tickets"


class Row(NamedTuple):
    """An event, as far as pages care."""

    id: int
    workspace_id: int | None
    name: str


Look = Callable[[], list[Row]]


def newest() -> list[Row]:
    """The newest events of all workspaces; one walk down the primary key."""
    try:
        rows = Event.objects.order_by("-pk").values_list("pk", "workspace_id", "name")[:NEWEST]
        return [Row(*row) for row in rows]
    finally:
        close_old_connections()


def about(name: str) -> str:
    """Which parts of pages an event changes; "" for none."""
    if name.startswith(("desk.bulletin", "desk.help")):
        return BULLETINS
    return TICKETS if name.startswith(("desk.", "intake.")) else ""


class Pulse:
    """The reader of one process, and the pages that listen to it."""

    def __init__(self, look: Look = newest, *, pause: float = PAUSE, beat: float = BEAT, life: float = LIFE) -> None:
        self._look, self._pause, self._beat, self._life = look, pause, beat, life
        self._listeners: dict[asyncio.Queue[str], int] = {}
        self._reader: asyncio.Task[None] | None = None
        self._seen: set[int] | None = None
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pulse")

    @property
    def full(self) -> bool:
        return len(self._listeners) >= MOST

    async def stream(self, workspace_id: int) -> AsyncIterator[bytes]:
        """The body of the answer: what changed in the workspace, as it changes."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._life
        yield f"retry: {RETRY}\n\n: listening\n\n".encode()
        with self._listening(workspace_id) as news:
            while (left := until - loop.time()) > 0:
                yield await self._next(news, min(left, self._beat))

    async def _next(self, news: asyncio.Queue[str], patience: float) -> bytes:
        try:
            kinds = {await asyncio.wait_for(news.get(), patience)}
        except TimeoutError:
            return b": still here\n\n"
        while not news.empty():
            kinds.add(news.get_nowait())
        return f"event: changed\ndata: {json.dumps(sorted(kinds))}\n\n".encode()

    @contextmanager
    def _listening(self, workspace_id: int) -> Iterator[asyncio.Queue[str]]:
        news: asyncio.Queue[str] = asyncio.Queue()
        self._listeners[news] = workspace_id
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        try:
            yield news
        finally:
            del self._listeners[news]

    async def _read(self) -> None:
        """While anybody listens: look, and tell each workspace what is new in it."""
        loop = asyncio.get_running_loop()
        self._seen = None
        while self._listeners:
            try:
                rows = await loop.run_in_executor(self._thread, self._look)
            except DatabaseError:
                log.warning("the newest events could not be read; pages ask by themselves meanwhile", exc_info=True)
            else:
                self._tell(rows)
            await asyncio.sleep(self._pause)

    def _tell(self, rows: list[Row]) -> None:
        seen, self._seen = self._seen, {row.id for row in rows}
        if seen is None:
            return
        fresh = [row for row in rows if row.id not in seen]
        news = {(row.workspace_id, kind) for row in fresh if (kind := about(row.name))}
        if rows and len(fresh) == len(rows) and seen:  # more happened than one look holds
            news = {(workspace_id, kind) for workspace_id in self._listeners.values() for kind in (BULLETINS, TICKETS)}
        for queue, workspace_id in list(self._listeners.items()):
            for owner, kind in news:
                if owner == workspace_id:
                    queue.put_nowait(kind)


pulse = Pulse()
