"""Finding what a verb is about: seen by who asks, locked, and theirs to change; and texts without personal data."""

from __future__ import annotations

from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.core.redact import redact
from fupan.desk.models import Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.library.models import Article, Case
from fupan.library.policies import articles_seen_by, cases_seen_by, may_edit_case
from fupan.people.models import Member, Workspace
from fupan.people.policies import may


def case_for(case_id: int, by: Member | None) -> Case:
    """The case, locked, for those who may read it; `by` None is the product itself."""
    rows = Case.objects.all() if by is None else cases_seen_by(by)
    return rows.select_for_update(of=("self",)).select_related("workspace").get(pk=case_id)


def case_to_edit(case_id: int, by: Member) -> Case:
    case = case_for(case_id, by)
    if not may_edit_case(by, case):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")
    return case


def article_for(article_id: int, by: Member | None, right: str = "") -> Article:
    """The article, locked, for those who may read it, and have the right."""
    rows = Article.objects.all() if by is None else articles_seen_by(by)
    found = rows.select_for_update(of=("self",)).select_related("workspace").get(pk=article_id)
    if by is not None and right:
        need(by, right)
    return found


def ticket_for(ticket_id: int, by: Member | None) -> Ticket:
    rows = Ticket.objects.all() if by is None else tickets_seen_by(by)
    return rows.get(pk=ticket_id)


def need(by: Member, right: str) -> None:
    if not may(by, right):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")


def need_words(text: str, words: str, code: str, most: int = 300) -> str:
    """What somebody must say, without blanks round it and without personal data."""
    said = redact(text.replace("\x00", "").strip())[:most]
    if not said:
        raise Refused(words, code=code)
    return said


def same_version(now: int, seen: int | None) -> None:
    """Refused when somebody else saved meanwhile; nobody overwrites unseen."""
    if seen is not None and seen != now:
        raise Refused(
            _("Somebody else has saved this meanwhile. Their version stands beside yours; save again to replace it."),
            code="changed-meanwhile",
        )


def lock(workspace_id: int) -> None:
    """One at a time per workspace: numbers are given once."""
    Workspace.objects.select_for_update().filter(pk=workspace_id).first()


def next_number(model: Any, workspace_id: int) -> int:
    last: int | None = model.objects.filter(workspace_id=workspace_id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def buyers_of(tickets: list[Ticket]) -> tuple[str, ...]:
    """Names that must not stand in a text written about these tickets."""
    return tuple(ticket.buyer_name for ticket in tickets if ticket.buyer_name)
