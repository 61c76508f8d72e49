"""Cases, for programs."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from typing import Annotated, Any

from django.db import transaction
from django.http import Http404
from ninja import Path, Query, Router

from fupan.core import cursor
from fupan.core.schemas import Page, answers
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.library import services
from fupan.library.drafts import CaseDraft, Step
from fupan.library.finding.sources import SOURCES
from fupan.library.models import Case
from fupan.library.policies import cases_seen_by
from fupan.library.queries import cases as asked
from fupan.library.queries.drafting import draft_of
from fupan.library.queries.searching import Found, Hit, asked_of, found
from fupan.library.queries.uses import with_uses
from fupan.library.schemas import AskedCases, AskedSearch, CaseIn, CaseOut, SearchOut
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.people.tokens import TokenAuth, TokenRequest, caller

cases = Router(tags=["cases"])
search = Router(tags=["search"])
READ = TokenAuth("cases:read", right="see_library")
WRITE = TokenAuth("cases:write", right="write_cases")
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@cases.get("", auth=READ, response=answers(Page[CaseOut]), summary="Cases, newest first")
def list_cases(request: TokenRequest, told: Query[AskedCases]) -> dict[str, Any]:
    member = caller(request)
    rows = with_uses(asked.related(asked.filtered(member, request.GET)))
    found, after = cursor.page(rows, cursor=told.cursor, limit=told.limit)
    return {"items": [_told(one, member) for one in found], "next": after}


@cases.get("/{number}", auth=READ, response=answers(CaseOut), summary="A case")
def get_case(request: TokenRequest, number: Number) -> dict[str, Any]:
    return _told(_case(caller(request), number), caller(request))


@cases.post("", auth=WRITE, response=answers(CaseOut, status=201), summary="Begin a case")
def create_case(request: TokenRequest, told: CaseIn) -> tuple[int, dict[str, Any]]:
    """A draft; people complete it and hand it in for review."""
    member = caller(request)
    with transaction.atomic():
        ticket = _ticket(member, told.ticket) if told.ticket is not None else None
        draft = _draft(told, draft_of(ticket) if ticket else CaseDraft(), member)
        made = services.create_case(draft, by=member, ticket_ids=(ticket.pk,) if ticket else ())
    return 201, _told(_case(member, made.number), member)


def _draft(told: CaseIn, known: CaseDraft, member: Member) -> CaseDraft:
    """What the program says, over what the ticket tells."""
    plain = told.dict(exclude={"ticket", "steps", "points", "tags", "order_number"})
    said = {name: value for name, value in plain.items() if value not in ("", None)}
    if told.order_number:
        said["order_masked"] = told.order_number
    if told.steps:
        said["steps"] = tuple(Step(one.do, one.note) for one in told.steps)
    if told.points:
        said["points"] = tuple(told.points)
    if told.tags:
        said["tags"] = tuple(told.tags)
    if not may(member, "see_money"):
        said |= {"cost": None, "currency": ""}
    return replace(known, **said)


def _ticket(member: Member, number: int) -> Ticket:
    found = (
        tickets_seen_by(member).select_related("shop", "listing__product", "issue_type").filter(number=number).first()
    )
    if found is None:
        raise Http404
    return found


def _case(member: Member, number: int) -> Case:
    found = with_uses(asked.related(cases_seen_by(member))).filter(number=number).first()
    if found is None:
        raise Http404
    return found


def _told(case: Case, member: Member) -> dict[str, Any]:
    same = ("number", "state", "version", "title", "happened_on", "demand", "quote", "quote_language",
            "cause_confirmed", "cause_text", "steps", "wording", "wording_language", "points", "outcome",
            "outcome_text", "lessons", "avoid", "suggestion", "published_at")  # fmt: skip
    money = may(member, "see_money")
    return {name: getattr(case, name) for name in same} | {
        "issue_type": case.issue_type.code if case.issue_type else None, "shop": case.shop_id,
        "product": case.product.code if case.product else None, "batch": case.batch.code if case.batch else None,
        "order_number": case.order_masked if may(member, "see_buyers") else "",
        "cause": case.cause.code if case.cause else None, "cost": case.cost if money else None,
        "currency": case.currency if money else "", "evidence": case.evidence.count(),
        "tags": sorted(tag.name for tag in case.tags.all()), "author": str(case.author) if case.author else None,
        "uses": int(getattr(case, "used", 0)), "tickets": [one.ticket.number for one in asked.tickets_of(member, case)],
    }  # fmt: skip


@search.get("", auth=READ, response=answers(SearchOut), summary="Search cases, articles, templates and tickets")
def search_everything(request: TokenRequest, told: Query[AskedSearch]) -> dict[str, Any]:
    """Best first, 20 a page. Tickets are searched with a token that may read tickets as well."""
    member = caller(request)
    scopes = request.auth.scopes
    open_kinds = [source.kind for source in SOURCES if source.kind != "ticket" or "tickets:read" in scopes]
    asked = asked_of(member, request.GET)
    kinds = tuple(kind for kind in open_kinds if not told.kind or kind in told.kind)
    answer = found(member, replace(asked, kinds=kinds)) if kinds else Found(asked.text)
    return {
        "total": answer.total, "lenient": answer.lenient, "ready": answer.ready,
        "kinds": {kind: count for kind, count in answer.kinds.items() if kind in open_kinds},
        "items": [_hit(request, hit) for hit in answer.hits],
    }  # fmt: skip


def _hit(request: TokenRequest, hit: Hit) -> dict[str, Any]:
    one = hit.shown
    snippet = unescape(hit.snippet.replace("<mark>", "«").replace("</mark>", "»"))
    return {
        "kind": one.kind, "number": one.label, "title": one.title, "snippet": snippet, "about": one.about,
        "tags": one.tags, "url": request.build_absolute_uri(one.url), "at": one.at,
    }  # fmt: skip
