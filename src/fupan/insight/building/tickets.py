"""A week of tickets, and of what their buyers wrote, as facts."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from fupan.desk.clocks import CLOCKED_KINDS
from fupan.desk.models import Ticket
from fupan.insight import clocks
from fupan.insight.building import columns as col
from fupan.insight.building import conversation, incidents
from fupan.insight.building.context import Context
from fupan.insight.building.orders import places
from fupan.insight.shapes import MESSAGES, TICKETS, bins_of

_FIELDS = (
    "pk", "number", "shop_id", "kind", "channel", "week", "state",
    "reopened", "replies", "order_id", "listing_id", "batch_id", "country", "fulfilment", "carrier",
    "units", "stars", "csat", "cost", "currency", "language", "assignee_id", "agent", "tier", "issue_type_id",
    "label_source", "cause_guess_id", "cause_confirmed_id", "resolution_id", "incident_id", "merged_into_id",
)  # fmt: skip
_MOMENTS = ("opened_at", "first_response_at", "resolved_at", "order__placed_at")
Rows = dict[str, Any]


class Week:
    """Everything read for one week, and the two tables made of it."""

    def __init__(self, context: Context, week: int) -> None:
        self.context = context
        self.week = week
        mine = Ticket.objects.filter(workspace_id=context.workspace.pk, week=week)
        self.rows: Rows = col.fetch(mine, *_FIELDS, moments=_MOMENTS)
        self.kin = incidents.kin_of(context, week, self.rows)
        self.parts = incidents.parts(self.kin)
        lines = conversation.read(context, week, self.rows["pk"])
        self.talks, self.turns = conversation.talks(lines, len(self.rows["pk"])), conversation.turns(lines)
        confirmed = zip(self.rows["cause_confirmed_id"], self.rows["cause_guess_id"], strict=True)
        self.causes = [sure or guess for sure, guess in confirmed]
        self.zones = [context.shops[shop].timezone for shop in self.rows["shop_id"]]
        self.opened = col.instants(self.rows["opened_at"])
        self.resolved = col.instants(self.rows["resolved_at"])

    def tickets(self) -> pa.Table:
        values = self.about | self._times() | self._money() | self._labels() | self._part() | self._talk()
        return pa.table([values[name] for name in TICKETS.names], schema=TICKETS)

    def messages(self) -> pa.Table:
        chosen = pa.array(self.turns.row, pa.int64())
        values = {name: column.take(chosen) for name, column in self.about.items()} | self._turns()
        return pa.table([values[name] for name in MESSAGES.names], schema=MESSAGES)

    @cached_property
    def about(self) -> dict[str, pa.Array]:
        rows, context = self.rows, self.context
        named = [context.members.get(pk, "") for pk in rows["assignee_id"]]
        return places(context, rows["shop_id"], rows["listing_id"], rows["batch_id"]) | {
            "country": col.words(rows["country"]),
            "fulfilment": col.words(rows["fulfilment"]),
            "carrier": col.words(rows["carrier"]),
            "ticket": pa.array(rows["pk"], pa.int64()),
            "number": pa.array(rows["number"], pa.int64()),
            "kind": col.words(rows["kind"]),
            "issue_type": col.mapped(rows["issue_type_id"], _codes(context.issues), pa.string(), default=""),
            "cause": col.mapped(self.causes, _codes(context.causes), pa.string(), default=""),
            "agent": col.words([ours or told for ours, told in zip(named, rows["agent"], strict=True)]),
            "language": col.words(rows["language"]),
            "channel": col.words(rows["channel"]),
        }

    def _times(self) -> dict[str, pa.Array]:
        rows, context = self.rows, self.context
        days = col.days(col.local(self.opened, self.zones))
        responded = self._responded()
        settled = col.days(col.local(_later(responded, incidents.WEEK_LONG), self.zones))
        resolved = col.days(col.local(self.resolved, self.zones))
        response, resolution = col.hours(self.opened, responded), col.hours(self.opened, self.resolved)
        office = clocks.office_hours(context.workspace, self.opened, responded, context.days_off)
        return _calendar(days) | _order_days(rows, self.zones, days) | {
            "opened": col.stamps(self.opened),
            "first_response": col.stamps(responded),
            "resolved": col.stamps(self.resolved),
            "response_hours": col.floats(response),
            "response_bin": pa.array(bins_of(response), pa.int16(), mask=np.isnan(response)),
            "office_response_hours": col.floats(office),
            "resolution_hours": col.floats(resolution),
            "resolution_bin": pa.array(bins_of(resolution), pa.int16(), mask=np.isnan(resolution)),
            "resolved_week": col.integers(col.week_numbers(resolved), pa.int32()),
            "resolved_month": col.integers(col.month_numbers(resolved), pa.int32()),
            "settled_week": col.integers(col.week_numbers(settled), pa.int32()),
            "settled_month": col.integers(col.month_numbers(settled), pa.int32()),
        }  # fmt: skip

    def _responded(self) -> col.Instants:
        """When a person first answered: as the ticket says, else as its messages show."""
        told = col.instants(self.rows["first_response_at"])
        return np.where(told == col.NEVER, self.talks.first_reply, told)

    def _money(self) -> dict[str, pa.Array]:
        rows = self.rows
        currencies = [
            currency or self.context.shops[shop].currency
            for currency, shop in zip(rows["currency"], rows["shop_id"], strict=True)
        ]
        costs = self.context.money(rows["cost"], currencies, col.days(col.local(self.opened, self.zones)))
        told = np.array([cost is not None for cost in rows["cost"]], dtype=bool)
        return {
            "cost": col.floats(costs),
            "unconverted": pa.array(told & np.isnan(costs)),
            "units": pa.array(rows["units"], pa.int32()),
            "reopened": pa.array(rows["reopened"], pa.int16()),
            "stars": pa.array(rows["stars"], pa.int16()),
            "csat": pa.array(rows["csat"], pa.int16()),
            "tier": pa.array(rows["tier"], pa.int16()),
            "state": col.words(rows["state"]),
        }

    def _labels(self) -> dict[str, pa.Array]:
        rows, context = self.rows, self.context
        simple = {pk: bool(simple) for pk, (_code, simple) in context.issues.items()}
        liable = {pk: liable for pk, (_code, liable) in context.causes.items()}
        return {
            "simple": col.mapped(rows["issue_type_id"], simple, pa.bool_(), default=False),
            "cause_guess": col.mapped(rows["cause_guess_id"], _codes(context.causes), pa.string(), default=""),
            "cause_confirmed": col.mapped(rows["cause_confirmed_id"], _codes(context.causes), pa.string(), default=""),
            "liable": col.mapped(self.causes, liable, pa.string(), default=""),
            "resolution": col.mapped(rows["resolution_id"], context.resolutions, pa.string(), default=""),
            "label_source": col.words(rows["label_source"]),
        }

    def _part(self) -> dict[str, pa.Array]:
        mine = self._parts
        return {
            "incident": pa.array(self.rows["incident_id"], pa.int64()),
            "first": pa.array([part.first for part in mine], pa.bool_()),
            "merged": pa.array([pk is not None for pk in self.rows["merged_into_id"]], pa.bool_()),
            "refund_units": pa.array([part.refund_units for part in mine], pa.int32()),
            "exchange_units": pa.array([part.exchange_units for part in mine], pa.int32()),
            "defect": pa.array([part.defect for part in mine], pa.bool_()),
            "came_back": pa.array([part.came_back for part in mine], pa.bool_()),
        }

    @cached_property
    def _parts(self) -> list[incidents.Part]:
        """Of every ticket; equal lone tickets share one answer."""
        rows, known = self.rows, self.parts
        resolutions = [self.context.resolutions.get(pk, "") for pk in rows["resolution_id"]]
        merged = (pk is not None for pk in rows["merged_into_id"])
        told = zip(
            rows["pk"],
            rows["kind"],
            resolutions,
            rows["stars"],
            rows["units"],
            merged,
            rows["issue_type_id"],
            strict=True,
        )
        return [
            known[pk] if pk in known else _alone(kind, resolution, stars, units, folded, issue)
            for pk, kind, resolution, stars, units, folded, issue in told
        ]

    def _talk(self) -> dict[str, pa.Array]:
        back = self.talks.came_back | np.array([part.came_back for part in self._parts], dtype=bool)
        return {
            "replies": pa.array(self.rows["replies"], pa.int16()),
            "turns": pa.array(self.talks.turns, pa.int64()).cast(pa.int16()),
            "text_length": pa.array(self.talks.text_length, pa.int64()).cast(pa.int32()),
            "recontact": pa.array(back, pa.bool_()),
        }

    def _turns(self) -> dict[str, pa.Array]:
        """The clocks of every turn; a solved ticket's last word needs no answer, so it has no due time."""
        tickets, at, replied = self.turns.row, self.turns.at, self.turns.replied
        shops = [self.rows["shop_id"][row] for row in tickets]
        settled = (replied == col.NEVER) & (self.resolved[tickets] != col.NEVER) & (self.resolved[tickets] >= at)
        kinds = [self.rows["kind"][row] for row in tickets]
        limits = clocks.platform_limits([self.context.shops[pk].platform for pk in shops], kinds, at)
        days = col.days(col.local(at, [self.context.shops[pk].timezone for pk in shops]))
        due = np.where(np.isnan(limits) | settled, col.NEVER, at + (np.nan_to_num(limits) * col.HOUR).astype(np.int64))
        clocked = np.isin(np.array(kinds, dtype=object), CLOCKED_KINDS) & ~settled
        promised = clocks.office_due(self.context.workspace, at, self.context.days_off)
        office = np.where(clocked, promised, col.NEVER)
        return _calendar(days) | {
            "message": pa.array(self.turns.message, pa.int64()),
            "at": col.stamps(at),
            "replied": col.stamps(replied),
            "due": col.stamps(due),
            "office_due": col.stamps(office),
            "reply_hours": col.floats(col.hours(at, replied)),
            "limit_hours": col.floats(limits),
            "template": pa.array([""] * len(at), pa.string()),
        }


