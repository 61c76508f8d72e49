"""What the page of owed cases shows."""

from __future__ import annotations

from typing import Any

from fupan.core import clock
from fupan.library.case_pages import tabs
from fupan.library.models import CaseDebt
from fupan.library.queries import debts as asked
from fupan.library.queries.drafting import written_from
from fupan.people.models import Member
from fupan.people.policies import may


def listing(member: Member, *, team: bool) -> dict[str, Any]:
    """One's own debts, or the team's; and the share that was delivered on time."""
    leads = may(member, "review_cases")
    rows = asked.open_debts(member) if team and leads else asked.mine(member)
    whole, each = asked.on_time(member)
    found = list(rows[:200])
    colleagues = Member.objects.filter(workspace_id=member.workspace_id, active=True)
    return {
        "tabs": tabs(member),
        "team": team and leads,
        "leads": leads,
        "debts": [_row(member, debt) for debt in found],
        "settled": list(asked.settled(member)[:10]),
        "on_time": whole,
        "each": each if leads else [],
        "may_rules": may(member, "edit_case_rules"),
        "colleagues": list(colleagues.select_related("user")) if leads else [],
    }


def _row(member: Member, debt: CaseDebt) -> dict[str, Any]:
    return {"debt": debt, "late": debt.due_at < clock.now(), "written": written_from(member, debt.ticket)}
