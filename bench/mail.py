"""Mails a minute from a real IMAP server into tickets (`python -m bench.mail [--postgres]`), and broken ones.

The mailbox holds mails as Amazon relays them. Fetched, read, and brought to tickets in one process, as one worker does,
with every flow that follows: the starter rules and a team of eight find who answers, every new buyer is greeted with a
template. `--fuzz N` takes N broken mails in instead.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from datetime import date, timedelta
from itertools import islice
from typing import Any

from bench._home import new_home, peak_mb

MAILS = 1000
PAGES = 200  # tickets of the fuzz run whose pages are searched for what could run


def main() -> int:
    asked = argparse.ArgumentParser(prog="bench.mail")
    asked.add_argument("--postgres", action="store_true")
    asked.add_argument("--mails", type=int, default=MAILS)
    asked.add_argument("--fuzz", type=int, default=0)
    told = asked.parse_args()
    os.environ["FUPAN_LOCAL_DESTINATIONS"] = "true"
    with new_home():
        return _fuzz(told.fuzz) if told.fuzz else _rate(told.mails, postgres=told.postgres)


def _rate(count: int, *, postgres: bool) -> int:
    from tests.support.mail import ImapServer

    server = _on_postgres() if postgres else None
    imap = ImapServer()
    try:
        account = _account(imap.port)
        imap.put("bench", list(_mails(count)))  # type: ignore[no-untyped-call]
        return _measured(account, count, "PostgreSQL" if postgres else "SQLite")
    finally:
        imap.stop()  # type: ignore[no-untyped-call]
        if server is not None:
            from django.db import connections

            connections.close_all()
            server.stop()


def _measured(account: Any, count: int, store: str) -> int:
    from fupan.core import events
    from fupan.desk.models import Message, Ticket
    from fupan.intake import services

    start, used = time.perf_counter(), time.process_time()
    taken = services.fetch_mail(account)
    fetched = time.perf_counter()
    events.drain(limit=10**6)
    end, used = time.perf_counter(), time.process_time() - used
    turns = Message.objects.filter(side="buyer").count()
    greeted = Message.objects.filter(automatic=True).count()
    owned = Ticket.objects.filter(assignee__isnull=False).count()
    rate, of_processor = 60 * count / (end - start), 60 * count / used
    read, brought = fetched - start, end - fetched
    print(f"{store}: {taken.fetched} mails fetched and read in {read:.1f} s, brought to tickets in {brought:.1f} s: "
          f"{rate:,.0f} mails/min (one process; {of_processor:,.0f} per CPU minute)")  # fmt: skip
    print(f"{Ticket.objects.count()} tickets, {owned} with an owner, {greeted} greeted; load {os.getloadavg()[0]:.1f}, "
          f"{peak_mb():.0f} MB")  # fmt: skip
    whole = (taken.fetched, turns) == (count, count) and greeted and owned
    return 0 if whole else 1


def _fuzz(count: int) -> int:
    from django.db.models import Count

    from fupan.core import events
    from fupan.core.models import Delivery
    from fupan.desk.models import Ticket
    from fupan.intake import services
    from fupan.intake.models import Incoming
    from fupan.intake.tests.fuzz import fuzzed

    account, start = _account(9), time.perf_counter()
    mails = fuzzed(count)  # type: ignore[no-untyped-call]
    while several := list(islice(mails, 200)):
        services.take_mails(account, several)
        events.drain(limit=10**6)
    states = Counter(dict(Incoming.objects.order_by().values_list("state").annotate(Count("pk"))))
    failed = Delivery.objects.filter(attempts__gt=0).count()
    runs = _pages(list(Ticket.objects.order_by("-pk").values_list("number", flat=True)[:PAGES]))
    print(f"{sum(states.values()):,} of {count:,} broken mails accounted for in {time.perf_counter() - start:.0f} s: "
          + ", ".join(f"{state} {number:,}" for state, number in states.most_common()))  # fmt: skip
    reasons = Incoming.objects.order_by().exclude(reason="").values_list("reason").annotate(Count("pk"))
    print("reasons: " + ", ".join(f"{why} {number:,}" for why, number in sorted(reasons)))
    print(f"{failed} raised, {runs} things that could run on {PAGES} ticket pages")
    return 0 if sum(states.values()) == count and not failed and not runs and not states["kept"] else 1


def _pages(numbers: list[int]) -> int:
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from fupan.intake.tests.fuzz import what_runs
    from fupan.people.models import Member

    settings.ALLOWED_HOSTS = ["*"]
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # fmt: skip
    call_command("createcachetable", verbosity=0)
    client = Client()
    client.force_login(Member.objects.select_related("user").earliest("pk").user)
    pages = (client.get(f"/tickets/{number}/").content.decode() for number in numbers)
    found: list[int] = [len(what_runs(page)) for page in pages]  # type: ignore[no-untyped-call]
    return sum(found)


def _account(port: int) -> Any:
    from fupan.commerce.models import Shop
    from fupan.core import events
    from fupan.intake.models import MailAccount
    from fupan.people.services import create_workspace

    here = create_workspace(
        name="Bench", currency="EUR", timezone="Europe/Berlin", language="en", owner_email="a@bench.example",
        owner_name="A",
    )  # fmt: skip
    events.drain()
    shop = Shop.objects.create(
        workspace=here, name="DE", platform="amazon", site="Amazon.de", country="DE", currency="EUR",
        timezone="Europe/Berlin",
    )  # fmt: skip
    _desk(here)
    return MailAccount.objects.create(
        workspace=here, shop=shop, address="support@seller.example", user="bench", password="secret",
        imap_host="127.0.0.1", imap_port=port, imap_security="none", since=date(2000, 1, 1), smtp_host="127.0.0.1",
    )  # fmt: skip


def _desk(here: Any) -> None:
    """What a seller's desk has: rules, a team on duty, a greeting."""
    from fupan.desk.models import AgentSkill, AutoReply, ReplyTemplate
    from fupan.desk.services import equip_desk
    from fupan.people.models import Member, User

    equip_desk(here)
    for number in range(8):
        user = User.objects.create(email=f"agent{number}@bench.example", name=f"Agent {number}")
        member = Member.objects.create(workspace=here, user=user, role="agent", languages=["de", "en"])
        AgentSkill.objects.create(member=member, most_open=1000)
    greeting = ReplyTemplate.objects.filter(workspace=here, state="in_force").earliest("pk")
    AutoReply.objects.update_or_create(
        workspace=here, platform="amazon", defaults={"template": greeting, "active": True, "closed_hours_only": False}
    )


