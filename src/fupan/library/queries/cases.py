"""The list of cases: its filters, the tree and the tags beside it, and one case by its number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet

from fupan.desk.models import IssueType
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.filters import one, several
from fupan.library.models import Case, CaseTicket, Outcome, State
from fupan.library.policies import cases_seen_by
from fupan.library.queries.uses import with_uses
from fupan.people.models import Member

Params = Mapping[str, Any]
NAMES = ("q", "state", "issue_type", "tag", "outcome", "product", "shop", "author", "sort")
SORTS = {"new": ("-number",), "used": ("-used", "-number"), "best": ("-worked", "-used", "-number"),
         "checked": (F("check_on").asc(nulls_last=True), "-number")}  # fmt: skip
SHOWN = (State.PUBLISHED, State.STALE)
TEXTS = ("title", "demand", "quote_gloss", "cause_text", "wording", "lessons", "avoid", "suggestion", "product__code",
         "product__name", "tags__name")  # fmt: skip


def find(member: Member, number: int) -> Case | None:
    return related(cases_seen_by(member)).filter(number=number).first()


def related(cases: QuerySet[Case]) -> QuerySet[Case]:
    """With all that a page or a row shows."""
    return cases.select_related(
        "workspace", "issue_type__parent", "issue_type__department", "shop", "product", "batch", "cause", "cause_guess",
        "author__user", "reviewer__user", "replaced_by",
    ).prefetch_related("tags")  # fmt: skip


def listed(member: Member, params: Params) -> QuerySet[Case]:
    """The filtered cases in the order asked for, with their uses."""
    rows = with_uses(related(filtered(member, params)))
    return rows.order_by(*SORTS.get(one(params, "sort"), SORTS["new"]))


def filtered(member: Member, params: Params) -> QuerySet[Case]:
    """Cases that the address asks for; without a state those in use."""
    rows = cases_seen_by(member)
    states = [value for value in several(params, "state") if value in State.values]
    if "all" not in several(params, "state"):
        rows = rows.filter(state__in=states or SHOWN)
    codes = several(params, "issue_type")
    if codes:
        rows = rows.filter(Q(issue_type__code__in=codes) | Q(issue_type__parent__code__in=codes))
    for name in several(params, "tag"):  # each narrows further
        rows = rows.filter(tags__name=name)
    for name, column in (("outcome", "outcome"), ("product", "product__code")):
        if several(params, name):
            rows = rows.filter(**{f"{column}__in": several(params, name)})
    for name in ("shop", "author"):
        rows = _by_id(rows, name, one(params, name), member)
    words = one(params, "q")
    return rows.filter(pk__in=rows.filter(_says(words)).values("pk")) if words else rows


def _by_id(rows: QuerySet[Case], name: str, value: str, member: Member) -> QuerySet[Case]:
    if name == "author" and value == "me":
        return rows.filter(author=member)
    return rows.filter(**{f"{name}_id": int(value)}) if value.isdecimal() and len(value) < 18 else rows


def _says(words: str) -> Q:
    """Every word somewhere in the case, or its number."""
    number = words.strip().upper().removeprefix("C-")
    if number.isascii() and number.isdecimal() and len(number) < 9:
        return Q(number=int(number)) | _everywhere(words)
    found = Q()
    for word in words.split()[:8]:
        found &= _everywhere(word)
    return found


def _everywhere(word: str) -> Q:
    found = Q()
    for column in TEXTS:
        found |= Q(**{f"{column}__icontains": word})
    return found


@dataclass(slots=True)
class Branch:
    """An issue type with the number of its cases, those below it included."""

    code: str
    name: str
    count: int = 0
    below: list[Branch] = field(default_factory=list)


def tree(member: Member, params: Params) -> list[Branch]:
    """The issue types that have cases under the other filters, parents with what is below them."""
    rest = {name: several(params, name) for name in NAMES if name != "issue_type"}
    rows = filtered(member, rest).order_by().values("issue_type").annotate(count=Count("pk", distinct=True))
    counts = {row["issue_type"]: row["count"] for row in rows}
    nodes = {one.pk: one for one in IssueType.objects.filter(workspace_id=member.workspace_id)}
    tops: dict[int, Branch] = {}
    for node in nodes.values():
        count = counts.get(node.pk, 0)
        if not count:
            continue
        top = nodes.get(node.parent_id or 0, node)
        branch = tops.setdefault(top.pk, Branch(top.code, str(top)))
        branch.count += count
        if top is not node:
            branch.below.append(Branch(node.code, str(node), count))
    return [tops[node.pk] for node in nodes.values() if node.pk in tops]


def tags_of(member: Member, params: Params, *, most: int = 24) -> list[tuple[str, int]]:
    """Tags of the cases under these filters, the most frequent first."""
    rows = filtered(member, params).exclude(tags=None).order_by().values_list("tags__name", "pk")
    counts = Counter(name for name, _pk in set(rows) if name)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:most]


class Counts(NamedTuple):
    in_use: int
    stale: int
    mine: int
    failed: int


def counts(member: Member) -> Counts:
    """What the head of the list tells."""
    rows = cases_seen_by(member)
    told = rows.aggregate(
        in_use=Count("pk", filter=Q(state__in=SHOWN)),
        stale=Count("pk", filter=Q(state=State.STALE)),
        mine=Count("pk", filter=Q(author=member, state__in=(State.DRAFT, State.IN_REVIEW))),
        failed=Count("pk", filter=Q(state__in=SHOWN, outcome=Outcome.FAILED)),
    )
    return Counts(**told)


def tickets_of(member: Member, case: Case) -> list[CaseTicket]:
    """Its tickets, those the member may see."""
    rows = case.links.filter(ticket__in=tickets_seen_by(member))
    return list(rows.select_related("ticket__shop", "ticket__issue_type"))


def like(member: Member, case: Case, *, most: int = 4) -> list[Case]:
    """Other cases in use of the same issue type, those of the same product first."""
    if case.issue_type_id is None:
        return []
    rows = cases_seen_by(member).filter(state__in=SHOWN, issue_type_id=case.issue_type_id).exclude(pk=case.pk)
    found = list(rows.only("pk", "number", "title", "product_id", "outcome", "workspace_id")[:50])
    return sorted(found, key=lambda one: (one.product_id != case.product_id, -one.number))[:most]
