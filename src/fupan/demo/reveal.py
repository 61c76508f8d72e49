"""What was planted in the simulated shop, beside what signals and verdicts said: hits, misses, false alarms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from fupan.core import figures, weeks
from fupan.core.slices import Slice
from fupan.demo.found import Found, compare, planted
from fupan.insight.models import Signal
from fupan.insight.policies import signals_seen_by
from fupan.insight.signal_words import Names, Told, told
from fupan.insight.wording import named
from fupan.people.models import Member
from fupan.verification.models import Check, Outcome
from fupan.verification.policies import checks_seen_by
from fupan.verification.queries.checks import final_look, rich
from fupan.verification.words import Told as Judged
from fupan.verification.words import told as judged

TRUTH = "demo-truth.json"
HIT, PART, MISS = ("done", "jade"), ("half", "amber"), ("open", "amber")


@dataclass(frozen=True, slots=True)
class Trouble:
    """A planted outbreak and the signal that told it."""

    name: str
    story: str
    slice: str
    since: str
    factor: str
    words: str
    stone: str
    tone: str
    signal: Told | None


@dataclass(frozen=True, slots=True)
class Deed:
    """A planted action, its true change, and its verdict."""

    name: str
    story: str
    truth: str
    words: str
    stone: str
    tone: str
    one: Judged | None


def truth() -> dict[str, Any] | None:
    """As the load kept it; None when this is no demo of ours."""
    path = Path(settings.HOME) / TRUTH
    try:
        found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found


def context(member: Member) -> dict[str, Any]:
    told_truth = truth()
    if told_truth is None:
        return {"troubles": [], "deeds": [], "false": []}
    signals = list(signals_seen_by(member))
    found, false = compare(told_truth, signals)
    names = Names(member)
    by_code = {one["code"]: one for one in planted(told_truth)}
    deeds = _deeds(member, told_truth)
    return {
        "troubles": [_trouble(one, by_code[one.code], signals, member, names) for one in found],
        "deeds": deeds,
        "false": told(member, false),
        "extra": [one for one in judged(member, _unplanted(member, told_truth)) if one.shown is not None],
        "hits": sum(one.week is not None for one in found),
        "covered": sum(one.stone == "done" for one in deeds),
    }


def _trouble(one: Found, truth_: Mapping[str, Any], signals: list[Signal], member: Member, names: Names) -> Trouble:
    nearest = next((signal for signal in signals if Slice.parse(signal.slice).as_dict() == one.slice), None)
    if one.week is None:
        words, (stone, tone) = _before(truth_, signals), MISS
    elif one.exact:
        words, (stone, tone) = _("noticed in %(week)s, in exactly this slice"), HIT
    else:
        words, (stone, tone) = _("noticed in %(week)s, in a neighbouring slice"), PART
    return Trouble(
        named(truth_["name"]), named(truth_["story"]), names.title(one.truth), weeks.label(one.first_week),
        f"×{truth_['factor']:g}", words % {"week": weeks.label(one.week)} if one.week else words, stone, tone,
        told(member, [nearest])[0] if nearest else None,
    )  # fmt: skip


def _before(truth_: Mapping[str, Any], signals: list[Signal]) -> str:
    first = min((signal.week for signal in signals), default=None)
    if first is not None and truth_["to_week"] < first:
        return _("over before the screening began")
    return _("not noticed")


def _deeds(member: Member, truth_: Mapping[str, Any]) -> list[Deed]:
    acts = [one for one in truth_["planted"] if one["kind"] == "action"]
    checks = {str(Slice.parse(one.design["slice"])): one for one in rich(checks_seen_by(member)).order_by("-pk")}
    return [_deed(member, one, checks.get(str(Slice.of(one["slice"])))) for one in acts]


def _deed(member: Member, truth_: Mapping[str, Any], check: Check | None) -> Deed:
    change = float(truth_["factor"]) - 1.0
    one = judged(member, [check])[0] if check is not None else None
    words, (stone, tone) = fitting(change, one)
    true = _("no effect") if change == 0 else figures.percent(change, 0, signed=True)
    return Deed(named(truth_["name"]), named(truth_["story"]), true, words, stone, tone, one)


def fitting(change: float, one: Judged | None) -> tuple[str, tuple[str, str]]:
    """Whether a verdict agrees with what we know."""
    look = final_look(one.check) if one is not None else None
    if look is None or look.low is None or look.high is None:
        return _("no verdict yet"), PART
    if not look.low <= change <= look.high:
        return _("wrong: the interval does not hold the truth"), MISS
    if look.verdict == Outcome.INCONCLUSIVE:
        return _("right: the interval holds the truth, and nothing is claimed"), HIT
    wrong = (look.verdict == Outcome.EFFECTIVE and change >= 0) or (look.verdict == Outcome.HARMFUL and change <= 0)
    return (_("wrong: claims what is not so"), MISS) if wrong else (_("right: the interval holds the truth"), HIT)


def _unplanted(member: Member, truth_: Mapping[str, Any]) -> list[Check]:
    known = {str(Slice.of(one["slice"])) for one in truth_["planted"]}
    return [one for one in rich(checks_seen_by(member)) if str(Slice.parse(one.design["slice"])) not in known]
