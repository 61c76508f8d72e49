"""Did the signals find what was planted? Told for each incident, with the false alarms beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fupan.core import weeks
from fupan.core.slices import Slice
from fupan.insight.models import Signal

AFTERMATH = 4  # weeks after its end in which an incident may still show
Where = Mapping[str, str]


@dataclass(frozen=True)
class Found:
    """One planted incident: the signal that told it first, and the slice it was localised to in the end."""

    code: str
    truth: dict[str, str]
    first_week: int
    week: int | None  # of the first signal about it; None: never told
    slice: dict[str, str]

    @property
    def exact(self) -> bool:
        return self.slice == self.truth


def planted(truth: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The incidents that a screening can find: more cases than usual."""
    return [one for one in truth["planted"] if one["kind"] == "outbreak" and one["measure"] == "incidents"]


def compare(truth: Mapping[str, Any], signals: Iterable[Signal]) -> tuple[list[Found], list[Signal]]:
    """What was found of each planted incident, and the signals that are about none of them."""
    told = sorted(signals, key=lambda one: (one.week, one.pk))
    incidents = planted(truth)
    found = [_found(one, [signal for signal in told if about(signal, one)]) for one in incidents]
    false = [signal for signal in told if not any(about(signal, one) for one in incidents)]
    return found, false


def about(signal: Signal, incident: Mapping[str, Any]) -> bool:
    """Whether a signal tells of an incident: in its weeks, and nowhere else than in its slice or what holds it."""
    last = weeks.shift(incident["to_week"], AFTERMATH)
    in_time = incident["from_week"] <= signal.week <= last
    where, truth = Slice.parse(signal.slice).as_dict(), incident["slice"]
    shared = where.keys() & truth.keys()
    return in_time and "issue_type" in shared and all(where[name] == truth[name] for name in shared)


def _found(incident: Mapping[str, Any], signals: Sequence[Signal]) -> Found:
    first = signals[0] if signals else None
    nearest = max(signals, key=lambda one: _overlap(Slice.parse(one.slice).as_dict(), incident["slice"]), default=None)
    return Found(
        incident["code"], dict(incident["slice"]), incident["from_week"], first.week if first else None,
        Slice.parse(nearest.slice).as_dict() if nearest else {},
    )  # fmt: skip


def _overlap(one: Where, other: Where) -> float:
    pairs, others = set(one.items()), set(other.items())
    return len(pairs & others) / len(pairs | others)
