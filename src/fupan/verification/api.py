"""Verdicts, for programs."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from fupan.core.cursor import page
from fupan.core.schemas import Page, answers
from fupan.people.policies import may
from fupan.people.tokens import TokenAuth, TokenRequest, caller
from fupan.verification.policies import checks_seen_by
from fupan.verification.queries.checks import rich
from fupan.verification.queries.plain import plain_of
from fupan.verification.schemas import AskedVerdicts, VerdictOut

verdicts = Router(tags=["verdicts"])


@verdicts.get("", auth=TokenAuth("metrics:read"), response=answers(Page[VerdictOut]), summary="Did the actions work")
def list_verdicts(request: TokenRequest, asked: Query[AskedVerdicts]) -> dict[str, Any]:
    member = caller(request)
    rows = checks_seen_by(member)
    found, more = page(
        rich(rows.filter(state=asked.state) if asked.state else rows), cursor=asked.cursor, limit=asked.limit
    )
    money = may(member, "see_money")
    shown = may(member, "see_reviews")
    return {"items": [plain_of(one, money=money) for one in found if shown], "next": more}
