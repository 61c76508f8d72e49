"""Where else the same trouble is, and how long a verdict on it would take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fupan.action.compute import weeks_needed
from fupan.commerce.models import Product
from fupan.core.slices import Slice
from fupan.insight.compute import worst
from fupan.insight.facts import FactsView
from fupan.insight.policies import facts_seen_by
from fupan.insight.queries import series
from fupan.insight.queries.signals import newest_whole_week
from fupan.people.models import Member, Workspace
from fupan.verification.models import Check, Clock

LEVEL = 26  # weeks that say how many cases there are
RECENT = 13
SIBLINGS = 6
Where = dict[str, str]


@dataclass(frozen=True, slots=True)
class Sibling:
    """A product of the same line or supplier with the same issue."""

    product: Product
    slice: str
    k: int
    n: int
    rate: float
    shrunk: float
    low: float
    high: float
    weeks: int | None


def siblings(view: FactsView, workspace: Workspace, *, where: Where, metric: str, change: float) -> list[Sibling]:
    """Where else the action may help, the certainly worst first."""
    newest = newest_whole_week(workspace)
    if "product" not in where or not series.by_order(metric) or newest is None:
        return []
    mine = Product.objects.filter(workspace=workspace, code=where["product"]).first()
    if mine is None:
        return []
    others = Product.objects.filter(workspace=workspace).exclude(pk=mine.pk)
    related = list(others.filter(line=mine.line) if mine.line else others.filter(supplier=mine.supplier))
    slices = [
        {**{name: value for name, value in where.items() if name != "batch"}, "product": one.code} for one in related
    ]
    if not slices:
        return []
    source = series.source(view.read(), metric, Clock.CONTACT, newest, slices)
    weekly = series.gathered(source, slices)
    k, n = weekly.counts[:, -RECENT:].sum(axis=1), weekly.exposure[:, -RECENT:].sum(axis=1)
    if not n.any():
        return []
    shrunk = worst(k, np.maximum(n, 1.0))
    found = [
        Sibling(
            related[row], str(Slice.of(slices[row])), int(k[row]), round(float(n[row])), float(k[row] / max(n[row], 1)),
            float(shrunk.shrunk[row]), float(shrunk.low[row]), float(shrunk.high[row]),
            weeks_needed(weekly.counts[row, -LEVEL:], weekly.exposure[row, -LEVEL:], change),
        )
        for row in (int(one) for one in shrunk.order)
        if k[row] > 0
    ]  # fmt: skip
    return found[:SIBLINGS]


def siblings_of(check: Check, member: Member) -> list[Sibling]:
    """Where the action of a check may be taken, as far as a member sees."""
    told = check.design
    where = Slice.parse(told["slice"]).as_dict()
    view = facts_seen_by(member)
    return siblings(view, check.workspace, where=where, metric=told["metric"], change=told["target"])
