"""Rules of routing: what they look at, what they would have done, what they did, and who is on duty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fupan.commerce.models import OrderLine, Platform
from fupan.commerce.policies import shops_seen_by
from fupan.commerce.queries import converter
from fupan.core import clock
from fupan.desk.compute.sending_on import Colleague, Ruled, Seen, fired, holds
from fupan.desk.models import (
    AgentSkill,
    IssueType,
    MessageSide,
    Routing,
    RoutingRule,
    Ticket,
    TicketKind,
    TicketState,
)
from fupan.desk.policies import routing_rules_seen_by, routings_seen_by, tickets_seen_by
from fupan.desk.queries.choices import issue_names, member_choices
from fupan.desk.texts import texts_of
from fupan.people.models import Member, Workspace
from fupan.people.policies import roles_that_may

TRIED = 500  # past messages a rule is tried on
SHOWN = 6
COUNTED_DAYS = 30


class Line(NamedTuple):
    """A rule as the settings list it: conditions and effects in words, and how often it fired lately."""

    rule: RoutingRule
    conditions: list[Said]
    effects: list[Said]
    fired: int


@dataclass(slots=True)
class DryRun:
    """What a rule would have done with the last messages."""

    looked_at: int
    hits: int = 0
    taken_before: int = 0  # of the hits: a rule above says stop first
    samples: list[tuple[Ticket, str, bool]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Duty:
    """A colleague and what they answer."""

    member: Member
    skill: AgentSkill | None
    issues: list[str]
    open: int


def rules_of(workspace_id: int) -> list[Ruled]:
    rows = RoutingRule.objects.filter(workspace_id=workspace_id, active=True)
    return [Ruled(one.pk, one.conditions, one.effects, one.last) for one in rows]


def team_of(workspace_id: int) -> list[Colleague]:
    """Those on duty, with what they have open now."""
    rows = AgentSkill.objects.filter(member__workspace_id=workspace_id, member__active=True, on_duty=True)
    skills = rows.select_related("member").prefetch_related("issue_types").order_by("pk")
    load = open_by_member(workspace_id)
    return [
        Colleague(
            one.member_id, one.member.tier, frozenset(one.member.languages),
            frozenset(issue.code for issue in one.issue_types.all()), frozenset(one.member.shop_ids),
            load.get(one.member_id, 0), one.most_open,
        )
        for one in skills
    ]  # fmt: skip


def open_by_member(workspace_id: int) -> dict[int, int]:
    rows = Ticket.objects.filter(workspace_id=workspace_id, state=TicketState.OPEN, assignee__isnull=False)
    return dict(rows.order_by().values_list("assignee_id").annotate(n=Count("pk")))


def seen_of(tickets: Sequence[Ticket]) -> dict[int, Seen]:
    """What rules may look at, by ticket."""
    texts, values = texts_of(tickets), _values(tickets)
    found = {}
    for one in tickets:
        product = one.listing.product if one.listing else None
        found[one.pk] = Seen(
            texts[one.pk], one.language, product.code if product else "", product.line if product else "", one.kind,
            _issues(one.issue_type), str(one.shop_id), one.shop.platform, values.get(one.pk),
        )  # fmt: skip
    return found


def _issues(issue: IssueType | None) -> frozenset[str]:
    if issue is None:
        return frozenset()
    return frozenset([issue.code, *([issue.parent.code] if issue.parent else [])])


def _values(tickets: Sequence[Ticket]) -> dict[int, Decimal]:
    """What the order was worth, in the workspace's currency, where that is known."""
    orders = {one.order_id for one in tickets if one.order_id}
    rows = OrderLine.objects.filter(order__in=orders, amount__isnull=False).order_by()
    amounts: dict[int, list[tuple[str, Decimal]]] = {}
    for order_id, currency, amount in rows.values_list("order_id", "currency").annotate(sum=Sum("amount")):
        amounts.setdefault(order_id, []).append((currency, amount))
    converters = {one.workspace_id: converter(one.workspace) for one in tickets} if amounts else {}
    found: dict[int, Decimal] = {}
    for one in tickets:
        paid = amounts.get(one.order_id or 0, [])
        convert, day = converters.get(one.workspace_id), one.opened_at.date()
        told = [convert(amount, currency or one.shop.currency, day) for currency, amount in paid] if convert else []
        known = [value for value in told if value is not None]
        if known and len(known) == len(told):
            found[one.pk] = sum(known, Decimal(0))
    return found


