"""What a person may settle alone, read from rows of limits: the most particular row that fits holds."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import NamedTuple


class Limit(NamedTuple):
    """A row of the table of authority; None stands for any."""

    member: int | None
    tier: int | None
    resolution: int | None
    issue: int | None
    most: Decimal


class Asked(NamedTuple):
    """Who wants to settle what."""

    member: int
    tier: int
    resolution: int | None
    issues: Collection[int]  # the ticket's issue type and those it stands under


def most_allowed(limits: Iterable[Limit], asked: Asked) -> Decimal | None:
    """Up to which amount, in the workspace's currency; None when no row speaks of it, zero for never."""
    fitting = [limit for limit in limits if _fits(limit, asked)]
    if not fitting:
        return None
    return max(fitting, key=_particular).most


def _fits(limit: Limit, asked: Asked) -> bool:
    return (
        limit.member in {None, asked.member}
        and limit.tier in {None, asked.tier}
        and limit.resolution in {None, asked.resolution}
        and (limit.issue is None or limit.issue in asked.issues)
    )


def _particular(limit: Limit) -> tuple[bool, bool, bool, bool, Decimal]:
    """A member's own row before the tier's, one of the issue before any, one of the resolution before any."""
    return (
        limit.member is not None, limit.issue is not None, limit.resolution is not None, limit.tier is not None,
        -limit.most,
    )  # fmt: skip
