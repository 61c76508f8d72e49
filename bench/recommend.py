"""Does a newcomer find the right case: tickets of the demo's planted troubles, by the language the buyer writes.

    python -m bench.recommend [--home FOLDER] [--scale 0.25] [--each 20]

A new demo is made unless --home names one (it is read, and its index is kept there). The right cases of a ticket are
those of its trouble: of the same issue and goods, or of the issue where no case is about the goods. "text alone" knows
no label; "beside the ticket" is what the panel shows. BM25 stands beside them over the same texts. The first call on a
ticket reads it with the encoders, the next has its vectors at hand.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from bench._home import new_home, set_up
from bench.likeness import BM25

LANGUAGES = ("zh", "en", "de", "ja", "es", "fr", "vi", "th")


@dataclass
class Marks:
    """Of the tickets of one language: place of the first right case by each way, and times."""

    bm25: list[int] = field(default_factory=list)
    text: list[int] = field(default_factory=list)
    beside: list[int] = field(default_factory=list)


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path)
    asked.add_argument("--scale", type=float, default=0.25)
    asked.add_argument("--each", type=int, default=20)
    options = asked.parse_args()
    with _home(options) as home:
        planted = json.loads((home / "demo-truth.json").read_text(encoding="utf-8"))["planted"]
        Console().print(*_measured(planted, options.each))
    return 0


@contextmanager
def _home(options: argparse.Namespace) -> Iterator[Path]:
    with nullcontext(options.home) if options.home else new_home() as home:
        if options.home:
            set_up(home)
        else:
            from fupan.demo.load import load

            load(seed=20260101, scale=options.scale, console=Console(quiet=True))
        yield home


def _measured(planted: list[dict[str, Any]], each: int) -> tuple[Table, Table]:
    from fupan.library.models import USABLE, Case
    from fupan.library.queries.likeness import entries
    from fupan.library.services.likeness import keep_likeness
    from fupan.people.models import Member

    lead = Member.objects.select_related("workspace").get(user__email__startswith="lead")
    while not keep_likeness(lead.workspace_id):
        pass
    rows = Case.objects.filter(workspace=lead.workspace, state__in=USABLE)
    cases = list(rows.select_related("issue_type", "product"))
    peer = BM25([entry.problem for entry in entries([f"case:{one.pk}" for one in cases])])
    marks: dict[str, Marks] = {}
    first, later = [], []
    for ticket, right in _tickets(planted, cases, each):
        told = marks.setdefault(ticket.language, Marks())
        taken = _mark(lead, ticket, right, cases, peer, told)
        first.append(taken[0])
        later.append(taken[1])
    return _found_table(marks), _time_table(first, later)


def _tickets(planted: list[dict[str, Any]], cases: list[Any], each: int) -> Iterator[tuple[Any, set[int]]]:
    from fupan.desk.models import Ticket
    from fupan.desk.queries.labelling import worded

    for trouble in planted:
        about = trouble["slice"]
        known = {one.pk for one in cases if one.issue_type and one.issue_type.code == about.get("issue_type")}
        same = {one.pk for one in cases if one.pk in known and one.product and one.product.code == about.get("product")}
        names = {"product": "listing__product__code", "issue_type": "issue_type__code", "batch": "batch__code",
                 "country": "country", "carrier": "carrier"}  # fmt: skip
        rows = worded(Ticket.objects.filter(**{names[name]: value for name, value in about.items()}))
        rows = rows.select_related("listing__product", "issue_type__parent", "shop", "workspace", "order")
        rows = rows.order_by("-opened_at", "-pk")
        for language in LANGUAGES if known else ():
            for ticket in rows.filter(language=language, kind="inquiry")[:each]:
                yield ticket, same or known


def _mark(lead: Any, ticket: Any, right: set[int], cases: list[Any], peer: BM25, told: Marks) -> tuple[float, float]:
    from fupan.desk.texts import texts_of
    from fupan.library.compute import likeness
    from fupan.library.compute.weights import Weights
    from fupan.library.queries.likeness import CASE, current, keys
    from fupan.library.queries.recommending import Asked, recommend

    text = texts_of([ticket])[ticket.pk]
    times = []
    for _again in range(2):
        started = perf_counter()
        shown = recommend(lead, ticket, most=3)
        times.append(perf_counter() - started)
    told.beside.append(_place([case.pk for case, _why in shown.cases], right))
    one = current(lead.workspace_id)
    vectors = likeness.vectors_of(text, ticket.language, wait=True)
    bare = Asked(one, text, vectors, {}, Weights()).search(CASE)
    told.text.append(_place(keys([answer.id for answer in bare.found], CASE), right))
    told.bm25.append(_place([cases[row].pk for row in peer.search(text)], right))
    return times[0], times[1]


def _place(found: list[int], right: set[int]) -> int:
    return next((at for at, case in enumerate(found, 1) if case in right), 0)


def _found_table(marks: dict[str, Marks]) -> Table:
    shown = Table(title="the demo's tickets: the right case first / among three")
    for heading in ("", "tickets", "BM25, text alone", "ours, text alone", "ours, beside the ticket"):
        shown.add_column(heading, justify="right" if heading else "left")
    whole = Marks()
    for told in marks.values():
        whole.bm25 += told.bm25
        whole.text += told.text
        whole.beside += told.beside
    for language, told in [*marks.items(), ("all", whole)]:
        cells = []
        for places in (told.bm25, told.text, told.beside):
            rank = np.array(places)
            cells.append(f"{(rank == 1).mean():.2f} / {((rank > 0) & (rank <= 3)).mean():.2f}")
        shown.add_row(language, str(len(told.text)), *cells)
    return shown


def _time_table(first: list[float], later: list[float]) -> Table:
    shown = Table(title="the panel's question, ms")
    for heading in ("", "p50", "p95", "wanted p95"):
        shown.add_column(heading, justify="right" if heading else "left")
    for name, taken, wanted in (("a ticket never read before", first, ""), ("its vectors at hand", later, "50")):
        shown.add_row(name, *(f"{1000 * np.quantile(taken, q):.0f}" for q in (0.5, 0.95)), wanted)
    return shown


if __name__ == "__main__":
    sys.exit(main())
