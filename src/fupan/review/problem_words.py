"""Problems and their verdicts in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from fupan.core import figures
from fupan.insight.metrics import METRICS
from fupan.insight.signal_words import Names
from fupan.insight.wording import named
from fupan.review.models import UNDER_WAY, Problem
from fupan.review.queries import problems as asked
from fupan.review.wording import ORIGINS, STATES, STONES, VERDICTS


@dataclass(frozen=True)
class Said:
    """A problem and its words."""

    problem: Problem
    names: Names
    outcome: Mapping[str, Any]

    @property
    def url(self) -> str:
        return reverse("review:problem", args=[self.problem.number])

    @property
    def state(self) -> str:
        return str(STATES[self.problem.state])

    @property
    def stone(self) -> tuple[str, str]:
        return STONES[self.problem.state]

    @property
    def where(self) -> dict[str, str]:
        return asked.where_of(self.problem)

    @property
    def chips(self) -> list[tuple[str, str]]:
        return self.names.chips(self.where)

    @property
    def metric(self) -> str:
        return metric_name(self.problem.metric)

    @property
    def open(self) -> bool:
        return self.problem.state in UNDER_WAY

    @property
    def origin(self) -> str:
        told = str(ORIGINS[self.problem.origin])
        return told % {"signal": self.problem.signal_id or "?"} if "%(" in told else told

    @property
    def verdict(self) -> dict[str, str] | None:
        return verdict_of(self.outcome)


def metric_name(code: str) -> str:
    return named(METRICS[code].name) if code in METRICS else code


def verdict_of(outcome: Mapping[str, Any]) -> dict[str, str] | None:
    """A verdict as it is shown: word, stone, tone, estimate, how many cases were prevented."""
    code = outcome.get("verdict", "")
    if code not in VERDICTS:
        return None
    word, stone, tone = VERDICTS[code]
    estimate = ""
    if outcome.get("change") is not None:
        estimate = f"{figures.delta(outcome['change'])} {figures.span(outcome.get('low'), outcome.get('high'))}".strip()
    prevented = outcome.get("prevented")
    told = ""
    if prevented and code == "effective":
        words = ngettext("%(count)s case prevented", "%(count)s cases prevented", round(prevented))
        told = words % {"count": figures.number(round(prevented))}
    return {"word": str(word), "stone": stone, "tone": tone, "estimate": estimate, "prevented": told}
