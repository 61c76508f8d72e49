"""The views of the ticket list: ready-made, shared, one's own; each with a bounded count that is kept for seconds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from django.core.cache import cache
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.core import clock
from fupan.desk.models import View as SavedView
from fupan.desk.policies import views_seen_by
from fupan.desk.queries.filters import NAMES, Params, filtered, several
from fupan.people.models import Member
from fupan.people.policies import may

COUNTED = 1000  # a view's count stops there: "999+"
KEPT, SHARED = 30, 4  # seconds for which counts are remembered


@dataclass(frozen=True, slots=True)
class View:
    """A set of filters everybody has."""

    code: str
    name: Any
    params: dict[str, str | list[str]]
    empty: Any
    sort: str = ""


VIEWS = (
    View("mine", _("Mine"), {"state": "open", "assignee": "me"}, _("You have answered everything."), "due"),
    View("to_answer", _("To answer"), {"state": "open"}, _("All answered."), "due"),
    View("soon", _("Late soon"), {"due": "soon"}, _("Nothing runs out within the next four hours."), "due"),
    View("unassigned", _("Unassigned"), {"state": "open", "assignee": "none"}, _("Every ticket has an owner."), "due"),
    View("mentions", _("Mentions"), {"mentioned": "new"}, _("Nobody waits for a word of yours.")),
    View("following", _("Following"), {"following": "me"}, _("You follow no ticket.")),
    View("drafts", _("Drafts"), {"draft": "me"}, _("You have no draft.")),
    View("snoozed", _("Snoozed"), {"snoozed": "1"}, _("No ticket sleeps.")),
    View("unlabelled", _("Unlabelled"), {"issue_type": "none"}, _("Every ticket has its label.")),
    View("late", pgettext_lazy("tickets", "Late"), {"late": "platform"}, _("No answer missed its clock.")),
    View("negative", _("Bad ratings"), {"kind": ["rating", "feedback"], "stars_max": "2"}, _("No bad ratings.")),
    View("all", pgettext_lazy("tickets", "All"), {}, _("No tickets yet.")),
)  # fmt: skip
FOR_AGENTS = ("mine", "drafts")  # mean nothing to those who do not answer


class Tab(NamedTuple):
    name: Any
    address: str
    tickets: int
    more: bool
    on: bool
    code: str = ""
    saved: SavedView | None = None


def tabs(member: Member, params: Params) -> list[Tab]:
    """The ready-made views; each keeps the shop that was chosen."""
    shop = several(params, "shop")
    chosen = view_of(params)
    asked = [
        {**view.params, **({"shop": shop} if shop else {}), **({"sort": view.sort} if view.sort else {})}
        for view in VIEWS
    ]
    counts = counted(member, [address(one) for one in asked])
    return [
        Tab(view.name, address(one), *_bounded(counts[address(one)]), view is chosen, view.code)
        for view, one in zip(VIEWS, asked, strict=True)
    ]


def saved_tabs(member: Member, params: Params) -> list[Tab]:
    """Shared views, then one's own."""
    views = sorted(views_seen_by(member), key=lambda view: (view.owner_id is not None, view.place, view.pk))
    here = _filters_of(params)
    counts = counted(member, [view.query for view in views])
    return [
        Tab(view.name, view.query, *_bounded(counts[view.query]), here == _filters_of(QueryDict(view.query)), "", view)
        for view in views
    ]


def counted(member: Member, addresses: Sequence[str]) -> dict[str, int]:
    """How many tickets lie behind each address, at most `COUNTED`; remembered for some seconds."""
    return _remembered(member, {one: partial(_count, member, one, COUNTED) for one in addresses})


def total(member: Member, address: str) -> int:
    """How many tickets lie behind an address, exactly; remembered as long."""
    return _remembered(member, {f"={address}": partial(_count, member, address, None)})[f"={address}"]


def _count(member: Member, address: str, most: int | None) -> int:
    return filtered(member, QueryDict(address)).order_by()[:most].count()


def _remembered(member: Member, wanted: dict[str, Callable[[], int]]) -> dict[str, int]:
    """What is about the reader is remembered until the reader does something; the rest, shared by all who see the
    same tickets, for so short a time that nobody waits for it."""
    if not wanted:
        return {}
    keys, now = _keys(member), clock.now().timestamp()
    kept: dict[str, dict[str, tuple[int, float]]] = cache.get_many(keys)
    standing = {name: one for key in keys for name, one in kept.get(key, {}).items() if one[1] > now}
    missing = {name: count() for name, count in wanted.items() if name not in standing}
    for key, seconds, personal in zip(keys, (KEPT, SHARED), (True, False), strict=True):
        fresh = {name: (count, now + seconds) for name, count in missing.items() if _personal(name) == personal}
        if fresh:
            old = {name: one for name, one in kept.get(key, {}).items() if one[1] > now}
            cache.set(key, old | fresh, seconds)
    return {name: one[0] for name, one in standing.items()} | missing


def _keys(member: Member) -> tuple[str, str]:
    """Where the reader's own counts are kept, and those of all who see the same tickets."""
    seen = f"{member.workspace_id}:{may(member, 'see_tickets')}:{sorted(member.shop_ids)}"
    return f"desk-counts:{member.pk}", f"desk-counts:of:{hashlib.sha256(seen.encode()).hexdigest()[:32]}"


def _personal(name: str) -> bool:
    asked = QueryDict(name.removeprefix("="))
    return "me" in several(asked, "assignee") or any(several(asked, one) for one in ("following", "mentioned", "draft"))


def forget_counts(member: Member) -> None:
    """Somebody who just did something wants to see it in the counts."""
    cache.delete(_keys(member)[0])


def _bounded(count: int) -> tuple[int, bool]:
    return min(count, COUNTED - 1), count >= COUNTED


def view_of(params: Params) -> View | None:
    """The ready-made view these filters are, if any; an empty address means all."""
    here = {name: values for name, values in _filters_of(params).items() if name != "shop"}
    for view in VIEWS:
        wanted = {
            name: sorted(value if isinstance(value, list) else [value]) for name, value in view.params.items()
        }  # fmt: skip
        if here == wanted:
            return view
    return None


def _filters_of(params: Params) -> dict[str, list[str]]:
    return {name: sorted(values) for name in NAMES if (values := several(params, name))}


def address(params: dict[str, Any]) -> str:
    """The query part of a list's address."""
    query = QueryDict(mutable=True)
    for name, value in params.items():
        query.setlist(name, [str(item) for item in (value if isinstance(value, list) else [value])])
    return query.urlencode()
