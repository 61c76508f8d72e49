"""Tickets worth reading: quotes of the largest issues, and a typical, a worst and a best case to replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np

from fupan.briefing.queries.material import Material
from fupan.briefing.queries.names import Name, Names
from fupan.desk.models import Message, MessageSide, Ticket
from fupan.insight.facts import TICKETS
from fupan.insight.queries.measure import number

QUOTES = 3
LEAST_TEXT = 15  # characters a quote should have
USUAL_TEXT = 120  # characters that read best
MOST_TEXT = 400
_QUOTED = ("ticket", "number", "shop", "language", "day", "issue_type", "text_length")
_JUDGED = (
    *_QUOTED, "product", "turns", "resolution_hours", "cost", "reopened", "replies", "recontact", "csat", "stars",
    "resolution", "first",
)  # fmt: skip
Entry = dict[str, Any]
Row = dict[str, Any]


@dataclass
class Samples:
    """Chosen first, worded once the texts of all chosen tickets have been fetched together."""

    quotes: dict[str, list[Row]] = field(default_factory=dict)
    cases: list[tuple[str, Row, Name]] = field(default_factory=list)


def choose(material: Material, issues: list[str], focus: str | None) -> Samples:
    """Quotes for each issue, and the three cases of the one in focus."""
    piles: defaultdict[str, list[Row]] = defaultdict(list)
    for row in _spoken(material, issues):
        piles[row["issue_type"]].append(row)
    found = Samples(quotes={issue: _balanced(piles[issue]) for issue in issues})
    if focus:
        judged = _tickets(material, [focus]).select(*_JUDGED)
        found.cases = list(_cases(_rows(material, judged)))
    return found


def _tickets(material: Material, issues: list[str]) -> ir.Table:
    """Tickets of the period with these issue types."""
    now = TICKETS[material.calendar.grain] == material.bucket
    table = TICKETS.filter(now, TICKETS.issue_type.isin(issues), ~TICKETS.merged)
    return table if material.extra is None else table.filter(material.extra(table))


def _rows(material: Material, table: ir.Table) -> list[Row]:
    answer = material.reading.answer(table, material.calendar.files([material.bucket]))
    columns = [answer[name].to_pylist() for name in answer.column_names]
    return [dict(zip(answer.column_names, values, strict=True)) for values in zip(*columns, strict=True)]


def _spoken(material: Material, issues: list[str]) -> list[Row]:
    """Of each issue, shop and language, the few readable tickets whose length is most usual."""
    if not issues:
        return []
    table = _tickets(material, issues)
    table = table.filter(table.text_length >= LEAST_TEXT).select(*_QUOTED)
    usual = (table.text_length - USUAL_TEXT).abs()
    pile = ibis.window(group_by=[table.issue_type, table.shop, table.language], order_by=[usual, table.number])
    ranked = table.mutate(place=ibis.row_number().over(pile))
    return _rows(material, ranked.filter(ranked.place < QUOTES))


def _balanced(rows: list[Row]) -> list[Row]:
    """By turns from each shop and language, so that no single one speaks for all; new languages first."""
    piles: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=itemgetter("place", "number")):
        piles[row["shop"], row["language"]].append(row)
    chosen: list[Row] = []
    while len(chosen) < QUOTES * 2 and any(piles.values()):  # more than needed: some may have lost their text
        heard = {row["language"] for row in chosen}
        for _key, pile in sorted(piles.items(), key=lambda item: (item[0][1] in heard, item[0])):
            if pile:
                chosen.append(pile.pop(0))
    return chosen[: QUOTES * 2]


def _cases(rows: list[Row]) -> Iterator[tuple[str, Row, Name]]:
    """Typical, worst and best of one group; three different tickets, the rarest kind chosen first."""
    rows = sorted(rows, key=itemgetter("number"))
    good = [row for row in rows if _good(row)]
    best = min(good, key=lambda row: (-(row["csat"] or 0), row["resolution_hours"]), default=None)
    rest = [row for row in rows if row is not best]
    worst = max(rest, key=_badness, default=None)
    if worst is not None and not any(_badness(worst)):
        worst = None
    group = [row for row in rest if row is not worst] or rows
    group = [row for row in group if row["first"]] or group
    if group:
        typical, likeness = _typical(group)
        yield "typical", typical, _why_typical(sum(bool(row["first"]) for row in rows), likeness)
        if worst is not None and worst is not typical:
            yield "worst", worst, _why_worst(worst, rest)
        if best is not None and best is not typical:
            yield "best", best, _why_best(best)


def _typical(rows: list[Row]) -> tuple[Row, float]:
    """The ticket nearest the middle of its group, by length, turns, time and product."""
    features = np.array([_features(row) for row in rows], dtype=np.float64)
    spread = features.std(axis=0)
    scaled = (features - np.median(features, axis=0)) / np.where(spread > 0, spread, 1.0)
    common = _commonest([row["product"] for row in rows])
    away = np.sqrt((scaled**2).sum(axis=1)) + np.array([0.0 if row["product"] == common else 1.0 for row in rows])
    away += np.array([0.0 if (row["text_length"] or 0) >= LEAST_TEXT else 3.0 for row in rows])
    nearest = int(np.argmin(away))
    return rows[nearest], float(np.exp(-away[nearest] / 4))


def _features(row: Row) -> tuple[float, float, float]:
    return (
        float(np.log1p(row["text_length"] or 0)),
        float(row["turns"] or 0),
        float(np.log1p(row["resolution_hours"] or 0)),
    )


def _commonest(values: list[str]) -> str:
    return max(sorted(set(values)), key=values.count)


def _badness(row: Row) -> tuple[float, ...]:
    """Reopened and angry first, then turns, cost, time."""
    angry = float((row["stars"] or 5) <= 2) + float((row["csat"] or 5) <= 2)
    return (float(row["reopened"] or 0) + angry, float((row["turns"] or 0) // 3), float(row["cost"] or 0) // 10,
            float(row["resolution_hours"] or 0) // 24, float(row["turns"] or 0))  # fmt: skip


def _good(row: Row) -> bool:
    settled = row["resolution_hours"] is not None and (row["replies"] or 0) == 1 and not row["recontact"]
    return settled and not row["reopened"] and (row["csat"] or 5) >= 4 and (row["stars"] or 5) >= 4


def _why_typical(count: int, likeness: float) -> Name:
    return {
        "en": f"Nearest to the middle of the {count} incidents of this kind (likeness {likeness:.2f})",
        "zh-hans": f"离本类 {count} 起的中心最近（相似 {likeness:.2f}）",
    }


def _why_worst(row: Row, others: list[Row]) -> Name:
    """What makes it the worst, most telling first."""
    said: list[tuple[str, str]] = []
    if row["reopened"]:
        said.append((f"reopened {row['reopened']} times", f"重开 {row['reopened']} 次"))
    if row["stars"] and row["stars"] <= 2:
        said.append((f"{row['stars']} star(s)", f"{row['stars']} 星评价"))
    if row["csat"] and row["csat"] <= 2:
        said.append((f"satisfaction {row['csat']} of 5", f"满意度 {row['csat']} 分"))
    for name, en, zh in (("turns", "turns", "轮次"), ("resolution_hours", "time", "用时"), ("cost", "cost", "费用")):
        top = max((other[name] or 0 for other in others), default=0)
        if row[name] and row[name] >= top:
            said.append((f"the highest {en}", f"{zh}最高"))
    if not said:
        said.append((f"{row['turns'] or 0} turns", f"{row['turns'] or 0} 轮"))
    en = ", ".join(one for one, _zh in said)
    return {"en": en[:1].upper() + en[1:], "zh-hans": "，".join(zh for _en, zh in said)}


def _why_best(row: Row) -> Name:
    if row["csat"]:
        return {
            "en": f"Settled by one reply, satisfaction {row['csat']} of 5",
            "zh-hans": f"一次回复解决，满意度 {row['csat']} 分",
        }
    return {"en": "Settled by one reply, the quickest of its kind", "zh-hans": "一次回复解决，本类最快"}


class Texts:
    """Redacted words and subjects of all chosen tickets, in two queries."""

    def __init__(self, samples: Samples) -> None:
        rows = [row for rows in samples.quotes.values() for row in rows] + [
            row for _why, row, _because in samples.cases
        ]
        wanted = {row["ticket"] for row in rows}
        self.words: dict[int, str] = {}
        said = Message.objects.filter(ticket_id__in=wanted, side=MessageSide.BUYER).exclude(redacted="")
        for ticket, text in said.order_by("-at", "-pk").values_list("ticket_id", "redacted"):
            self.words[ticket] = text  # the first words come last and stay
        self.subjects = dict(Ticket.objects.filter(pk__in=wanted).values_list("pk", "subject"))

    def of(self, row: Row) -> str:
        text = " ".join(self.words.get(row["ticket"], "").split())
        return text if len(text) <= MOST_TEXT else f"{text[: MOST_TEXT - 1].rstrip()}…"


def quotes(samples: Samples, texts: Texts, names: Names) -> dict[str, list[Entry]]:
    """Per issue type, up to three quotes that have words."""
    return {
        issue: [
            {
                "ticket": row["number"],
                "text": texts.of(row),
                "language": row["language"],
                "shop": row["shop"],
                "date": row["day"].isoformat(),
                "url": names.ticket(row["number"]),
            }
            for row in rows
            if texts.of(row)
        ][:QUOTES]
        for issue, rows in samples.quotes.items()
    }


def representative(samples: Samples, texts: Texts, names: Names) -> list[Entry]:
    """The cases to replay, each with why it was chosen."""
    return [
        {
            "why": why,
            "because": because,
            "ticket": row["number"],
            "issue_type": row["issue_type"],
            "issue_name": names.issue(row["issue_type"]),
            "title": texts.subjects.get(row["ticket"], ""),
            "text": texts.of(row),
            "language": row["language"],
            "shop": row["shop"],
            "turns": row["turns"],
            "outcome": names.resolution(row["resolution"]),
            "hours": number(row["resolution_hours"]) if row["resolution_hours"] is not None else None,
            "url": names.ticket(row["number"]),
        }
        for why, row, because in samples.cases
    ]
