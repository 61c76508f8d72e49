"""The door to the engine for search: words as an index holds them, as a search looks them up, and whose turn it is."""

from __future__ import annotations

from fupan.engine.likeness.lookup import Text, Unit, index_terms, normal, units
from fupan.engine.likeness.turns import Turns

__all__ = ["Text", "Turns", "Unit", "index_terms", "normal", "units"]
