"""The first guess of a cause goes along with the issue it came from."""

from __future__ import annotations

from typing import Any

from fupan.desk import trees
from fupan.desk.models import Cause, Ticket


def standing_causes(workspace_id: int) -> dict[str, int]:
    return dict(Cause.objects.filter(workspace_id=workspace_id, retired_at=None).values_list("code", "pk"))


def usual_cause(issue: str, causes: dict[str, int]) -> int | None:
    """The cause that an issue of this code usually has."""
    entry = trees.by_code("issue").get(issue)
    return causes.get(entry.guess) if entry and entry.guess != "unknown" else None


def move_guess(rows: Any, usual: int | None, causes: dict[str, int]) -> None:
    """A first guess that only came from the old label goes with it; one that a sheet or a person gave stays."""
    shipped = trees.by_code("issue")
    moved = [
        pk
        for issue, guess, pk in rows.values_list("issue_type__code", "cause_guess_id", "pk")
        if guess is None or (issue in shipped and causes.get(shipped[issue].guess) == guess)
    ]
    Ticket.objects.filter(pk__in=moved).update(cause_guess_id=usual)
