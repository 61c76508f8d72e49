"""Where messages go: rules by what they say, then colleagues by skill and load; given back when nobody stirs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.clocks import office_elapsed
from fupan.desk.compute.sending_on import Colleague, Ruled, Seen, effects_of, fired, share_out
from fupan.desk.models import (
    AgentSkill,
    IssueType,
    LabelSource,
    Message,
    MessageSide,
    Routing,
    RoutingRule,
    Tag,
    Ticket,
    TicketState,
)
from fupan.desk.policies import routing_rules_seen_by
from fupan.desk.queries.routing import rules_of, seen_of, team_of
from fupan.desk.services._mine import write
from fupan.desk.services._routing_forms import checked_conditions, checked_effects
from fupan.desk.standing import days_off
from fupan.notify.models import Topic
from fupan.notify.services import tell
from fupan.people.models import Member

AT_ONCE = 500


@transaction.atomic
def save_rule(
    name: str, conditions: Mapping[str, Any], effects: Mapping[str, Any], *, by: Member, last: bool = True,
    rule: RoutingRule | None = None, version: int = 0,
) -> RoutingRule:  # fmt: skip
    """Add a rule at the end, or change one; refused when somebody changed it meanwhile."""
    if not name.strip():
        raise Refused(_("A rule needs a name."), code="no-name")
    if rule is None:
        found = RoutingRule(workspace_id=by.workspace_id, place=_next_place(by), version=0)
    else:
        found = RoutingRule.objects.select_for_update().get(pk=rule.pk)
        if found.version != version:
            raise Refused(_("Somebody changed this rule while you were looking at it."), code="edited-meanwhile")
    found.name = name.strip()[:80]
    found.conditions = checked_conditions(conditions, by)
    found.effects = checked_effects(effects, by)
    found.last = last
    found.version += 1
    found.save()
    record("desk.routing_rule_saved", found, by=by, version=found.version)
    return found


@transaction.atomic
def switch_rule(pk: int, *, by: Member, active: bool) -> RoutingRule:
    """Let a rule rest, or work again."""
    rule = _rule(pk, by)
    rule.active, rule.version = active, rule.version + 1
    rule.save(update_fields=["active", "version"])
    record("desk.routing_rule_switched", rule, by=by, active=active)
    return rule


@transaction.atomic
def move_rule(pk: int, *, by: Member, up: bool) -> RoutingRule:
    """One place up or down: the first rule that says stop has the word."""
    rows = list(RoutingRule.objects.select_for_update().filter(workspace_id=by.workspace_id))
    at = next((place for place, one in enumerate(rows) if one.pk == pk), None)
    if at is None:
        raise Refused(_("This rule is gone already."), code="gone")
    to = at - 1 if up else at + 1
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for place, one in enumerate(rows):
        one.place = place
    RoutingRule.objects.bulk_update(rows, ["place"])
    moved = next(one for one in rows if one.pk == pk)
    record("desk.routing_rule_moved", moved, by=by, up=up)
    return moved


@transaction.atomic
def drop_routing_rule(pk: int, *, by: Member) -> None:
    """Take a rule away; what it did stays in the history."""
    rule = _rule(pk, by)
    record("desk.routing_rule_dropped", rule, by=by)
    rule.delete()


@transaction.atomic
def set_skill(
    member: Member, *, by: Member, issues: Iterable[str] = (), languages: Iterable[str] = (), most_open: int = 40,
    on_duty: bool = True, silent_hours: int = 8, version: int = 0,
) -> AgentSkill:  # fmt: skip
    """What a colleague answers well, how much at once, and when silence gives their tickets back."""
    if member.workspace_id != by.workspace_id:
        raise Refused(_("This person does not work here."), code="not-a-member")
    if not 1 <= most_open <= 1000 or not 1 <= silent_hours <= 240:
        raise Refused(_("At once 1 to 1000 tickets; given back after 1 to 240 hours."), code="out-of-range")
    row = AgentSkill.objects.select_for_update().filter(member=member).first()
    if (row.version if row else 0) != version:
        raise Refused(_("Somebody changed this while you were looking at it."), code="edited-meanwhile")
    row = row or AgentSkill(member=member, version=0)
    row.most_open, row.on_duty, row.silent_hours, row.version = most_open, on_duty, silent_hours, row.version + 1
    row.save()
    row.issue_types.set(IssueType.objects.filter(workspace_id=by.workspace_id, code__in=list(issues)))
    member.languages = sorted(set(languages))
    member.save(update_fields=["languages"])
    record("desk.skill_set", member, by=by, on_duty=on_duty)
    return row


def route(ticket_ids: Iterable[int], *, without: Collection[int] = ()) -> int:
    """Send tickets on that wait without an owner; how many found something. The same ticket again changes nothing."""
    ids = sorted(set(ticket_ids))
    return sum(_route(ids[at : at + AT_ONCE], without) for at in range(0, len(ids), AT_ONCE))


@transaction.atomic
def _route(ids: Sequence[int], without: Collection[int]) -> int:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related(
        "shop", "workspace", "issue_type__parent", "listing__product", "order"
    )
    tickets = list(rows.filter(pk__in=ids, state=TicketState.OPEN, assignee=None, merged_into=None).order_by("pk"))
    done = 0
    for workspace_id in sorted({one.workspace_id for one in tickets}):
        mine = [one for one in tickets if one.workspace_id == workspace_id]
        rules, team = rules_of(workspace_id), team_of(workspace_id)
        if rules or team:
            seen, ruled = seen_of(mine), _ruled(mine)
            for one in mine:
                hits = [] if without or one.pk in ruled else fired(rules, seen[one.pk])
                done += _send_on(one, seen[one.pk], hits, team, without)
    return done


def _ruled(tickets: Sequence[Ticket]) -> set[int]:
    """Those on which rules had their word before."""
    rows = Routing.objects.filter(ticket__in=tickets, rule__isnull=False).order_by()
    return set(rows.values_list("ticket_id", flat=True))


def _send_on(
    ticket: Ticket, seen: Seen, hits: Sequence[Ruled], team: list[Colleague], without: Collection[int]
) -> bool:  # fmt: skip
    """Apply what the rules say, then find an owner."""
    effects = effects_of(hits)
    values = _written(ticket, effects)
    tier = int(values.get("tier", ticket.tier))
    chosen, why = _owner(seen, ticket, tier, effects, team, without)
    if chosen is not None:
        values |= {"assignee_id": chosen.pk, "assigned_at": clock.now()}
    if not hits and chosen is None:
        return False
    write(ticket, values, touched=False)
    at = clock.now()
    to = chosen.pk if chosen else None
    Routing.objects.bulk_create(
        [Routing(ticket=ticket, rule_id=one.pk, to_id=to, why=dict(one.effects), at=at) for one in hits]
        or [Routing(ticket=ticket, to_id=to, why={"by": why}, at=at)]
    )
    record("desk.routed", ticket, by=None, rules=[one.pk for one in hits], to=to, why=why)
    return True


def _written(ticket: Ticket, effects: Mapping[str, Any]) -> dict[str, Any]:
    """Columns that rules set; tags are added at once. A rule's issue never overrules what is said already."""
    values: dict[str, Any] = {"tier": effects["tier"]} if effects.get("tier") else {}
    if effects.get("issue") and ticket.issue_type_id is None:
        issue = IssueType.objects.filter(workspace_id=ticket.workspace_id, code=effects["issue"], retired_at=None)
        if (node := issue.first()) is not None:
            values |= {"issue_type_id": node.pk, "label_source": LabelSource.RULE, "label_confidence": 0.9}
    names = list(effects.get("tags", ()))
    if names:
        Tag.objects.bulk_create(
            [Tag(workspace_id=ticket.workspace_id, name=one) for one in names], ignore_conflicts=True
        )
        ticket.tags.add(*Tag.objects.filter(workspace_id=ticket.workspace_id, name__in=names))
    return values


