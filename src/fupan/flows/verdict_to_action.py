"""A check was planned, looked at or decided -> its action shows how it stands, and is verified by its verdict."""

from __future__ import annotations

from typing import Any

from fupan.action.services import note_check, take_verdict
from fupan.core.events import when
from fupan.core.models import Event
from fupan.verification.models import Check, CheckState, Look


@when("verification.check_planned")
def show_its_check(event: Event) -> None:
    check = _alive(event)
    if check is not None:
        note_check(check.action_id, told=_plan(check))


@when("verification.looked", "verification.decided")
def show_its_verdict(event: Event) -> None:
    """From what is stored now, not from what the event says: so a late event tells the newest as well."""
    check = _alive(event)
    if check is None:
        return
    look = check.looks.filter(final=True).first() or check.looks.order_by("-week").first()
    if look is not None:
        take_verdict(check.action_id, told=_plan(check) | _seen(look), final=look.final)


def _alive(event: Event) -> Check | None:
    return Check.objects.filter(pk=event.subject_id or 0).exclude(state=CheckState.STOPPED).first()


def _plan(check: Check) -> dict[str, Any]:
    return {
        "check": check.pk, "due_week": check.due_week, "planned_weeks": check.design.get("planned_weeks"),
        "reason": check.design.get("reason") or None,
    }  # fmt: skip


def _seen(look: Look) -> dict[str, Any]:
    names = ("verdict", "change", "low", "high", "prevented", "week", "weeks_after", "weeks_needed")
    return {name: getattr(look, name) for name in names}
