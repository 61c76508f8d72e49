"""The coverage calendar: shop x source x week, what is there, what an import adds, and what a gap asks for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fupan.commerce.models import Platform, Shop
from fupan.core import weeks
from fupan.intake.models import Coverage, Source

WEEKS = 26
Span = tuple[date, date]
Spans = Mapping[tuple[int, str], Sequence[Span]]  # (shop, source) -> days that have arrived

USUAL: Mapping[str, tuple[str, ...]] = {
    Platform.AMAZON: (Source.ORDERS, Source.RETURNS, Source.FEEDBACK),
    Platform.SHOPEE: (Source.ORDERS, Source.RETURNS),
}
OTHERWISE = (Source.ORDERS, Source.TICKETS)
ORDER = [source for source in Source.values if source != Source.PRODUCTS]

# What to fetch for a gap, by platform and source.
REPORTS: Mapping[tuple[str, str], Any] = {
    (Platform.AMAZON, Source.ORDERS): gettext_lazy("Amazon Seller Central: order report “All orders”"),
    (Platform.AMAZON, Source.RETURNS): gettext_lazy(
        "Amazon Seller Central: “FBA customer returns”, and the return report of seller-fulfilled orders"
    ),
    (Platform.AMAZON, Source.FEEDBACK): gettext_lazy("Amazon Seller Central: feedback report"),
    (Platform.AMAZON, Source.REIMBURSEMENTS): gettext_lazy("Amazon Seller Central: “Reimbursements”"),
    (Platform.AMAZON, Source.REPLACEMENTS): gettext_lazy("Amazon Seller Central: “Replacements”"),
    (Platform.SHOPEE, Source.ORDERS): gettext_lazy("Shopee Seller Centre: order export, all states"),
    (Platform.SHOPEE, Source.RETURNS): gettext_lazy("Shopee Seller Centre: export of returns and refunds"),
}  # fmt: skip
ANYWHERE: Mapping[str, Any] = {
    Source.ORDERS: gettext_lazy("the order export of the platform, or an order sheet of your own"),
    Source.RETURNS: gettext_lazy("the return export of the platform"),
    Source.FEEDBACK: gettext_lazy("the feedback export of the platform"),
    Source.RATINGS: gettext_lazy("a rating sheet"),
    Source.TICKETS: gettext_lazy("your team's ticket sheet"),
    Source.REIMBURSEMENTS: gettext_lazy("the reimbursement export of the platform"),
    Source.REPLACEMENTS: gettext_lazy("the replacement export of the platform"),
    Source.MESSAGES: gettext_lazy("an export of the messages"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    week: int
    state: str  # had, new, part, missing, late
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    shop: Shop
    source: str
    name: str
    first: bool  # the first row of its shop
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """Weeks of one shop and source that have not arrived, and what to fetch."""

    shop: Shop
    name: str
    weeks: tuple[tuple[int, int], ...]  # stretches, first and last week
    never: bool
    report: str

    @property
    def words(self) -> str:
        shown = [_stretch(first, last) for first, last in self.weeks[:4]]
        more = len(self.weeks) - len(shown)
        return ", ".join(shown) + (_(" and %(count)s more stretches") % {"count": more} if more else "")


@dataclass(frozen=True, slots=True)
class Calendar:
    weeks: tuple[int, ...]
    rows: tuple[Row, ...]

    @property
    def heads(self) -> list[str]:
        """A label every fifth week; the first one stands at the first column."""
        return [f"W{week % 100:02d}" if at % 5 == 0 else "" for at, week in enumerate(self.weeks)]


def had(rows: QuerySet[Coverage], *, without: Iterable[int] = ()) -> dict[tuple[int, str], list[Span]]:
    """Days that have arrived, by shop and source; the imports `without` are not counted."""
    found: defaultdict[tuple[int, str], list[Span]] = defaultdict(list)
    known = rows.exclude(imported__in=list(without)) if without else rows
    for shop, source, first, last in known.values_list("shop_id", "source", "first_day", "last_day"):
        found[shop, source].append((first, last))
    return dict(found)


def calendar(
    shops: Iterable[Shop], spans: Spans, last: int, *, new: Spans | None = None, span: int = WEEKS
) -> Calendar:
    """The `span` weeks up to `last`; every shop with its usual sources, and others that ever arrived."""
    told = weeks.between(weeks.shift(last, 1 - span), last)
    added = new or {}
    rows = [
        Row(shop, source, str(Source(source).label), at == 0, _cells(told, spans, added, (shop.pk, source)))
        for shop in shops
        for at, source in enumerate(_sources(shop, spans, added))
    ]
    return Calendar(tuple(told), tuple(rows))


def gaps(shown: Calendar, spans: Spans, *, newest: int) -> list[Gap]:
    """A sentence for each row with weeks missing up to `newest`, the last week that is over."""
    found = []
    for row in shown.rows:
        missing = [cell.week for cell in row.cells if cell.state in ("missing", "late", "part") and cell.week <= newest]
        if missing:
            never = not spans.get((row.shop.pk, row.source))
            report = str(REPORTS.get((row.shop.platform, row.source)) or ANYWHERE[row.source])
            found.append(Gap(row.shop, row.name, tuple(_stretches(missing)), never, report))
    return found


def _sources(shop: Shop, spans: Spans, new: Spans) -> list[str]:
    usual = USUAL.get(shop.platform, OTHERWISE)
    return [one for one in ORDER if one in usual or spans.get((shop.pk, one)) or new.get((shop.pk, one))]


def _cells(told: Sequence[int], spans: Spans, new: Spans, key: tuple[int, str]) -> tuple[Cell, ...]:
    before, after = _days(told, spans.get(key, ())), _days(told, new.get(key, ()))
    known = spans.get(key, ())
    since = min((first for first, _last in known), default=None)
    return tuple(_cell(week, before[at : at + 7], after[at : at + 7], since)
                 for at, week in zip(range(0, 7 * len(told), 7), told, strict=True))  # fmt: skip


def _cell(week: int, before: bytearray, after: bytearray, since: date | None) -> Cell:
    there, here = sum(before), sum(one or other for one, other in zip(before, after, strict=True))
    first, last = weeks.monday(week), weeks.monday(week) + timedelta(days=6)
    if here == 7:
        state = "had" if there == 7 else "new"
    elif here:
        state = "part"
    else:
        state = "late" if since and since < first else "missing"
    note = _("%(week)s, %(first)s to %(last)s: %(days)s of 7 days") % {
        "week": weeks.label(week), "first": f"{first:%m-%d}", "last": f"{last:%m-%d}", "days": here,
    }  # fmt: skip
    return Cell(week, state, note)


def _days(told: Sequence[int], spans: Iterable[Span]) -> bytearray:
    """One mark per day of the window."""
    first = weeks.monday(told[0]).toordinal()
    marks = bytearray(7 * len(told))
    for start, end in spans:
        low, high = max(start.toordinal() - first, 0), min(end.toordinal() - first + 1, len(marks))
        if low < high:
            marks[low:high] = b"\x01" * (high - low)
    return marks


def _stretches(found: Sequence[int]) -> list[tuple[int, int]]:
    """Runs of weeks that follow each other."""
    runs: list[tuple[int, int]] = []
    for week in found:
        if runs and weeks.shift(runs[-1][1], 1) == week:
            runs[-1] = (runs[-1][0], week)
        else:
            runs.append((week, week))
    return runs


def _stretch(first: int, last: int) -> str:
    low, high = f"W{first % 100:02d}", f"W{last % 100:02d}"
    return low if first == last else f"{low}\N{EN DASH}{high}"
