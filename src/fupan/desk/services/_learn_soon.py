"""When the classifier has work: after so many labels of persons it learns, after an import it reads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from fupan.core.jobs import enqueue
from fupan.core.models import Event
from fupan.desk.models import Classifier, ClassifierState, IssueType, LabelSource, Ticket

EVERY = 25  # corrections after which it learns again


def learn_soon(workspace_id: int, *, added: int) -> None:
    """Have the classifier learn once every 25 corrections."""
    newest = Classifier.objects.filter(workspace_id=workspace_id).order_by("-number")
    seen = newest.values_list("seen_event", flat=True).first() or 0
    now = Event.objects.filter(workspace_id=workspace_id, name="desk.labelled", pk__gt=seen).count()
    if now // EVERY != (now - added) // EVERY:
        transaction.on_commit(partial(enqueue, "fupan.desk.tasks.learn", workspace_id))


def label_later(workspace_id: int) -> None:
    """Have the classifier, if one serves, read what has arrived."""
    if Classifier.objects.filter(workspace_id=workspace_id, state=ClassifierState.SERVING).exists():
        transaction.on_commit(partial(enqueue, "fupan.desk.tasks.label_waiting", workspace_id))


def suggested_for(workspace_id: int, tickets: Sequence[Ticket]) -> dict[int, str]:
    """Ticket id -> the code the serving classifier gave it, or put first when it asked about it."""
    serving = Classifier.objects.filter(workspace_id=workspace_id, state=ClassifierState.SERVING)
    asks = serving.values_list("asks", flat=True).first()
    if asks is None:
        return {}
    found = {pk: choices[0][0] for pk, choices in asks if choices}
    given = {one.pk: one.issue_type_id for one in tickets if one.label_source == LabelSource.MODEL}
    codes = dict(IssueType.objects.filter(pk__in=set(given.values())).values_list("pk", "code"))
    found |= {pk: codes[issue] for pk, issue in given.items() if issue in codes}
    return {one.pk: found[one.pk] for one in tickets if one.pk in found}
