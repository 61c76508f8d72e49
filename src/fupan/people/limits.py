"""How often something may be tried: counted per fixed window in the shared cache."""

from __future__ import annotations

from django.core.cache import cache

from fupan.core import clock


def allowed(what: str, who: str, *, times: int, seconds: int) -> bool:
    """Count one try of `what` by `who`; False once more than `times` fell into the running window."""
    window = int(clock.now().timestamp()) // seconds
    key = f"limit:{what}:{who}:{window}"
    if cache.add(key, 1, timeout=seconds + 1):
        return times >= 1
    try:
        return cache.incr(key) <= times
    except ValueError:  # the window ended between the two calls
        return True


def seconds_left(*, seconds: int) -> int:
    """Until the running window ends."""
    return seconds - int(clock.now().timestamp()) % seconds