def _owner(
    seen: Seen, ticket: Ticket, tier: int, effects: Mapping[str, Any], team: list[Colleague], without: Collection[int]
) -> tuple[Colleague | None, list[str]]:
    """The member a rule names when they are on duty, else whoever fits best; their load grows at once."""
    named = next((one for one in team if one.pk == effects.get("member") and one.pk not in without), None)
    found = (named, ["rule"]) if named else share_out(seen, ticket.shop_id, tier, team, without=without)
    if found is None:
        return None, []
    chosen, why = found
    at = next(place for place, one in enumerate(team) if one.pk == chosen.pk)
    team[at] = Colleague(
        chosen.pk, chosen.tier, chosen.languages, chosen.issues, chosen.shops, chosen.open + 1, chosen.most
    )
    return chosen, why


def give_back_silent() -> int:
    """By the clock: tickets whose owner has been silent too long, in office hours, go to somebody else; how many."""
    skills = AgentSkill.objects.select_related("member__workspace")
    return sum(_give_back(skill) for skill in skills.order_by("pk"))


def _give_back(skill: AgentSkill) -> int:
    waiting = Ticket.objects.filter(
        assignee=skill.member, state=TicketState.OPEN, snoozed_until=None, merged_into=None,
        waiting_since__isnull=False, assigned_at__isnull=False,
    )  # fmt: skip
    now, given, closed = clock.now(), 0, days_off(skill.member.workspace_id)
    for pk, assigned_at, since in waiting.values_list("pk", "assigned_at", "waiting_since"):
        if assigned_at is None or since is None:
            continue
        start = max(assigned_at, since)
        silent = office_elapsed(start, now, skill.member.workspace.timezone, closed).total_seconds() / 3600
        if silent >= skill.silent_hours and not _stirred(pk, skill.member_id, start):
            given += _take_from(pk, skill.member)
    return given


def _stirred(ticket_id: int, member_id: int, since: Any) -> bool:
    ours = Message.objects.filter(ticket_id=ticket_id, author_id=member_id, at__gte=since)
    return ours.exclude(side=MessageSide.BUYER).exists()


@transaction.atomic
def _take_from(ticket_id: int, member: Member) -> int:
    rows = Ticket.objects.select_for_update(of=("self",)).select_related("shop", "workspace")
    ticket = rows.filter(pk=ticket_id, assignee=member, state=TicketState.OPEN).first()
    if ticket is None:
        return 0
    write(ticket, {"assignee_id": None, "assigned_at": None}, touched=False)
    Routing.objects.create(ticket=ticket, to=None, why={"by": ["silent"], "from": member.pk}, at=clock.now())
    record("desk.given_back", ticket, by=None, member=member.pk)
    tell([member.pk], Topic.TICKET, "given_back", {"ticket": str(ticket)}, f"/tickets/{ticket.number}/",
         f"given_back:{ticket.pk}:{member.pk}:{clock.now():%Y%m%d%H}")  # fmt: skip
    route([ticket.pk], without={member.pk})
    return 1


def _rule(pk: int, by: Member) -> RoutingRule:
    rule = routing_rules_seen_by(by).select_for_update().filter(pk=pk).first()
    if rule is None:
        raise Refused(_("This rule is gone already."), code="gone")
    return rule


def _next_place(by: Member) -> int:
    top = RoutingRule.objects.filter(workspace_id=by.workspace_id).aggregate(top=Max("place"))["top"]
    return 0 if top is None else top + 1
