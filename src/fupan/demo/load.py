"""The simulated seller, loaded through the product's own doors: shops, product sheet, orders, tickets, in chunks."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from fupan.commerce import services as commerce
from fupan.commerce.models import Promotion, Shop
from fupan.core import clock, events, weeks
from fupan.demo import mails
from fupan.demo.held import hold
from fupan.demo.improvements import improve
from fupan.demo.people import PERSONAS, address, make_team
from fupan.demo.replies import answer
from fupan.demo.shelf import stock
from fupan.demo.simulate import Simulation, simulate
from fupan.demo.war_room import brief
from fupan.insight.services import find_sub_topics, refresh, screen
from fupan.intake.models import Import, ImportState, Source
from fupan.intake.records import Record, TicketRecord
from fupan.intake.services import store_records
from fupan.people.models import Member, Workspace
from fupan.people.services import create_workspace

CHUNK = 10_000
RATES = {"USD": "7.12", "EUR": "8.21", "JPY": "0.0468", "MYR": "1.71", "VND": "0.00027", "THB": "0.219"}
TRUTH = "demo-truth.json"


def load(*, seed: int, scale: float, console: Console, today: date | None = None) -> int:
    """Make the demo workspace; the newest whole week, as 202646. The planted truth is kept beside the data."""
    with _few_collections():
        return _load(seed=seed, scale=scale, console=console, today=today)


def _load(*, seed: int, scale: float, console: Console, today: date | None) -> int:
    told = simulate(today=today or clock.today(), seed=seed, scale=scale, now=clock.now() if today is None else None)
    workspace, lead = _seller(told)
    shops = {shop.code: _shop(workspace, shop, lead) for shop in told.shops}
    mailed = mails.chosen(told)
    with Progress(
        TextColumn("{task.description:<24}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), console=console
    ) as bars:
        for shop in told.shops:
            orders = _import(workspace, lead, Source.ORDERS, shops[shop.code])
            title = f"{shop.name} · {_('orders')}"
            _feed(bars, title, orders, told.order_lines(shop.code), told.order_count(shop.code))
        # After the orders, as a seller does: the sheet says which product each SKU of a shop sells.
        _feed(bars, _("Products"), _import(workspace, lead, Source.PRODUCTS, None), told.products())
        for shop in told.shops:
            tickets = _import(workspace, lead, Source.TICKETS, shops[shop.code])
            by_mail = {one.outside_id for one in mailed.get(shop.code, ())}
            rows = [one for one in told.tickets(shop.code) if one.outside_id not in by_mail]
            _feed(bars, f"{shop.name} · {_('tickets')}", tickets, rows)
        _step(bars, _("Tickets and incidents"), events.drain)
        _step(bars, _("Mails"), lambda: _arrived(mailed, shops, lead))
        _step(bars, _("Facts"), lambda: refresh(workspace))
        _step(bars, _("Signals"), lambda: screen(workspace))
        _step(bars, _("Improvements and verdicts"), lambda: _improved(workspace, told))
        _step(bars, _("The weekly review"), lambda: _held(workspace, told.last_week))
        _step(
            bars,
            _("Sub-topics"),
            lambda: [
                find_sub_topics(workspace, week)
                for week in weeks.between(weeks.shift(told.last_week, -1), told.last_week)
            ],
        )
        _step(bars, _("Case library"), lambda: stock(workspace, told.last_week))
        _step(bars, _("Templates and tiers"), lambda: answer(workspace))
        _step(bars, _("War room"), lambda: brief(workspace))
        events.drain()
    (Path(settings.HOME) / TRUTH).write_text(json.dumps(told.truth(), ensure_ascii=False, indent=1), encoding="utf-8")
    return told.last_week


@contextmanager
def _few_collections() -> Iterator[None]:
    """Millions of short-lived objects and hardly a cycle among them: look for cycles seldom."""
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


def _arrived(mailed: Mapping[str, list[TicketRecord]], shops: Mapping[str, Shop], lead: Member) -> None:
    mails.deliver(mailed, shops, by=lead)
    events.drain()


def _improved(workspace: Workspace, told: Simulation) -> None:
    lead, owner = (Member.objects.get(workspace=workspace, user__email=address(key)) for key in ("lead", "operations"))
    improve(workspace, told.planted, told.last_week, lead=lead, owner=owner)


def _held(workspace: Workspace, last_week: int) -> None:
    members = Member.objects.filter(workspace=workspace).select_related("user", "workspace")
    lead, *team = (members.get(user__email=address(key)) for key in ("lead", "operations", "agent", "manager"))
    hold(last_week, lead=lead, team=team)


def _seller(told: Simulation) -> tuple[Workspace, Member]:
    manager = next(persona for persona in PERSONAS if persona.key == "manager")
    with transaction.atomic():
        workspace = create_workspace(
            name=_("Hailan Trading"), currency="CNY", timezone="Asia/Shanghai", language="zh-hans",
            owner_email=address(manager.key), owner_name=manager.name,
        )  # fmt: skip
        team = make_team(workspace)
        for currency, rate in RATES.items():
            commerce.set_rate(
                workspace, currency=currency, day=date(2020, 1, 1), rate=Decimal(rate), by=team["manager"]
            )
        Promotion.objects.bulk_create(
            Promotion(workspace=workspace, name=one.name, platform=one.platform, start=one.start, end=one.end)
            for one in told.promotions
        )
    events.drain()  # the workspace's label trees, which the tickets need
    return workspace, team["lead"]


def _shop(workspace: Workspace, told: Any, by: Member) -> Shop:
    return commerce.add_shop(
        workspace.pk, name=told.name, platform=told.platform, site=told.site, country=told.country,
        currency=told.currency, timezone=told.timezone, by=by,
    )  # fmt: skip


def _import(workspace: Workspace, by: Member, source: Source, shop: Shop | None) -> Import:
    name = f"{shop.name if shop else workspace.name} {source}.tsv"
    return Import.objects.create(
        workspace=workspace, shop=shop, by=by, name=name, sha256=sha256(name.encode()).hexdigest(),
        profile="demo", source=source, state=ImportState.RUNNING,
    )  # fmt: skip


def _feed(bars: Progress, label: str, into: Import, records: Iterable[Record], total: int | None = None) -> None:
    """Store records in chunks, and close the import."""
    count = total if total is not None else len(records) if isinstance(records, Sequence) else None
    bar = bars.add_task(label, total=count)
    for number, chunk in enumerate(_chunks(records)):
        store_records(into, number, chunk)
        bars.advance(bar, len(chunk))
    Import.objects.filter(pk=into.pk).update(state=ImportState.DONE, finished_at=clock.now(), rows_total=count)


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    waiting = iter(records)
    while chunk := list(islice(waiting, CHUNK)):
        yield chunk


def _step(bars: Progress, label: str, work: Callable[[], Any]) -> None:
    bar = bars.add_task(label, total=1)
    work()
    bars.advance(bar)
