"""What became of tickets a template went out on: settled at once, reopened, asked again, rated."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Count, DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Sum

from fupan.core import clock
from fupan.desk.compute.usefulness import ENOUGH, Against, Counts, Share, against, rank_key, share, total
from fupan.desk.models import IssueType, Message, MessageSide, ReplyTemplate, TemplateUse, Ticket, TicketState
from fupan.desk.policies import issues_seen_by, templates_seen_by, tickets_seen_by
from fupan.people.models import Member

LOOKED_BACK = timedelta(days=182)
AGAIN = timedelta(days=7)  # a question within this time after the answer means that it was not enough
_KEPT = 3600  # seconds the ranking of the menu may be old; what became of a use is known after a week
_ENOUGH_SAID = Q(ticket__state=TicketState.SOLVED, ticket__reopened=0, ticket__replies__lte=1, again=False)


@dataclass(frozen=True, slots=True)
class Told:
    """A template with what became of its uses."""

    template: ReplyTemplate
    uses: int  # all of them, also those too fresh to tell
    settled: Share | None
    reopened: Share | None
    asked_again: Share | None
    changed: Share | None
    csat: float | None
    rated: int
    issue: str  # the issue it was used on most
    beside: Against | None  # its settled share there, against answers without a template


@dataclass(frozen=True, slots=True)
class Process:
    """An issue that keeps being answered from templates: the process behind it is worth mending."""

    issue: IssueType
    uses: int
    of_answers: Share | None  # answers under the issue that came from a template
    asked_again: Share | None
    template: ReplyTemplate


@dataclass(frozen=True, slots=True)
class Statistics:
    rows: list[Told]
    best: Told | None
    processes: list[Process]
    since: datetime


def counts_under(workspace_id: int, issue_id: int | None) -> dict[int, tuple[int, int]]:
    """Template -> (settled by the one answer, uses) under an issue, of the last half year; None for all issues."""
    key = f"template-ranking:{workspace_id}:{issue_id or 0}"
    kept: dict[int, tuple[int, int]] | None = cache.get(key)
    if kept is not None:
        return kept
    uses = _ripe(TemplateUse.objects.filter(template__workspace_id=workspace_id))
    if issue_id is not None:
        uses = uses.filter(ticket__issue_type_id=issue_id)
    rows = _with_again(uses).values("template_id").annotate(n=Count("pk"), k=Count("pk", filter=_ENOUGH_SAID))
    found = {row["template_id"]: (row["k"], row["n"]) for row in rows.order_by()}
    cache.set(key, found, _KEPT)
    return found


def statistics(member: Member) -> Statistics:
    """Every template with its outcomes, the most useful one, and the issues answered most from templates."""
    since = clock.now() - LOOKED_BACK
    by_pair, fresh = _counted(member, since)
    plain = _without_template(member, since)
    templates = {one.pk: one for one in templates_seen_by(member).select_related("issue_type")}
    issues = {one.pk: one for one in issues_seen_by(member).select_related("department")}
    rows = [_told(one, by_pair, fresh, plain, issues) for one in templates.values() if fresh.get(one.pk)]
    rows.sort(key=lambda one: (-rank_key(one.settled), -one.uses, one.template.name))
    best = next((one for one in rows if one.settled and one.settled.n >= ENOUGH), None)
    return Statistics(rows, best, _processes(by_pair, plain, templates, issues), since)


def uses_of(member: Member, template: ReplyTemplate) -> Told | None:
    """What became of one template's uses."""
    since = clock.now() - LOOKED_BACK
    by_pair, fresh = _counted(member, since, template=template)
    if not fresh.get(template.pk):
        return None
    issues = {one.pk: one for one in issues_seen_by(member)}
    return _told(template, by_pair, fresh, {}, issues)


def _counted(
    member: Member, since: datetime, template: ReplyTemplate | None = None
) -> tuple[dict[tuple[int, int | None], Counts], dict[int, int]]:
    """Outcomes by template and issue; and all uses by template, fresh ones as well."""
    uses = TemplateUse.objects.filter(template__workspace_id=member.workspace_id, at__gte=since)
    if member.shop_ids:
        uses = uses.filter(ticket__in=tickets_seen_by(member))
    if template is not None:
        uses = uses.filter(template=template)
    fresh = dict(uses.order_by().values_list("template_id").annotate(n=Count("pk")))
    rows = _with_again(_ripe(uses)).order_by().values("template_id", "ticket__issue_type_id").annotate(
        uses=Count("pk"), settled=Count("pk", filter=_ENOUGH_SAID),
        reopened=Count("pk", filter=Q(ticket__reopened__gt=0)), asked_again=Count("pk", filter=Q(again=True)),
        rated=Count("ticket__csat"), stars=Sum("ticket__csat"), changed_=Count("pk", filter=Q(changed=True)),
    )  # fmt: skip
    return {
        (row["template_id"], row["ticket__issue_type_id"]): Counts(
            row["uses"], row["settled"], row["reopened"], row["asked_again"], row["rated"], row["stars"] or 0,
            row["changed_"],
        )
        for row in rows
    }, fresh  # fmt: skip