@lru_cache(maxsize=4096)
def _alone(
    kind: str,
    resolution: str,
    stars: int | None,
    units: int,
    merged: bool,  # noqa: FBT001
    issue: int | None,
) -> incidents.Part:
    return incidents.alone(kind, resolution, stars, units, merged=merged, issue=issue)


def _calendar(days: NDArray[np.int64]) -> dict[str, pa.Array]:
    return {
        "day": col.dates(days),
        "week": col.integers(col.week_numbers(days), pa.int32()),
        "month": col.integers(col.month_numbers(days), pa.int32()),
    }


def _order_days(rows: Rows, zones: list[str], days: NDArray[np.int64]) -> dict[str, pa.Array]:
    ordered = col.days(col.local(col.instants(rows["order__placed_at"]), zones))
    known = ordered != col.NEVER
    monday = 3  # day 0, 1 January 1970, was a Thursday
    between = (days + monday) // 7 - (np.where(known, ordered, 0) + monday) // 7
    months = _month_index(days) - _month_index(np.where(known, ordered, 0))
    return {
        "order_id": pa.array(rows["order_id"], pa.int64()),
        "order_day": col.dates(ordered),
        "lag_weeks": _lag(between, known),
        "lag_months": _lag(months, known),
    }


def _lag(values: NDArray[np.int64], known: NDArray[np.bool_]) -> pa.Array:
    return pc.cast(pa.array(np.clip(values, 0, 1000), pa.int64(), mask=~known), pa.int16())


def _month_index(days: NDArray[np.int64]) -> NDArray[np.int64]:
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return np.asarray(months, dtype=np.int64)


def _later(values: col.Instants, by: int) -> col.Instants:
    return np.where(values == col.NEVER, col.NEVER, values + by)


def _codes(nodes: dict[int, tuple[str, Any]]) -> dict[int, str]:
    return {pk: code for pk, (code, _more) in nodes.items()}
