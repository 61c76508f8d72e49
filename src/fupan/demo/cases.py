"""One trouble of one buyer, with all that its tickets will say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from fupan.demo import orders as shop_orders
from fupan.demo.incidents import Planted
from fupan.demo.issues import HABITS, ISSUES, KINDS, Habit, manner
from fupan.demo.orders import Ints, Orders
from fupan.demo.troubles import Troubles
from fupan.demo.words import Dice, Writer
from fupan.demo.world import Product, nouns
from fupan.intake.records import OrderLineRecord


@dataclass(slots=True)
class Case:
    line: OrderLineRecord
    product: Product
    issue: str
    habit: Habit
    words: str  # phrase section: of a planted incident, or of that kind of goods
    noticed: datetime
    leaves: frozenset[str]  # kinds of its tickets
    language: str
    buyer_name: str
    slots: dict[str, str]  # what the phrases leave open


class Files:
    """Opens the cases of one shop."""

    def __init__(self, orders: Orders, plan: tuple[Planted, ...], dice: Dice, as_of: datetime) -> None:
        self.orders, self.plan, self.dice, self.as_of = orders, plan, dice, as_of
        self.writers = {language: Writer(language, dice) for _country, language, _share in orders.shop.mix}
        self._products = {sku: product for product in orders.world.products for sku in product.skus}

    def of(self, troubles: Troubles) -> Iterator[Case]:
        """A case per trouble."""
        lines = self.lines(troubles.line)
        rows = zip(
            troubles.line.tolist(), troubles.issue.tolist(), troubles.noticed.tolist(),
            troubles.planted.tolist(), troubles.leaves.tolist(), strict=True,
        )  # fmt: skip
        for line, (row, issue, noticed, planted, leaves) in zip(lines, rows, strict=True):
            code = ISSUES[issue]
            words = self.plan[planted].words if planted >= 0 else manner(code, self._products[line.sku].noun)
            kinds = frozenset(kind for kind, left in zip(KINDS, leaves, strict=True) if left)
            yield self.open(line, row, code, datetime.fromtimestamp(noticed, UTC), words, kinds)

    def lines(self, rows: Ints) -> Iterator[OrderLineRecord]:
        """The order lines of those rows as they are known today."""
        prices = shop_orders.price_table(self.orders.shop, self.orders.world)
        return shop_orders.lines(self.orders, rows, int(self.as_of.timestamp()), prices)

    def open(
        self, line: OrderLineRecord, row: int, issue: str, noticed: datetime, words: str, kinds: frozenset[str]
    ) -> Case:
        """A case; without an issue it is that of a happy buyer."""
        product, language = self._products[line.sku], self.orders.shop.mix[int(self.orders.place[row])][1]
        name, full = self.writers[language].person()
        slots = self._slots(line, product, language) | {"name": name, "signature": self._signature(full)}
        return Case(
            line, product, issue, HABITS[issue or "usage"], words, noticed, kinds, language, full, slots,
        )  # fmt: skip

    def _slots(self, line: OrderLineRecord, product: Product, language: str) -> dict[str, str]:
        noun, size = nouns()[product.noun][language], line.sku.rsplit("-", 1)[-1]
        return {
            "product": f"{noun} {product.code}" if self.dice.chance(0.3) else noun,
            "order": line.order_number,
            "batch": line.batch,
            "days": str(self.dice.between(2, 9)),
            "n": str(self.dice.between(2, 4)),
            "size": size if size in ("S", "M", "L", "XL") else "M",
        }

    def _signature(self, full: str) -> str:
        return full if self.dice.chance(0.5) else full.split()[0]
