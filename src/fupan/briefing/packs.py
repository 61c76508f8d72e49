"""The pack a member may see: their shops, their department, and money only where their role has it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from fupan.briefing import queries
from fupan.core import weeks
from fupan.core.errors import Refused
from fupan.insight.facts import FactsView
from fupan.insight.policies import facts_seen_by, money_metrics
from fupan.people.models import Department, Member
from fupan.people.policies import may

Pack = dict[str, Any]


def period_of(label: str) -> weeks.Period:
    """`2026-W46` or `2026-11`; Refused otherwise."""
    if "W" in label.upper():
        return weeks.week_period(weeks.parse_week(label))
    return weeks.parse_month(label)


def pack_for(
    member: Member, period: weeks.Period, *, shop_id: int | None = None, department: Department | None = None
) -> Pack:
    """The pack of a period as this member may see it."""
    found = pack_in(facts_seen_by(member), period, shop_id=shop_id, department=department)
    return found if may(member, "see_money") else without_money(found)


def pack_in(
    view: FactsView, period: weeks.Period, *, shop_id: int | None = None, department: Department | None = None
) -> Pack:
    """The pack of a view of the facts, narrowed to a shop or to what a department owns."""
    return queries.pack(only(view, shop_id), period, department=department)


def only(view: FactsView, shop_id: int | None) -> FactsView:
    """The view cut down to one shop, if it may see that shop at all."""
    if shop_id is None:
        return view
    seen = view.shop_ids is None or shop_id in view.shop_ids
    return replace(view, shop_ids=frozenset({shop_id} if seen else ()))


def without_money(pack: Mapping[str, Any]) -> Pack:
    """The same pack without a figure of money in it."""
    money, doing = set(money_metrics()), pack.get("actions") or {}
    return {
        **pack,
        "kpis": [one for one in pack["kpis"] if one["metric"] not in money],
        "signals": [one for one in pack.get("signals") or () if one["metric"] not in money],
        "actions": {name: [one for one in found if one["metric"] not in money] for name, found in doing.items()},
        "verdicts": [one | {"money": None} for one in pack.get("verdicts") or () if one["metric"] not in money],
    }


def known_period(label: str) -> weeks.Period | None:
    """The period of a label from an address; None when it is none."""
    try:
        return period_of(label)
    except Refused:
        return None
