"""An action and its words: what a card, a row and a page say of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from fupan.action.models import OPEN_STATES, Action, ActionState
from fupan.action.wording import ICONS, NO_VERDICT, STONES
from fupan.core import figures, weeks
from fupan.core.slices import Slice
from fupan.insight.metrics import METRICS
from fupan.insight.queries.series import judged
from fupan.insight.signal_words import Names
from fupan.insight.wording import named
from fupan.people.models import Member
from fupan.review.wording import VERDICTS

COMMON = "incident_rate"  # goes without saying
STRIP, GAP = 240, 4  # of the bar of weeks
WILD = 5.0  # a change past this is no figure any more


class Note(NamedTuple):
    """A short line and its tone."""

    words: str
    tone: str = ""


class Segment(NamedTuple):
    x: str
    width: str
    on: bool


@dataclass(frozen=True)
class Told:
    """One action in the reader's language."""

    action: Action
    names: Names
    today: date
    movable: bool = False

    @property
    def code(self) -> str:
        return str(self.action)

    @property
    def url(self) -> str:
        return reverse("action:action", args=[self.action.number])

    @property
    def icon(self) -> str:
        return ICONS[self.action.type]

    @property
    def kind(self) -> str:
        return self.action.get_type_display()

    @property
    def state(self) -> str:
        return self.action.get_state_display()

    @property
    def stone(self) -> str:
        if self.action.state == ActionState.VERIFIED and self.said:
            return VERDICTS[self.said][1]
        return STONES[self.action.state][0]

    @property
    def tone(self) -> str:
        if self.action.state == ActionState.VERIFIED and self.said:
            return VERDICTS[self.said][2]
        return STONES[self.action.state][1]

    # Where and how much

    @cached_property
    def where(self) -> dict[str, str]:
        try:
            return Slice.parse(self.action.slice).as_dict()
        except ValueError:  # a dimension that was dropped since
            return {}

    @property
    def slice(self) -> str:
        return self.names.title(self.where)

    @property
    def chips(self) -> list[tuple[str, str]]:
        return self.names.chips(self.where)

    @property
    def metric(self) -> str:
        known = METRICS.get(self.action.metric)
        return named(known.name) if known is not None else self.action.metric

    @property
    def place(self) -> str:
        """The slice, led by the number when it is not the usual one."""
        return self.slice if self.action.metric == COMMON else f"{self.metric} · {self.slice}"

    @property
    def target(self) -> str:
        return figures.percent(self.action.change, 0, signed=True)

    @property
    def judged(self) -> bool:
        return judged(self.action.metric)

    # When

    @property
    def open(self) -> bool:
        return self.action.state in OPEN_STATES

    @property
    def late(self) -> int:
        """Days overdue."""
        return max(0, (self.today - self.action.deadline).days) if self.open else 0

    @property
    def late_words(self) -> str:
        return ngettext("%(count)s day overdue", "%(count)s days overdue", self.late) % {"count": self.late}

    @property
    def deadline(self) -> str:
        same = self.action.deadline.year == self.today.year
        return f"{self.action.deadline:%m-%d}" if same else f"{self.action.deadline:%Y-%m-%d}"

    @property
    def proofs(self) -> int:
        known = getattr(self.action, "proof_count", None)
        return int(known) if known is not None else self.action.proofs.count()

    @property
    def steps(self) -> tuple[int, int]:
        return getattr(self.action, "steps_done", 0), getattr(self.action, "step_count", 0)

    # The verdict, before and after

    @property
    def said(self) -> str:
        """The verdict, once there is one."""
        word = self.action.verdict.get("verdict", "")
        return word if self.action.verdict.get("final") and word in VERDICTS else ""

    @property
    def verdict(self) -> str:
        """“Effective −28 %”."""
        return f"{VERDICTS[self.said][0]} {self.change}".strip() if self.said else ""

    @property
    def change(self) -> str:
        """The measured change; "" where so few cases lie behind it that a figure would mean nothing."""
        change = self.action.verdict.get("change")
        return "" if change is None or abs(change) > WILD else figures.percent(change, 0, signed=True)

    @property
    def span(self) -> str:
        low, high = self.action.verdict.get("low"), self.action.verdict.get("high")
        return figures.span(low, high) if self.change and high is not None and high <= WILD else ""

    @property
    def check_url(self) -> str:
        check = self.action.verdict.get("check")
        return address("verification:verdict", check) if check else ""

    @property
    def weeks(self) -> tuple[int, int]:
        """Weeks seen, of weeks planned."""
        told = self.action.verdict
        planned = int(told.get("planned_weeks") or self.action.window)
        return min(int(told.get("weeks_after") or 0), planned), planned

    @property
    def segments(self) -> list[Segment]:
        """The bar of weeks, a piece for each."""
        done, planned = self.weeks
        step = STRIP / max(planned, 1)
        gap = GAP if step > 3 * GAP else step / 4
        return [Segment(f"{at * step:.1f}", f"{step - gap:.1f}", at < done) for at in range(planned)]

    @property
    def deciding(self) -> bool:
        """Whether its verdict comes this week."""
        told = self.action.verdict
        waiting = self.action.state == ActionState.DONE and "due_week" in told and not told.get("reason")
        return waiting and told["due_week"] <= weeks.last_whole_week(self.today)

    @property
    def collecting(self) -> bool:
        return self.action.state == ActionState.DONE and self.judged and not self.action.verdict.get("reason")

    @property
    def notes(self) -> list[Note]:
        """What stands under the target: blocked, how long until a verdict, what it says."""
        found, (done, every) = [], self.steps
        if self.action.blocked:
            found.append(Note(_("blocked: %(reason)s") % {"reason": self.action.blocked}, "amber"))
        if self.open and every:
            found.append(Note(_("steps %(done)s / %(all)s") % {"done": done, "all": every}))
        return [*found, self.outlook]

    @property
    def outlook(self) -> Note:
        """How it stands with the verdict."""
        if self.action.state == ActionState.DROPPED:
            return Note(_("dropped: %(reason)s") % {"reason": self.action.dropped_because})
        if self.said:
            return Note(" · ".join(part for part in (self.span, self._worth()) if part))
        reason = self.action.verdict.get("reason", "")
        if reason in NO_VERDICT or not self.judged:
            return Note(str(NO_VERDICT[reason if reason in NO_VERDICT else "tracked"]))
        return self._collected() if self.action.state == ActionState.DONE else self._foreseen()

    def _collected(self) -> Note:
        done, planned = self.weeks
        said = _("week %(done)s / %(planned)s") % {"done": done, "planned": planned}
        if self.deciding:
            soon = _("verdict this week")
            return Note(f"{said} · {soon}", "jade")
        return Note(f"{said} · {self.change} {self.span}".strip() if done and self.change else said)

    def _foreseen(self) -> Note:
        needed, told = self.action.weeks_needed, self.action.verdict
        if needed is not None and needed <= self.action.window:
            words = ngettext("a verdict after about %(count)s week", "a verdict after about %(count)s weeks", needed)
            return Note(words % {"count": needed})
        if needed is None:
            alone = _("too few cases for a verdict")
        elif told.get("wider"):
            alone = ngettext("alone it needs %(count)s week", "alone it needs %(count)s weeks", needed)
        else:
            alone = ngettext("a verdict needs %(count)s week", "a verdict needs %(count)s weeks", needed)
        alone %= {"count": needed}
        if not told.get("wider"):
            return Note(alone, "amber")
        said = {"slice": self.names.title(Slice.parse(told["wider"]).as_dict()), "count": told["wider_weeks"]}
        more = ngettext("%(slice)s: %(count)s week", "%(slice)s: %(count)s weeks", told["wider_weeks"]) % said
        return Note(f"{alone}{pgettext('between clauses', ', ')}{more}", "amber")

    def _worth(self) -> str:
        """What the verdict means in cases, or what it lacks."""
        told = self.action.verdict
        prevented, needed = told.get("prevented"), told.get("weeks_needed")
        if self.said == "effective" and prevented:
            return ngettext(
                "some %(count)s case prevented", "some %(count)s cases prevented", round(prevented)
            ) % {"count": figures.number(prevented)}  # fmt: skip
        if self.said == "inconclusive" and needed:
            return ngettext("some %(count)s more week", "some %(count)s more weeks", needed) % {"count": needed}
        if self.said == "not_effective":
            return _("short of the target %(target)s") % {"target": self.target}
        return ""

    @property
    def tried(self) -> str:
        """Its story in one line: "Mar: −22 %, effective"."""
        when = self.action.carried_on or self.action.created_at.date()
        if self.open:
            return self.state
        if self.said:
            parts = (self.change, str(VERDICTS[self.said][0]))
            said = pgettext("between clauses", ", ").join(part for part in parts if part)
        elif self.action.state == ActionState.DROPPED:
            said = _("dropped: %(reason)s") % {"reason": self.action.dropped_because}
        else:
            said = self.outlook.words
        return _("tried in %(month)s: %(outcome)s") % {"month": f"{when:%Y-%m}", "outcome": said}


def told(member: Member, actions: Iterable[Action], today: date, *, movable: Sequence[int] = ()) -> list[Told]:
    names = Names(member)
    return [Told(one, names, today, one.pk in movable) for one in actions]


def address(name: str, *args: Any) -> str:
    """Where a page of a later stage is, when it is there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
