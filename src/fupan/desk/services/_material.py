"""What there is to learn from: labels of persons and sheets, and the waiting tickets beside them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from django.db.models import Max, QuerySet

from fupan.core.models import Event
from fupan.desk.compute import Context, learning
from fupan.desk.compute.learning import Lesson
from fupan.desk.models import PRAISE, LabelSource, Ticket
from fupan.desk.queries.labelling import worded
from fupan.desk.texts import texts_of

MOST = 4000  # labelled tickets learnt from, persons' first, the newest of them
POOL = 2000  # unlabelled tickets read beside them
APART = 5  # one in so many labels is kept apart when versions are compared
COMPARED = 1000
FEW = 5  # tickets below which nothing is compared
LEAST_POOL = 50  # tickets with words, before names and keywords alone are worth a version


@dataclass(frozen=True, slots=True)
class Material:
    """`apart`: whether the lesson of the same place is kept apart from what versions are compared by."""

    classes: dict[str, dict[str, Any]]
    lessons: list[Lesson]
    persons: int
    apart: list[bool]
    of_person: list[bool]
    pool: list[str]
    digest: str
    seen_event: int

    @property
    def enough(self) -> bool:
        return bool(self.classes) and (bool(self.lessons) or len(self.pool) >= LEAST_POOL)

    @property
    def compared(self) -> list[Lesson]:
        """Tickets that no twin ever learnt from: corrections, or sheets' labels where there are none."""
        for wanted in ([True], [True, False]):
            rows = zip(self.lessons, self.apart, self.of_person, strict=True)
            found = [one for one, apart, person in rows if apart and person in wanted]
            found = [one for one in found if one.code != learning.NOTHING_FITS]
            if len(found) >= FEW:
                return found[:COMPARED]
        return []

    @property
    def apart_from(self) -> list[Lesson]:
        return [one for one, apart in zip(self.lessons, self.apart, strict=True) if not apart]

    def texts(self) -> list[str]:
        return [*learning.phrases_in(self.classes), *(one.text for one in self.lessons), *self.pool]


def material(workspace_id: int, names: Sequence[str]) -> Material:
    """Everything a version learns from, and a digest that tells whether another version learnt from the same."""
    tickets = Ticket.objects.filter(workspace_id=workspace_id)
    seen = Event.objects.filter(workspace_id=workspace_id).aggregate(last=Max("pk"))["last"] or 0
    rows = _labelled(tickets, LabelSource.PERSON, MOST)
    persons = len(rows)
    rows += _labelled(tickets, LabelSource.SHEET, MOST - persons)
    texts = texts_of(rows)
    rows = [one for one in rows if texts[one.pk].strip()]
    lessons = [Lesson(texts[one.pk], one.issue_type.code, context_of(one)) for one in rows if one.issue_type]
    classes = learning.classes_of(workspace_id, {one.code for one in lessons})
    told = [(one.pk, lesson.code) for one, lesson in zip(rows, lessons, strict=True)]
    digest = hashlib.sha256(json.dumps([sorted(told), classes, list(names)], sort_keys=True).encode()).hexdigest()
    labelled = (LabelSource.PERSON, LabelSource.SHEET)
    beside = list(
        worded(tickets.exclude(label_source__in=labelled).exclude(PRAISE)).order_by("-opened_at", "-pk")[:POOL]
    )
    return Material(
        classes=classes,
        lessons=lessons,
        persons=sum(one.label_source == LabelSource.PERSON for one in rows),
        apart=[crc32(str(one.pk).encode()) % APART == 0 for one in rows],
        of_person=[one.label_source == LabelSource.PERSON for one in rows],
        pool=[text for text in texts_of(beside).values() if text.strip()],
        digest=digest,
        seen_event=seen,
    )


def _labelled(tickets: QuerySet[Ticket], source: str, most: int) -> list[Ticket]:
    found = worded(tickets.filter(label_source=source, issue_type__retired_at=None, issue_type__isnull=False))
    return list(found.select_related("issue_type", "shop").order_by("-opened_at", "-pk")[: max(0, most)])


def context_of(ticket: Ticket) -> Context:
    return Context(ticket.kind, ticket.reason_code, "", ticket.language, ticket.shop.country, ticket.stars)
