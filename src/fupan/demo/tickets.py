"""From troubles to tickets: what the buyer writes, what we answer, what comes back and what it costs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

from fupan.demo import catalogue
from fupan.demo.cases import Case, Files
from fupan.demo.incidents import Planted
from fupan.demo.orders import NEVER, Orders
from fupan.demo.troubles import Troubles
from fupan.demo.words import Dice
from fupan.demo.world import AGENTS
from fupan.intake.records import TicketRecord

# How our team answers: median hours and sigma of the first reply, then of the solution.
FIRST_REPLY, SOLVED = (2.6, 1.15), (9.0, 1.3)
UNANSWERED, UNANSWERED_LATELY = 0.001, 0.1  # share of tickets nobody has taken: in general, in the last four days
LABELLED, LABELLED_LATELY = 0.82, 0.35  # share of tickets an agent has labelled: older than two weeks, newer
GUESSED = 0.34  # share of solved tickets with a guess of the cause
SURVEYED = 0.24  # share of Shopee chats that answer the survey
PRAISED = 0.006  # share of Shopee order lines with a good rating and some words
COST = {"refund": 1.0, "partial_refund": 0.3, "replacement": 0.45, "exchange": 0.2, "compensation": 0.12}
SECOND_THOUGHTS = {"refund": 0.45, "replacement": 0.25, "information": 0.3}
TECHNICAL = frozenset({"wont_charge", "defect", "connect_fail", "usage", "leak"})
PLATES = {"US": "LPNRR", "DE": "LPNHE", "JP": "LPNJP"}  # how Amazon numbers returned units
HEADS = {"inquiry": "MSG", "refund": "RF", "rating": "R", "feedback": "FB", "claim": "AZ", "cancellation": "CX"}


class Told(NamedTuple):
    """A ticket and what it is truly about."""

    ticket: TicketRecord
    issue: str


class Office:
    """Writes the tickets of one shop."""

    def __init__(self, files: Files, end: datetime) -> None:
        self.files, self.end, self.as_of = files, end, files.as_of
        self.shop, self.dice, self.writers = files.orders.shop, files.dice, files.writers
        self.amazon = self.shop.platform == "amazon"
        self.calming = next((planted for planted in files.plan if planted.measure == "repeat_contacts"), None)
        self._number = 0
        self._by_kind: dict[str, Callable[[Case], Iterator[TicketRecord]]] = {
            "inquiry": self._inquiries, "return": self._return, "refund": self._refund, "rating": self._rating,
            "feedback": self._feedback, "claim": self._claim, "cancellation": self._cancellation,
        }  # fmt: skip

    def tickets(self, case: Case) -> Iterator[TicketRecord]:
        """All tickets that the case leaves."""
        for kind, write_kind in self._by_kind.items():
            if kind in case.leaves:
                yield from write_kind(case)

    # contacts

    def _inquiries(self, case: Case) -> Iterator[TicketRecord]:
        opened, quoted = case.noticed, ""
        for turn in range(4):
            ticket = self._inquiry(case, opened, quoted, turn)
            yield ticket
            if ticket.first_response_at is None or not self.dice.chance(self._again(case, ticket)):
                return
            opened = ticket.first_response_at + timedelta(hours=20 + 90 * self.dice.luck())
            quoted = ticket.reply if self.amazon and self.dice.chance(0.2) else ""

    def _again(self, case: Case, ticket: TicketRecord) -> float:
        slow = (ticket.first_response_at or ticket.opened_at) - ticket.opened_at > timedelta(hours=24)
        chance = case.habit.again * (1.5 if slow else 1.0)
        calmed = self.calming is not None and self._calms(case, ticket.opened_at)
        return chance * self.calming.factor if calmed and self.calming else chance

    def _calms(self, case: Case, opened: datetime) -> bool:
        return self.calming is not None and case.issue == "late" and opened.date() >= self.calming.first

    def _inquiry(self, case: Case, opened: datetime, quoted: str, turn: int) -> TicketRecord:
        subject, text = self._words_of(case, turn)
        first, solved = self._answered(opened)
        resolution = self._resolution(case, turn) if first else ""
        key = self._reply_key(case, resolution, opened) if first else ""
        writer = self.writers[case.language]
        return self._ticket(
            case, "inquiry", opened, channel="mail" if self.amazon else "chat",
            subject=f"Re: {subject}" if subject and turn else subject,
            text=writer.quoted(text, quoted) if quoted else text,
            reply=writer.reply(key, case.slots) if key else "",
            issue=self._label(case, opened), cause=self._cause(case) if solved else "",
            resolution=resolution if solved else "",
            cost=self._first_cost(case, resolution) if solved and turn == 0 else None,
            buyer=case.line.buyer, buyer_name=case.buyer_name, buyer_email=self._email(case),
            agent=self._agent(opened) if first else "", tags=self._template(case, key),
            csat=self._csat(first, solved, opened, turn),
            first_response_at=first, **self._stands(opened, solved),
        )  # fmt: skip

    def _words_of(self, case: Case, turn: int) -> tuple[str, str]:
        writer = self.writers[case.language]
        write_it = writer.mail if self.amazon else writer.chat
        ask, anger = case.habit.ask if turn == 0 else "refund", case.habit.anger + 0.22 * turn
        return write_it(case.issue, case.slots, words=case.words, ask=ask, anger=anger, again=turn > 0)

    def _resolution(self, case: Case, turn: int) -> str:
        if case.leaves & {"return", "cancellation"}:
            return "information"
        if turn:
            return self.dice.by_share(SECOND_THOUGHTS | ({"compensation": 0.2} if case.issue == "late" else {}))
        return self.dice.by_share(case.habit.ends)

    def _reply_key(self, case: Case, resolution: str, opened: datetime) -> str:
        if self._calms(case, opened) and resolution in ("none", "information", "compensation"):
            return "calm"
        if resolution != "information":
            return resolution
        if "return" in case.leaves:
            return "label"
        if case.issue in TECHNICAL and case.product.noun in catalogue.ELECTRIC:
            return "information"
        return "none" if case.issue == "late" else "noted"

    def _template(self, case: Case, key: str) -> tuple[str, ...]:
        """Late parcels are answered from a template: first the plain one, later the calming one."""
        versions = {"none": "template:late-v1", "calm": "template:late-v2"}
        return (versions[key],) if case.issue == "late" and key in versions else ()

    # what comes in by report

    def _return(self, case: Case) -> Iterator[TicketRecord]:
        """A row per unit that came back, a week or so after the trouble showed."""
        opened = case.noticed + timedelta(days=8 * math.exp(0.4 * self.dice.bell()))
        codes = case.habit.amazon if self.amazon else case.habit.shopee
        for _unit in range(case.line.units if self.dice.chance(0.5) else 1):
            says = self.dice.chance(0.66 if self.amazon else 0.85)
            yield self._ticket(
                case, "return", opened, reason_code=self.dice.by_share(codes) if codes else "",
                text=self._comment(case) if says else "", resolution="refund",
                cost=self._cost(case, "refund", units=1), buyer="" if self.amazon else case.line.buyer,
            )  # fmt: skip

    def _refund(self, case: Case) -> Iterator[TicketRecord]:
        kind = "refund" if self.dice.chance(0.6) else "partial_refund"
        yield self._ticket(
            case, "refund", self._after(case, 1, 5), channel="sheet", resolution=kind, cost=self._cost(case, kind),
            issue=self._label(case, case.noticed), cause=self._cause(case),
        )  # fmt: skip

    def _rating(self, case: Case) -> Iterator[TicketRecord]:
        stars = self.dice.pick(case.habit.stars)
        text = self._review(case, case.habit.anger + 0.1)
        yield self._ticket(case, "rating", self._after(case, 1, 10), text=text, stars=stars, buyer_name=case.buyer_name)

    def _feedback(self, case: Case) -> Iterator[TicketRecord]:
        yield self._ticket(
            case, "feedback", self._after(case, 2, 12), stars=self.dice.between(1, 3), text=self._comment(case),
            buyer=case.line.buyer, buyer_email=self._email(case),
        )  # fmt: skip

    def _claim(self, case: Case) -> Iterator[TicketRecord]:
        opened = self._after(case, 5, 12)
        first = self._known(opened + timedelta(hours=4 + 40 * self.dice.luck()))
        solved = self._known(opened + timedelta(days=3 + 6 * self.dice.luck())) if first else None
        ends = ("refund" if self.dice.chance(0.7) else "none") if solved else ""
        paid = bool(case.leaves & {"return", "refund"})
        yield self._ticket(
            case, "claim", opened, channel="mail", issue=self._label(case, opened), text=self._review(case, 0.8),
            resolution=ends, cost=None if paid else self._cost(case, ends),
            buyer=case.line.buyer, buyer_name=case.buyer_name,
            agent=self._agent(opened) if first else "",
            first_response_at=first, **self._stands(opened, solved),
        )  # fmt: skip

    def _cancellation(self, case: Case) -> Iterator[TicketRecord]:
        first, solved = self._answered(case.noticed)
        yield self._ticket(
            case, "cancellation", case.noticed, channel="mail" if self.amazon else "report", text=self._comment(case),
            issue=self._label(case, case.noticed), resolution="none" if solved else "", buyer=case.line.buyer,
            agent=self._agent(case.noticed) if first else "",
            first_response_at=first, **self._stands(case.noticed, solved),
        )  # fmt: skip

    def praises(self, rng: np.random.Generator) -> Iterator[TicketRecord]:
        """Good ratings, on Shopee only: its comment export lists all stars."""
        orders = self.files.orders
        rows = np.flatnonzero((rng.random(len(orders)) < PRAISED) & (orders.delivered != NEVER))
        for row, line in zip(rows.tolist(), self.files.lines(rows), strict=True):
            delivered = datetime.fromtimestamp(int(orders.delivered[row]), UTC)
            case = self.files.open(line, row, "", delivered, "", frozenset())
            text, stars = self._review(case, 0.0), 4 + self.dice.chance(0.75)
            yield self._ticket(
                case, "rating", self._after(case, 1, 6), text=text, stars=stars, buyer_name=case.buyer_name
            )

    # the parts of a ticket

    def _ticket(self, case: Case, kind: str, opened: datetime, **more: object) -> TicketRecord:
        line, opened = case.line, opened.replace(microsecond=0)
        facts: dict[str, object] = {
            "order_number": line.order_number, "sku": line.sku, "asin": line.asin, "site": line.site,
            "product_name": line.product_name, "batch": line.batch, "currency": line.currency,
            "order_amount": line.amount, "fulfilment": line.fulfilment, "carrier": line.carrier,
            "country": line.country, "language": case.language, "channel": "report",
        }  # fmt: skip
        return TicketRecord(0, kind, self._outside_id(case, kind, opened), opened, **(facts | more))  # type: ignore[arg-type]

    def _outside_id(self, case: Case, kind: str, opened: datetime) -> str:
        self._number += 1
        if kind != "return":
            return f"{HEADS[kind]}-{self.shop.country}-{self._number:07d}"
        if not self.amazon:
            return f"{opened:%y%m%d}{self._number * 7919 % 10**8:08d}"
        if case.line.fulfilment == "platform":
            return f"{PLATES[self.shop.country]}{self._number * 48_271 % 10**9:09d}"
        return f"D{self._number:08d}RRMA"

    def _after(self, case: Case, low: float, high: float) -> datetime:
        return case.noticed + timedelta(days=low + (high - low) * self.dice.luck())

    def _comment(self, case: Case) -> str:
        return self.writers[case.language].comment(case.issue, case.slots, words=case.words)

    def _review(self, case: Case, anger: float) -> str:
        return self.writers[case.language].review(case.issue, case.slots, words=case.words, anger=anger)

    def _answered(self, opened: datetime) -> tuple[datetime | None, datetime | None]:
        """When we first replied and when it was solved; what lies after `as_of` has not happened."""
        busy = 1.3 if opened.month == 11 and opened.day > 20 else 1.0
        hours = FIRST_REPLY[0] * busy * math.exp(FIRST_REPLY[1] * self.dice.bell())
        lately = self.as_of - opened < timedelta(days=4)
        left = self.dice.chance(UNANSWERED_LATELY if lately else UNANSWERED)
        first = None if left else self._known(opened + timedelta(hours=hours))
        if first is None:
            return None, None
        wait = SOLVED[0] * math.exp(SOLVED[1] * self.dice.bell()) if self.dice.chance(0.45) else 0.0
        return first, self._known(first + timedelta(hours=wait))

    def _stands(self, opened: datetime, solved: datetime | None) -> dict[str, Any]:
        """Nobody leaves a question open for a year: what was never answered is closed after a fortnight."""
        forgotten = self.as_of - opened > timedelta(days=30)
        ends = solved or (opened + timedelta(days=14) if forgotten else None)
        return {"status": "solved" if ends else "open", "resolved_at": ends}

    def _known(self, at: datetime) -> datetime | None:
        return at.replace(microsecond=0) if at < self.as_of else None

    def _label(self, case: Case, opened: datetime) -> str:
        lately = self.end - opened < timedelta(days=14)
        return case.issue if self.dice.chance(LABELLED_LATELY if lately else LABELLED) else ""

    def _cause(self, case: Case) -> str:
        if case.words == "four_blinks":
            return "supplier_batch" if self.dice.chance(0.6) else ""
        return self.dice.by_share(case.habit.causes) if self.dice.chance(GUESSED) else ""

    def _cost(self, case: Case, resolution: str, units: int = 0) -> Decimal | None:
        if resolution not in COST or case.line.amount is None:
            return None
        share = Decimal(str(COST[resolution])) * (units or case.line.units) / case.line.units
        step = Decimal(self.shop.step)
        return (case.line.amount * share / step).quantize(Decimal(1)) * step

    def _first_cost(self, case: Case, resolution: str) -> Decimal | None:
        """Money is counted once per case: the return, refund or claim that follows carries a refund."""
        follows = resolution == "refund" and case.leaves & {"return", "refund", "claim"}
        return None if follows else self._cost(case, resolution)

    def _agent(self, opened: datetime) -> str:
        return self.dice.pick(AGENTS[:4] if opened.weekday() < 5 else AGENTS[2:])

    def _csat(self, first: datetime | None, solved: datetime | None, opened: datetime, turn: int) -> int | None:
        if self.amazon or not first or not solved or not self.dice.chance(SURVEYED):
            return None
        hours = (first - opened).total_seconds() / 3600
        happy = 4.8 - 0.5 * (hours > 6) - 0.6 * (hours > 12) - 0.8 * turn + 0.9 * self.dice.bell()
        return max(1, min(5, round(happy)))

    def _email(self, case: Case) -> str:
        return f"{case.line.buyer}@{self.shop.mail_domain}" if self.shop.mail_domain else ""


def write(
    orders: Orders,
    troubles: Troubles,
    plan: tuple[Planted, ...],
    rng: np.random.Generator,
    *,
    end: datetime,
    as_of: datetime,
) -> list[Told]:
    """All tickets of the shop opened before `end`, in order of opening."""
    files = Files(orders, plan, Dice(rng), as_of)
    office = Office(files, end)
    told = [Told(ticket, case.issue) for case in files.of(troubles) for ticket in office.tickets(case)]
    if not office.amazon:
        told += [Told(ticket, "") for ticket in office.praises(rng)]
    told = [item for item in told if item.ticket.opened_at < end]
    told.sort(key=lambda item: (item.ticket.opened_at, item.ticket.outside_id))
    return [Told(item.ticket._replace(line=index), item.issue) for index, item in enumerate(told, start=2)]