def dry_run(
    member: Member, conditions: Mapping[str, Any], *, rule: RoutingRule | None = None, last: int = TRIED
) -> DryRun:  # fmt: skip
    """On the newest messages of buyers, without doing anything."""
    said = tickets_seen_by(member).filter(messages__side=MessageSide.BUYER).distinct()
    rows = said.select_related("shop", "workspace", "issue_type__parent", "listing__product", "order")
    tickets = list(rows.order_by("-opened_at", "-pk")[:last])
    seen = seen_of(tickets)
    above = [
        Ruled(one.pk, one.conditions, one.effects, one.last)
        for one in routing_rules_seen_by(member).filter(active=True)
        if rule is None or (one.place, one.pk) < (rule.place, rule.pk)
    ]
    run = DryRun(len(tickets))
    for one in tickets:
        if not holds(conditions, seen[one.pk]):
            continue
        run.hits += 1
        before = any(hit.last for hit in fired(above, seen[one.pk]))
        run.taken_before += before
        if len(run.samples) < SHOWN:
            run.samples.append((one, seen[one.pk].text[:160], before))
    return run


def lines(member: Member) -> list[Line]:
    since = clock.now() - timedelta(days=COUNTED_DAYS)
    rows = routings_seen_by(member).filter(rule__isnull=False, at__gte=since).order_by()
    counts = dict(rows.values_list("rule_id").annotate(n=Count("pk")))
    words = Words(member)
    return [
        Line(one, words.conditions(one.conditions), words.effects(one.effects), counts.get(one.pk, 0))
        for one in routing_rules_seen_by(member)
    ]


def history(member: Member, rule: RoutingRule | None = None) -> QuerySet[Routing]:
    """What was sent on, the newest first."""
    rows = routings_seen_by(member).select_related("ticket__issue_type", "rule", "to__user")
    return rows.filter(rule=rule) if rule else rows


def duties(member: Member) -> list[Duty]:
    """Everybody who answers, with what they carry."""
    colleagues = Member.objects.filter(
        workspace_id=member.workspace_id, active=True, role__in=roles_that_may("answer")
    ).select_related("user", "skill").prefetch_related("skill__issue_types")  # fmt: skip
    load = open_by_member(member.workspace_id)
    found = []
    for one in colleagues:
        skill = getattr(one, "skill", None)
        issues = [str(issue) for issue in skill.issue_types.all()] if skill else []
        found.append(Duty(one, skill, issues, load.get(one.pk, 0)))
    return found


class Said(NamedTuple):
    """One condition or effect in words."""

    name: Any
    values: list[Any]


CONDITIONS: dict[str, Any] = {
    "words": _("says"), "languages": _("Language"), "kinds": _("Kind"), "issues": _("Issue"), "shops": _("Shop"),
    "platforms": _("Marketplace"), "products": _("Product"), "lines": _("Product line"), "from_value": _("Order worth"),
}  # fmt: skip
EFFECTS: dict[str, Any] = {
    "tier": pgettext_lazy("tier", "Line"),
    "member": _("Goes to"),
    "issue": _("Issue"),
    "tags": _("Tags"),
}


class Words:
    """Conditions and effects as people read them."""

    def __init__(self, member: Member) -> None:
        self.names: dict[str, Mapping[str, Any]] = {
            "issues": issue_names(member), "kinds": dict(TicketKind.choices), "platforms": dict(Platform.choices),
            "shops": {str(shop.pk): shop.name for shop in shops_seen_by(member)},
            "member": dict(member_choices(member)), "tier": {"1": _("first line"), "2": _("second line")},
        }  # fmt: skip
        self.currency = Workspace.objects.values_list("currency", flat=True).get(pk=member.workspace_id)

    def conditions(self, told: Mapping[str, Any]) -> list[Said]:
        found = [
            Said(label, [self.names.get(name, {}).get(one, one) for one in told[name]])
            for name, label in CONDITIONS.items() if told.get(name) and name != "from_value"
        ]  # fmt: skip
        if told.get("from_value"):
            found.append(Said(CONDITIONS["from_value"], [f"≥ {told['from_value']} {self.currency}"]))
        return found

    def effects(self, told: Mapping[str, Any]) -> list[Said]:
        single = {"tier": "tier", "member": "member", "issue": "issues"}
        found = [
            Said(label, [self.names[single[name]].get(str(told[name]), told[name])])
            for name, label in EFFECTS.items() if name in single and told.get(name)
        ]  # fmt: skip
        return found + ([Said(EFFECTS["tags"], list(told["tags"]))] if told.get("tags") else [])
