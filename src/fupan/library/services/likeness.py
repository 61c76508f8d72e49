"""The one writer of a workspace's index: what changed is put in, deep vectors follow in turns, scores get a meaning.

Killed at any moment it leaves the file as it was, and the next run goes on from there. Nothing here is the truth: the
whole of it can be made again from the database, and vectors that were read once are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from fupan.desk.models import Ticket, TicketState
from fupan.desk.texts import texts_of
from fupan.library.compute import likeness, weights
from fupan.library.compute.likeness import Held
from fupan.library.models import USABLE, Case, CaseTicket, CaseUse
from fupan.library.queries.likeness import CASE, entries, keep_up
from fupan.library.queries.recommending import evidence_of
from fupan.library.queries.replies import entries_of, every_in_force

TURN = 20.0  # seconds
NEWEST_OPEN = 300  # open tickets read ahead, so that their pages need not wait
TRIALS = 200  # tickets that scores are calibrated on, the newest
RENEWED = 1.1  # so many more of them, and it is calibrated anew
VOTES = 2000


class Told(NamedTuple):
    """A ticket on which a case helped: what it says, the cases of that trouble, and those written from it."""

    text: str
    language: str
    right: set[str]
    own: list[str]


def keep_likeness(workspace_id: int, *, whole: bool = False, seconds: float = TURN) -> bool:
    """A turn of the writer; whether nothing is left to do. `whole`: compare with the whole database."""
    with likeness.writing(workspace_id) as one:
        if one is None:  # somebody is at it, and looks again when more happens
            return True
        done = keep_up(one, workspace_id, whole=whole or not one.seen)
        done += _join(one, seconds)
        ready = not likeness.waiting(one)
        if ready:
            done += _calibrate(one, workspace_id, seconds, anew=whole) + _weigh(one, workspace_id)
        if done or not likeness.path_of(workspace_id).exists():
            likeness.save(workspace_id, one)
        return ready


def read_open_tickets(workspace_id: int, *, seconds: float = TURN) -> bool:
    """Read what waits for an answer before anybody opens it, newest first; whether all is read."""
    rows = Ticket.objects.filter(workspace_id=workspace_id, merged_into=None).exclude(state=TicketState.SOLVED)
    newest = list(rows.only("subject").order_by("-opened_at", "-pk")[:NEWEST_OPEN])
    texts = [text for text in texts_of(newest).values() if text.strip()]
    return likeness.read_ahead(texts, seconds=seconds)


def read_templates(workspace_id: int, *, seconds: float = TURN) -> None:
    """Read what canned replies are for with the deep encoder too, so that every process finds the vectors kept."""
    entries = entries_of(every_in_force(workspace_id))
    shelf = likeness.shelf(workspace_id, entries)
    late = set(likeness.waiting(shelf))
    likeness.join(shelf, [entry for entry in entries if entry.id in late], seconds=seconds)


def _join(one: Held, seconds: float) -> int:
    left = likeness.waiting(one)
    return likeness.join(one, entries(left[:2000]), seconds=seconds) if left else 0


# What a score means


def _calibrate(one: Held, workspace_id: int, seconds: float, *, anew: bool) -> int:
    """From which likeness a case is surely the right one; asked again when a tenth more tickets tell."""
    known = _told(workspace_id)
    enough = 0 if anew else RENEWED * int(one.index.notes.get("trials", 0))
    if len(known) < max(likeness.LEAST_TRIALS, enough):
        return 0
    one.index.notes["trials"], known = len(known), known[:TRIALS]
    if not likeness.read_ahead([told.text for told in known], seconds=seconds):
        one.index.notes["trials"] = 0  # the next turn goes on
        return 0
    return likeness.calibrate(
        one, [told.text for told in known], [told.language for told in known], [told.right for told in known],
        without=[told.own for told in known],
    )  # fmt: skip


def _told(workspace_id: int) -> list[Told]:
    """Tickets on which somebody used a case and did not say that it was no help, and tickets linked to a case."""
    uses = CaseUse.objects.filter(case__workspace_id=workspace_id, case__state__in=USABLE).exclude(helpful=False)
    links = CaseTicket.objects.filter(case__workspace_id=workspace_id, case__state__in=USABLE, source=False)
    pairs = [*links.order_by("-pk").values_list("ticket_id", "case_id")[:TRIALS],
             *uses.order_by("-pk").values_list("ticket_id", "case_id")[: 2 * TRIALS]]  # fmt: skip
    tickets = list(Ticket.objects.filter(pk__in={ticket for ticket, _case in pairs}).only("subject", "language"))
    texts, languages = texts_of(tickets), {one.pk: one.language for one in tickets}
    kin = _kin(workspace_id)
    own: dict[int, list[str]] = {}
    sources = CaseTicket.objects.filter(ticket_id__in=texts, source=True)
    for ticket, case in sources.values_list("ticket_id", "case_id"):
        own.setdefault(ticket, []).append(f"{CASE}:{case}")
    return [
        Told(texts[ticket], languages[ticket], kin[case], own.get(ticket, []))
        for ticket, case in dict(pairs).items()
        if texts[ticket].strip() and f"{CASE}:{case}" not in own.get(ticket, [])
    ]


def _kin(workspace_id: int) -> dict[int, set[str]]:
    """By case all cases of its issue type: without any of them a ticket would find nothing like it."""
    rows = Case.objects.filter(workspace_id=workspace_id, state__in=USABLE).values_list("pk", "issue_type")
    by_issue: dict[int | None, set[str]] = {}
    for pk, issue in rows:
        by_issue.setdefault(issue, set()).add(f"{CASE}:{pk}")
    return {pk: {f"{CASE}:{pk}"} if issue is None else by_issue[issue] for pk, issue in rows}


# What helps to rank


def _weigh(one: Held, workspace_id: int) -> int:
    """From enough votes: which facts in common tell that a case helps."""
    votes = CaseUse.objects.filter(case__workspace_id=workspace_id, helpful__isnull=False).order_by("-pk")
    known = int(one.index.notes.get("weights", {}).get("votes", 0))
    count = votes.count()
    if count < max(weights.LEAST, RENEWED * known):
        return 0
    rows = list(votes.select_related("case", "ticket__listing")[:VOTES])
    usual = sum(bool(use.helpful) for use in rows) / len(rows)
    shares = _shares(rows)
    told = [(_same(use), shares[use.case_id or 0] - usual, bool(use.helpful)) for use in rows]
    one.index.notes["weights"] = weights.learnt(told) | {"votes": count}
    return 1


def _same(use: CaseUse) -> set[str]:
    """What the ticket and the case had in common."""
    case, asked = use.case, evidence_of(use.ticket)
    assert case is not None
    known = {"product": case.product_id, "issue": case.issue_type_id, "cause": case.cause_id, "batch": case.batch_id}
    return {name for name, value in known.items() if value and asked.get(name) == value}


def _shares(rows: Sequence[CaseUse]) -> dict[int, float]:
    """By case the share of votes that said it helped, drawn towards the usual one."""
    usual = sum(bool(use.helpful) for use in rows) / len(rows)
    counted: dict[int, tuple[int, int]] = {}
    for use in rows:
        well, of = counted.get(use.case_id or 0, (0, 0))
        counted[use.case_id or 0] = well + bool(use.helpful), of + 1
    return {case: weights.shrunk(well, of, usual) for case, (well, of) in counted.items()}
