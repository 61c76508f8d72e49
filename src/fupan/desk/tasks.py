"""Work that a page must not wait for."""

from __future__ import annotations

from fupan.desk.services import relabel_by_rules
from fupan.people.models import Member


def relabel(member_id: int) -> int:
    """Apply the rules again for the workspace of the member who asked."""
    member = Member.objects.select_related("workspace").get(pk=member_id)
    return relabel_by_rules(member.workspace, by=member)
