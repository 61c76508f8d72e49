"""The door to the engine for search: words as an index holds them, and as a search looks them up."""

from __future__ import annotations

from fupan.engine.likeness.lookup import Text, Unit, index_terms, normal, units

__all__ = ["Text", "Unit", "index_terms", "normal", "units"]
