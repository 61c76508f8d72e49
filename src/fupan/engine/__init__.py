"""The algorithms of Fupan: plain Python over NumPy arrays, usable alone in a notebook.

>>> from fupan.engine import compare
>>> compare.rates(30, 1000, 12, 1000).detectable
True

Arrays in, frozen answers out, with an ``explain(lang)`` sentence where a person reads the result. No clock, no
database, no global seed: chance comes in as an ``np.random.Generator``. Everything wrong with an input is an
:class:`EngineError`. Modules load when first named, so that one of them does not pay for the others.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from fupan.engine.errors import BadChoice, BadCounts, BadHistogram, BadShape, EngineError, NoExposure

if TYPE_CHECKING:
    from fupan.engine import compare, effect, encoders, labels, likeness, localize, outbreak, ranking, topics

_MODULES = ("compare", "effect", "encoders", "labels", "likeness", "localize", "outbreak", "ranking", "topics")

__all__ = [
    "BadChoice",
    "BadCounts",
    "BadHistogram",
    "BadShape",
    "EngineError",
    "NoExposure",
    "compare",
    "effect",
    "encoders",
    "labels",
    "likeness",
    "localize",
    "outbreak",
    "ranking",
    "topics",
]


def __getattr__(name: str) -> ModuleType:
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
