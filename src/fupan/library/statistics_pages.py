"""What the pages of library statistics and contributions show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from fupan.core import clock, figures, weeks
from fupan.library.case_pages import tabs
from fupan.library.compute.reuse import Effect
from fupan.library.queries import statistics as asked
from fupan.library.queries.contributions import MOST_USES, PER_CASE, PER_THANKS, PER_USE, contributions
from fupan.library.queries.reuse import APART, effect_of_reuse, looked_first, weekly
from fupan.people.models import Member

SPANS = {"13": gettext_lazy("13 weeks"), "26": gettext_lazy("26 weeks"), "52": gettext_lazy("a year")}
BY = {
    "issue_type": gettext_lazy("Issue type"), "line": gettext_lazy("Product line"), "cause": gettext_lazy("Cause"),
    "liable": gettext_lazy("Liable"), "outcome": pgettext_lazy("case", "Outcome"), "age": pgettext_lazy("case", "Age"),
    "kind": gettext_lazy("Kind of article"),
}  # fmt: skip
FILTERS = {"issue_type": "issue_type", "outcome": "outcome"}  # dimensions the list of cases can be filtered by
DRAWN = 12


def chosen(params: Mapping[str, str]) -> tuple[str, str]:
    """Span and dimension of the address."""
    span, by = params.get("span", ""), params.get("by", "")
    return (span if span in SPANS else "13"), (by if by in BY else "issue_type")


def since(span: str) -> datetime:
    return clock.now() - timedelta(weeks=int(span))


def page(member: Member, params: Mapping[str, str]) -> dict[str, Any]:
    span, by = chosen(params)
    start = since(span)
    lines = asked.lines(member, by, start)
    for line in lines:
        line.url = _address(by, line.code)
    return {
        "tabs": tabs(member), "span": span, "spans": SPANS.items(), "by": by, "dimensions": BY.items(), "lines": lines,
        "dimension": BY[by], "head": asked.head(member, start), "chart": _chart(lines, by),
        "most_used": asked.most_used(member, start), "effects": _effects(member, start),
        "first": looked_first(member, start), "weekly": _weekly(member, start), "weeks_apart": APART,
        "query": urlencode({"span": span, "by": by}),
    }  # fmt: skip


def _address(by: str, code: str) -> str:
    return f"{reverse('library:cases')}?{urlencode({FILTERS[by]: code})}" if by in FILTERS and code else ""


def _chart(lines: list[asked.Line], by: str) -> dict[str, Any]:
    """Bars of cases, or of articles where the dimension is theirs; with the uses beside them."""
    return {
        "items": [
            {"name": one.name, "value": one.articles if by == "kind" else one.cases, "url": one.url,
             "note": ngettext("%(count)s use", "%(count)s uses", one.uses) % {"count": figures.number(one.uses)}}
            for one in lines[:DRAWN]
        ]
    }  # fmt: skip


def _effects(member: Member, start: datetime) -> dict[str, Any]:
    """Three figures with and without a case, in words."""
    told = effect_of_reuse(member, start)
    rows = [
        (_("Handling time, median"), told.time, _hours(told.time.used), _hours(told.time.other), "ratio", "down",
         "time"),
        (_("Reopened, or wrote again"), told.back, figures.percent(told.back.used), figures.percent(told.back.other),
         "points", "down", "rate"),
        (_("Satisfaction, of 5"), told.csat, figures.number(told.csat.used, 2), figures.number(told.csat.other, 2),
         "score", "up", "rate"),
    ]  # fmt: skip
    return {"told": told, "rows": [_row(*row) for row in rows]}


def _row(name: str, effect: Effect, used: str, other: str, unit: Any, good: Any, words: Any) -> dict[str, Any]:
    change = None
    if not effect.too_few:
        change = figures.change(effect.change, effect.low, effect.high, detectable=effect.detectable, good=good,
                                words=words, unit=unit)  # fmt: skip
    return {"name": name, "used": used, "other": other, "n_used": effect.n_used, "n_other": effect.n_other,
            "change": change}  # fmt: skip


def _hours(value: float | None) -> str:
    return figures.duration(timedelta(hours=value), exact=True) if value is not None else figures.MISSING


def _weekly(member: Member, start: datetime) -> dict[str, Any]:
    rows = weekly(member, start)
    return {
        "shares": [100 * used / answered if answered else None for _week, answered, used in rows],
        "rows": [(weeks.label(week), used, answered) for week, answered, used in rows],
    }


# To take along


def table(member: Member, params: Mapping[str, str]) -> tuple[list[Any], list[list[Any]]]:
    """Heading and rows of the table one looks at."""
    span, by = chosen(params)
    heading = [
        str(BY[by]),
        _("Cases in use"),
        _("New in the period"),
        _("Articles"),
        _("Uses"),
        _("Helped"),
        _("Votes"),
    ]
    rows = [
        [one.name, one.cases, one.new, one.articles, one.uses, one.helped, one.votes]
        for one in asked.lines(member, by, since(span))
    ]
    return heading, rows


# Who gave what


def people(member: Member, params: Mapping[str, str]) -> dict[str, Any]:
    span, _by = chosen(params)
    rules = {"case": PER_CASE, "use": PER_USE, "most": MOST_USES, "thanks": PER_THANKS}
    return {"tabs": tabs(member), "span": span, "spans": SPANS.items(), "rules": rules, "me": member.pk,
            "rows": contributions(member, since(span))}  # fmt: skip
