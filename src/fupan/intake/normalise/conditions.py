"""Which rows a record is for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.intake.normalise import cells
from fupan.intake.normalise.heading import Heading
from fupan.intake.normalise.memory import Memory
from fupan.intake.profiles.spec import Condition

Mask = Callable[[Sequence[Sequence[Any]]], Sequence[bool]]


def mask_of(condition: Condition, heading: Heading) -> Mask:
    """A function from columns to True and False; a condition on a column that is not there is never met."""
    at = heading.first(condition.columns)
    if at is None:
        met = condition.negated
        return lambda columns: [met] * len(columns[0]) if columns else []
    memory = Memory(_test(condition))
    return lambda columns: list(map(memory.__getitem__, columns[at]))


def _test(condition: Condition) -> Callable[[Any], bool]:
    holds = _tests(condition.test, condition.argument)
    return (lambda value: not holds(value)) if condition.negated else holds


def _tests(test: str, argument: Any) -> Callable[[Any], bool]:
    words = [str(one).casefold() for one in (argument if isinstance(argument, list) else [argument])]
    if test == "equals":
        return lambda value: cells.text(value).casefold() in words
    if test == "starts":
        return lambda value: cells.text(value).casefold().startswith(tuple(words))
    if test == "contains":
        return lambda value: any(word in cells.text(value).casefold() for word in words)
    if test == "filled":
        return lambda value: bool(cells.text(value)) == bool(argument)
    if test == "matches":
        pattern = pattern_of(str(argument))
        return lambda value: pattern.search(cells.text(value)) is not None
    return _compared(test, Decimal(str(argument)))


def _compared(test: str, bound: Decimal) -> Callable[[Any], bool]:
    def holds(value: Any) -> bool:
        number = cells.decimal(value)
        return isinstance(number, Decimal) and (number > bound if test == "above" else number < bound)

    return holds


def pattern_of(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as wrong:
        raise Refused(
            _("“%(text)s” is not a pattern: %(error)s") % {"text": text, "error": wrong}, code="bad-pattern"
        ) from wrong
