"""The metrics once more, in plain Python over database rows: slow, obvious, written apart from the product."""

from collections import defaultdict
from datetime import timedelta
from statistics import mean

from fupan.commerce.models import OrderLine
from fupan.core import clock, weeks
from fupan.desk.models import Message, Ticket

DAY = timedelta(days=1)
LIMITS = {"amazon": 24, "shopee": 12}


def tickets():
    rows = Ticket.objects.filter(merged_into=None)
    return list(rows.select_related("shop", "order", "issue_type", "resolution", "incident"))


def local_week(moment, shop):
    return weeks.week_of(moment, shop.timezone)


def firsts():
    """The first ticket of every incident, and the tickets of none; praise is no trouble."""
    groups = defaultdict(list)
    for ticket in tickets():
        if ticket.kind in ("rating", "feedback") and (ticket.stars or 0) >= 4 and ticket.issue_type is None:
            continue
        groups[ticket.incident_id or -ticket.pk].append(ticket)
    return [min(group, key=lambda one: (one.opened_at, one.pk)) for group in groups.values()]


def refunds():
    """(ticket, units): the refund rows of an incident, or without one what was settled by a refund."""
    groups = defaultdict(list)
    for ticket in tickets():
        groups[ticket.incident_id or -ticket.pk].append(ticket)
    for group in groups.values():
        rows = [one for one in group if one.kind == "refund"]
        settled = [one for one in group if one.resolution and one.resolution.code in ("refund", "partial_refund")]
        yield from ((one, one.units) for one in (rows or settled))


def defects():
    groups = defaultdict(list)
    for ticket in tickets():
        if ticket.kind == "claim" or (ticket.kind == "feedback" and ticket.stars <= 2):
            groups[ticket.incident_id].append(ticket)
    return [min(group, key=lambda one: (one.opened_at, one.pk)) for group in groups.values()]


def numerators(week):
    """Counts of a week, by metric."""
    now = [one for one in tickets() if one.week == week]
    return {
        "tickets": len(now),
        "contact_rate": sum(one.kind == "inquiry" for one in now),
        "incident_rate": sum(one.week == week for one in firsts()),
        "return_rate": sum(one.units for one in now if one.kind == "return"),
        "exchange_rate": sum(
            one.units for one in now if one.resolution and one.resolution.code in ("exchange", "replacement")
        ),
        "refund_rate": sum(units for one, units in refunds() if one.week == week),
        "claim_rate": sum(one.units for one in now if one.kind == "claim"),
        "negative_rating_rate": sum(one.kind == "rating" and one.stars <= 2 for one in now),
        "neutral_rating_rate": sum(one.kind == "rating" and one.stars == 3 for one in now),
        "negative_feedback_rate": sum(one.kind == "feedback" and one.stars <= 2 for one in now),
        "order_defect_rate": sum(one.week == week for one in defects()),
        "refund_cost": sum(float(one.cost or 0) for one in now),
    }


def handled(ticket):
    return ticket.kind in ("inquiry", "claim") or ticket.first_response_at is not None


def shares(week):
    """(k, n) of shares, by metric."""
    now = [one for one in tickets() if one.week == week]
    mine = [one for one in now if handled(one)]
    solved = [one for one in mine if one.resolved_at]
    simple = [one for one in mine if one.issue_type and one.issue_type.simple]
    quick = [one for one in simple if one.resolved_at and one.resolved_at - one.opened_at <= DAY]
    old = [one for one in simple if one in quick or one.opened_at + DAY <= clock.now()]
    return {
        "resolution_rate": (sum(local_week(one.resolved_at, one.shop) <= week for one in solved), len(mine)),
        "reopen_rate": (
            sum(one.reopened > 0 for one in mine),
            sum(bool(one.resolved_at or one.reopened) for one in mine),
        ),
        "simple_in_24h": (len(quick), len(old)),
        "first_contact_resolution": first_contact(week),
        "reply_in_time": replies(week),
    }


def first_contact(week):
    asked = [one for one in tickets() if one.kind == "inquiry" and one.first_response_at]
    ended = [one for one in asked if local_week(one.first_response_at + 7 * DAY, one.shop) == week]
    return sum(one.replies <= 1 and not came_back(one) for one in ended), len(ended)


def came_back(ticket):
    until = ticket.first_response_at + 7 * DAY
    others = Ticket.objects.filter(incident=ticket.incident_id, kind__in=("inquiry", "claim", "rating", "feedback"))
    others = others.exclude(pk=ticket.pk).filter(merged_into=None) if ticket.incident_id else others.none()
    words = Message.objects.filter(ticket=ticket, side="buyer")
    return (
        others.filter(opened_at__gt=ticket.first_response_at, opened_at__lte=until).exists()
        or words.filter(at__gt=ticket.first_response_at, at__lte=until).exists()
    )


def replies(week):
    hits = asked = 0
    for ticket in Ticket.objects.filter(kind="inquiry").select_related("shop"):
        lines = list(ticket.messages.exclude(side="note").filter(automatic=False))
        waiting = None
        for line in [*lines, None]:
            if line is not None and line.side == "buyer":
                waiting = waiting or line
            elif waiting:
                in_week = local_week(waiting.at, ticket.shop) == week
                due = waiting.at + timedelta(hours=LIMITS[ticket.shop.platform])
                if line is None and ticket.resolved_at and ticket.resolved_at >= waiting.at:
                    in_week = False
                if in_week and (line is not None or due <= clock.now()):
                    asked += 1
                    hits += line is not None and line.at <= due
                waiting = None
    return hits, asked


def response_hours(week):
    now = [one for one in tickets() if one.week == week and one.first_response_at]
    return sorted((one.first_response_at - one.opened_at) / timedelta(hours=1) for one in now)


def csat(week):
    answers = [one.csat for one in tickets() if one.week == week and one.csat]
    return (mean(answers) if answers else None), len(answers)


def units(week, shop=None, product=None):
    rows = OrderLine.objects.filter(week=week).exclude(status__in=("cancelled", "pending", "replacement"))
    rows = rows.exclude(order__status__in=("cancelled", "pending", "replacement"))
    rows = rows.filter(order__shop=shop) if shop else rows
    rows = rows.filter(listing__product__code=product) if product else rows
    return sum(rows.values_list("units", flat=True))


def exposure(week, curve, product=None):
    """Units of each earlier week times the share of trouble that takes so long."""
    return sum(share * units(weeks.shift(week, -lag), product=product) for lag, share in enumerate(curve))
