"""Verdicts as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from fupan.core import figures, weeks
from fupan.insight.metrics import METRICS
from fupan.insight.queries.series import upside_down
from fupan.insight.signal_words import Names, week_name
from fupan.insight.wording import named
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.verification import compute
from fupan.verification.design import Design, digest_of
from fupan.verification.models import CarriedOut, Check, CheckState, Look, Outcome
from fupan.verification.queries.checks import final_look, newest_look

VERDICTS: dict[str, tuple[Promise, str, str]] = {  # word, stone, tone
    Outcome.EFFECTIVE: (pgettext_lazy("verdict", "Effective"), "done", "jade"),
    Outcome.NOT_EFFECTIVE: (pgettext_lazy("verdict", "Not effective"), "open", "slate"),
    Outcome.HARMFUL: (pgettext_lazy("verdict", "Harmful"), "warn", "red"),
    Outcome.INCONCLUSIVE: (pgettext_lazy("verdict", "Not enough data"), "half", "slate"),
}
CARRIED: dict[str, tuple[Promise, str, str]] = {
    CarriedOut.YES: (_lazy("Carried out"), "done", "jade"),
    CarriedOut.PARTLY: (_lazy("Half carried out"), "half", "amber"),
    CarriedOut.NO: (_lazy("Not carried out"), "open", "amber"),
}
CLOCKS: dict[str, Promise] = {
    "contact": _lazy("by the week the buyer wrote"),
    "order": _lazy("by the week of the order"),
    "batch": _lazy("by batch, in the week of the order"),
}
WARNINGS: dict[str, Promise] = {
    "few_weeks": _lazy("Fewer than four weeks have passed"),
    "few_controls": _lazy("Fewer than five slices to compare with"),
    "few_cases": _lazy("Fewer than ten cases were to be expected"),
    "few_placebos": _lazy("Too little history to try the method on untouched weeks"),
    "pre_trend": _lazy("The slice was on its way before the action"),
    "overlapping": _lazy("Another action changed the same slice"),
    "no_exposure": _lazy("No orders in one of the periods"),
    "left_out": _lazy("Some actions could not be counted in"),
}


@dataclass(frozen=True)
class Told:
    """One check and its words, for one reader. `look`: what to speak of when it is not the stored verdict."""

    check: Check
    names: Names
    currency: str
    money: bool
    live: Look | None = None

    @cached_property
    def design(self) -> Design:
        return Design.of(self.check.design)

    @cached_property
    def look(self) -> Look | None:
        """The verdict, else the newest look."""
        return self.live or final_look(self.check) or newest_look(self.check)

    @property
    def final(self) -> bool:
        return self.look is not None and self.look.final

    @property
    def broken(self) -> bool:
        """Whether the plan is not the one that was frozen."""
        return digest_of(self.check.design) != self.check.design_hash

    @property
    def shape(self) -> str:
        """stopped | broken | tracked | history | unproved | decided | collecting"""
        if self.check.state == CheckState.STOPPED:
            return "stopped"
        if self.broken:
            return "broken"
        if self.design.reason:
            return self.design.reason
        if self.answer == CarriedOut.NO:
            return "unproved"
        return "decided" if self.final else "collecting"

    @property
    def answer(self) -> str:
        return self.check.carrying.answer if hasattr(self.check, "carrying") else CarriedOut.NO

    @property
    def carried(self) -> tuple[str, str, str]:
        word, stone, tone = CARRIED[self.answer]
        return str(word), stone, tone

    @property
    def url(self) -> str:
        return reverse("verification:verdict", args=[self.check.pk])

    @property
    def title(self) -> str:
        return self.check.action.title

    @cached_property
    def slice(self) -> str:
        return self.names.title(self.design.where)

    @property
    def chips(self) -> list[tuple[str, str]]:
        return self.names.chips(self.design.where)

    @property
    def metric(self) -> str:
        known = METRICS.get(self.design.metric)
        name = named(known.name) if known else self.design.metric
        return _("missed: %(metric)s") % {"metric": name} if known and upside_down(known.code) else name

    @property
    def clock(self) -> str:
        """Which week a case counts in."""
        said = str(CLOCKS[self.design.clock])
        if not self.design.lag:
            return said
        words = ngettext("%(clock)s, within %(weeks)s week", "%(clock)s, within %(weeks)s weeks", self.design.age)
        return words % {"clock": said, "weeks": self.design.age}

    @property
    def word(self) -> str:
        if self.shape == "decided" and self.look is not None:
            return str(VERDICTS[self.look.verdict][0])
        words = {
            "stopped": _("Stopped"), "broken": _("No verdict"), "tracked": _("Followed only"),
            "history": _("Too little history"), "unproved": _("No verdict"),
        }  # fmt: skip
        return words.get(self.shape, _("Still collecting"))

    @property
    def stone(self) -> str:
        if self.shape == "decided" and self.look is not None:
            return VERDICTS[self.look.verdict][1]
        return {"broken": "warn", "unproved": "half", "collecting": "half"}.get(self.shape, "open")

    @property
    def tone(self) -> str:
        if self.shape == "decided" and self.look is not None:
            return VERDICTS[self.look.verdict][2]
        return {"broken": "red", "unproved": "amber"}.get(self.shape, "slate")

    # figures

    @property
    def shown(self) -> Look | None:
        """The look whose figures may be spoken of: the verdict only."""
        return self.look if self.shape == "decided" else None

    @property
    def change(self) -> str:
        look = self.shown
        return "" if look is None or look.change is None else figures.percent(look.change, 0, signed=True)

    @property
    def span(self) -> str:
        """[−67, −25]"""
        look = self.shown
        return "" if look is None or look.low is None else figures.span(look.low, capped(look.high))

    @cached_property
    def verdict(self) -> compute.Verdict | None:
        if self.look is None or not self.look.numbers:
            return None
        told = compute.verdict_of(self.look.numbers["verdict"])
        return told if self.money else compute.without_money(told)

    @property
    def explained(self) -> str:
        """The engine's own sentences."""
        language = "zh-hans" if (get_language() or "").startswith("zh") else "en"
        return self.verdict.explain(language) if self.verdict is not None else ""

    @property
    def meaning(self) -> str:
        """What a verdict means for what to do, in a few words."""
        look = self.shown
        if look is None:
            return self._waiting()
        if look.verdict == Outcome.EFFECTIVE:
            return _("%(count)s fewer %(span)s") % {"count": figures.number(look.prevented), "span": self.cases_span}
        if look.verdict == Outcome.HARMFUL:
            return _("%(count)s more") % {"count": figures.number(-(look.prevented or 0))}
        if look.verdict == Outcome.NOT_EFFECTIVE:
            return _("another round is advised")
        if self.withheld:
            return self.withheld
        if look.weeks_needed:
            return more_weeks(look.weeks_needed)
        return _("chance does this, too; take a wider slice")

    @property
    def withheld(self) -> str:
        """What forbids a verdict that the figures alone would give."""
        look = self.shown
        if look is None or look.verdict != Outcome.INCONCLUSIVE or look.low is None or look.high is None:
            return ""
        if look.low <= 0 <= look.high:
            return ""
        known = [str(WARNINGS[code]) for code in look.warnings if code in WARNINGS]
        return _("no claim is made: %(why)s") % {"why": known[0] if known else _("untouched slices moved as much")}

    def _waiting(self) -> str:
        if self.shape == "collecting":
            return self.progress
        return {
            "tracked": _("this number counts nothing bad, so it is only followed"),
            "history": _("fewer than eight weeks before the action"),
            "unproved": _("nothing shows that it was carried out"),
            "stopped": _("the action was not carried out after all"),
            "broken": _("its plan is not the one that was written down"),
        }.get(self.shape, "")  # fmt: skip

    @property
    def weeks_after(self) -> int:
        return min(self.look.weeks_after, self.design.planned_weeks) if self.look is not None else 0

    @property
    def progress(self) -> str:
        return _("week %(now)s of %(all)s") % {"now": self.weeks_after, "all": self.design.planned_weeks}

    @property
    def cases_span(self) -> str:
        look = self.look
        if look is None or look.prevented_low is None or look.prevented_high is None:
            return ""
        return f"[{figures.number(look.prevented_low)}, {figures.number(look.prevented_high)}]"

    @property
    def due(self) -> str:
        return week_name(self.check.due_week)

    @property
    def due_label(self) -> str:
        return weeks.label(self.check.due_week)

    @property
    def sentence(self) -> str:
        """After the bold word: what happened to which number of which slice."""
        look = self.shown
        if look is None:
            return self._waiting()
        said = {"slice": self.slice, "metric": self.metric, "size": figures.percent(abs(look.change or 0.0), 0)}
        if look.change is None:
            return _("%(slice)s: there is nothing to compare") % said
        if look.verdict == Outcome.INCONCLUSIVE or (look.verdict == Outcome.NOT_EFFECTIVE):
            return _("%(slice)s: %(metric)s %(change)s") % {**said, "change": self.change}
        if look.change < 0:
            return _("%(slice)s: %(metric)s fell by %(size)s") % said
        return _("%(slice)s: %(metric)s rose by %(size)s") % said

    @property
    def sureness(self) -> str:
        """The interval in words: 96 % at the planned look, wider before and after it."""
        look = self.shown
        if look is None or look.low is None:
            return ""
        low, high = (figures.percent(end, 0, signed=True) for end in (look.low, capped(look.high)))
        words = _("96 %% interval %(low)s to %(high)s") if look.planned else _("weekly interval %(low)s to %(high)s")
        return words % {"low": low, "high": high}

    @property
    def consequence(self) -> str:
        """The end of the sentence."""
        look = self.shown
        if look is None:
            return ""
        if look.verdict == Outcome.EFFECTIVE:
            return _("some %(count)s cases fewer") % {"count": figures.number(look.prevented)}
        if look.verdict == Outcome.HARMFUL:
            return _("some %(count)s cases more") % {"count": figures.number(-(look.prevented or 0))}
        if look.verdict == Outcome.NOT_EFFECTIVE:
            return _("the reduction hoped for is ruled out")
        if look.weeks_needed or self.withheld:
            return self.meaning
        return pgettext("verdict", "chance alone can do this; at this volume two years would not be enough")


def more_weeks(count: int) -> str:
    """What an open verdict waits for."""
    words = ngettext("chance does this, too; %(weeks)s more week", "chance does this, too; %(weeks)s more weeks", count)
    return words % {"weeks": count}


def capped(high: float | None) -> float | None:
    """No interval is worth printing beyond ten times."""
    return None if high is None else min(high, 9.99)


def told(member: Member, checks: list[Check]) -> list[Told]:
    names = Names(member)
    return [Told(one, names, member.workspace.currency, may(member, "see_money")) for one in checks]
