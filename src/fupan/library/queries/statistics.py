"""How the library stands: cases and articles by what they are about, and how often they were put to use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case as Choose
from django.db.models import CharField, Count, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.desk.models import Cause, IssueType, Liable
from fupan.library.models import USABLE, ArticleKind, Case, CaseUse, Outcome
from fupan.library.policies import articles_seen_by, cases_seen_by, uses_seen_by
from fupan.people.models import Member

AGES = ((90, "quarter"), (180, "half"), (365, "year"))  # days since it was published, or checked last


@dataclass(slots=True)
class Line:
    """One value of a dimension."""

    code: str
    name: str
    cases: int = 0
    new: int = 0  # of them published in the period
    uses: int = 0  # of cases and articles, in the period
    helped: int = 0
    votes: int = 0
    articles: int = 0
    url: str = ""


DIMENSIONS: dict[str, tuple[str, str]] = {  # code -> column of a case, of an article ("": articles have none)
    "issue_type": ("issue_type__code", "issue_type__code"),
    "line": ("product__line", "product__line"),
    "cause": ("cause__code", ""),
    "liable": ("cause__liable", ""),
    "outcome": ("outcome", ""),
    "age": ("age", "age"),
    "kind": ("", "kind"),
}


def lines(member: Member, by: str, since: datetime | None) -> list[Line]:
    """A line for each value that has a case or an article, the most cases first; uses since then."""
    of_case, of_article = DIMENSIONS[by]
    names = _names(member, by)
    found: dict[str, Line] = {}

    def line(code: Any) -> Line:
        known = str(code or "")
        return found.setdefault(known, Line(known, names(known)))

    if of_case:
        rows = _aged(cases_seen_by(member).filter(state__in=USABLE))
        fresh = Q(published_at__gte=since) if since else Q(pk__isnull=False)
        for row in rows.order_by().values(of_case).annotate(cases=Count("pk"), new=Count("pk", filter=fresh)):
            one = line(row[of_case])
            one.cases, one.new = row["cases"], row["new"]
        _count_uses(line, _uses(member, since).filter(case__state__in=USABLE), "case", of_case)
    if of_article:
        articles = _aged(articles_seen_by(member).filter(state__in=USABLE))
        for row in articles.order_by().values(of_article).annotate(articles=Count("pk")):
            line(row[of_article]).articles = row["articles"]
        _count_uses(line, _uses(member, since).filter(article__state__in=USABLE), "article", of_article)
    if by == "age":
        return [found[code] for _days, code in (*AGES, (0, "older")) if code in found]
    return sorted(found.values(), key=lambda one: (-one.cases, -one.articles, not one.code, one.name))


def _uses(member: Member, since: datetime | None) -> QuerySet[CaseUse]:
    rows = uses_seen_by(member)
    return rows.filter(at__gte=since) if since else rows


def _count_uses(line: Callable[[Any], Line], uses: QuerySet[CaseUse], thing: str, column: str) -> None:
    rows = _aged(uses, f"{thing}__") if column == "age" else uses
    path = "age" if column == "age" else f"{thing}__{column}"
    told = rows.order_by().values(path).annotate(
        uses=Count("pk"), helped=Count("pk", filter=Q(helpful=True)), votes=Count("pk", filter=Q(helpful__isnull=False))
    )  # fmt: skip
    for row in told:
        one = line(row[path])
        one.uses += row["uses"]
        one.helped += row["helped"]
        one.votes += row["votes"]


def _aged(rows: Any, path: str = "") -> Any:
    """With `age`: how long ago it was published."""
    now = clock.now()
    since = [When(**{f"{path}published_at__gte": now - timedelta(days=days)}, then=Value(code)) for days, code in AGES]
    return rows.annotate(age=Choose(*since, default=Value("older"), output_field=CharField()))


def _names(member: Member, by: str) -> Callable[[str], str]:
    here = {"workspace_id": member.workspace_id}
    known: dict[str, str] = {}
    if by in ("issue_type", "cause"):
        nodes = (IssueType if by == "issue_type" else Cause).objects.filter(**here)
        known = {one.code: str(one) for one in nodes}
    elif by in ("liable", "outcome", "kind"):
        choices = {"liable": Liable, "outcome": Outcome, "kind": ArticleKind}[by].choices
        known = {str(code): str(name) for code, name in choices}
    elif by == "age":
        known = {"quarter": _("up to 3 months"), "half": _("3 to 6 months"), "year": _("6 to 12 months"),
                 "older": _("over a year")}  # fmt: skip
    return lambda code: known.get(code, code) or _("not said")


@dataclass(frozen=True, slots=True)
class Head:
    """The figures above the table."""

    cases: int
    articles: int
    new: int
    uses: int
    never: int  # published cases nobody has used
    stale: int


def head(member: Member, since: datetime | None) -> Head:
    usable = cases_seen_by(member).filter(state__in=USABLE)
    told = usable.aggregate(
        cases=Count("pk", distinct=True), never=Count("pk", filter=Q(uses=None), distinct=True),
        stale=Count("pk", filter=Q(state=USABLE[1]), distinct=True),
    )  # fmt: skip
    new = usable.filter(published_at__gte=since).count() if since else told["cases"]
    return Head(
        told["cases"], articles_seen_by(member).filter(state__in=USABLE).count(), new,
        _uses(member, since).count(), told["never"], told["stale"],
    )  # fmt: skip


def most_used(member: Member, since: datetime | None, *, most: int = 8) -> list[tuple[Case, int]]:
    """Cases with their uses in the period."""
    rows = _uses(member, since).filter(case__in=cases_seen_by(member).filter(state__in=USABLE))
    counts = rows.order_by().values("case").annotate(count=Count("pk")).order_by("-count", "case")[:most]
    cases = {one.pk: one for one in Case.objects.filter(pk__in=[row["case"] for row in counts])}
    return [(cases[row["case"]], row["count"]) for row in counts]
