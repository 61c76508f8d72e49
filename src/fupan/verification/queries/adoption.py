"""Was it carried out, and how far? Read from the proofs, and from the data where they can tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Sum

from fupan.action.models import Action, ActionType, Proof
from fupan.commerce.models import OrderLine, Shop
from fupan.core import clock
from fupan.core.slices import Slice
from fupan.desk.models import Tag, Ticket
from fupan.verification.design import Design
from fupan.verification.models import CarriedOut, Clock
from fupan.verification.queries.planning import fresh_batches

ALL = 0.95
RECENT = timedelta(weeks=4)
NAMES = {"UK": "GB", "GB": "UK"}


@dataclass(frozen=True, slots=True)
class Place:
    """A shop that sells the product, and since when the action is in place there."""

    name: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Adoption:
    answer: str
    share: float | None
    places: tuple[Place, ...] = ()
    what: str = ""  # "places" | "replies" | "goods" | "proofs"


def adoption(action: Action, design: Design) -> Adoption:
    """How much of the action is in place."""
    proofs = list(action.proofs.order_by("pk"))
    if not proofs:
        return Adoption(CarriedOut.NO, 0.0, what="proofs")
    places = _places(action, proofs) if any(one.place for one in proofs) else ()
    if places:
        share = sum(one.since is not None for one in places) / len(places)
        return Adoption(_answer(share), share, places, "places")
    if design.clock == Clock.BATCH:
        return _told(_share_of_goods(action, design), "goods")
    if action.type == ActionType.TEMPLATE:
        return _told(_share_of_replies(action), "replies")
    return Adoption(CarriedOut.YES, None, what="proofs")


def _told(share: float | None, what: str) -> Adoption:
    """A share that nobody could measure leaves the word of the proofs."""
    return Adoption(CarriedOut.YES, None, what="proofs") if share is None else Adoption(_answer(share), share, (), what)


def _answer(share: float) -> str:
    return CarriedOut.YES if share >= ALL else CarriedOut.PARTLY if share > 0 else CarriedOut.NO


def _places(action: Action, proofs: list[Proof]) -> tuple[Place, ...]:
    """The shops concerned; a proof names one by its name, its site or its country."""
    told = [(one.place.strip().casefold(), one.day or action.carried_on) for one in proofs if one.place]
    return tuple(
        Place(shop.name, min((day for place, day in told if place in _called(shop) and day), default=None))
        for shop in _shops(action)
    )


def _called(shop: Shop) -> set[str]:
    names = (
        shop.name,
        shop.site,
        shop.country,
        NAMES.get(shop.country, shop.country),
        f"{shop.platform} {shop.country}",
    )
    return {name.casefold() for name in names if name}


def _shops(action: Action) -> list[Shop]:
    where = Slice.parse(action.slice).as_dict()
    shops = Shop.objects.filter(workspace_id=action.workspace_id).order_by("pk")
    if "shop" in where:
        shops = shops.filter(name=where["shop"])
    if "country" in where:
        shops = shops.filter(country=where["country"])
    if "product" in where:
        shops = shops.filter(listings__product__code=where["product"]).distinct()
    return list(shops)


def _share_of_goods(action: Action, design: Design) -> float | None:
    """Units of new batches among those ordered in the last four weeks: old stock is sold first."""
    where = design.where
    since = max(_from(action), clock.now() - RECENT)
    lines = OrderLine.objects.filter(workspace_id=action.workspace_id, order__placed_at__range=(since, clock.now()))
    lines = lines.filter(batch__isnull=False)
    if "product" in where:
        lines = lines.filter(listing__product__code=where["product"])
    total = lines.aggregate(units=Sum("units"))["units"] or 0
    fresh = lines.filter(batch__code__in=fresh_batches(action.workspace_id, design))
    return (fresh.aggregate(units=Sum("units"))["units"] or 0) / total if total else None


def _share_of_replies(action: Action) -> float | None:
    """Of the answered tickets that a template of the same family marks, those that this one marks."""
    told = action.subject
    mark = Tag.objects.filter(workspace_id=action.workspace_id, pk=told.get("id") or 0).first()
    if told.get("kind") != "tag" or mark is None:
        return None
    where = Slice.parse(action.slice).as_dict()
    answered = Ticket.objects.filter(
        workspace_id=action.workspace_id, opened_at__range=(_from(action), clock.now()), first_response_at__isnull=False
    )
    if "issue_type" in where:
        answered = answered.filter(issue_type__code=where["issue_type"])
    family = mark.name.rsplit("-", 1)[0]
    total = answered.filter(tags__name__startswith=family).distinct().count()
    return answered.filter(tags=mark).distinct().count() / total if total else None


def _from(action: Action) -> datetime:
    day = action.carried_on
    assert day is not None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
