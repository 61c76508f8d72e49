"""The contexts of the pages of problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.core import figures, weeks
from fupan.core.http import panels
from fupan.insight.metrics import METRICS
from fupan.insight.queries.screens import newest_week
from fupan.insight.signal_words import Names
from fupan.insight.wording import value_text
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import UNDER_WAY, EvidenceKind, Problem
from fupan.review.problem_figures import Figures
from fupan.review.problem_steps import history, round_said, steps
from fupan.review.problem_words import Said, metric_name
from fupan.review.queries import figures as numbers
from fupan.review.queries import problems as asked
from fupan.review.queries.whys import Chip, Tree, chips, tree
from fupan.review.wording import EVIDENCE_ICONS, STATES, WHY_SHOWN

Context = dict[str, Any]
PAGE = 20


def listing(member: Member, told: Mapping[str, str]) -> Context:
    """Problems of one state, filtered by the address."""
    state = told.get("state", "") if told.get("state", "") in asked.STATES else "under_way"
    words, owner = told.get("q", "").replace("\x00", "").strip()[:80], told.get("owner", "")
    page = Paginator(asked.listed(member, state=state, owner=owner, words=words), PAGE).get_page(told.get("page"))
    rows, names, counts = list(page.object_list), Names(member), asked.counts_by_state(member)
    outcomes = asked.latest_rounds(rows)
    sparks = numbers.sparks(member, [asked.where_of(one) for one in rows])
    return {
        "state": state,
        "tabs": [(code, str(name), counts.get(code, 0), code == state) for code, name in STATES.items()],
        "page": page,
        "rows": [
            (Said(one, names, outcomes[one.pk].outcome if one.pk in outcomes else {}), spark)
            for one, spark in zip(rows, sparks, strict=True)
        ],
        "owners": owners(member),
        "owner": owner,
        "q": words,
        "filtered": bool(words or owner),
        "anything": any(counts.values()),
        "may_open": may(member, "decide_problems"),
    }


def owners(member: Member) -> list[tuple[str, str]]:
    people = Member.objects.filter(workspace_id=member.workspace_id, active=True).select_related("user")
    return [("me", _("mine")), ("none", _("nobody’s")), *((str(one.pk), str(one)) for one in people if one != member)]


# One problem


def detail(member: Member, problem: Problem, *, round_: int | None = None) -> Context:
    """What is wrong, why, what is done about it, whether it came back."""
    names = Names(member)
    rounds = list(problem.rounds.order_by("-number"))
    current = next((one for one in rounds if one.number == problem.round), None)
    counted = Figures(member, problem, names)
    said = Said(problem, names, current.outcome if current else {})
    chart = counted.chart()
    return {
        "problem": problem,
        "said": said,
        "steps": steps(problem, said, whys := tree(member, problem)),
        "chart": chart,
        "chart_title": _chart_title(counted),
        "table": counted.table() if chart is not None and counted.counts else [],
        "plain_table": _plain_table(counted, chart),
        "facts": list(counted.facts()),
        "rounds": [round_said(one, problem) for one in rounds],
        "reopened": current if current is not None and current.opening == "recurrence" else None,
        "similar": similar(member, problem, names),
        "tickets": [
            (one.ticket, one.why, str(WHY_SHOWN[one.why])) for one in asked.telling(member, problem, counted.days)
        ],
        "tickets_url": counted.address(**counted.days),
        "guesses": asked.guesses(member, problem),
        "history": history(member, problem),
        "panels": panels("problem"),
        **whys_context(
            member, problem, whys if round_ in (None, problem.round) else tree(member, problem, round_), round_
        ),
        **rights(member, problem),
    }  # fmt: skip


def _plain_table(counted: Figures, chart: Context | None) -> list[tuple[str, float | None]]:
    """Of a number that is no count of cases: its weeks, the newest first."""
    if chart is None or counted.counts:
        return []
    return list(zip(chart["periods"], chart["observed"], strict=True))[::-1]


def rights(member: Member, problem: Problem) -> Context:
    under_way = problem.state in UNDER_WAY
    return {
        "under_way": under_way,
        "may_work": under_way and may(member, "work_problems"),
        "may_decide": may(member, "decide_problems"),
        "move_to": [(str(state), str(STATES[state])) for state in UNDER_WAY if state != problem.state],
        "may_close": may(member, "close_unproved"),
        "owners": [(value, name) for value, name in owners(member) if value not in ("me", "none")]
        + [(str(member.pk), str(member))],
    }


def whys_context(member: Member, problem: Problem, whys: Tree, round_: int | None = None) -> Context:
    """The tree alone: what its part is drawn from."""
    here, names = round_ in (None, problem.round), Names(member)
    for chip in chips(whys.root):
        chip.text, chip.title = _chip_text(chip, member.workspace.currency), _chip_title(chip, names)
        chip.icon = EVIDENCE_ICONS[chip.evidence.kind]
        if chip.evidence.kind == EvidenceKind.NUMBER:
            where, period = asked.parsed(chip.evidence.slice), str(chip.evidence.frozen.get("period", ""))
            chip.url = asked.tickets_url(member, where, **({"week": period} if period else {}))
    return {
        "problem": problem,
        "tree": whys,
        "columns": [_("Why %(number)s") % {"number": number} for number in range(1, whys.columns + 1)],
        "shown_round": round_ or problem.round,
        "tree_rounds": list(range(problem.round, 0, -1)) if problem.round > 1 else [],
        "may_edit": here and problem.state in UNDER_WAY and may(member, "work_problems"),
        "may_confirm": here and problem.state in UNDER_WAY and may(member, "decide_problems"),
    }


def _chip_text(chip: Chip, currency: str) -> str:
    """What a piece of evidence is called."""
    one = chip.evidence
    if one.kind == EvidenceKind.NUMBER:
        return one.label or _number_text(one.metric, one.frozen, currency)
    if one.kind == EvidenceKind.TICKETS:
        count = ngettext("%(count)s ticket", "%(count)s tickets", chip.tickets) % {"count": chip.tickets}
        return f"{one.label} · {count}" if one.label else count
    return one.label or one.url.removeprefix("https://").removeprefix("http://").rstrip("/")[:40]


def _number_text(code: str, frozen: Mapping[str, Any], currency: str) -> str:
    if frozen.get("k") is not None and frozen.get("n"):
        return figures.of(frozen["k"], round(frozen["n"]))
    if code in METRICS:
        return value_text(METRICS[code], frozen.get("value"), currency)
    return figures.number(frozen.get("value"))


def _chip_title(chip: Chip, names: Names) -> str:
    """Everything a number stands for: which one, where, when."""
    one = chip.evidence
    if one.kind != EvidenceKind.NUMBER:
        return one.label or one.url
    return f"{metric_name(one.metric)} · {names.title(asked.parsed(one.slice))} · {one.frozen.get('period', '')}"


def _chart_title(counted: Figures) -> str:
    if not counted.counts:
        return metric_name(counted.problem.metric)
    if counted.problem.metric == numbers.COUNTED:
        return _("Cases a week")
    return _("Cases a week: %(metric)s") % {"metric": metric_name(counted.problem.metric)}


def similar(member: Member, problem: Problem, names: Names) -> list[Said]:
    found = asked.similar(member, problem)
    outcomes = asked.latest_rounds(found)
    return [Said(one, names, outcomes[one.pk].outcome if one.pk in outcomes else {}) for one in found]


def selectable_weeks(member: Member) -> list[tuple[str, str]]:
    """Weeks a problem may name as those that drew attention, the newest first."""
    last = newest_week(member.workspace_id)
    found: Sequence[int] = weeks.between(weeks.shift(last, -51), last)[::-1]
    return [(weeks.label(week), weeks.label(week)) for week in found]
