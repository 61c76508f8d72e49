"""Why it went wrong: incidents by cause, how many of them are confirmed, and how good the first guess was."""

from __future__ import annotations

from typing import Any

from fupan.briefing.queries.material import Material
from fupan.briefing.queries.names import Names
from fupan.insight.facts import TICKETS
from fupan.insight.queries.measure import number

MOST = 8
Entry = dict[str, Any]


def causes(material: Material, names: Names) -> list[Entry]:
    """The largest causes of the period, those that are known."""
    rows = [row for row in _counted(material) if row["cause"]]
    total = sum(row["incidents"] for row in rows)
    rows.sort(key=lambda row: (-row["incidents"], row["cause"]))
    return [_entry(row, total, names) for row in rows[:MOST]]


def _counted(material: Material) -> list[Entry]:
    now = TICKETS[material.calendar.grain] == material.bucket
    table = TICKETS.filter(now, TICKETS["first"], ~TICKETS.merged)
    table = table if material.extra is None else table.filter(material.extra(table))
    confirmed = table.cause_confirmed != ""
    told = table.group_by("cause", "liable").agg(
        incidents=table.count(),
        confirmed=confirmed.sum(),
        guessed=(confirmed & (table.cause_guess != "")).sum(),
        guessed_right=(confirmed & (table.cause_guess == table.cause_confirmed)).sum(),
    )
    rows: list[Entry] = material.reading.answer(told, material.calendar.files([material.bucket])).to_pylist()
    return rows


def _entry(row: Entry, total: int, names: Names) -> Entry:
    return {
        "cause": row["cause"],
        "name": names.cause(row["cause"]),
        "liable": row["liable"],
        "incidents": int(row["incidents"]),
        "share": number(row["incidents"] / total),
        "confirmed": int(row["confirmed"] or 0),
        "guessed": int(row["guessed"] or 0),
        "guessed_right": int(row["guessed_right"] or 0),
        "url": names.tickets({"cause": row["cause"]}, "first=1"),
    }
