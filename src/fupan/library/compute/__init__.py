"""The door to the engine: how sure a share is, and how far two shares lie apart."""

from __future__ import annotations

from typing import NamedTuple

from fupan.engine import compare


class Share(NamedTuple):
    """A share with its 95 % interval, each between 0 and 1."""

    k: int
    n: int
    mid: float
    low: float
    high: float


class Gap(NamedTuple):
    """How far one share lies above another, in points (0.24 = 24)."""

    mid: float
    low: float
    high: float
    detectable: bool


def share(k: int, n: int) -> Share | None:
    """None where nothing was counted."""
    if n <= 0:
        return None
    told = compare.interval(k, n)
    return Share(k, n, k / n, told.low, told.high)


def gap(k1: int, n1: int, k0: int, n0: int) -> Gap | None:
    if n1 <= 0 or n0 <= 0:
        return None
    told = compare.shares(k1, n1, k0, n0)
    return Gap(told.difference, told.low, told.high, told.detectable)
