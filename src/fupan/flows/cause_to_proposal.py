"""A cause was confirmed -> a case of its problem is put forward, unless there is one."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.library.services import put_forward
from fupan.review.models import Why, WhyState
from fupan.review.queries.lessons import cases_of, lesson


@when("review.cause_confirmed")
def put_cause_forward(event: Event) -> None:
    rows = Why.objects.filter(pk=event.data.get("why") or 0, problem=event.subject_id or 0, state=WhyState.CONFIRMED)
    why = rows.select_related("problem").first()
    if why is None or cases_of(why.problem):
        return
    reason = {"code": "cause", "problem": str(why.problem), "text": why.text}
    put_forward(why.problem.workspace_id, [lesson(why.problem, reason)], once=f"cause:{why.pk}")
