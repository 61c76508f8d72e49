"""Searches in turn: some at once, the others in the order they came.

Python gives waiting threads turns of 5 ms each, so eight searches of 5 ms that start together all end late, and some
very late. A few at once, first come first served, end as soon as they can.
"""

from __future__ import annotations

from collections import deque
from threading import Lock
from types import TracebackType


class Turns:
    """A gate that lets ``most`` through at once.

    >>> turns = Turns(1)
    >>> with turns:
    ...     pass
    """

    def __init__(self, most: int) -> None:
        self._free = most
        self._waiting: deque[Lock] = deque()
        self._lock = Lock()

    def __enter__(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        mine.acquire()  # until whoever leaves lets it go

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
