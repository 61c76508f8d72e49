"""The story at full size, once for this folder, with what the tests look up in it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import pytest

from fupan.demo.simulate import Simulation, simulate
from fupan.intake.records import OrderLineRecord, TicketRecord

TODAY = date(2026, 11, 21)
Key = tuple[str, str, str]  # shop, order number, SKU


@dataclass
class Story:
    simulation: Simulation
    lines: dict[Key, OrderLineRecord] = field(default_factory=dict)
    told: list[tuple[str, TicketRecord, str]] = field(default_factory=list)  # shop, ticket, true issue
    troubles: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))  # by true issue

    def planted(self, code):
        return next(item for item in self.simulation.planted if item.code == code)


@pytest.fixture(scope="package")  # not session: some 300 MB that nobody else needs
def story() -> Story:
    simulation = simulate(today=TODAY)
    told = Story(simulation)
    for shop in simulation.shops:
        for line in simulation.order_lines(shop.code):
            told.lines[shop.code, line.order_number, line.sku] = line
        for ticket, issue in zip(simulation.tickets(shop.code), simulation.issues(shop.code), strict=True):
            told.told.append((shop.code, ticket, issue))
            told.troubles[issue].add((shop.code, ticket.order_number, ticket.sku))
    return told
