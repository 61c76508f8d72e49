"""One week judged: what goes on, what is new, and the figures of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np

from fupan.insight import compute
from fupan.insight.facts import Reading
from fupan.insight.screening.causes import Explanation, Live, Noticed
from fupan.insight.screening.ground import Ground
from fupan.insight.screening.leaves import Leaves
from fupan.insight.screening.tree import BAND, Raised, Tree
from fupan.insight.sums import Floats

LEAST_HISTORY = 12  # weeks before the first that can be judged
_COSTED = 26  # weeks whose costs make an average
_LEAST_CASES = 20  # of a slice, for an average of its own
Where = dict[str, str]


@dataclass(frozen=True)
class Figures:
    """A slice in one week, and in the weeks that led there."""

    observed: float
    expected: float
    upper: float
    pvalue: float
    score: float
    cost_week: Decimal | None
    band: list[dict[str, Any]]


class Screening:
    """The weeks up to `last`, ready to be judged one by one."""

    def __init__(self, reading: Reading, last: int) -> None:
        self.ground = Ground(reading, last)
        self.tree = Tree(self.ground)
        self.leaves = Leaves(self.ground)

    def judges(self, week: int) -> bool:
        """Whether there is enough behind a week, and enough of it has arrived."""
        return self.ground.judged(week) and self.place(week) >= LEAST_HISTORY

    def place(self, week: int) -> int:
        """The place of a week among the weeks; the first one for older weeks."""
        return self.ground.weeks.index(week) if week in self.ground.weeks else 0

    def judge(self, week: int, live: Sequence[Live], *, q: float) -> list[Noticed]:
        """New causes in a week, the largest certain excess first; `live` is told what it shows of them."""
        place = self.place(week)
        alarms = self.tree.alarms(place, q=q)
        known = set(self.tree.issues)
        issues = {alarm.issue for alarm in alarms} | {one.where.get("issue_type", "") for one in live}
        found: list[Noticed] = []
        for issue in sorted(issues & known):
            found += self._of_issue(issue, place, alarms, live)
        return sorted(found, key=lambda one: (-one.low, sorted(one.where.items())))

    def _of_issue(self, issue: str, place: int, alarms: Iterable[Raised], live: Iterable[Live]) -> list[Noticed]:
        mine = [one for one in live if one.where.get("issue_type") == issue]
        raised = [alarm for alarm in alarms if alarm.issue == issue]
        return Explanation(self.tree, self.leaves, place, raised, mine).noticed

    def figures(self, slices: Sequence[tuple[Where, int]], week: int, *, length: int = BAND) -> list[Figures]:
        """What slices showed in a week, with the band of the weeks before; each comes with its first alarm's place.

        What a slice showed since its first alarm is no example of what is usual, so its later weeks are held against
        what was expected instead.
        """
        if not slices:
            return []
        last = self.place(week)
        at = range(max(min(LEAST_HISTORY, last), last + 1 - length), last + 1)
        issues = sorted({where["issue_type"] for where, _since in slices})
        rows = [self.ground.series({"issue_type": one}) for one in issues]
        rows += [self.ground.series(where) for where, _since in slices]
        parents = np.array([-1] * len(issues) + [issues.index(where["issue_type"]) for where, _since in slices])
        counts, units = (np.array([row[part] for row in rows]) for part in (0, 1))
        since = np.array([last + 1] * len(issues) + [first for _where, first in slices])
        usual, found = counts.copy(), []
        for place in range(min(at.start, int(since.min())), last + 1):
            now = usual.copy()
            now[:, place] = counts[:, place]
            band = compute.bands(now, units, [place], parents)
            off = (since <= place) & np.isfinite(band.expected[:, 0])
            usual[off, place] = np.minimum(counts[off, place], np.round(band.expected[off, 0]))
            found.append(band)
        bands = found[-len(at) :]
        return [self._one(where, counts[row], bands, row, at) for row, (where, _) in enumerate(slices, len(issues))]

    def _one(self, where: Where, counts: Floats, bands: Sequence[compute.Outbreaks], row: int, at: range) -> Figures:
        drawn = [
            {
                "week": self.ground.weeks[week], "observed": int(counts[week]),
                "expected": _plain(band.expected[row, 0]), "upper": _plain(band.upper[row, 0]),
                "alarm": bool(band.alarm[row, 0]),
            }
            for week, band in zip(at, bands, strict=True)
        ]  # fmt: skip
        observed, now = float(counts[at[-1]]), bands[-1]
        expected, upper, pvalue, score = (
            float(np.nan_to_num(part[row, 0], nan=default, posinf=default))
            for part, default in ((now.expected, 0.0), (now.upper, observed), (now.pvalue, 1.0), (now.score, 0.0))
        )
        cost = self._cost(where, max(0.0, observed - expected), at[-1])
        return Figures(observed, expected, upper, pvalue, score, cost, drawn)

    def _cost(self, where: Where, excess: float, last: int) -> Decimal | None:
        """What so many cases more a week cost."""
        window = range(max(0, last + 1 - _COSTED), last + 1)
        own = float(self.ground.series(where)[0][list(window)].sum()) >= _LEAST_CASES
        each = self.ground.cost_of_one(where if own else {"issue_type": where["issue_type"]}, window)
        return None if each is None else Decimal(f"{excess * each:.2f}")


def _plain(value: float) -> float | None:
    return round(float(value), 2) if np.isfinite(value) else None
