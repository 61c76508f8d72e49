"""How quick is the desk while many agents click at once?

    python -m bench.desk [--tickets 100000] [--agents 50] [--seconds 40] [--workers 2] [--sqlite]

A throw-away workspace with so many tickets, served by `fupan serve` on a throw-away PostgreSQL (or on SQLite), and so
many signed-in agents, each a thread that reads a list, opens a ticket, searches, writes a reply, and thinks one to
three seconds in between. Printed: requests, errors, and the 50th and 95th percentile of each kind. The clients share
the machine with the server, so the figures are on the safe side.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.support.postgres import Server, binaries

SUBJECTS = ("Where is my parcel", "The cable is broken", "Too small", "Wrong colour", "It won't charge", "My invoice")
MIX = (("list", 30), ("view", 15), ("ticket", 35), ("search", 10), ("reply", 10))
PORT = 8790


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--tickets", type=int, default=100_000)
    asked.add_argument("--agents", type=int, default=50)
    asked.add_argument("--seconds", type=float, default=40)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--sqlite", action="store_true")
    options = asked.parse_args()
    console = Console()
    os.environ["FUPAN_HOME"] = tempfile.mkdtemp(prefix="fupan-bench-")
    server = None if options.sqlite else _postgres()
    try:
        _set_up(server)
        cookies, numbers = fill(options.tickets, options.agents)
        with _Site(options.workers):
            spent, errors = click(cookies, numbers, options.seconds)
        _show(console, options, spent, errors)
    finally:
        if server is not None:
            server.stop()  # type: ignore[no-untyped-call]
        shutil.rmtree(os.environ.get("FUPAN_HOME", ""), ignore_errors=True)


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
        cursor.execute("ANALYZE")
    connection.close()


class _Site:
    """`fupan serve` without its worker."""

    def __init__(self, workers: int) -> None:
        self.command = [sys.executable, "-m", "fupan.cli", "serve", "--port", str(PORT), "--no-worker", "--workers"]
        self.command.append(str(workers))

    def __enter__(self) -> None:
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, start_new_session=True)
        for _try in range(120):
            try:
                socket.create_connection(("127.0.0.1", PORT), 1).close()
                return
            except OSError:
                time.sleep(0.5)
        raise SystemExit("the site did not start")

    def __exit__(self, *_: object) -> None:
        os.killpg(self.process.pid, 15)
        self.process.wait(20)


def click(cookies: list[str], numbers: list[int], seconds: float) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Every agent at work until the time is over; milliseconds and errors by kind of request."""
    for cookie in cookies[:10] * 2:  # a process that has just started compiles templates first
        _Agent(cookie, numbers, random.Random(1)).warm()
    spent: dict[str, list[float]] = defaultdict(list)
    errors: dict[str, int] = defaultdict(int)
    until, lock = time.monotonic() + seconds, threading.Lock()

    def work(place: int, cookie: str) -> None:
        agent = _Agent(cookie, numbers, random.Random(place))
        time.sleep(place / len(cookies) * 2)
        while time.monotonic() < until:
            kind, took, right = agent.act()
            with lock:
                spent[kind].append(took)
                errors[kind] += not right
            time.sleep(agent.dice.uniform(1, 3))

    threads = [threading.Thread(target=work, args=one) for one in enumerate(cookies)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return spent, errors


class _Agent:
    def __init__(self, cookie: str, numbers: list[int], dice: random.Random) -> None:
        self.dice, self.numbers = dice, numbers
        self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
        self.cookie, self.token = cookie, "x" * 32

    def warm(self) -> None:
        for address in ("/tickets/", f"/tickets/{self.numbers[-1]}/"):
            self._ask(address, None)
        self.line.close()

    def act(self) -> tuple[str, float, bool]:
        kind = self.dice.choices([name for name, _ in MIX], [weight for _, weight in MIX])[0]
        number = self.dice.choice(self.numbers)
        addresses = {
            "list": "/tickets/?state=open&sort=due&page=" + str(self.dice.randint(1, 5)), "view": "/tickets/",
            "ticket": f"/tickets/{number}/?state=open&sort=due", "reply": f"/tickets/{number}/reply/",
            "search": "/tickets/?" + urlencode({"q": self.dice.choice(["cable broken", f"T-{number}", "parcel"])}),
        }  # fmt: skip
        body = (
            urlencode({"text": "Dear buyer, a new one leaves today.", "then": "waiting"}) if kind == "reply" else None
        )
        start = time.perf_counter()
        try:
            status = self._ask(addresses[kind], body)
        except OSError:
            self.line.close()
            status = 0
        return kind, (time.perf_counter() - start) * 1000, status == (302 if body else 200)

    def _ask(self, address: str, body: str | None) -> int:
        head = {"Cookie": f"sessionid={self.cookie}; csrftoken={self.token}", "X-CSRFToken": self.token,
                "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        self.line.request("POST" if body else "GET", address, body, head)
        answer = self.line.getresponse()
        answer.read()
        return answer.status


def _show(console: Console, options: Any, spent: dict[str, list[float]], errors: dict[str, int]) -> None:
    store = "SQLite" if options.sqlite else "PostgreSQL"
    table = Table("request", "count", "errors", "p50 ms", "p95 ms", title=f"{options.agents} agents, {store}")
    for kind, values in sorted(spent.items()):
        low, high = np.percentile(values, [50, 95])
        table.add_row(kind, str(len(values)), str(errors[kind]), f"{low:.0f}", f"{high:.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
