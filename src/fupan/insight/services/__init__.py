"""The verbs of insight."""

from __future__ import annotations

from fupan.insight.services.collect import collect
from fupan.insight.services.refresh import rebuild, refresh
from fupan.insight.services.screening import Screened, screen, wake
from fupan.insight.services.signals import dismiss, reopen, set_screening, snooze
from fupan.insight.services.sub_topics import drop_sub_topic, find_sub_topics, promote_sub_topic
from fupan.insight.services.targets import drop_target, set_target

__all__ = [
    "Screened",
    "collect",
    "dismiss",
    "drop_sub_topic",
    "drop_target",
    "find_sub_topics",
    "promote_sub_topic",
    "rebuild",
    "refresh",
    "reopen",
    "screen",
    "set_screening",
    "set_target",
    "snooze",
    "wake",
]  # fmt: skip
