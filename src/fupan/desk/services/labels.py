"""A person's word on what a ticket is about; it outweighs every rule, and can be taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core import clock, stale
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.models import Event
from fupan.desk.linking import chunks
from fupan.desk.models import Cause, IssueType, LabelSource, Resolution, Tag, Ticket
from fupan.desk.services._changed import mark_changed
from fupan.desk.services._guesses import move_guess, standing_causes, usual_cause
from fupan.desk.services._incidents import homes_of, kin_weeks, rearrange
from fupan.desk.services._learn_soon import learn_soon, suggested_for
from fupan.desk.services._numbers import lock
from fupan.people.models import Member

MANY = 1000  # tickets one action may label
UNDOABLE = ("desk.labelled", "desk.labelled_many")


class Outcome(NamedTuple):
    """What became of one ticket of a bulk action."""

    number: int
    done: bool
    reason: Any = ""


@transaction.atomic
def label_ticket(ticket: Ticket, issue: str, *, by: Member | None) -> Event:
    """Say what the ticket is about ("" takes the label away); the event to give to `undo_labels`."""
    node = _issue(ticket.workspace_id, issue)
    suggested = suggested_for(ticket.workspace_id, [ticket]).get(ticket.pk)
    before = _set_issue(ticket.workspace_id, [ticket], node)
    ticket.refresh_from_db()
    event = record("desk.labelled", ticket, by=by, issue=issue, before=before, **_beside(suggested))
    learn_soon(ticket.workspace_id, added=1)
    return event


@transaction.atomic
def label_many(tickets: Sequence[Ticket], issue: str, *, by: Member) -> tuple[Event | None, list[Outcome]]:
    """Label many tickets alike; each says what became of it. One event, to take all of it back."""
    if len(tickets) > MANY:
        raise Refused(_("At most %(count)s tickets at a time.") % {"count": MANY}, code="too-many")
    node = _issue(by.workspace_id, issue)
    outcomes, chosen = [], []
    for ticket in tickets:
        same = node is not None and ticket.issue_type_id == node.pk and ticket.label_source == LabelSource.PERSON
        outcomes.append(Outcome(ticket.number, not same, _("It already says so.") if same else ""))
        if not same:
            chosen.append(ticket)
    if not chosen:
        return None, outcomes
    suggested = suggested_for(by.workspace_id, chosen)
    before = _set_issue(by.workspace_id, chosen, node)
    event = record("desk.labelled_many", by.workspace, by=by, workspace_id=by.workspace_id, issue=issue, before=before)
    for ticket in chosen:
        record("desk.labelled", ticket, by=by, issue=issue, many=event.pk, **_beside(suggested.get(ticket.pk)))
    learn_soon(by.workspace_id, added=len(chosen))
    return event, outcomes


@transaction.atomic
def undo_labels(event_id: int, *, by: Member) -> int:
    """Give tickets the labels they had before that action, unless somebody labelled them again; how many."""
    event = Event.objects.filter(pk=event_id, workspace_id=by.workspace_id, name__in=UNDOABLE).first()
    if event is None or event.actor_id != by.pk:
        raise Refused(_("There is nothing of yours to undo."), code="nothing-to-undo")
    lock(by.workspace_id)
    code = event.data.get("issue", "")
    before = {row[0]: row for row in event.data.get("before", ())}
    back: list[int] = []
    for ids in chunks(sorted(before)):
        for ticket in Ticket.objects.filter(workspace_id=by.workspace_id, pk__in=ids).select_related("issue_type"):
            now = ticket.issue_type.code if ticket.issue_type else ""
            if now == code and ticket.label_source in {LabelSource.PERSON, LabelSource.NONE}:
                _put_back(ticket, before[ticket.pk])
                back.append(ticket.pk)
    _rejoin(by.workspace_id, back)
    mark_changed(by.workspace_id, back)
    record("desk.labels_undone", None, by=by, workspace_id=by.workspace_id, event=event_id, tickets=back)
    return len(back)


@transaction.atomic
def set_cause(ticket: Ticket, cause: str, *, by: Member | None, confirmed: bool = False) -> Ticket:
    """Guess why it went wrong ("" for no guess); `confirmed` once the review found it."""
    node = _node(Cause, ticket.workspace_id, cause)
    field = "cause_confirmed" if confirmed else "cause_guess"
    _change(ticket, {field: node})
    record("desk.cause_set", ticket, by=by, cause=cause, confirmed=confirmed)
    return ticket


@transaction.atomic
def set_resolution(ticket: Ticket, resolution: str, *, by: Member | None) -> Ticket:
    """Say what we did about it ("" for nothing said)."""
    _change(ticket, {"resolution": _node(Resolution, ticket.workspace_id, resolution)})
    record("desk.resolution_set", ticket, by=by, resolution=resolution)
    return ticket


@transaction.atomic
def set_tags(ticket: Ticket, names: Iterable[str], *, by: Member | None) -> Ticket:
    """Give the ticket exactly these tags; new ones are made."""
    wanted = sorted({" ".join(name.split())[:60] for name in names if name.strip()})
    Tag.objects.bulk_create(
        [Tag(workspace_id=ticket.workspace_id, name=name) for name in wanted], ignore_conflicts=True
    )
    tags = Tag.objects.filter(workspace_id=ticket.workspace_id, name__in=wanted)
    ticket.tags.set(tags)
    _change(ticket, {})
    record("desk.tagged", ticket, by=by, tags=[tag.pk for tag in tags])
    return ticket


def _beside(suggested: str | None) -> dict[str, Any]:
    """What the classifier would have said, kept with what the person says."""
    return {"suggested": suggested} if suggested else {}


def _issue(workspace_id: int, code: str) -> IssueType | None:
    node: IssueType | None = _node(IssueType, workspace_id, code)
    return node


def _node(model: Any, workspace_id: int, code: str) -> Any:
    """The standing node of that code, None for ""; Refused when there is none."""
    if not code:
        return None
    node = model.objects.filter(workspace_id=workspace_id, code=code, retired_at=None).first()
    if node is None:
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": code}, code="not-in-the-tree")
    return node


def _change(ticket: Ticket, values: dict[str, Any]) -> None:
    """Write a person's values and let the facts know."""
    now = clock.now()
    Ticket.objects.filter(pk=ticket.pk).update(**values, touched_at=now)
    for name, value in {**values, "touched_at": now}.items():
        setattr(ticket, name, value)
    stale.mark(ticket.workspace_id, kin_weeks([ticket.pk]))


