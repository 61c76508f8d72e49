"""Signals of sub-topics: a rising term that the outbreak test finds beyond chance, too, is told to people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fupan.core import clock, weeks
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.insight import compute
from fupan.insight.models import LIVE, Signal, SignalKind, SignalSettings, SignalState, SubTopic, SubTopicState
from fupan.insight.services._quiet import QUIET
from fupan.people.models import Member


def judge_topic(topic: SubTopic, span: Sequence[int], said: Sequence[int], texts: Sequence[int]) -> Signal | None:
    """Test the last of these weeks; open or follow the topic's signal when it is beyond chance."""
    if topic.state == SubTopicState.DROPPED:
        return None
    counts, written = np.array(said, dtype=np.float64), np.array(texts, dtype=np.float64)
    band = compute.topic_band(counts, written)
    week = span[-1]
    known = Signal.objects.filter(topic=topic, week__lte=week)
    live = known.filter(state__in=LIVE).first()
    if live is not None and live.last_week > week:
        return live
    if not band.alarm[1, 0] or (live is None and not _may_open(topic, week)):
        return None
    signal = live or Signal(
        workspace_id=topic.workspace_id, kind=SignalKind.TOPIC, topic=topic, week=week, opened_at=clock.now(),
        slice=str(Slice.of({"issue_type": topic.issue_type})),
    )  # fmt: skip
    _figure(signal, week, band, [(one, int(count)) for one, count in zip(span, said, strict=True)])
    signal.save()
    if live is None:
        record("insight.signal_opened", signal, by=None, kind=signal.kind, week=week)
    return signal


def _may_open(topic: SubTopic, week: int) -> bool:
    """Not when it was found not real of late or was told of this week before, and within the budget of the week."""
    settings = SignalSettings.objects.filter(workspace_id=topic.workspace_id).first() or SignalSettings()
    mine = Signal.objects.filter(topic=topic)
    peace = mine.filter(state=SignalState.DISMISSED, last_week__gte=weeks.shift(week, -QUIET))
    if peace.exists() or mine.filter(last_week__gte=week).exists():
        return False
    told = Signal.objects.filter(workspace_id=topic.workspace_id, week=week).exclude(kind=SignalKind.TARGET)
    return told.count() < settings.budget


def _figure(signal: Signal, week: int, band: compute.Outbreaks, said: Sequence[tuple[int, int]]) -> None:
    expected, upper = float(band.expected[1, 0]), float(band.upper[1, 0])
    signal.last_week, signal.quiet = week, 0
    signal.observed, signal.expected, signal.upper = float(said[-1][1]), round(expected, 2), round(upper, 2)
    signal.excess = round(signal.observed - expected, 2)
    signal.pvalue, signal.score = float(band.pvalue[1, 0]), round(float(band.score[1, 0]), 3)
    signal.band = [
        {"week": at, "observed": count, "expected": None, "upper": None, "alarm": False} for at, count in said[:-1]
    ] + [{"week": week, "observed": said[-1][1], "expected": signal.expected, "upper": signal.upper, "alarm": True}]


def drop_topic_signals(topic: SubTopic, *, by: Member) -> None:
    """A person says that the topic is none: its signal is not real."""
    for signal in Signal.objects.filter(topic=topic, state__in=LIVE).order_by("pk"):
        signal.state, signal.decided_by, signal.closed_at = SignalState.DISMISSED, by, clock.now()
        signal.snoozed_until = None
        signal.save(update_fields=["state", "decided_by", "closed_at", "snoozed_until"])
        record("insight.signal_dismissed", signal, by=by)
