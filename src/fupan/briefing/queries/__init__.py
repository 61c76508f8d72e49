"""The numbers of the review pack."""

from __future__ import annotations

from fupan.briefing.queries.making import Pack, pack

__all__ = ["Pack", "pack"]
