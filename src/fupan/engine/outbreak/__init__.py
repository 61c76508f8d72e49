"""Weeks in which a slice has more cases than chance explains.

==================================================  ===========================================================
``farrington(counts, at)`` -> ``Outbreaks``          Farrington Flexible as in R ``surveillance``, all slices at once
``detect(counts, at)`` -> list of ``Alarm``          what a shop needs: short histories, false discoveries, budget
``screen(counts, at)`` -> ``Outbreaks``              the model of ``detect`` for every slice, nothing chosen
``exposure(shipments, delay)``                       shipments weighted by the return-delay curve
``completeness(triangle)``                           how much of the last weeks has been reported
==================================================  ===========================================================

Counts are cases by ISO week, shape (slices, weeks); weeks are named by 0-based index.
"""

from __future__ import annotations

from fupan.engine.outbreak.answers import Alarm
from fupan.engine.outbreak.detection import detect, screen
from fupan.engine.outbreak.exposure import completeness, exposure
from fupan.engine.outbreak.flexible import Outbreaks, farrington

__all__ = ["Alarm", "Outbreaks", "completeness", "detect", "exposure", "farrington", "screen"]
