"""A million tickets searched: building, size, memory, keyword searches by eight clients; SQLite FTS5 beside it.

    python -m bench.search [--scale 1.0] [--seed 0] [--queries 400]

Tickets are short texts in nine languages (the demo's phrases with words of a long-tailed vocabulary), read from the
database as in production. FTS5 holds the same words, cut the same way, and answers the same questions: the twenty best
and how many there are. Ours also counts kinds, issue types and tags, and keeps to what the member may see.
"""

from __future__ import annotations

import argparse
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench._home import new_home, peak_mb

CLIENTS, TICKETS, SHOPS, ISSUES, VOCABULARY = 8, 1_000_000, 6, 24, 30_000
START = datetime(2024, 1, 1, tzinfo=UTC)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--scale", type=float, default=1.0, help="share of a million tickets")
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--queries", type=int, default=400)
    options = asked.parse_args()
    with new_home() as home:
        Console().print(_run(home, int(TICKETS * options.scale), options.queries, options.seed))
    return 0


def _run(home: Path, count: int, queries: int, seed: int) -> Table:
    shown = Table(title=f"{count:,} tickets")
    for heading in ("", "tantivy, ours", "SQLite FTS5", "wanted"):
        shown.add_column(heading, justify="right" if heading else "left")
    member = _plant(home, count, np.random.default_rng(seed))
    _build(shown, home, member)
    rng = np.random.default_rng(seed + 1)
    typed = {name: _typed(words, queries, rng) for name, words in (("one word", 1), ("two words", 2))}
    for name, texts in typed.items():
        _keywords(shown, home, member, name, texts)
    _pages(shown, member, typed["two words"])
    _update(shown, home, member)
    shown.add_row("memory at its peak, the planting included", f"{peak_mb():.0f} MB", "", "")
    return shown


# Tickets


def _phrases() -> list[list[str]]:
    from fupan.demo.words import LANGUAGES, phrases

    return [sorted({one for one in _strings(phrases(language)) if "{" not in one}) for language in LANGUAGES]


