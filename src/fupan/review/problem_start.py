"""What a new problem's form is filled with: from a signal, a top issue, a choice of tickets, an address."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from fupan.commerce.policies import shops_seen_by
from fupan.core import weeks
from fupan.core.errors import Refused
from fupan.core.slices import DIMENSIONS, Slice
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.filters import filtered
from fupan.insight.models import Signal
from fupan.insight.policies import signals_seen_by
from fupan.insight.signal_words import Names
from fupan.people.models import Member
from fupan.review.models import ProblemOrigin
from fupan.review.queries.figures import COUNTED
from fupan.review.queries.problems import parsed

OWN = ("issue_type", "product", "batch", "shop", "country", "carrier")
COMMON = 0.8  # of the tickets that share a value, so that it becomes a condition
FEWEST = 2
MOST = 500


def initial(member: Member, asked: QueryDict) -> dict[str, Any]:
    """Initial values of the form."""
    signal = signal_for(member, str(asked.get("signal", "")))
    if signal is not None:
        return _filled(member, parsed(signal.slice), metric=signal.metric, origin=ProblemOrigin.SIGNAL.value,
                       signal=signal.pk, first=signal.week, last=signal.last_week)  # fmt: skip
    if asked.getlist("ticket"):
        return _of_tickets(member, asked)
    told = {name: str(asked.get(name, "")) for name in DIMENSIONS}
    where = {name: value for name, value in told.items() if value and len(value) <= 60}
    if where.get("shop", "").isdecimal():
        where["shop"] = _shop_name(member, where["shop"])
    origin = ProblemOrigin.TOP_ISSUE if asked.get("origin") == "top_issue" else ProblemOrigin.HAND
    chosen = _weeks(asked)
    return _filled(member, where, metric=asked.get("metric", ""), origin=origin.value,
                   first=chosen[0] if chosen else 0, last=chosen[-1] if chosen else 0)  # fmt: skip


def proposed_title(member: Member, text: str) -> str:
    """The slice in words."""
    return Names(member).title(parsed(text))[:160]


def signal_for(member: Member, pk: int | str | None) -> Signal | None:
    """By its key, as an address or a form tells it."""
    if isinstance(pk, str):
        return signal_for(member, int(pk)) if pk.isdecimal() and len(pk) < 18 else None
    return signals_seen_by(member).filter(pk=pk).first() if pk else None


def ticket_ids(member: Member, numbers: Iterable[int]) -> list[int]:
    return list(tickets_seen_by(member).filter(number__in=list(numbers)).values_list("pk", flat=True))


def _filled(
    member: Member, where: dict[str, str], *, metric: str = "", origin: str, signal: int | None = None, first: int = 0,
    last: int = 0, tickets: str = "",
) -> dict[str, Any]:  # fmt: skip
    known = {name: value for name, value in where.items() if value}
    text = str(Slice.of(known))
    return {
        **{name: known[name] for name in OWN if name in known},
        "more": str(Slice.of({name: value for name, value in known.items() if name not in OWN})),
        "title": proposed_title(member, text) if known else "", "metric": metric or COUNTED, "origin": origin,
        "signal": signal, "tickets": tickets, "first_week": weeks.label(first) if first else "",
        "last_week": weeks.label(last) if last else "", "owner": str(member.pk),
    }  # fmt: skip


def _shop_name(member: Member, pk: str) -> str:
    found = shops_seen_by(member).filter(pk=int(pk)).values_list("name", flat=True).first() if len(pk) < 18 else ""
    return found or ""


def _weeks(asked: QueryDict) -> list[int]:
    try:
        if asked.get("week"):
            return [weeks.parse_week(str(asked.get("week")))]
        if asked.get("month"):
            return weeks.parse_month(str(asked.get("month"))).weeks
    except Refused:
        pass
    return []


def _of_tickets(member: Member, asked: QueryDict) -> dict[str, Any]:
    """Conditions that most of the chosen tickets share."""
    if asked.get("all"):
        rows = filtered(member, asked)
    else:
        rows = tickets_seen_by(member).filter(
            number__in=[int(one) for one in asked.getlist("ticket") if one.isdecimal() and len(one) < 18]
        )
    related = rows.select_related("issue_type", "listing__product", "batch", "shop").order_by("-opened_at")
    tickets = list(related[:MOST])
    shared = {name: value for name in OWN if (value := _shared(tickets, name))}
    return _filled(member, shared, origin=ProblemOrigin.TICKETS.value,
                   tickets=" ".join(str(one.number) for one in tickets))  # fmt: skip


def _shared(tickets: list[Ticket], name: str) -> str:
    values = [_value(one, name) for one in tickets]
    best = max(set(values), key=values.count, default="")
    enough = name in ("issue_type", "product", "batch") or len(tickets) > FEWEST
    return best if best and enough and values.count(best) >= COMMON * len(values) else ""


def _value(ticket: Ticket, name: str) -> str:
    owner = {
        "issue_type": ticket.issue_type, "product": ticket.listing.product if ticket.listing else None,
        "batch": ticket.batch,
    }  # fmt: skip
    if name in owner:
        return owner[name].code if owner[name] is not None else ""  # type: ignore[union-attr]
    return ticket.shop.name if name == "shop" else str(getattr(ticket, name))


def told_from(initial_values: dict[str, Any]) -> str:
    """Where a new problem comes from, in words, above the form."""
    origin = initial_values.get("origin")
    if origin == ProblemOrigin.SIGNAL:
        return _("From signal S-%(number)s.") % {"number": initial_values.get("signal")}
    if origin == ProblemOrigin.TICKETS:
        return _("From %(count)s chosen tickets; what most of them share is filled in.") % {
            "count": len(str(initial_values.get("tickets", "")).split())
        }
    return _("From the top of a review.") if origin == ProblemOrigin.TOP_ISSUE else ""
