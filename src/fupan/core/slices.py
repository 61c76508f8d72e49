"""A conjunction such as issue=late & country=DE: where in the business something happens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

DIMENSIONS = (
    "shop", "platform", "country", "fulfilment", "carrier", "product", "line", "supplier", "batch",
    "issue_type", "cause", "resolution", "kind", "agent", "language", "channel",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slice:
    """Sorted (dimension, value) pairs; the empty slice is everything."""

    parts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, mapping: Mapping[str, str]) -> Slice:
        unknown = set(mapping) - set(DIMENSIONS)
        if unknown:
            raise ValueError(f"unknown dimension {sorted(unknown)}; expected one of {DIMENSIONS}")
        return cls(tuple(sorted((key, str(value)) for key, value in mapping.items())))

    @classmethod
    def parse(cls, text: str) -> Slice:
        """The inverse of `str(slice)`."""
        pairs = (pair.split("=", 1) for pair in text.split("&") if "=" in pair)
        return cls.of({key.strip(): value.strip() for key, value in pairs})

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.parts)

    def __str__(self) -> str:
        return "&".join(f"{key}={value}" for key, value in self.parts)

    def as_dict(self) -> dict[str, str]:
        return dict(self.parts)

    def with_(self, **more: str) -> Slice:
        return Slice.of(self.as_dict() | more)
