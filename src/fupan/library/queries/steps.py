"""How people go through a procedure or a tree: how long they stay at a step, where they stop, what they redo."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from fupan.core import clock
from fupan.core.models import Event
from fupan.library import contents
from fupan.library.models import Article

NEWEST = 200  # runs that are looked at
ENOUGH = 10  # runs below which nothing is said of a step
IDLE = timedelta(seconds=5)  # ticked off within this by three of four: nobody does anything there
SLOW = 2.0  # times as long as the next one: here the procedure drags
LEFT = timedelta(days=1)  # without a step, a run was given up
STOPPING = 0.2  # from this share of runs on, people stop there


@dataclass(slots=True)
class StepTime:
    """A step with the minutes people took at it."""

    node: str
    text: str
    took: list[float] = field(default_factory=list)
    stopped: int = 0  # runs given up here
    again: int = 0  # times somebody came back to it
    drags: bool = False

    @property
    def runs(self) -> int:
        return len(self.took)

    @property
    def minutes(self) -> float:
        return median(self.took) if self.took else 0.0

    @property
    def enough(self) -> bool:
        return self.runs >= ENOUGH

    @property
    def idle(self) -> bool:
        """Three of four ticked it off at once."""
        return self.enough and sorted(self.took)[(3 * self.runs) // 4] * 60 <= IDLE.total_seconds()

    @property
    def leaks(self) -> bool:
        """Many who came here went no further."""
        came = self.runs + self.stopped
        return came >= ENOUGH and self.stopped >= STOPPING * came


@dataclass(frozen=True, slots=True)
class Course:
    """All steps in the order they are met, and how many runs went to the end."""

    steps: list[StepTime]
    runs: int
    ended: int
    total: float  # median minutes of the runs that went to the end


def course(article: Article) -> Course:
    """Over the newest runs on tickets of the version in force."""
    runs = list(article.runs.filter(version=article.version, ticket__isnull=False).order_by("-pk")[:NEWEST])
    found: dict[str, StepTime] = {}
    for run in runs:
        since = run.started_at
        for step in run.path:
            at = datetime.fromisoformat(step["at"])
            found.setdefault(step["node"], StepTime(step["node"], step["text"])).took.append(_minutes(at - since))
            since = at
        if run.ended_at is None and clock.now() - since > LEFT:
            _at(article, found, run.at_node).stopped += 1
    for node, count in _again(article, {run.pk for run in runs}).items():
        _at(article, found, node).again += count
    ended = [run for run in runs if run.ended_at is not None]
    steps = sorted(found.values(), key=lambda one: (len(one.node), one.node))
    _mark_slow(steps)
    total = median([_minutes(run.ended_at - run.started_at) for run in ended if run.ended_at]) if ended else 0.0
    return Course(steps, len(runs), len(ended), total)


def _minutes(length: timedelta) -> float:
    return max(0.0, length.total_seconds() / 60)


def _at(article: Article, found: dict[str, StepTime], node: str) -> StepTime:
    if node not in found:
        found[node] = StepTime(node, contents.node(article.kind, article.content, node).text)
    return found[node]


def _again(article: Article, runs: set[int]) -> Counter[str]:
    """Steps somebody came back to, as the events tell: the path of a run forgets them."""
    events = Event.objects.filter(
        name="library.step_back", subject_kind=Article._meta.label_lower, subject_id=article.pk
    )
    told = events.order_by("-pk").values_list("data", flat=True)[: NEWEST * 5]
    return Counter(str(data.get("node", "")) for data in told if data.get("run") in runs and data.get("node"))


def _mark_slow(steps: list[StepTime]) -> None:
    known = sorted((one for one in steps if one.enough), key=lambda one: -one.minutes)
    if len(known) > 1 and known[0].minutes >= SLOW * max(known[1].minutes, 0.05):
        known[0].drags = True
