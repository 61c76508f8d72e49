"""Verbs of evidence: what a why rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.desk.policies import tickets_seen_by
from fupan.people.models import Member
from fupan.review.models import EvidenceKind, Why, WhyEvidence, WhyState
from fupan.review.policies import whys_seen_by
from fupan.review.queries.figures import measured_as_evidence
from fupan.review.services._mine import why_for

MOST_TICKETS = 200


@transaction.atomic
def add_evidence(
    why_id: int,
    *,
    kind: str,
    by: Member,
    label: str = "",
    url: str = "",
    tickets: Iterable[int] = (),
    metric: str = "",
    slice: str = "",
    week: str = "",
) -> WhyEvidence:
    """Hold up tickets (by number), a number of a slice and week as it stands now, a link, or a noted finding."""
    why = why_for(why_id, by, "work_problems")
    words = label.strip()[:160]
    told: dict[str, Any] = {"label": words}
    numbers: list[int] = []
    if kind == EvidenceKind.TICKETS:
        numbers = sorted(set(tickets))
        _few(numbers)
    elif kind == EvidenceKind.NUMBER:
        told |= _number(by, metric, slice, week)
    elif kind == EvidenceKind.LINK:
        told["url"] = _address(url)
    elif kind == EvidenceKind.NOTE:
        if not words:
            raise Refused(_("Note what was found, and where."), code="no-words")
    else:
        raise Refused(_("Evidence is tickets, a number, a link or a note."), code="no-such-kind")
    found = list(tickets_seen_by(by).filter(number__in=numbers)) if numbers else []
    if kind == EvidenceKind.TICKETS and not found:
        raise Refused(_("None of these tickets is known here."), code="no-tickets")
    evidence = WhyEvidence.objects.create(why=why, kind=kind, by=by, at=clock.now(), **told)
    evidence.tickets.set(found)
    record("review.evidence_added", why.problem, by=by, why=why.pk, kind=kind, evidence=evidence.pk)
    return evidence


@transaction.atomic
def drop_evidence(evidence_id: int, *, by: Member) -> Why:
    """Take evidence back; a confirmed cause keeps at least one piece."""
    evidence = WhyEvidence.objects.filter(why__in=whys_seen_by(by)).get(pk=evidence_id)
    why = why_for(evidence.why_id, by, "work_problems")
    if why.state == WhyState.CONFIRMED and why.evidence.count() == 1:
        raise Refused(_("A confirmed cause rests on it. Unconfirm the cause first."), code="last-evidence")
    evidence.delete()
    record("review.evidence_dropped", why.problem, by=by, why=why.pk, evidence=evidence_id)
    return why


def _few(numbers: list[int]) -> None:
    if not numbers:
        raise Refused(_("Name at least one ticket, like T-48302."), code="no-tickets")
    if len(numbers) > MOST_TICKETS:
        raise Refused(_("At most %(count)s tickets at a time.") % {"count": MOST_TICKETS}, code="too-many")


def _number(by: Member, metric: str, slice: str, week: str) -> dict[str, Any]:
    try:
        where = Slice.parse(slice)
    except ValueError as unknown:
        raise Refused(_("This is not a slice; write it like country=DE."), code="not-a-slice") from unknown
    if len(str(where)) > 300:
        raise Refused(_("This slice has too many conditions."), code="not-a-slice")
    period = weeks.week_period(weeks.parse_week(week)) if week else None
    frozen = measured_as_evidence(by, metric, where.as_dict(), period)
    if frozen is None:
        raise Refused(_("There is no value of this number there: nothing was counted."), code="no-value")
    return {"metric": metric, "slice": str(where), "frozen": frozen}


def _address(url: str) -> str:
    address = url.strip()
    try:
        URLValidator(schemes=["http", "https"])(address)
    except ValidationError as wrong:
        raise Refused(_("Give the whole address, beginning with https://"), code="no-address") from wrong
    if len(address) > 500:
        raise Refused(_("This address is too long."), code="no-address")
    return address
