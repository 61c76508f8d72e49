"""Verbs of cases while they are written: begin, edit, link, take back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Ticket
from fupan.library.drafts import CaseDraft
from fupan.library.models import Case, CaseRevision, CaseTicket, State
from fupan.library.queries.content import content_of
from fupan.library.queries.drafting import draft_of, written_from
from fupan.library.services._common import (
    buyers_of,
    case_to_edit,
    lock,
    need,
    next_number,
    same_version,
    ticket_for,
)
from fupan.library.services._telling import tell_proof
from fupan.library.services._values import clean, set_tags, stored
from fupan.people.models import Member
from fupan.people.policies import may

REF_KINDS = ("problem", "action", "meeting")
MOST_REFS = 20


@transaction.atomic
def create_case(draft: CaseDraft, *, by: Member, ticket_ids: tuple[int, ...] = ()) -> Case:
    """Begin a case; it is a draft until a reviewer has passed it."""
    need(by, "write_cases")
    tickets = [ticket_for(pk, by) for pk in ticket_ids]
    values = stored(draft, by, buyers_of(tickets))
    lock(by.workspace_id)
    now = clock.now()
    case = Case.objects.create(
        workspace_id=by.workspace_id, number=next_number(Case, by.workspace_id), author=by, made_at=now, edited_at=now,
        **values,
    )  # fmt: skip
    set_tags(case, draft.tags)
    CaseTicket.objects.bulk_create(CaseTicket(case=case, ticket=one, source=True, by=by, at=now) for one in tickets)
    _revise(case, by, "")
    record("library.case_begun", case, by=by, tickets=[one.pk for one in tickets])
    return case


@transaction.atomic
def draft_case(ticket_id: int, *, by: Member) -> Case:
    """Begin a case from a ticket with everything known filled in; one already begun from it is handed back."""
    need(by, "write_cases")
    lock(by.workspace_id)
    ticket = ticket_for(ticket_id, by)
    known = written_from(by, ticket)
    if known is not None:
        return known
    draft = draft_of(ticket)
    if not may(by, "see_money"):
        draft = replace(draft, cost=None, currency="")
    return create_case(draft, by=by, ticket_ids=(ticket.pk,))


@transaction.atomic
def edit_case(case_id: int, draft: CaseDraft, *, by: Member, version: int | None = None, note: str = "") -> Case:
    """Save a case anew; what was published and is changed by a writer goes through review again."""
    case = case_to_edit(case_id, by)
    same_version(case.version, version)
    names = buyers_of([link.ticket for link in case.links.select_related("ticket")])
    before = content_of(case)
    values = stored(draft, by, names)
    if not may(by, "see_money"):
        values |= {"cost": case.cost, "currency": case.currency}
    for name, value in values.items():
        setattr(case, name, value)
    set_tags(case, draft.tags)
    if content_of(case) != before:
        case.version += 1
        _again(case, by)
        _revise(case, by, clean(note, names)[:160])
    case.edited_at = clock.now()
    case.save()
    record("library.case_edited", case, by=by, version=case.version)
    return case


def _again(case: Case, by: Member) -> None:
    """A writer's change of what stands in the library waits for a reviewer."""
    if case.state in (State.PUBLISHED, State.STALE) and not may(by, "review_cases"):
        case.state, case.submitted_at = State.IN_REVIEW, clock.now()


def _revise(case: Case, by: Member, note: str) -> None:
    CaseRevision.objects.create(
        case=case, number=case.version, content=content_of(case), note=note, by=by, at=clock.now()
    )


@transaction.atomic
def drop_draft(case_id: int, *, by: Member) -> None:
    """Throw a draft away that was never published; its debt is owed again."""
    case = case_to_edit(case_id, by)
    if case.published_at is not None or case.state not in (State.DRAFT, State.IN_REVIEW):
        raise Refused(_("What was published is archived, not thrown away."), code="was-published")
    if case.author_id != by.pk and not may(by, "review_cases"):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")
    record("library.case_dropped", case, by=by, number=case.number)
    Case.objects.filter(pk=case.pk).delete()


@transaction.atomic
def link_case(case_id: int, *, ticket_id: int, by: Member) -> CaseTicket:
    """One more ticket like it."""
    case = case_to_edit(case_id, by)
    ticket: Ticket = ticket_for(ticket_id, by)
    link, made = CaseTicket.objects.get_or_create(case=case, ticket=ticket, defaults={"by": by, "at": clock.now()})
    if made:
        record("library.ticket_linked", case, by=by, ticket=ticket.pk)
    return link


@transaction.atomic
def unlink_case(case_id: int, *, ticket_id: int, by: Member) -> None:
    """It is not like it after all; the ticket a case was written from stays."""
    case = case_to_edit(case_id, by)
    gone, _per_model = case.links.filter(ticket_id=ticket_id, source=False).delete()
    if gone:
        record("library.ticket_unlinked", case, by=by, ticket=ticket_id)


@transaction.atomic
def refer(case_id: int, *, kind: str, ref_id: int, title: str, by: Member | None) -> Case:
    """Name a problem, an action or a meeting that belongs to a case; the same one anew brings its title up to date."""
    case = case_to_edit(case_id, by) if by is not None else Case.objects.select_for_update().get(pk=case_id)
    if kind not in REF_KINDS:
        raise Refused(_("A case refers to problems, actions and meetings."), code="no-such-kind")
    rest = [one for one in case.refs if (one["kind"], one["id"]) != (kind, ref_id)]
    if len(rest) >= MOST_REFS:
        raise Refused(_("At most %(most)s references.") % {"most": MOST_REFS}, code="too-many")
    case.refs = [*rest, {"kind": kind, "id": ref_id, "title": clean(title, ())[:160]}]
    case.save(update_fields=["refs"])
    record("library.referred", case, by=by, kind=kind, ref=ref_id)
    return case


@transaction.atomic
def unrefer(case_id: int, *, kind: str, ref_id: int, by: Member) -> Case:
    """Take such a reference away."""
    case = case_to_edit(case_id, by)
    case.refs = [one for one in case.refs if (one["kind"], one["id"]) != (kind, ref_id)]
    case.save(update_fields=["refs"])
    record("library.unreferred", case, by=by, kind=kind, ref=ref_id)
    return case


@transaction.atomic
def prove_case(case_id: int, *, action: int, title: str, told: Mapping[str, Any], check: int) -> Case:
    """An action that belongs to a case was judged: the case carries the verdict; said anew, it replaces the old one."""
    case = Case.objects.select_for_update(of=("self",)).select_related("author__user").get(pk=case_id)
    proof = {
        "kind": "action",
        "id": action,
        "title": clean(f"A-{action:03d} {title}", ())[:160],
        "check": check,
        **told,
    }
    if proof in case.refs:
        return case
    case.refs = [*(one for one in case.refs if (one["kind"], one["id"]) != ("action", action)), proof][-MOST_REFS:]
    case.save(update_fields=["refs"])
    record("library.case_proved", case, by=None, action=action, verdict=told.get("verdict"))
    tell_proof(case, told, once=f"proved:{action}:{told.get('verdict')}")
    return case
