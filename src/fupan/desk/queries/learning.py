"""The versions of the classifier, what it asks for, and how often people agree with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet
from django.utils.translation import get_language

from fupan.core.models import Event
from fupan.desk.compute import learning
from fupan.desk.models import Classifier, ClassifierState, LabelSource
from fupan.desk.policies import classifiers_seen_by, tickets_seen_by
from fupan.people.models import Member

LAST = 50  # suggestions that the accuracy so far is told of


class Kept(NamedTuple):
    """Of the last `of` suggestions people saw, `kept` were kept."""

    kept: int
    of: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version as the settings show it; `low`, `high`: what its held-out tickets allow its accuracy to be."""

    row: Classifier
    low: float | None
    high: float | None
    reason: str

    @property
    def labels(self) -> bool:
        """Whether it labels anything by itself."""
        return not self.row.declines and self.row.threshold <= 1


@dataclass(frozen=True, slots=True)
class Learning:
    """Everything the page of the classifier shows."""

    versions: list[Version]
    serving: Version | None
    learns_now: bool
    kept: Kept
    labelled: int
    reads: tuple[str, ...]  # the encoders installed here


def versions(member: Member) -> QuerySet[Classifier]:
    return classifiers_seen_by(member).select_related("by__user").defer("asks").order_by("-number")


def overview(member: Member) -> Learning:
    rows = list(versions(member)[:30])
    shown = [_shown(row) for row in rows if row.state != ClassifierState.CANDIDATE]
    return Learning(
        versions=shown,
        serving=next((one for one in shown if one.row.state == ClassifierState.SERVING), None),
        learns_now=len(shown) < len(rows),
        kept=kept(member),
        labelled=tickets_seen_by(member).filter(label_source=LabelSource.MODEL).count(),
        reads=learning.installed(),
    )


def _shown(row: Classifier) -> Version:
    low, high = None, None
    if row.accuracy is not None and row.held_out:
        low, high = learning.interval(row.accuracy * row.held_out, row.held_out)
    lang = "zh-hans" if (get_language() or "").startswith("zh") else "en"
    return Version(row, low, high, row.reason.get(lang, ""))


def asked(member: Member) -> dict[int, tuple[tuple[str, float], ...]]:
    """Ticket id -> its likeliest labels, of the tickets the serving classifier asks for, the most useful first."""
    serving = classifiers_seen_by(member).filter(state=ClassifierState.SERVING)
    asks = serving.values_list("asks", flat=True).first() or []
    return {pk: tuple((code, share) for code, share in choices) for pk, choices in asks}


def kept(member: Member) -> Kept:
    """How many of the last suggestions people kept; labels that were taken back do not count."""
    events = Event.objects.filter(workspace_id=member.workspace_id)
    said = list(
        events.filter(name="desk.labelled", data__suggested__isnull=False)
        .order_by("-pk")
        .values_list("pk", "data__issue", "data__suggested", "data__many")[: 2 * LAST]
    )
    if not said:
        return Kept(0, 0)
    since = events.filter(name="desk.labels_undone", pk__gt=said[-1][0])
    undone = set(since.values_list("data__event", flat=True))
    standing = [(issue, suggested) for pk, issue, suggested, many in said if not {pk, many} & undone][:LAST]
    return Kept(sum(issue == suggested for issue, suggested in standing), len(standing))
