"""How long a verdict will take, before anybody commits to it."""

from __future__ import annotations

from math import log1p

from fupan.engine import checks
from fupan.engine.effect.looks import detectable
from fupan.engine.errors import BadChoice

FEWEST_WEEKS = 4
FEWEST_CASES = 10.0
_MOST_WEEKS = 104


def weeks_needed(
    weekly_count: float, target_change: float, *, baseline_weeks: int = 26, dispersion: float = 1.5
) -> int | None:
    """Weeks after the action until a true ``target_change`` is found with a chance of 80 % at the planned look.

    ``weekly_count``: cases a week so far. ``target_change``: the change aimed at, -0.3 (or 0.3) for 30 % fewer.
    ``baseline_weeks``: weeks before. ``dispersion``: variance over mean of a weekly count now, 1 or more; half as
    much beyond Poisson is expected of half as many cases. At least 4 weeks and 10 expected cases, as :func:`judge`
    asks; None when two years (104 weeks) would not do: take a wider slice.

    Raises BadCounts (weekly_count, dispersion), BadChoice (target_change, baseline_weeks).

    >>> weeks_needed(12, -0.5), weeks_needed(12, -0.3), weeks_needed(1, -0.2)
    (4, 16, None)
    """
    count = float(checks.positive("weekly_count", weekly_count)) if weekly_count else 0.0
    change = -abs(float(checks.numbers("target_change", target_change)))
    if not -1 < change < 0:
        raise BadChoice("target_change", f"expected a fraction between 0 and 1 in size, got {target_change!r}")
    if not float(checks.numbers("baseline_weeks", baseline_weeks)) >= 1:
        raise BadChoice("baseline_weeks", f"expected 1 or more, got {baseline_weeks!r}")
    unrest = float(checks.dispersion(dispersion)) - 1
    if count == 0:
        return None
    before = (1 + unrest) / (count * baseline_weeks)
    each = 1 / (count * (1 + change)) + unrest / count
    return weeks_until(before, each, change, count)


def weeks_until(lasting: float, weekly: float, change: float, count: float, *, planned: bool = True) -> int | None:
    """The first number of weeks n at which an effect stands out of a variance of ``lasting + weekly / n``.

    ``count``: cases expected a week; ``planned``: found at the planned look, else at a weekly one.
    """
    for weeks in range(FEWEST_WEEKS, _MOST_WEEKS + 1):
        enough = weeks * count >= FEWEST_CASES
        if enough and detectable(lasting + weekly / weeks, planned=planned) <= -log1p(change):
            return weeks
    return None
