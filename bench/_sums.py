"""The sums behind a pack, as anybody would write them: in SQL for DuckDB and PostgreSQL, and in pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench._simulated import LAST_WEEK
from fupan.core.weeks import shift

TREND = [*(shift(LAST_WEEK, -step) for step in range(13)), shift(LAST_WEEK, -52)]
RECENT = [shift(LAST_WEEK, -step) for step in range(9)]


def weeks_behind(weeks: list[int]) -> set[int]:
    """The weeks whose shipments reach into these."""
    return {shift(week, -lag) for week in weeks for lag in range(13)}


def _in(weeks: list[int] | set[int]) -> str:
    return f"({', '.join(map(str, sorted(weeks)))})"


_SHIPPED = f"WHERE counted AND week IN {_in(weeks_behind(TREND))}"
_KEPT = "WHERE NOT merged AND week IN"
SUMS = {
    "numbers": f"""SELECT week, shop_id, count(*) AS tickets, count(*) FILTER (WHERE kind = 'inquiry') AS contacts,
        count(*) FILTER (WHERE first) AS incidents, sum(CASE WHEN kind = 'return' THEN units ELSE 0 END) AS returned,
        sum(refund_units) AS refunded, sum(exchange_units) AS exchanged,
        count(*) FILTER (WHERE kind = 'claim') AS claims, count(*) FILTER (WHERE kind = 'rating' AND stars <= 2) AS bad,
        count(*) FILTER (WHERE kind = 'rating' AND stars = 3) AS middling, count(*) FILTER (WHERE defect) AS defects,
        sum(cost) AS cost, sum(cost * cost) AS cost2, count(csat) AS answers, sum(csat) AS csat,
        sum(csat * csat) AS csat2, count(*) FILTER (WHERE simple AND resolution_hours <= 24) AS quick,
        count(*) FILTER (WHERE simple) AS simple, count(*) FILTER (WHERE resolved_week <= week) AS solved,
        count(*) FILTER (WHERE reopened > 0) AS reopened
        FROM tickets {_KEPT} {_in(TREND)} GROUP BY week, shop_id""",
    "settled": f"""SELECT settled_week, count(*) AS n, count(*) FILTER (WHERE replies <= 1 AND NOT recontact) AS k
        FROM tickets WHERE NOT merged AND kind = 'inquiry' AND settled_week IN {_in(TREND)} GROUP BY settled_week""",
    "response": f"""SELECT week, percentile_cont(0.5) WITHIN GROUP (ORDER BY response_hours) AS p50,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY response_hours) AS p90,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY resolution_hours) AS solved
        FROM tickets {_KEPT} {_in(TREND)} GROUP BY week""",
    "spread": f"""SELECT week, cause, agent, count(cost) AS n, sum(cost) AS cost
        FROM tickets {_KEPT} {_in(TREND)} GROUP BY week, cause, agent""",
    "lags": f"""SELECT kind, first, lag_weeks, count(*) AS n FROM tickets {_KEPT} {_in(TREND)}
        GROUP BY kind, first, lag_weeks""",
    "replies": f"""SELECT week, shop_id, count(*) AS n, count(*) FILTER (WHERE replied <= due) AS k,
        count(*) FILTER (WHERE replied <= office_due) AS k2
        FROM messages WHERE week IN {_in(TREND)} GROUP BY week, shop_id""",
    "goods": f"""SELECT week, shop_id, issue_type, product, batch, count(*) FILTER (WHERE first) AS incidents,
        count(*) AS tickets, sum(CASE WHEN kind = 'return' THEN units ELSE 0 END) AS returned
        FROM tickets {_KEPT} {_in(RECENT)} GROUP BY week, shop_id, issue_type, product, batch""",
    "ways": f"""SELECT week, shop_id, issue_type, country, carrier, count(*) FILTER (WHERE first) AS incidents
        FROM tickets {_KEPT} {_in(RECENT)} GROUP BY week, shop_id, issue_type, country, carrier""",
    "shipped": f"""SELECT week, shop_id, product, batch, sum(units) AS units, count(*) AS orders
        FROM orders {_SHIPPED} GROUP BY week, shop_id, product, batch""",
    "sent": f"""SELECT week, shop_id, country, carrier, sum(units) AS units
        FROM orders WHERE counted AND week IN {_in(weeks_behind(RECENT))} GROUP BY week, shop_id, country, carrier""",
}
UNITS_OF: dict[str, tuple[str, set[int]]] = {
    name: ("orders", weeks_behind(TREND)) if name in ("shipped", "sent") else
    ("messages", set(TREND)) if name == "replies" else ("tickets", set(TREND))
    for name in SUMS
}  # fmt: skip

_TICKETS = [
    "week", "shop_id", "kind", "first", "merged", "units", "stars", "cost", "csat", "simple", "resolution_hours",
    "response_hours", "settled_week", "resolved_week", "reopened", "replies", "recontact", "lag_weeks", "cause",
    "agent", "issue_type", "product", "batch", "country", "carrier", "refund_units", "exchange_units", "defect",
]  # fmt: skip


def pandas_sums(files: Callable[[str, set[int]], list[str]]) -> None:
    """The same with pandas, reading only the columns and weeks needed."""
    import pandas as pd

    def read(table: str, weeks: set[int], columns: list[str]) -> Any:
        return pd.concat([pd.read_parquet(path, columns=columns) for path in files(table, weeks)], ignore_index=True)

    tickets = read("tickets", set(TREND), _TICKETS)
    tickets = tickets[~tickets.merged]
    _pandas_tickets(tickets)
    messages = read("messages", set(TREND), ["week", "shop_id", "replied", "due", "office_due"])
    messages["k"], messages["k2"] = messages.replied <= messages.due, messages.replied <= messages.office_due
    messages.groupby(["week", "shop_id"])[["k", "k2"]].agg(["sum", "count"])
    columns = ["week", "shop_id", "product", "batch", "country", "carrier", "units", "counted"]
    orders = read("orders", weeks_behind(TREND), columns)
    orders = orders[orders.counted]
    orders.groupby(["week", "shop_id", "product", "batch"]).units.agg(["sum", "count"])
    orders[orders.week.isin(weeks_behind(RECENT))].groupby(["week", "shop_id", "country", "carrier"]).units.sum()


def _pandas_tickets(tickets: Any) -> None:
    made = tickets.assign(
        contacts=tickets.kind == "inquiry", returned=tickets.units.where(tickets.kind == "return", 0),
        claims=tickets.kind == "claim", bad=(tickets.kind == "rating") & (tickets.stars <= 2),
        middling=(tickets.kind == "rating") & (tickets.stars == 3), cost2=tickets.cost**2, csat2=tickets.csat**2,
        quick=tickets.simple & (tickets.resolution_hours <= 24), solved=tickets.resolved_week <= tickets.week,
        again=tickets.reopened > 0, settled=(tickets.replies <= 1) & ~tickets.recontact,
    )  # fmt: skip
    summed = [
        "contacts", "first", "returned", "refund_units", "exchange_units", "claims", "bad", "middling", "defect",
        "cost", "cost2", "csat", "csat2", "quick", "simple", "solved", "again",
    ]  # fmt: skip
    made.groupby(["week", "shop_id"])[summed].sum()
    made[made.kind == "inquiry"].groupby("settled_week").settled.agg(["sum", "count"])
    made.groupby("week")[["response_hours", "resolution_hours"]].quantile([0.5, 0.9])
    made.groupby(["week", "cause", "agent"]).cost.agg(["sum", "count"])
    made.groupby(["kind", "first", "lag_weeks"]).size()
    recent = made[made.week.isin(RECENT)]
    recent.groupby(["week", "shop_id", "issue_type", "product", "batch"])[["first", "returned"]].sum()
    recent.groupby(["week", "shop_id", "issue_type", "country", "carrier"])["first"].sum()
