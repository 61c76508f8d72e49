"""The verbs of insight."""

from __future__ import annotations

from fupan.insight.services.collect import collect
from fupan.insight.services.refresh import rebuild, refresh
from fupan.insight.services.targets import drop_target, set_target

__all__ = ["collect", "drop_target", "rebuild", "refresh", "set_target"]
