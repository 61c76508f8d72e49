"""Label again with the rules as they stand now: tickets no person and no marketplace labelled.

What the classifier labelled stays unless a rule is sure now; the classifier reads its own again afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from fupan.core import stale
from fupan.core.events import record
from fupan.desk.compute import DOUBTFUL, LabelBook, suggest
from fupan.desk.linking import chunks
from fupan.desk.models import LabelSource, Ticket
from fupan.desk.services._changed import mark_changed
from fupan.desk.services._incidents import homes_of, kin_weeks, rearrange
from fupan.desk.services._learn_soon import label_later
from fupan.desk.services._material import context_of
from fupan.desk.services._numbers import lock
from fupan.desk.texts import texts_of
from fupan.people.models import Member, Workspace

_OURS = (LabelSource.NONE, LabelSource.RULE, LabelSource.MODEL)


def relabel_by_rules(workspace: Workspace, *, by: Member | None) -> int:
    """Apply today's rules and codes to tickets that nobody labelled by hand; how many changed."""
    book = LabelBook.of(workspace.pk)
    wanting = Ticket.objects.filter(workspace=workspace, label_source__in=_OURS)
    changed = sum(_relabel(book, workspace, ids) for ids in chunks(list(wanting.values_list("pk", flat=True)), 1000))
    with transaction.atomic():
        record("desk.relabelled", workspace, by=by, tickets=changed)
        if changed:
            label_later(workspace.pk)
    return changed


@transaction.atomic
def _relabel(book: LabelBook, workspace: Workspace, ids: Sequence[int]) -> int:
    lock(workspace.pk)
    tickets = list(Ticket.objects.filter(pk__in=ids, label_source__in=_OURS).select_related("shop"))
    texts = texts_of(tickets)
    contexts = [context_of(one) for one in tickets]
    moved: dict[tuple[int | None, str, float | None], list[int]] = {}
    for ticket, label in zip(tickets, suggest(book, [texts[one.pk] for one in tickets], contexts), strict=True):
        issue = book.issues.get(label.issue)
        learnt = ticket.label_source == LabelSource.MODEL and (label.confidence or 0) < DOUBTFUL
        if issue != ticket.issue_type_id and not learnt:
            source = label.source if issue else LabelSource.NONE
            moved.setdefault((issue, source, label.confidence if issue else None), []).append(ticket.pk)
    for (issue, source, confidence), pks in moved.items():
        rows = Ticket.objects.filter(pk__in=pks)
        rows.update(issue_type_id=issue, label_source=source, label_confidence=confidence)
    done = [pk for pks in moved.values() for pk in pks]
    weeks = kin_weeks(done) | rearrange(workspace.pk, homes_of(workspace.pk, done))
    stale.mark(workspace.pk, weeks | kin_weeks(done))
    mark_changed(workspace.pk, done)
    return len(done)
