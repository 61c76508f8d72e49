"""An action was made in a meeting -> the minutes of that meeting name it."""

from __future__ import annotations

from fupan.action.models import Action
from fupan.briefing.meeting import action_ref
from fupan.core.events import when
from fupan.core.models import Event
from fupan.review.models import AgendaCode
from fupan.review.services import refer


@when("action.created")
def name_in_minutes(event: Event) -> None:
    made = (
        Action.objects.select_related("owner__user", "department", "workspace").filter(pk=event.subject_id or 0).first()
    )
    if made is not None and made.meeting_id is not None:
        refer(made.meeting_id, code=AgendaCode.ACTIONS, ref=action_ref(made), by=None)
