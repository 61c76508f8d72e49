"""The plan of a verdict as plain data: written down and hashed before its numbers are known."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any

from fupan.core import weeks
from fupan.core.slices import Slice

RULES = 1  # of making designs and of judging by them


@dataclass(frozen=True, slots=True)
class Design:
    """What will be counted, when, against what, and what would count as a success. Weeks are yyyyww.

    reason        why no verdict is given: "" | "tracked" (the number counts nothing bad) | "history" (too short)
    clock, asked  the clock used, and the one its kind of action calls for
    age           on the order clock: weeks an order is given to show its trouble
    baseline      first and last week; selection weeks within are left out
    delay         weeks after the action's week that belong to neither side
    renewed_from  on the batch clock: goods of batches from this day on are the treated ones
    """

    slice: str
    metric: str
    reason: str
    clock: str
    asked: str
    age: int
    carried_on: str
    effective_on: str
    action_week: int
    delay: int
    selection_weeks: tuple[int, ...]
    baseline: tuple[int, int]
    controls: tuple[str, ...]
    target: float
    min_effect: float
    planned_weeks: int
    renewed_from: str = ""
    rules: int = RULES

    @property
    def judged(self) -> bool:
        return not self.reason

    @property
    def where(self) -> dict[str, str]:
        return Slice.parse(self.slice).as_dict()

    @property
    def lag(self) -> int:
        """Weeks by which the clock is behind the calendar."""
        return 0 if self.clock == "contact" else self.age

    @property
    def due_week(self) -> int:
        """The week at whose end the planned look can be taken."""
        return weeks.shift(self.action_week, self.delay + self.planned_weeks + self.lag)

    def as_dict(self) -> dict[str, Any]:
        return json.loads(self.text)  # type: ignore[no-any-return]

    @property
    def text(self) -> str:
        """Canonical JSON: the same design is the same text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def digest(self) -> str:
        return sha256(self.text.encode()).hexdigest()

    @classmethod
    def of(cls, told: dict[str, Any]) -> Design:
        known = {one.name for one in fields(cls)}
        lists = {"selection_weeks", "baseline", "controls"}
        kept: dict[str, Any] = {name: told[name] for name in known & told.keys()}
        return cls(**kept | {name: tuple(told[name]) for name in lists})


def digest_of(told: Any) -> str:
    """The hash of a design as it is stored, whatever it holds."""
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()
