"""Looks: once a week at what a check collects; the planned one decides, and late rows compute it again."""

from __future__ import annotations

import logging
from math import isfinite
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Workspace
from fupan.verification.compute import plain
from fupan.verification.design import Design, digest_of
from fupan.verification.models import Carrying, Check, CheckState, Look, Outcome
from fupan.verification.queries.adoption import adoption
from fupan.verification.queries.looking import Material, Seen

log = logging.getLogger(__name__)
RECOMPUTED = 12  # weeks after a verdict in which late rows still change it


def look(check_id: int) -> list[Look]:
    """Take the looks that are due; what was seen before is not looked at again unless its facts changed.

    Refused when the design is not the one that was frozen.
    """
    check = Check.objects.select_related("workspace", "action").get(pk=check_id)
    _unchanged(check)
    material = Material(check)
    if check.state == CheckState.STOPPED or not material.design.judged or material.newest is None:
        return []
    if check.state == CheckState.DECIDED:
        return _again(check, material)
    taken = []
    looked = set(check.looks.values_list("week", flat=True))
    for week in material.weeks_due():
        if week in looked:
            continue
        seen = material.look(week)
        if seen is None:
            continue
        made = _keep(check, seen, material.mark)
        if made is None:  # another process was quicker
            break
        taken.append(made)
        if made.final:
            break
    if taken:
        _carried_by_now(check)
    return taken


def look_all(workspace: Workspace) -> int:
    """Every check of a workspace; one whose design was touched is left alone, and the others go on."""
    taken = 0
    rows = Check.objects.filter(workspace=workspace).exclude(state=CheckState.STOPPED).order_by("pk")
    for pk in rows.values_list("pk", flat=True):
        try:
            taken += len(look(pk))
        except Refused as refused:
            log.warning("check %s was not looked at: %s", pk, refused.code)
    return taken


def _unchanged(check: Check) -> None:
    if digest_of(check.design) != check.design_hash:
        raise Refused(
            _("The plan of this check is not the one that was written down; no verdict is given on it."),
            code="design-changed",
        )


@transaction.atomic
def _carried_by_now(check: Check) -> None:
    """Measured again after looks, unless a person has spoken: old stock sells out, other sites follow."""
    kept = Carrying.objects.select_for_update().filter(check_of=check, by=None).first()
    if kept is None:
        return
    found = adoption(check.action, Design.of(check.design))
    if (kept.answer, kept.share) != (found.answer, found.share):
        kept.answer, kept.share, kept.at = found.answer, found.share, clock.now()
        kept.save(update_fields=["answer", "share", "at"])


@transaction.atomic
def _keep(check: Check, seen: Seen, mark: str) -> Look | None:
    """Write a look down, and the verdict with it when it is one."""
    here = Check.objects.select_for_update(of=("self",)).get(pk=check.pk)
    if here.state != CheckState.COLLECTING:
        return None
    planned_weeks = int(here.design["planned_weeks"])
    conclusive = seen.verdict.verdict != Outcome.INCONCLUSIVE.value
    waited = here.decided_at is not None  # after an open end somebody chose to go on looking
    final = conclusive or (seen.weeks_after == planned_weeks and not waited)
    made, new = Look.objects.get_or_create(
        check_of=here, week=seen.week,
        defaults={**_figures(seen), "planned": seen.weeks_after == planned_weeks, "final": final, "facts": mark,
                  "at": clock.now()},
    )  # fmt: skip
    if not new:
        return None
    if final:
        here.looks.filter(final=True).exclude(pk=made.pk).update(final=False)
        here.state, here.decided_at, here.next_step = CheckState.DECIDED, clock.now(), ""
        here.save(update_fields=["state", "decided_at", "next_step"])
    _tell(here, made)
    return made


def _again(check: Check, material: Material) -> list[Look]:
    """Rows of the weeks behind a verdict came late: compute it again, and keep what it said before."""
    old = check.looks.filter(final=True).first()
    if old is None or old.facts == material.mark:
        return []
    fresh = len(material.weeks_due()) <= old.weeks_after + RECOMPUTED
    seen = material.look(old.week) if fresh else None
    with transaction.atomic():
        here = Look.objects.select_for_update().get(pk=old.pk)
        if here.facts == material.mark:
            return []
        here.facts = material.mark
        told = None if seen is None else _difference(here, seen)
        if seen is None or told is None:
            here.save(update_fields=["facts"])
            return []
        here.recomputed = [*here.recomputed, told]
        for name, value in _figures(seen).items():
            setattr(here, name, value)
        here.save()
        _tell(check, here, again=told["verdict"] != here.verdict)
    return [here]


def _difference(old: Look, seen: Seen) -> dict[str, Any] | None:
    """What the look said before, when it says something else now."""
    before = old.numbers.get("observed", [])
    after = seen.numbers["observed"]
    was, now = (sum(values[old.numbers.get("first", 0) :]) for values in (before, after))
    change = None if not isfinite(seen.verdict.change) else seen.verdict.change
    same = old.verdict == seen.verdict.verdict and was == now and _near(old.change, change)
    if same:
        return None
    return {
        "at": clock.now().isoformat(), "verdict": old.verdict, "change": old.change, "low": old.low, "high": old.high,
        "cases": now - was,
    }  # fmt: skip


def _near(one: float | None, other: float | None) -> bool:
    return one == other if one is None or other is None else abs(one - other) < 0.005


def _figures(seen: Seen) -> dict[str, Any]:
    told = plain(seen.verdict)
    saved = told["saved"]
    return {
        "weeks_after": seen.weeks_after, "verdict": told["verdict"], "change": told["change"],
        "low": told["low"] if told["change"] is not None else None, "high": told["high"], "mde": told["mde"],
        "weeks_needed": told["weeks_needed"], "prevented": told["prevented"],
        "prevented_low": told["prevented_low"], "prevented_high": told["prevented_high"],
        "money": None if saved is None else round(saved, 2), "warnings": told["warnings"], "numbers": seen.numbers,
    }  # fmt: skip


def _tell(check: Check, made: Look, *, again: bool = True) -> None:
    data = {
        "action": check.action_id, "problem": check.action.problem_id, "verdict": made.verdict,
        "change": made.change, "low": made.low, "high": made.high, "prevented": made.prevented, "week": made.week,
        "weeks_after": made.weeks_after, "planned_weeks": check.design["planned_weeks"], "final": made.final,
        "check": check.pk, "weeks_needed": made.weeks_needed,
    }  # fmt: skip
    record("verification.looked", check, by=None, **data)
    if made.final and again:
        record("verification.decided", check, by=None, **data)
