"""From "something moved" to "where": the slices behind a change.

======================================  =========================================================================
``scan(actual, expected, dims, ...)``   sparse counts (incidents, complaints): penalised likelihood ratios
``dense(actual, forecast, dims)``       amounts and large counts: leaves that deviate alike (RiskLoc, Squeeze)
``find(actual, expected, dims, ...)``   one of the two, by how sparse the leaves are
``rates(k1, n1, k0, n0, dims)``         a rate: mix effect and rate effect first, then the slices of the latter
``decompose(k1, n1, k0, n0)``           only the split into mix and rate effect
======================================  =========================================================================

A leaf is a row; ``dims`` gives each leaf its value of every attribute. The answer is a :class:`Localization`: causes,
most evident first, and whether the change is ``external`` to all slices.
"""

from __future__ import annotations

from fupan.engine.localize.answers import Cause, Localization
from fupan.engine.localize.entrances import dense, find, rates, scan
from fupan.engine.localize.mix import Decomposition, decompose

__all__ = ["Cause", "Decomposition", "Localization", "decompose", "dense", "find", "rates", "scan"]
