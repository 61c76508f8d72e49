"""Cases that belong to something downstream: they name it, or were written from its tickets."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from fupan.library.models import Case, CaseTicket, State


def cases_with(workspace_id: int, refs: Collection[tuple[str, int]], tickets: Any) -> list[Case]:
    """`refs` are (kind, id) as cases name them; `tickets` ids, or a query of them."""
    rows = Case.objects.filter(workspace_id=workspace_id).exclude(state=State.ARCHIVED)
    naming = rows.exclude(refs=[]).values_list("pk", "refs")
    found = {pk for pk, told in naming if any((one["kind"], one["id"]) in refs for one in told)}
    found |= set(
        CaseTicket.objects.filter(case__in=rows, ticket__in=tickets, source=True).values_list("case", flat=True)
    )
    return list(rows.filter(pk__in=found).order_by("number"))
