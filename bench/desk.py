"""How quick is the desk while many agents click at once?

    python -m bench.desk [--tickets 100000] [--agents 50] [--seconds 40] [--think 1 3] [--workers 2] [--sqlite]
                         [--beside PYTHON]

A throw-away workspace with so many tickets, served by `fupan serve` on a throw-away PostgreSQL (or on SQLite), and so
many signed-in agents, each a thread that reads a list, opens a ticket, searches, writes a reply, and thinks some
seconds in between. Printed: requests, errors, and the 50th and 95th percentile of each kind. The clients and the
database share the machine with the server, so the figures are on the safe side.

`--beside` names an interpreter that has django-helpdesk, granian and psycopg installed: it is then filled with the
same tickets on the same server, served the same way, clicked the same way, and shown as ratios.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench._clicks import PORT, Site, click, helpdesk, ours
from tests.support.postgres import Server, binaries

SUBJECTS = ("Where is my parcel", "The cable is broken", "Too small", "Wrong colour", "It won't charge", "My invoice")
PEER = Path(__file__).with_name("_helpdesk.py")
Measured = tuple[dict[str, list[float]], dict[str, int]]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--tickets", type=int, default=100_000)
    asked.add_argument("--agents", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=40)
    asked.add_argument("--think", type=float, nargs=2, default=(1, 3))
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--sqlite", action="store_true")
    asked.add_argument("--beside", default="")
    options = asked.parse_args()
    if options.beside and options.sqlite:
        asked.error("--beside measures on PostgreSQL")
    os.environ["FUPAN_HOME"] = tempfile.mkdtemp(prefix="fupan-bench-")
    server = None if options.sqlite else _postgres()
    try:
        peer = _beside(options, server) if options.beside and server else None
        mine = _fupan(options, server)
    finally:
        if server is not None:
            server.stop()  # type: ignore[no-untyped-call]
        shutil.rmtree(os.environ.get("FUPAN_HOME", ""), ignore_errors=True)
    _show(Console(), options, mine, peer)


def _fupan(options: Any, server: Server | None) -> Measured:
    _set_up(server)
    cookies, numbers = fill(options.tickets, options.agents)
    command = [sys.executable, "-m", "fupan.cli", "serve", "--port", str(PORT), "--no-worker", "--workers"]
    with Site([*command, str(options.workers)], cookies, numbers, ours) as site:
        return click(site, options.seconds, tuple(options.think))


def _beside(options: Any, server: Server) -> Measured:
    database = {"ENGINE": "django.db.backends.postgresql", "NAME": "helpdesk", "HOST": str(server.folder),
                "USER": server.user, "OPTIONS": {}}  # fmt: skip
    subprocess.run(
        [str((binaries() or Path()) / "createdb"), "-h", str(server.folder), "-U", server.user, "helpdesk"], check=True
    )
    environment = {"DATABASE_URL_PARTS": json.dumps(database), "PYTHONPATH": str(PEER.parent)}
    told = subprocess.run(
        [options.beside, str(PEER), "fill", str(options.tickets), str(options.agents)], check=True,
        capture_output=True, env=os.environ | environment, text=True,
    )  # fmt: skip
    found = json.loads(told.stdout.splitlines()[-1])
    database["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 8}}
    environment["DATABASE_URL_PARTS"] = json.dumps(database)
    command = [options.beside, "-m", "granian", "--interface", "asginl", "--port", str(PORT), "--no-ws", "--workers"]
    command += [str(options.workers), "_helpdesk:application"]
    with Site(command, found["cookies"], found["open"], helpdesk, environment) as site:
        return click(site, options.seconds, tuple(options.think))


def _postgres() -> Server:
    place = binaries()
    if place is None:
        raise SystemExit("PostgreSQL is not installed; try --sqlite")
    return Server(place)


def _set_up(server: Server | None) -> None:
    os.environ["FUPAN_SECRET_KEY"] = "a key for benchmarks, not a secret at all"
    os.environ["DJANGO_SETTINGS_MODULE"] = "fupan.config.settings"
    os.environ["DATABASE_URL"] = f"postgresql://{server.user}@/postgres?host={server.folder}" if server else ""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def fill(tickets: int, agents: int) -> tuple[list[str], list[int]]:
    """Tickets of half a year, a tenth open, a fifth without an owner; the agents’ sessions, the open numbers."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from fupan.commerce.models import Listing, Product, Shop
    from fupan.core import clock, weeks
    from fupan.desk.clocks import office_due, platform_due
    from fupan.desk.models import IssueType, Message, Ticket
    from fupan.desk.services import plant_trees
    from fupan.desk.services._bulk import insert
    from fupan.people.models import Member, User, Workspace

    workspace = Workspace.objects.create(name="Bench")
    plant_trees(workspace)
    shop = Shop.objects.create(
        workspace=workspace, name="Amazon DE", platform="amazon", site="Amazon.de", country="DE", currency="EUR",
        timezone="Europe/Berlin",
    )  # fmt: skip
    members, cookies = [], []
    for number in range(agents):
        user = User.objects.create(email=f"a{number}@bench.example", name=f"Agent {number}", language="en")
        members.append(Member.objects.create(workspace=workspace, user=user, role="agent"))
        session = SessionStore()
        session.update({SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash(),
                        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0]})  # fmt: skip
        session.save()
        cookies.append(str(session.session_key))
    products = [Product.objects.create(workspace=workspace, code=f"P{n}", name=f"Product {n}") for n in range(40)]
    same = {"workspace": workspace, "shop": shop}
    listings = [Listing.objects.create(**same, product=one, sku=f"S{one.code}") for one in products]
    issues = list(IssueType.objects.filter(workspace=workspace).values_list("pk", flat=True))
    dice, now = random.Random(7), clock.now()
    rows = []
    for number in range(1, tickets + 1):
        opened = now - timedelta(days=180 * (1 - number / tickets), minutes=dice.random() * 60)
        open_ = number > tickets * 0.9
        rows.append({
            "workspace_id": workspace.pk, "shop_id": shop.pk, "number": number, "kind": "inquiry",
            "outside_id": f"q{number}",
            "week": weeks.week_of(opened, shop.timezone), "opened_at": opened, "state": "open" if open_ else "solved",
            "subject": dice.choice(SUBJECTS), "listing_id": dice.choice(listings).pk,
            "issue_type_id": dice.choice(issues), "order_number": f"302-{number:07d}-0000000",
            "buyer_name": f"Buyer {number}", "buyer_key": f"{number % 60_000:024d}",
            "language": "en", "assignee_id": dice.choice(members).pk if dice.random() < 0.8 else None,
            "waiting_since": opened if open_ else None, "label_source": "code",
            "platform_due_at": platform_due("amazon", opened) if open_ else None,
            "office_due_at": office_due(opened, "Asia/Shanghai") if open_ else None,
        })  # fmt: skip
    keys = insert(Ticket, rows)
    for start in range(0, len(keys), 20_000):
        insert(Message, [
            {"workspace_id": workspace.pk, "ticket_id": key, "side": side, "at": row["opened_at"], "language": "en",
             "original": f"{row['subject']}: please help me.", "redacted": f"{row['subject']}: please help."}
            for key, row in list(zip(keys, rows, strict=True))[start : start + 20_000] for side in ("buyer", "seller")
            if side == "buyer" or row["state"] == "solved"
        ])  # fmt: skip
    Workspace.objects.filter(pk=workspace.pk).update(next_ticket=tickets + 1)
    _analyse()
    return cookies, [number for number, row in enumerate(rows, 1) if row["state"] == "open"]