def _strings(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for one in told.values() if isinstance(told, dict) else told:
            yield from _strings(one)


def _vocabulary() -> list[str]:
    """Words by falling frequency; every fourth is Chinese."""
    rng = np.random.default_rng(5)
    latin = ["".join(map(chr, row[: 4 + at % 5])) for at, row in enumerate(rng.integers(97, 123, (VOCABULARY, 8)))]
    han = ["".join(map(chr, row[: 2 + at % 2])) for at, row in enumerate(rng.integers(0x4E00, 0x5F00, (VOCABULARY, 3)))]
    return [han[at] if at % 4 == 3 else latin[at] for at in range(VOCABULARY)]


def _texts(count: int, rng: np.random.Generator) -> Iterator[str]:
    by_language, words = _phrases(), _vocabulary()
    frequency = 1 / np.arange(1, VOCABULARY + 1)
    while count > 0:
        some = min(count, 20_000)
        languages = rng.integers(len(by_language), size=some)
        chosen = rng.random((some, 2))
        tail = rng.choice(VOCABULARY, (some, 4), p=frequency / frequency.sum())
        for language, shares, places in zip(languages, chosen, tail, strict=True):
            own = by_language[language]
            said = [own[int(share * len(own))] for share in shares]
            yield " ".join([*said, *(words[place] for place in places)])
        count -= some


def _plant(home: Path, count: int, rng: np.random.Generator) -> Any:
    """Tickets with one message each; a member of the first three of six shops."""
    from django.db import transaction

    from fupan.commerce.models import Shop
    from fupan.desk.models import IssueType, Message, Ticket
    from fupan.desk.services._bulk import insert
    from fupan.people.models import Member, Role, User, Workspace

    workspace = Workspace.objects.create(name="Big")
    shops = [Shop.objects.create(workspace=workspace, name=f"S{n}", platform="amazon", country="DE", currency="EUR").pk
             for n in range(SHOPS)]  # fmt: skip
    issues = [IssueType.objects.create(workspace=workspace, code=f"i{n}", name_en=f"I{n}", name_zh=f"类{n}").pk
              for n in range(ISSUES)]  # fmt: skip
    texts, made = _texts(count, rng), 0
    while said := list(islice(texts, 20_000)):
        rows = [
            {"workspace_id": workspace.pk, "shop_id": shops[n % SHOPS], "number": n, "kind": "inquiry", "week": 202646,
             "outside_id": str(n), "opened_at": START + timedelta(minutes=n), "issue_type_id": issues[n % ISSUES],
             "subject": text.split(" ", 1)[0][:80]}
            for n, text in enumerate(said, made + 1)
        ]  # fmt: skip
        with transaction.atomic():
            keys = insert(Ticket, rows)
            insert(Message, [{"workspace_id": workspace.pk, "ticket_id": pk, "side": "buyer", "at": START,
                              "redacted": text} for pk, text in zip(keys, said, strict=True)])  # fmt: skip
        made += len(said)
    user = User.objects.create_user(email="mei@big.example", password="pass-word-12", name="mei")
    return Member.objects.create(workspace=workspace, user=user, role=Role.AGENT, shop_ids=shops[:3])


# Building


def _build(shown: Table, home: Path, member: Any) -> None:
    from fupan.desk.models import Message
    from fupan.library.compute.lookup import index_terms
    from fupan.library.finding import writing

    wall, cpu = perf_counter(), process_time()
    while not writing.up_to_date(member.workspace_id):
        writing.catch_up(member.workspace_id, seconds=600)
    ours = perf_counter() - wall, process_time() - cpu
    with sqlite3.connect(home / "fts.db") as peer:
        peer.execute("CREATE VIRTUAL TABLE found USING fts5(body, content='', tokenize=\"unicode61 tokenchars '#'\")")
        rows = Message.objects.order_by("pk").values_list("ticket_id", "redacted").iterator(chunk_size=10_000)
        wall = perf_counter()
        peer.executemany(
            "INSERT INTO found(rowid, body) VALUES (?, ?)", ((pk, " ".join(index_terms(text))) for pk, text in rows)
        )
        theirs = perf_counter() - wall
    size = sum(path.stat().st_size for path in (home / "search").rglob("*") if path.is_file())
    told = f"{ours[0]:.0f} s ({ours[1]:.0f} s of processor)"
    shown.add_row("build from the database", told, f"{theirs:.0f} s (words only)", "")
    shown.add_row("size on disk", f"{size / 1e6:.0f} MB", f"{(home / 'fts.db').stat().st_size / 1e6:.0f} MB", "")


# Searching


def _typed(words: int, count: int, rng: np.random.Generator) -> list[str]:
    """What buyers wrote and agents might look for: words of a ticket each, rare and frequent ones alike."""
    from fupan.desk.models import Message
    from fupan.library.compute.lookup import units

    last = Message.objects.order_by("-pk").values_list("pk", flat=True)[0]
    keys = {int(pk) for pk in rng.integers(1, last + 1, count * 2)}
    found: list[str] = []
    for text in Message.objects.filter(pk__in=keys).values_list("redacted", flat=True):
        there = [unit.text for unit in units(text)]
        if len(there) >= words and len(found) < count:
            found.append(" ".join(there[place] for place in rng.choice(len(there), words, replace=False)))
    return found


def _keywords(shown: Table, home: Path, member: Any, name: str, typed: Sequence[str]) -> None:
    from fupan.library.compute.lookup import units
    from fupan.library.finding import asking, store
    from fupan.library.finding.synonyms import of_workspace
    from fupan.library.models import SearchIndex

    row = SearchIndex.objects.get(workspace_id=member.workspace_id)
    known = of_workspace(member.workspace_id)
    peers = threading.local()

    def ours(text: str) -> None:
        searcher = store.searcher(row)
        assert searcher is not None
        asking.ask(searcher, asking.words_of(text, known), asking.Asked(text), member)

    def theirs(text: str) -> None:
        if not hasattr(peers, "db"):
            peers.db = sqlite3.connect(f"file:{home / 'fts.db'}?mode=ro", uri=True)
        terms = [f'"{term}"' for unit in units(text) for term in unit.needed]
        match = " AND ".join(terms)
        peers.db.execute("SELECT rowid FROM found WHERE found MATCH ? ORDER BY rank LIMIT 20", (match,)).fetchall()
        peers.db.execute("SELECT count(*) FROM found WHERE found MATCH ?", (match,)).fetchall()

    shown.add_row(
        f"keywords, {name}, {CLIENTS} clients", _latency(ours, typed), _latency(theirs, typed), "p95 <= 50 ms"
    )


def _pages(shown: Table, member: Any, typed: Sequence[str]) -> None:
    """The same with rows loaded, their words marked and everything a page shows."""
    from django.db import close_old_connections

    from fupan.library.queries.searching import asked_of, found

    def page(text: str) -> None:
        found(member, asked_of(member, {"q": text}))
        close_old_connections()

    shown.add_row(f"whole pages, {CLIENTS} clients", _latency(page, typed), "", "p95 < 200 ms")


def _latency(search: Callable[[str], None], typed: Sequence[str]) -> str:
    taken: list[float] = []
    search(typed[0])

    def client(number: int) -> None:
        for text in typed[number::CLIENTS]:
            started = perf_counter()
            search(text)
            taken.append(perf_counter() - started)

    clients = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    before = process_time()
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    spent = 1000 * (process_time() - before) / len(typed)
    p50, p95 = 1000 * np.quantile(taken, [0.5, 0.95])
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms; {spent:.1f} ms of processor each"


def _update(shown: Table, home: Path, member: Any) -> None:
    """One ticket changes; how long until a search finds it."""
    from fupan.core import changed
    from fupan.desk.models import Ticket
    from fupan.library.finding import writing
    from fupan.library.queries.searching import asked_of, found

    ticket = Ticket.objects.filter(shop_id__in=member.shop_ids)[7]
    Ticket.objects.filter(pk=ticket.pk).update(subject="Zanzibar")
    changed.mark(member.workspace_id, Ticket._meta.label_lower, [ticket.pk])
    started = perf_counter()
    writing.catch_up(member.workspace_id)
    assert [hit.shown.pk for hit in found(member, asked_of(member, {"q": "zanzibar"})).hits] == [ticket.pk]
    ours = perf_counter() - started
    shown.add_row("one ticket changed and found", f"{1000 * ours:.0f} ms", "", "")


if __name__ == "__main__":
    raise SystemExit(main())
