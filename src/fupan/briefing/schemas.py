from __future__ import annotations

from typing import Any

from ninja import Schema


class PackOut(Schema, extra="allow"):
    """The review pack as `fupan review --format json` prints it; keys may be added, none is taken away."""

    period: dict[str, Any]
    workspace: str
    ready: bool
    kpis: list[dict[str, Any]]
    top_issues: list[dict[str, Any]]
    top_products: list[dict[str, Any]]
    signals: list[dict[str, Any]]
    fastest_growing: list[dict[str, Any]]
    actions: dict[str, Any]
    verdicts: list[dict[str, Any]]
    cadence: str
