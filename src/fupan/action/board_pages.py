"""The contexts of the board and the table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from fupan.action.models import OPEN_STATES, Action, ActionState
from fupan.action.policies import actions_seen_by
from fupan.action.queries import board as rows
from fupan.action.queries.board import Filters
from fupan.action.told import Told
from fupan.action.wording import STONES
from fupan.core import figures
from fupan.insight.signal_words import Names
from fupan.people.models import Department, Member
from fupan.people.policies import may
from fupan.review.wording import VERDICTS

SHOWN = 4
PAGE = 50
Context = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """One of the four."""

    state: str
    name: str
    count: int
    cards: list[Told]
    hidden: int
    note: str = ""

    @property
    def stone(self) -> str:
        return STONES[self.state][0]

    @property
    def tone(self) -> str:
        return STONES[self.state][1]


@dataclass(frozen=True)
class Answer:
    """What the last move said: a refusal for one card, and whether its proof is asked for."""

    number: int = 0
    refused: str = ""
    moved: int = 0
    ask: Mapping[str, Any] = field(default_factory=dict)


def board(member: Member, asked: Mapping[str, str], answer: Answer | None = None) -> Context:
    """Four columns, or the table, with the same filters."""
    filters, today = Filters.of(asked), rows.today_of(member)
    answer = answer or Answer()
    context = _head(member, filters, today) | {"filters": filters, "answer": answer, "ask": answer.ask, "today": today}
    if filters.table:
        return context | _table(member, filters, asked, today)
    found = rows.on_board(rows.narrowed(rows.seen(member), filters, member), today)
    here = list(found)
    return context | {"columns": list(_columns(member, here, filters, today, answer)), "anything": bool(here)}


def _columns(member: Member, here: Sequence[Action], filters: Filters, today: date, answer: Answer) -> Iterator[Column]:
    names, movable = Names(member), movers(member, here)
    for state in rows.ON_BOARD:
        mine = [one for one in here if one.state == state]
        everything = filters.more == state
        shown = mine if everything else [
            one for place, one in enumerate(mine) if place < SHOWN or one.number in (answer.number, answer.moved)
        ]  # fmt: skip
        cards = [Told(one, names, today, one.pk in movable) for one in shown]
        note = _("last 30 days") if state == ActionState.VERIFIED else ""
        yield Column(state, str(ActionState(state).label), len(mine), cards, len(mine) - len(cards), note)


def movers(member: Member, actions: Sequence[Action]) -> set[int]:
    """Keys of those the member may move: their own, their department's, all for those who look after all."""
    if may(member, "host_meetings"):
        return {one.pk for one in actions}
    departments = set(member.departments.values_list("pk", flat=True)) if may(member, "edit_actions") else set()
    return {one.pk for one in actions if one.owner_id == member.pk or one.department_id in departments}


def _table(member: Member, filters: Filters, asked: Mapping[str, str], today: date) -> Context:
    page = Paginator(rows.tabled(member, filters), PAGE).get_page(asked.get("page"))
    names, found = Names(member), list(page.object_list)
    movable = movers(member, found)
    return {
        "page": page,
        "rows": [Told(one, names, today, one.pk in movable) for one in found],
        "states": [(code, str(name)) for code, name in ActionState.choices],
        "sort": filters.sort,
        "anything": bool(found),
    }


def _head(member: Member, filters: Filters, today: date) -> Context:
    everything = actions_seen_by(member)
    shown = rows.narrowed(everything, filters, member, departments=False)
    if filters.table:
        counted = shown.filter(state=filters.state) if filters.state else shown.exclude(state=ActionState.DROPPED)
    else:
        counted = rows.on_board(shown, today)
    counts = Counter(counted.order_by().values_list("department_id", flat=True))
    departments = Department.objects.filter(workspace_id=member.workspace_id)
    return {
        "sentence": _sentence(member),
        "departments": [(one.pk, str(one), counts[one.pk]) for one in departments if counts[one.pk]],
        "all_count": sum(counts.values()),
        "may_create": may(member, "edit_actions"),
        "none_yet": not everything.exists(),
        "overdue_count": shown.filter(state__in=OPEN_STATES, deadline__lt=today).count(),
        "mine_count": shown.filter(owner=member, state__in=OPEN_STATES).count(),
        **rows.choices(member),
    }


def _sentence(member: Member) -> Context:
    found = rows.totals(member)
    verdicts = sum(found.verdicts.values())
    order = ("effective", "not_effective", "harmful", "inconclusive")
    parts = [f"{VERDICTS[code][0]} {found.verdicts[code]}" for code in order if found.verdicts.get(code)]
    comma = pgettext("between clauses", ", ")
    return {
        "open": ngettext("%(count)s under way", "%(count)s under way", found.open) % {"count": found.open},
        "overdue": ngettext("%(count)s overdue", "%(count)s overdue", found.overdue) % {"count": found.overdue}
        if found.overdue else "",
        "deciding": ngettext("%(count)s verdict this week", "%(count)s verdicts this week", found.deciding)
        % {"count": found.deciding} if found.deciding else "",
        "verdicts": ngettext(
            "%(count)s verdict this quarter: %(parts)s", "%(count)s verdicts this quarter: %(parts)s", verdicts
        ) % {"count": verdicts, "parts": comma.join(parts)} if verdicts else _("No verdict yet this quarter"),
    }  # fmt: skip


# Away from the screen


def export(member: Member, asked: Mapping[str, str]) -> tuple[list[str], Iterator[list[Any]]]:
    """Heads and rows of the table, as it is filtered."""
    filters, today = Filters.of({**asked, "view": "table"}), rows.today_of(member)
    heads = [
        pgettext("action", "Number"), _("Action"), _("Type"), _("State"), _("Owner"), _("Department"), _("Deadline"),
        _("Days overdue"),
        _("Metric"), _("Slice"), _("Target"), _("Weeks until the verdict"), _("Weeks needed"), _("Carried out on"),
        _("Proofs"), _("Verdict"), _("Change"), _("from"), _("to"), _("Problem"), _("Blocked by"),
    ]  # fmt: skip
    return heads, _exported(rows.tabled(member, filters), Names(member), today)


def _exported(found: Any, names: Names, today: date) -> Iterator[list[Any]]:
    for action in found.iterator(chunk_size=500):
        one = Told(action, names, today)
        measured = [_percent(action.verdict.get(name)) if one.said else None for name in ("change", "low", "high")]
        yield [
            one.code, action.title, one.kind, one.state, str(action.owner), str(action.department or ""),
            action.deadline, one.late or None, one.metric, one.slice, figures.number(action.change * 100, 1),
            action.window, action.weeks_needed, action.carried_on, one.proofs,
            str(VERDICTS[one.said][0]) if one.said else "", *measured,
            str(action.problem or ""), action.blocked,
        ]  # fmt: skip


def _percent(value: float | None) -> float | None:
    return None if value is None else round(value * 100, 1)
