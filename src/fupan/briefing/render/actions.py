"""Open actions of a pack in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.action.models import ActionState, ActionType
from fupan.briefing.render import words
from fupan.core import figures


@dataclass(frozen=True, slots=True)
class Due:
    """One open action, worded."""

    action: str
    title: str
    kind: str
    state: str
    stone: str
    owner: str
    department: str
    deadline: str
    when: str  # overdue by so much, this week, or the day
    tone: str
    label: str
    target: str
    url: str
    late: int

    @property
    def name(self) -> str:
        return f"{self.action} {self.title}"

    @property
    def who(self) -> str:
        return " · ".join(part for part in (self.owner, self.department) if part)


def dues(told: Mapping[str, list[words.Entry]]) -> tuple[Due, ...]:
    """Overdue first, then by deadline."""
    soon = {one["action"] for one in told.get("due_this_week", [])}
    return tuple(_due(one, due=one["action"] in soon) for one in told.get("open", []))


def _due(entry: words.Entry, *, due: bool) -> Due:
    late, day = int(entry["overdue_days"]), date.fromisoformat(entry["deadline"])
    if late:
        when = ngettext("%(count)s day overdue", "%(count)s days overdue", late) % {"count": late}
    else:
        when = _("due this week, %(day)s") % {"day": f"{day:%m-%d}"} if due else f"{day:%m-%d}"
    return Due(
        entry["action"], entry["title"], str(ActionType(entry["type"]).label), str(ActionState(entry["state"]).label),
        "half" if entry["state"] == ActionState.DOING else "open", entry["owner"], entry["department"],
        day.isoformat(), when, "amber" if late else "", words.named(entry["label"]),
        figures.percent(entry["change"], 0, signed=True), entry["url"], late,
    )  # fmt: skip


def summary(told: Mapping[str, list[words.Entry]]) -> str:
    """“8 open, 3 overdue, 2 due this week”."""
    counts = {name: len(told.get(name, [])) for name in ("open", "overdue", "due_this_week")}
    parts = [
        ngettext("%(count)s open", "%(count)s open", counts["open"]) % {"count": counts["open"]},
        ngettext("%(count)s overdue", "%(count)s overdue", counts["overdue"]) % {"count": counts["overdue"]},
        ngettext("%(count)s due this week", "%(count)s due this week", counts["due_this_week"])
        % {"count": counts["due_this_week"]},
    ]
    return " · ".join(part for part, name in zip(parts, counts, strict=True) if counts[name])
