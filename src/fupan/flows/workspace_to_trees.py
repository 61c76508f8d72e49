"""A workspace was made -> it gets its label trees, reason codes and keyword rules, and what the desk begins with."""

from __future__ import annotations

from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.services import equip_desk, plant_trees
from fupan.people.models import Workspace


@when("people.workspace_created")
def plant(event: Event) -> None:
    workspace = Workspace.objects.filter(pk=event.subject_id or 0).first()
    if workspace is not None:
        plant_trees(workspace)
        equip_desk(workspace)
