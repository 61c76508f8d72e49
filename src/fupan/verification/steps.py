"""Carried out or not, effective or not: four answers, and the step each of them calls for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.verification.models import CarriedOut, Outcome
from fupan.verification.words import Told

ICONS = {"spread": "copy", "round": "refresh", "chase": "send", "wait": "clock", "withdraw": "arrow-back-up"}
KEYS = {"spread": "c", "round": "r", "chase": "h", "wait": "w", "withdraw": "x"}


@dataclass(frozen=True, slots=True)
class Step:
    code: str
    name: str
    primary: bool
    chosen: bool
    icon: str
    key: str


@dataclass(frozen=True, slots=True)
class Answer:
    """A cell of the table: what it means and what to do."""

    words: str
    here: bool


@dataclass(frozen=True, slots=True)
class AnswerRow:
    name: str
    cells: tuple[Answer, ...]


def answer_table(one: Told) -> list[AnswerRow]:
    """Carried out (rows) x effective, not effective, open (columns)."""
    column = _column(one)
    rows = [
        (_("Carried out"), True, (_("close and copy"), _("another round"), _("wait"))),
        (_("Not, or half"), False, (_("finish, then copy"), _("ask the owner"), _("ask the owner"))),
    ]  # fmt: skip
    done = one.answer == CarriedOut.YES
    return [
        AnswerRow(name, tuple(Answer(words, carried == done and place == column) for place, words in enumerate(cells)))
        for name, carried, cells in rows
    ]  # fmt: skip


def _column(one: Told) -> int | None:
    look = one.shown
    if one.shape not in ("decided", "collecting", "unproved"):
        return None
    if look is None or look.verdict == Outcome.INCONCLUSIVE:
        return 2
    return 0 if look.verdict == Outcome.EFFECTIVE else 1


def advised(one: Told) -> str:
    """The step that carrying out and effect call for together."""
    look = one.shown
    if one.shape == "unproved":
        return "chase"
    if look is None:
        return ""
    if look.verdict == Outcome.HARMFUL:
        return "withdraw"
    if one.answer != CarriedOut.YES:
        return "chase"
    return {Outcome.EFFECTIVE: "spread", Outcome.NOT_EFFECTIVE: "round"}.get(Outcome(look.verdict), "wait")


def steps(one: Told) -> list[Step]:
    """Buttons, the advised one last and filled."""
    best = advised(one)
    possible = [code for code in ("round", "wait", "chase", "withdraw", "spread") if _possible(code, one)]
    ordered = [code for code in possible if code != best] + [code for code in possible if code == best]
    chosen = one.check.next_step
    return [
        Step(code, _name(code, one), code == best and not chosen, code == chosen, ICONS[code], KEYS[code])
        for code in ordered
    ]


def _possible(code: str, one: Told) -> bool:
    look = one.shown
    if code == "chase":
        return one.shape in ("unproved", "decided") and one.answer != CarriedOut.YES
    if look is None:
        return False
    if code == "spread":
        return look.verdict == Outcome.EFFECTIVE
    if code == "round":
        return one.check.action.problem_id is not None and look.verdict != Outcome.EFFECTIVE
    if code == "wait":
        return look.verdict == Outcome.INCONCLUSIVE
    return look.verdict == Outcome.HARMFUL


def _name(code: str, one: Told) -> str:
    look = one.shown
    if code == "wait" and look is not None and look.weeks_needed:
        words = ngettext("Wait %(weeks)s more week", "Wait %(weeks)s more weeks", look.weeks_needed)
        return words % {"weeks": look.weeks_needed}
    return {
        "spread": _("Close the problem and copy it") if one.check.action.problem_id else _("Copy it"),
        "round": _("Another round"), "chase": _("Ask the owner"), "wait": _("Go on looking"),
        "withdraw": _("Withdraw this action"),
    }[code]  # fmt: skip


def advice(one: Told) -> str:
    """One sentence why."""
    return {
        "spread": _(
            "It was carried out and it worked: close the problem and take it to products with the same trouble."
        ),
        "round": _("It was carried out and did not work: the cause lies elsewhere."),
        "chase": _("It is not, or not everywhere, in place: whether it works is seen only when it is."),
        "wait": _("It was carried out; more weeks will tell."),
        "withdraw": _("It made things worse: take it back first."),
    }.get(advised(one), "")