def _ripe(uses: QuerySet[TemplateUse]) -> QuerySet[TemplateUse]:
    """Uses of which it is known what came of them."""
    now = clock.now()
    return uses.filter(at__gte=now - LOOKED_BACK, at__lte=now - AGAIN)


def _with_again(uses: QuerySet[TemplateUse]) -> QuerySet[Any]:
    """`again`: the buyer wrote once more on the ticket, or opened another one of the same incident, within a week."""
    until = ExpressionWrapper(F("at") + AGAIN, output_field=DateTimeField())
    wrote = Message.objects.filter(
        ticket_id=OuterRef("ticket_id"), side=MessageSide.BUYER, at__gt=OuterRef("at"), at__lte=OuterRef("until")
    )
    opened = Ticket.objects.filter(
        incident_id=OuterRef("ticket__incident_id"), opened_at__gt=OuterRef("at"), opened_at__lte=OuterRef("until")
    ).exclude(pk=OuterRef("ticket_id"))
    return uses.annotate(until=until).annotate(again=Exists(wrote) | Exists(opened))


def _without_template(member: Member, since: datetime) -> dict[int, tuple[int, int]]:
    """Issue -> (settled by the first answer, tickets) of answers written without a template."""
    until = clock.now() - AGAIN
    tickets = tickets_seen_by(member).filter(
        first_response_at__gte=since, first_response_at__lte=until, replies__gte=1, issue_type__isnull=False,
        template_uses=None,
    )  # fmt: skip
    ends = ExpressionWrapper(F("first_response_at") + AGAIN, output_field=DateTimeField())
    wrote = Message.objects.filter(
        ticket_id=OuterRef("pk"), side=MessageSide.BUYER, at__gt=OuterRef("first_response_at"),
        at__lte=OuterRef("ends"),
    )  # fmt: skip
    opened = Ticket.objects.filter(
        incident_id=OuterRef("incident_id"), opened_at__gt=OuterRef("first_response_at"),
        opened_at__lte=OuterRef("ends"),
    ).exclude(pk=OuterRef("pk"))  # fmt: skip
    enough = Q(state=TicketState.SOLVED, reopened=0, replies__lte=1, again=False)
    rows = tickets.annotate(ends=ends).annotate(again=Exists(wrote) | Exists(opened)).order_by()
    counted = rows.values("issue_type_id").annotate(n=Count("pk"), k=Count("pk", filter=enough))
    return {row["issue_type_id"]: (row["k"], row["n"]) for row in counted}


def _told(
    template: ReplyTemplate, by_pair: dict[tuple[int, int | None], Counts], fresh: dict[int, int],
    plain: dict[int, tuple[int, int]], issues: dict[int, IssueType],
) -> Told:  # fmt: skip
    mine = {issue: counts for (pk, issue), counts in by_pair.items() if pk == template.pk}
    all_ = total(mine.values())
    most = max(mine, key=lambda issue: mine[issue].uses, default=None)
    there = mine.get(most) if most is not None else None
    k0, n0 = plain.get(most or 0, (0, 0))
    return Told(
        template, fresh.get(template.pk, 0), share(all_.settled, all_.uses), share(all_.reopened, all_.uses),
        share(all_.asked_again, all_.uses), share(all_.changed, all_.uses),
        all_.stars / all_.rated if all_.rated else None, all_.rated,
        str(issues[most]) if most in issues else "",
        against(there.settled, there.uses, k0, n0) if there else None,
    )  # fmt: skip


def _processes(
    by_pair: dict[tuple[int, int | None], Counts], plain: dict[int, tuple[int, int]],
    templates: dict[int, ReplyTemplate], issues: dict[int, IssueType],
) -> list[Process]:  # fmt: skip
    by_issue: dict[int, dict[int, Counts]] = defaultdict(dict)
    for (pk, issue), counts in by_pair.items():
        if issue in issues and pk in templates:
            by_issue[issue][pk] = counts
    found = []
    for issue, told in by_issue.items():
        all_ = total(told.values())
        most = max(told, key=lambda pk: told[pk].uses)
        answers = share(all_.uses, all_.uses + plain.get(issue, (0, 0))[1])
        found.append(Process(issues[issue], all_.uses, answers, share(all_.asked_again, all_.uses), templates[most]))
    return sorted(found, key=lambda one: -one.uses)[:8]
