"""The verbs of verification."""

from __future__ import annotations

from fupan.verification.services.answers import choose_next, say_carried
from fupan.verification.services.looking import look, look_all
from fupan.verification.services.planning import plan_check, stop_check
from fupan.verification.services.watching import start_watch, watch_all

__all__ = [
    "choose_next",
    "look",
    "look_all",
    "plan_check",
    "say_carried",
    "start_watch",
    "stop_check",
    "watch_all",
]
