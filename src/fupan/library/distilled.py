"""What is put forward for the library: plain values, from a flow or from a search among solved tickets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Found:
    """Something worth keeping. `key` says what it is about; `reason` is {"code", ...}, worded by `wording.why`."""

    key: str
    kind: str
    reason: dict[str, Any]
    title: str = ""
    issue_type: int | None = None
    product: int | None = None
    cause: int | None = None
    tickets: tuple[int, ...] = ()  # ids, the most typical first
    words: dict[str, str] = field(default_factory=dict)
    refs: tuple[dict[str, Any], ...] = ()