def _analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    connection.close()


def _show(console: Console, options: Any, mine: Measured, peer: Measured | None) -> None:
    store = "SQLite" if options.sqlite else "PostgreSQL"
    low, high = options.think
    title = f"{options.agents} agents who think {low:g} to {high:g} s, {options.tickets:,} tickets, {store}"
    table = Table("request", "count", "errors", "p50 ms", "p95 ms", title=title)
    if peer is not None:
        for name in ("helpdesk p50", "p95", "errors", "p95 ours / theirs"):
            table.add_column(name)
    for kind, values in sorted(mine[0].items()):
        half, most = np.percentile(values, [50, 95])
        row = [kind, str(len(values)), str(mine[1][kind]), f"{half:.0f}", f"{most:.0f}"]
        if peer is not None and peer[0].get(kind):
            their_half, their_most = np.percentile(peer[0][kind], [50, 95])
            row += [f"{their_half:.0f}", f"{their_most:.0f}", str(peer[1][kind]), f"{most / their_most:.2f}"]
        table.add_row(*row)
    console.print(table)
    clicks = sum(len(values) for values in mine[0].values()) / options.seconds
    console.print(
        f"{clicks:.1f} requests a second"
        + (f"; django-helpdesk {sum(len(values) for values in peer[0].values()) / options.seconds:.1f}" if peer else "")
    )


if __name__ == "__main__":
    main()