def _mails(count: int) -> Any:
    """Questions of many buyers; every third is a second message of its order."""
    from fupan.core import clock
    from fupan.intake.tests.mails import amazon

    at = clock.now() - timedelta(minutes=10)
    for number in range(count):
        of = number - 1 if number % 3 == 2 else number
        yield amazon(  # type: ignore[no-untyped-call]
            f"Die Lieferung {number} ist nicht angekommen, wo ist mein Paket?", number=number,
            sender=f"Erika <buyer{of:06d}+c{of:06d}@marketplace.amazon.de>",
            subject=f"Frage von Amazon-Kunde Erika (Bestellung: 302-{of:07d}-1234567)", at=at,
        )  # fmt: skip


def _on_postgres() -> Any:
    """The default database becomes a PostgreSQL of this run."""
    from django.core.management import call_command
    from django.db import connections

    from tests.support.postgres import Server, binaries, database

    place = binaries()
    if place is None:
        raise SystemExit("PostgreSQL is not installed")
    server = Server(place)
    connections["default"].close()
    connections.databases["default"] = database(server.folder, server.user)  # type: ignore[no-untyped-call]
    del connections["default"]
    call_command("migrate", run_syncdb=True, verbosity=0)
    return server


if __name__ == "__main__":
    sys.exit(main())
