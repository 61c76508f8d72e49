"""What can be wrong with an input.

EngineError (a ValueError)     catch this one at the border
├── BadCounts                  negative, infinite or not a number; more hits than trials
├── NoExposure                 nothing to divide by: no units, no answers, an empty histogram
├── BadShape                   arrays that do not belong together
├── BadHistogram               bin edges that do not rise, or do not fit their counts
└── BadChoice                  an option, level or language that does not exist
"""

from __future__ import annotations


class EngineError(ValueError):
    """An input the engine cannot answer for; the message names it, its value and what was expected.

    ``name`` is the argument at fault as its function spells it.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


class BadCounts(EngineError):
    """A count, exposure, mean or variance outside what such a number can be."""


class NoExposure(EngineError):
    """There is nothing to divide by, so there is no rate; show the reason, never 0."""


class BadShape(EngineError):
    """Arrays whose lengths or dimensions do not belong together."""


class BadHistogram(EngineError):
    """Bin edges that do not rise from 0 or more, or do not enclose the counts."""


class BadChoice(EngineError):
    """An option, a level or a language the engine does not know."""
