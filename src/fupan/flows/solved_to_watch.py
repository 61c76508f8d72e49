"""A problem was solved -> its slice is watched for half a year."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.verification.services import start_watch


@when("review.problem_solved")
def watch_its_slice(event: Event) -> None:
    start_watch(event.subject_id or 0)
