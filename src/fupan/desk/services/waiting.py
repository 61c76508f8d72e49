"""The classifier reads what codes, sheets and rules left unsure: in chunks, in the background, in short turns."""

from __future__ import annotations

import time
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet

from fupan.core import stale
from fupan.core.events import record
from fupan.core.models import Event
from fupan.desk.compute import DOUBTFUL, LabelBook, Suggestion, suggest
from fupan.desk.compute.learning import Learner
from fupan.desk.models import PRAISE, Classifier, ClassifierState, LabelSource, Ticket
from fupan.desk.queries.labelling import doubtful, worded
from fupan.desk.services import _shelf
from fupan.desk.services._changed import mark_changed
from fupan.desk.services._guesses import move_guess, standing_causes, usual_cause
from fupan.desk.services._incidents import homes_of, kin_weeks, rearrange
from fupan.desk.services._material import context_of
from fupan.desk.services._numbers import lock
from fupan.desk.texts import texts_of
from fupan.people.models import Workspace

TURN = 20.0  # seconds
AT_ONCE = 200
LOOKED_AT = 3000  # newest waiting tickets among which the most useful are sought

Labelled = tuple[int | None, str, float | None]  # issue, source, confidence


def label_waiting(workspace: Workspace, *, seconds: float = TURN) -> bool:
    """Let the serving classifier label what waits, newest first, for some seconds; whether nothing is left."""
    serving = Classifier.objects.filter(workspace=workspace, state=ClassifierState.SERVING).first()
    learnt = _shelf.take(serving) if serving else None
    if serving is None or learnt is None:
        return True
    book, until = LabelBook.of(workspace.pk), time.monotonic() + seconds
    while tickets := list(_unread(serving)[:AT_ONCE]):
        _judge_some(serving, book, learnt, tickets)
        if time.monotonic() > until:
            return False
    if Classifier.objects.filter(pk=serving.pk, asks_stale=True).exists():
        _ask(serving, learnt)
    return True


def _unread(serving: Classifier) -> QuerySet[Ticket]:
    """Tickets for the classifier that this version has not read."""
    tickets = Ticket.objects.filter(workspace_id=serving.workspace_id).exclude(PRAISE)
    unsure = (
        Q(issue_type=None, label_source=LabelSource.NONE)
        | Q(label_source=LabelSource.MODEL)
        | Q(label_source=LabelSource.RULE, label_confidence__lt=DOUBTFUL)
    )
    unread = Q(judged_by=None) | ~Q(judged_by=serving.number)
    return tickets.filter(unsure & unread).select_related("shop").order_by("-pk")


def _judge_some(serving: Classifier, book: LabelBook, learnt: Learner, tickets: Sequence[Ticket]) -> None:
    """Judge outside of the transaction, which would hold others up; write what nobody changed meanwhile."""
    texts = texts_of(tickets)
    contexts = [context_of(one) for one in tickets]
    labels = suggest(book, [texts[one.pk] for one in tickets], contexts, learnt)
    _keep_labels(serving, book, dict(zip([one.pk for one in tickets], labels, strict=True)), tickets)


@transaction.atomic
def _keep_labels(
    serving: Classifier, book: LabelBook, labels: dict[int, Suggestion], tickets: Sequence[Ticket]
) -> None:
    lock(serving.workspace_id)
    seen = {one.pk: (one.issue_type_id, one.label_source) for one in tickets}
    columns = ("pk", "issue_type_id", "label_source", "label_confidence")
    now = Ticket.objects.filter(pk__in=list(labels)).values_list(*columns)
    same = {pk: (issue, source, sure) for pk, issue, source, sure in now if seen[pk] == (issue, source)}
    moved: dict[Labelled, list[int]] = {}
    emptied = _emptied(serving.workspace_id, [one.pk for one in tickets if one.touched_at])
    for pk, before in same.items():
        if pk in emptied:
            continue
        after = _labelled(book, labels[pk])
        if after != before:
            moved.setdefault(after, []).append(pk)
    _move(serving.workspace_id, book, moved)
    Ticket.objects.filter(pk__in=list(same)).update(judged_by=serving.number)
    Classifier.objects.filter(pk=serving.pk).update(asks_stale=True)
    done = [pk for pks in moved.values() for pk in pks]
    if done:
        record("desk.classifier_labelled", serving, by=None, number=serving.number, tickets=len(done))


def _emptied(workspace_id: int, ticket_ids: Sequence[int]) -> set[int]:
    """Those whose label a person took away: that is a person's word too."""
    said = Event.objects.filter(
        subject_kind=Ticket._meta.label_lower, subject_id__in=ticket_ids, workspace_id=workspace_id,
        name="desk.labelled",
    )  # fmt: skip
    last = dict(said.order_by("pk").values_list("subject_id", "data__issue"))
    return {pk for pk, issue in last.items() if pk is not None and not issue}


def _labelled(book: LabelBook, label: Suggestion) -> Labelled:
    issue = book.issues.get(label.issue)
    return (issue, label.source, label.confidence) if issue else (None, LabelSource.NONE, None)


def _move(workspace_id: int, book: LabelBook, moved: dict[Labelled, list[int]]) -> None:
    """Write the labels, let first guesses and incidents follow, mark the weeks."""
    causes = standing_causes(workspace_id)
    code_of = {pk: code for code, pk in book.issues.items()}
    done = [pk for pks in moved.values() for pk in pks]
    weeks = kin_weeks(done)
    for (issue, source, confidence), pks in moved.items():
        rows = Ticket.objects.filter(pk__in=pks)
        move_guess(rows, usual_cause(code_of.get(issue or 0, ""), causes), causes)
        rows.update(issue_type_id=issue, label_source=source, label_confidence=confidence)
    weeks |= rearrange(workspace_id, homes_of(workspace_id, done))
    stale.mark(workspace_id, weeks | kin_weeks(done))
    mark_changed(workspace_id, done)


def _ask(serving: Classifier, learnt: Learner) -> None:
    """Choose the tickets whose labels would teach the most."""
    tickets = worded(doubtful(Ticket.objects.filter(workspace_id=serving.workspace_id))).select_related("shop")
    newest = list(tickets.order_by("-opened_at", "-pk")[:LOOKED_AT])
    texts = texts_of(newest)
    newest = [one for one in newest if texts[one.pk].strip()]
    asks = learnt.asks([texts[one.pk] for one in newest], [context_of(one) for one in newest])
    found = [[newest[row].pk, [list(choice) for choice in choices]] for row, choices in asks]
    Classifier.objects.filter(pk=serving.pk).update(asks=found, asks_stale=False)
