from __future__ import annotations

from django.db.models import F

from fupan.people.models import Workspace


def lock(workspace_id: int) -> None:
    """One at a time per workspace: two deliveries about one order must see each other's tickets."""
    Workspace.objects.select_for_update().filter(pk=workspace_id).first()


def take_numbers(workspace_id: int, count: int) -> int:
    """The first of `count` ticket numbers that are now ours."""
    Workspace.objects.filter(pk=workspace_id).update(next_ticket=F("next_ticket") + count)
    return Workspace.objects.values_list("next_ticket", flat=True).get(pk=workspace_id) - count
