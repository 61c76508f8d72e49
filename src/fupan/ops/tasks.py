"""What the worker does by the clock."""

from __future__ import annotations

from fupan.ops import services


def purge() -> dict[str, int]:
    """Every night: buyer data whose time is over goes."""
    return dict(services.purge())
