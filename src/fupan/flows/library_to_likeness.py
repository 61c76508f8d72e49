"""A case or an article changed -> the index that recommends them is brought up to date."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.library.tasks import keep_likeness_soon


@when(
    "library.case_published", "library.case_edited", "library.case_submitted", "library.case_sent_back",
    "library.case_flagged", "library.case_aged", "library.case_confirmed", "library.case_archived",
    "library.case_restored", "library.case_dropped", "library.article_in_force", "library.article_aged",
    "library.article_confirmed", "library.article_archived", "library.article_restored",
)  # fmt: skip
def keep_likeness(event: Event) -> None:
    if event.workspace_id is not None:
        keep_likeness_soon(event.workspace_id)