def _set_issue(workspace_id: int, tickets: Sequence[Ticket], node: IssueType | None) -> list[list[Any]]:
    """Write the label; what was there before, as `undo_labels` reads it."""
    lock(workspace_id)
    ids = sorted(ticket.pk for ticket in tickets)
    columns = ("pk", "issue_type_id", "label_source", "label_confidence", "cause_guess_id", "touched_at")
    before = []
    guesses = standing_causes(workspace_id)
    usual = usual_cause(node.code if node else "", guesses)
    source = LabelSource.PERSON if node else LabelSource.NONE
    for several in chunks(ids):
        rows = Ticket.objects.filter(pk__in=several)
        before += [[*row[:5], row[5].isoformat() if row[5] else None] for row in rows.values_list(*columns)]
        move_guess(rows, usual, guesses)
        rows.update(
            issue_type=node, label_source=source, label_confidence=1.0 if node else None, touched_at=clock.now()
        )  # fmt: skip
    _rejoin(workspace_id, ids)
    return before


def _put_back(ticket: Ticket, row: Sequence[Any]) -> None:
    _pk, issue, source, confidence, guess, touched = row
    Ticket.objects.filter(pk=ticket.pk).update(
        issue_type_id=issue if IssueType.objects.filter(pk=issue).exists() else None, label_source=source,
        label_confidence=confidence, cause_guess_id=guess, touched_at=touched,
    )  # fmt: skip


def _rejoin(workspace_id: int, ids: Sequence[int]) -> None:
    """Labels decide incidents: work them out again, and mark every week that speaks of them."""
    weeks = kin_weeks(ids)
    weeks |= rearrange(workspace_id, homes_of(workspace_id, ids))
    stale.mark(workspace_id, weeks | kin_weeks(ids))
