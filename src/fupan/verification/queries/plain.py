"""A check as plain data, for programs and the command line."""

from __future__ import annotations

from typing import Any

from fupan.core import weeks
from fupan.verification.compute import verdict_of, without_money
from fupan.verification.design import Design
from fupan.verification.models import Check, Look
from fupan.verification.queries.checks import final_look, newest_look

_FIGURES = ("change", "low", "high", "prevented", "prevented_low", "prevented_high", "weeks_needed")


def plain_of(check: Check, *, money: bool, lang: str = "en") -> dict[str, Any]:
    """Figures stand only once a verdict is in."""
    design, final = Design.of(check.design), final_look(check)
    newest = final or newest_look(check)
    return {
        "id": check.pk, "action": str(check.action), "title": check.action.title, "type": check.action.type,
        "problem": str(check.action.problem) if check.action.problem else None, "slice": design.where,
        "metric": design.metric, "state": check.state, "judged": design.judged, "clock": check.clock,
        "carried_on": check.carried_on, "carried_out": check.carrying.answer if hasattr(check, "carrying") else None,
        "due_week": weeks.label(check.due_week), "planned_weeks": design.planned_weeks,
        "weeks_after": newest.weeks_after if newest is not None else 0,
        "verdict": final.verdict if final is not None else None,
        **{name: getattr(final, name) if final is not None else None for name in _FIGURES},
        "money": float(final.money) if final is not None and money and final.money is not None else None,
        "warnings": final.warnings if final is not None else [],
        "explanation": _explained(final, money=money, lang=lang), "design_hash": check.design_hash,
        "next_step": check.next_step, "decided_at": check.decided_at,
    }  # fmt: skip


def _explained(final: Look | None, *, money: bool, lang: str) -> str:
    if final is None:
        return ""
    told = verdict_of(final.numbers["verdict"])
    return (told if money else without_money(told)).explain(lang)
