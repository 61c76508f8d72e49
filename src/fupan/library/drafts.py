"""What somebody fills in for a case: plain values, by code, from a form, a ticket, a program or the demo."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

MOST_STEPS = 30


class Step(NamedTuple):
    do: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CaseDraft:
    """The content of a case; trees, products and batches by code."""

    title: str = ""
    issue_type: str = ""
    happened_on: date | None = None
    took: timedelta | None = None
    shop: int | None = None
    product: str = ""
    batch: str = ""
    order_masked: str = ""
    demand: str = ""
    quote: str = ""
    quote_language: str = ""
    quote_gloss: str = ""
    cause: str = ""
    cause_confirmed: bool = False
    cause_guess: str = ""
    cause_text: str = ""
    steps: tuple[Step, ...] = ()
    wording: str = ""
    wording_language: str = ""
    points: tuple[str, ...] = ()
    outcome: str = ""
    outcome_text: str = ""
    cost: Decimal | None = None
    currency: str = ""
    lessons: str = ""
    avoid: str = ""
    suggestion: str = ""
    tags: tuple[str, ...] = ()
    check_on: date | None = None
    check_when: str = ""


def steps_from(text: str) -> tuple[Step, ...]:
    """A line is a step, indented lines are its note."""
    found: list[Step] = []
    for raw in text.expandtabs(4).splitlines():
        line = raw.strip()
        if not line:
            continue
        if raw[:1] in (" ", "\u3000") and found:
            last = found[-1]
            found[-1] = Step(last.do, f"{last.note}\n{line}".strip())
        else:
            found.append(Step(re.sub(r"^\d+[.、)]\s*", "", line)))
    return tuple(found[:MOST_STEPS])


def steps_text(steps: list[dict[str, str]]) -> str:
    lines = []
    for step in steps:
        lines += [step["do"], *(f"  {line}" for line in step.get("note", "").splitlines())]
    return "\n".join(lines)


def masked(order: str) -> str:
    """An order number of which only its beginning is kept: 302-77•••••."""
    plain = order.strip()
    if "•" in plain or not plain:
        return plain
    kept = 6 if "-" in plain[:4] else 4
    return f"{plain[:kept]}•••••" if len(plain) > kept else f"{plain[:1]}•••••"
