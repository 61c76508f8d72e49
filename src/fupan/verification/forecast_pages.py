"""What the form of an action says about its verdict before it is saved."""

from __future__ import annotations

from typing import Any

from fupan.action.queries.volume import Foreseen, foreseen
from fupan.core import figures
from fupan.core.slices import Slice
from fupan.insight.policies import facts_of
from fupan.insight.queries import series
from fupan.insight.signal_words import Names
from fupan.people.models import Member

LONG = 12  # weeks from which a wider slice is worth a look


def forecast(member: Member, asked: dict[str, Any] | None) -> dict[str, Any]:
    """Nothing while the form is not that far (None)."""
    if asked is None:
        return {"here": None, "wider": None, "tracked": False}
    if not series.judged(asked["metric"]):
        return {"here": None, "wider": None, "tracked": True}
    found = foreseen(facts_of(member.workspace), **asked)
    names = Names(member)
    here, wider = (found[0] if found else None), (found[1] if len(found) > 1 else None)
    late = here is not None and (here.weeks is None or here.weeks > LONG)
    return {
        "here": None if here is None else _said(here, names),
        "wider": _said(wider, names) if wider is not None and late else None,
        "tracked": False,
    }


def _said(one: Foreseen, names: Names) -> dict[str, Any]:
    return {
        "weeks": one.weeks,
        "weekly": figures.number(one.weekly, 1),
        "slice": one.slice,
        "title": names.title(Slice.parse(one.slice).as_dict()),
    }
