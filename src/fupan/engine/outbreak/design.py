"""Which past weeks stand model for the week tested, and in which tenth of the year each lies (Noufaily 2013, 2.3).

Year by year back from the tested week k lie the reference weeks k - 52 i. Each with its neighbours, ``w`` on either
side, forms one and the same period; the weeks between two such windows are cut into ``n_periods`` - 1 further ones.
All slices of one tested week share the design, so it is made once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fupan.engine.checks import FloatArray, IntArray
from fupan.engine.errors import BadChoice

YEAR = 52


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """The baseline of one tested week.

    week      the tested week, 0-based
    weeks     the weeks of the baseline, ascending, shape (n,)
    period    the period of each, 0 to n_periods - 1, the last being the tested week's own, shape (n,)
    calendar  the period of every week up to the tested one, -1 where the model has none, shape (week + 1,)
    n_periods as asked
    """

    week: int
    weeks: IntArray
    period: IntArray
    calendar: IntArray
    n_periods: int

    @property
    def indicator(self) -> FloatArray:
        """1 where a baseline week lies in a period, shape (n, n_periods)."""
        return np.asarray(self.period[:, None] == np.arange(self.n_periods), dtype=np.float64)

    @property
    def time(self) -> FloatArray:
        """Weeks counted from the tested one: negative, shape (n,)."""
        return (self.weeks - self.week).astype(np.float64)


def baseline(week: int, *, b: int, w: int, n_periods: int, past_weeks_excluded: int) -> Design:
    """The baseline of ``week`` with ``b`` years back and windows of 2 ``w`` + 1 weeks.

    Raises BadChoice (b) when fewer than b years lie before the week, (n_periods) when a year has no room for them.
    """
    if week < b * YEAR:
        raise BadChoice("b", f"week {week} has {week} weeks before it, {b} years need {b * YEAR}")
    between = YEAR - 2 * w - 1
    if n_periods > 1 and between < n_periods - 1:
        raise BadChoice("n_periods", f"expected at most {between + 1} with w = {w}, got {n_periods}")
    calendar = np.full(week + 1, -1, dtype=np.intp)
    calendar[max(0, week - w) :] = n_periods - 1
    for reference in range(week - YEAR, week - b * YEAR - 1, -YEAR):
        calendar[max(0, reference - w) : reference + w + 1] = n_periods - 1
        if n_periods > 1:
            start = reference + w + 1
            calendar[start : start + between] = _cut(between, n_periods - 1)
    weeks = np.flatnonzero(calendar[: max(0, week - past_weeks_excluded)] >= 0)
    return Design(week, weeks, calendar[weeks], calendar, n_periods)


def _cut(length: int, parts: int) -> IntArray:
    """``length`` weeks in ``parts`` blocks, what is left over one each to the first."""
    each, rest = divmod(length, parts)
    return np.repeat(np.arange(parts), [each + (part < rest) for part in range(parts)])
