"""The review pack, for programs."""

from __future__ import annotations

from typing import Annotated

from django.http import Http404
from ninja import Path, Router

from fupan.briefing import packs
from fupan.briefing.schemas import PackOut
from fupan.core.schemas import answers
from fupan.people.tokens import TokenAuth, TokenRequest, caller

reviews = Router(tags=["reviews"])
Label = Annotated[str, Path(pattern=r"^20\d\d-(W\d\d|\d\d)$", description="2026-W46 or 2026-11")]


@reviews.get(
    "/{label}", auth=TokenAuth("reviews:read", right="see_reviews"), response=answers(PackOut), summary="A review pack"
)
def get_pack(request: TokenRequest, label: Label) -> packs.Pack:
    period = packs.known_period(label)
    if period is None:
        raise Http404
    return packs.pack_for(caller(request), period)
