"""Verdicts of a pack in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from fupan.briefing.render import words
from fupan.core import figures
from fupan.verification.words import CARRIED, VERDICTS, capped, more_weeks


@dataclass(frozen=True, slots=True)
class Judged:
    """One verdict, worded."""

    action: str
    title: str
    label: str
    word: str
    stone: str
    tone: str
    change: str
    span: str
    meaning: str
    carried: str
    week: str
    url: str
    raw: tuple[float | None, float | None, float | None, float | None]  # change, low, high, prevented

    @property
    def name(self) -> str:
        return f"{self.action} {self.title}"


def judged(entry: words.Entry, currency: str) -> Judged:
    word, stone, tone = VERDICTS[entry["verdict"]]
    change = entry["change"]
    return Judged(
        entry["action"], entry["title"], words.named(entry["label"]), str(word), stone, tone,
        "" if change is None else figures.percent(change, 0, signed=True),
        "" if change is None else figures.span(entry["low"], capped(entry["high"])), _meaning(entry, currency),
        "" if entry["carried"] == "yes" else str(CARRIED[entry["carried"]][0]), words.period_name(entry["week"]),
        entry["url"], (change, entry["low"], entry["high"], entry["prevented"]),
    )  # fmt: skip


def _meaning(entry: words.Entry, currency: str) -> str:
    if entry["verdict"] == "effective":
        said = _("%(count)s cases fewer %(span)s") % {
            "count": figures.number(entry["prevented"]),
            "span": f"[{figures.number(entry['prevented_low'])}, {figures.number(entry['prevented_high'])}]",
        }
        worth = entry.get("money")
        return f"{said} · {figures.amount(worth, currency)}" if worth is not None else said
    if entry["verdict"] == "harmful":
        return _("%(count)s cases more") % {"count": figures.number(-(entry["prevented"] or 0))}
    if entry["verdict"] == "not_effective":
        return _("another round is advised")
    if entry["weeks_needed"]:
        return more_weeks(entry["weeks_needed"])
    return _("chance does this, too; take a wider slice")
