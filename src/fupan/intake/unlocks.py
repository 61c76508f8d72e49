"""What the files that have arrived make readable, shop by shop, and which file is still missing for the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fupan.commerce.models import Shop
from fupan.intake.calendar import ANYWHERE, REPORTS, Spans
from fupan.intake.models import Source

YEAR = 364  # days of orders that a comparison with last year needs, beside the week itself
HAPPENED = (Source.RETURNS, Source.TICKETS, Source.FEEDBACK, Source.RATINGS, Source.MESSAGES)

# What, and of which groups of sources one each is needed.
NEEDS: tuple[tuple[str, Any, tuple[tuple[str, ...], ...]], ...] = (
    ("issues", gettext_lazy("issue types, Pareto, representative tickets"), (HAPPENED,)),
    ("rates", gettext_lazy("return rate and incident rate"), ((Source.ORDERS,), (Source.RETURNS, Source.TICKETS))),
    ("ratings", gettext_lazy("bad ratings per 1,000 units"), ((Source.FEEDBACK, Source.RATINGS), (Source.ORDERS,))),
)


@dataclass(frozen=True, slots=True)
class Unlock:
    """One thing that can be read, or what is missing for it."""

    name: str
    note: str
    locked: bool
    new: bool = False
    url: str = ""
    action: str = ""


def unlocks(shops: Sequence[Shop], before: Spans, after: Spans, *, products: bool) -> list[Unlock]:
    """New ones first, then locked ones, then what was readable all along."""
    found = [one for shop in shops for one in _of_shop(shop, before, after)]
    found += [_batches(known=products), *_years(shops, after)]
    return sorted(found, key=lambda one: (not one.new, not one.locked))


def _of_shop(shop: Shop, before: Spans, after: Spans) -> Iterable[Unlock]:
    old, now = _sources(shop, before), _sources(shop, after)
    for _code, words, groups in NEEDS:
        lacking = [group for group in groups if not now.intersection(group)]
        was = all(old.intersection(group) for group in groups)
        note = _missing(shop, lacking) if lacking else _("ready with this import") if not was else _("ready")
        yield Unlock(f"{shop.name} · {words}", note, bool(lacking), new=not lacking and not was)


def _sources(shop: Shop, spans: Spans) -> set[str]:
    return {source for (shop_id, source), days in spans.items() if shop_id == shop.pk and days}


def _missing(shop: Shop, lacking: Sequence[tuple[str, ...]]) -> str:
    usual = [group[0] for group in lacking]
    reports = [str(REPORTS.get((shop.platform, one)) or ANYWHERE[one]) for one in usual]
    return _("missing: %(reports)s") % {"reports": "; ".join(reports)}


def _batches(*, known: bool) -> Unlock:
    name = _("Slices by product line, supplier and batch")
    if known:
        return Unlock(name, _("ready"), locked=False)
    note = _("only you know line, supplier and batch of a SKU")
    return Unlock(name, note, locked=True, url=reverse("commerce:products"), action=_("get the sheet with your SKUs"))


def _years(shops: Sequence[Shop], after: Spans) -> Iterable[Unlock]:
    """Last year's week is there once orders reach back far enough."""
    days = [day for shop in shops for day in after.get((shop.pk, Source.ORDERS), ())]
    if not days:
        return
    reach = (max(last for _first, last in days) - min(first for first, _last in days)).days
    name = _("Comparison with last year")
    if reach >= YEAR:
        yield Unlock(name, _("ready"), locked=False)
    else:
        left = -(-(YEAR - reach) // 7)
        yield Unlock(name, _("orders reach back %(weeks)s weeks too little") % {"weeks": left}, locked=True)
