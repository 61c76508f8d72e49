"""An action was carried out -> its check is planned; it was not after all -> the check ends."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.verification.services import plan_check, stop_check


@when("action.carried_out")
def plan_its_check(event: Event) -> None:
    plan_check(event.subject_id or 0)


@when("action.carry_undone", "action.dropped")
def stop_its_check(event: Event) -> None:
    stop_check(event.subject_id or 0)
