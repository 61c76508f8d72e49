"""An import ended -> the member who started it hears of it."""

from __future__ import annotations

from django.urls import reverse

from fupan.core.events import when
from fupan.core.models import Event
from fupan.intake.models import Import, ImportState
from fupan.notify.models import Topic
from fupan.notify.services import tell


@when("intake.imported")
def tell_importer(event: Event) -> None:
    done = Import.objects.filter(pk=event.subject_id or 0).first()
    if done is None or done.by_id is None:
        return
    failed = done.state == ImportState.FAILED
    context = {
        "file": done.name, "created": done.created, "updated": done.updated, "rejected": done.rejected,
        "reason": done.error,
    }  # fmt: skip
    kind = "import_failed" if failed else "import_done"
    tell([done.by_id], Topic.IMPORT, kind, context, reverse("intake:import", args=[done.pk]), f"{kind}:{done.pk}")
