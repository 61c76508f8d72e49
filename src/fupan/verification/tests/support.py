"""A seller whose facts are written down directly: so many cases a week of each product and issue."""

from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa

from fupan.action.models import Action, Proof
from fupan.commerce.models import Listing, Product
from fupan.core import clock, weeks
from fupan.desk.models import IssueType
from fupan.insight import shapes, storage
from fupan.insight.models import FactFile
from fupan.intake.models import Coverage
from fupan.review.models import Problem, ProblemRound
from fupan.verification.models import Check

FIRST, LAST = 202602, 202646  # W46 has just ended (tests.support.personas)
ACTION_WEEK = 202634
PRODUCTS = ("A20", "B1", "C2", "D3", "E4", "F5", "G6", "H7")
ISSUES = ("size", "late")
TREATED = "issue_type=size&product=A20"


def known_weeks():
    return weeks.between(FIRST, LAST)


def counts(*, change=-0.6, seed=6, level=14, since=ACTION_WEEK):
    """Cases a week of every product and issue; A20's sizes change after the action."""
    rng = np.random.default_rng(seed)
    told = {(product, issue): rng.poisson(10, len(known_weeks())) for product in PRODUCTS for issue in ISSUES}
    after = np.array(known_weeks()) > since
    told["A20", "size"] = rng.poisson(level * (1 + change * after))
    return told


def plant(workspace, shop, told, *, batch=None, lag=0):
    """Write the facts; `batch(week)` names the batch that A20 is sold from."""
    for code in PRODUCTS:
        product, _new = Product.objects.get_or_create(
            workspace=workspace, code=code, defaults={"name": f"Product {code}", "line": "clothes", "supplier": code}
        )
        Listing.objects.get_or_create(workspace=workspace, shop=shop, sku=code, defaults={"product": product})
    for code in ISSUES:
        IssueType.objects.get_or_create(
            workspace=workspace, code=code, defaults={"name_en": code.title(), "name_zh": code}
        )
    Coverage.objects.get_or_create(
        workspace=workspace, shop=shop, source="orders", first_day=date(2026, 1, 1), last_day=date(2026, 11, 15)
    )
    FactFile.objects.filter(workspace=workspace).delete()
    place = {"workspace": workspace.pk, "shop_id": shop.pk, "shop": shop.name, "country": "DE", "carrier": "DHL"}
    for at, week in enumerate(known_weeks()):
        orders = [
            place | {"product": code, "batch": _batch(batch, code, week), "week": week, "units": 100, "counted": True,
                     "order_first": True}
            for code in PRODUCTS
        ]  # fmt: skip
        tickets = [
            place | _ticket(code, issue, week, lag) | {"batch": _batch(batch, code, weeks.shift(week, -lag))}
            for (code, issue), series in told.items() for _case in range(int(series[at]))
        ]  # fmt: skip
        for number, row in enumerate(tickets, start=week * 1000):
            row |= {"ticket": number, "number": number}
        write(workspace, "orders", week, orders)
        write(workspace, "tickets", week, tickets)


def _ticket(code, issue, week, lag):
    return {
        "product": code, "issue_type": issue, "week": week, "kind": "inquiry", "first": True, "merged": False,
        "lag_weeks": lag, "units": 1, "unconverted": False, "order_day": weeks.monday(weeks.shift(week, -lag)),
        "cost": 10.0, "language": "en", "turns": 1, "text_length": 20, "opened": datetime(2026, 1, 5, tzinfo=UTC),
    }  # fmt: skip


def _batch(batch, code, week):
    return batch(week) if batch is not None and code == "A20" else ""


def write(workspace, table, week, rows):
    schema = shapes.SCHEMAS[table]
    columns = [pa.array([row.get(name) for row in rows], schema.field(name).type) for name in schema.names]
    name = storage.write(workspace.pk, table, week, pa.Table.from_arrays(columns, schema=schema))
    FactFile.objects.update_or_create(
        workspace=workspace, table=table, week=week,
        defaults={"name": name, "rows": len(rows), "built_at": datetime(2026, 11, 16, tzinfo=UTC)},
    )  # fmt: skip


def a_problem(workspace, owner, *, slice=TREATED, selection=(), metric="incident_rate", number=21):
    problem = Problem.objects.create(
        workspace=workspace, number=number, title="Sizes run small", slice=slice, metric=metric, owner=owner,
        selection_weeks=list(selection), opened_at=clock.now(), state="verifying",
    )  # fmt: skip
    ProblemRound.objects.create(problem=problem, number=1, opened_at=clock.now())
    return problem


def an_action(workspace, owner, *, number=97, proved=True, **more):
    """Carried out on the Monday of ACTION_WEEK, on one shop."""
    day = weeks.monday(ACTION_WEEK)
    told = {
        "type": "listing", "title": "New size table on the A20 page", "metric": "incident_rate", "slice": TREATED,
        "change": -0.3, "window": 8, "state": "done", "deadline": day, "carried_on": day, "created_at": clock.now(),
    } | more  # fmt: skip
    action = Action.objects.create(workspace=workspace, number=number, owner=owner, **told)
    if proved:
        Proof.objects.create(action=action, kind="note", text="seen", day=action.carried_on, at=clock.now(), by=owner)
    return action


def check_of(action):
    return Check.objects.select_related("action", "workspace").get(action=action)
