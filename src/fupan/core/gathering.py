"""Rows that many changes of one transaction leave behind (deliveries, marks): written once, at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_WAITING: ContextVar[dict[Callable[[list[Any]], None], list[Any]] | None] = ContextVar("gathering", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Open it within the transaction of the changes, which must stand or fall together: no part is taken back alone."""
    if _WAITING.get() is not None:
        yield
        return
    waiting: dict[Callable[[list[Any]], None], list[Any]] = {}
    token = _WAITING.set(waiting)
    try:
        yield
        for write, rows in waiting.items():
            write(rows)
    finally:
        _WAITING.reset(token)


def hand_over(write: Callable[[list[T]], None], rows: Iterable[T]) -> None:
    """Have `write` put the rows away: now, or with all others of its kind when what is gathered ends."""
    waiting = _WAITING.get()
    if waiting is None:
        write(list(rows))
    else:
        waiting.setdefault(write, []).extend(rows)
