"""What the search page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from fupan.commerce.models import Shop
from fupan.commerce.policies import shops_seen_by
from fupan.desk.queries.filters import one, several
from fupan.library.case_pages import chosen, tabs
from fupan.library.finding.asking import Asked
from fupan.library.models import Search
from fupan.library.queries.searching import DEEPEST, SIZE, Found, Hit
from fupan.people.models import Member
from fupan.people.policies import may

KINDS = {
    "case": (pgettext_lazy("library", "Cases"), "books"),
    "article": (gettext_lazy("Articles"), "checklist"),
    "template": (gettext_lazy("Templates"), "message"),
    "ticket": (gettext_lazy("Tickets"), "inbox"),
}
EXAMPLES = (
    gettext_lazy("won’t charge"), gettext_lazy("refund"), gettext_lazy("parcel lost"), gettext_lazy("size too small"),
)  # fmt: skip


class Cut(Sequence[Hit]):
    """One page of hits that stands for all of them."""

    def __init__(self, hits: list[Hit], total: int) -> None:
        self._hits, self._total = hits, max(min(total, SIZE * DEEPEST), len(hits))

    def __len__(self) -> int:
        return self._total

    def __getitem__(self, asked: Any) -> Any:
        return self._hits


def results(member: Member, params: QueryDict, asked: Asked, found: Found, search: Search | None) -> dict[str, Any]:
    """The hits with what they can be narrowed by."""
    page = Paginator(Cut(found.hits, found.total), SIZE).get_page(asked.offset // SIZE + 1)
    narrowed = bool(asked.kinds or asked.tags or asked.shop) or asked.issues is not None
    return {
        "tabs": tabs(member), "found": found, "page": page, "search": search, "q": asked.text, "narrowed": narrowed,
        "asked": bool(asked.text or asked.tags) or asked.issues is not None, "beside": one(params, "ticket"),
        "kinds": [(kind, *KINDS[kind], count) for kind, count in found.kinds.items()], "kind": one(params, "kind"),
        "every_kind": sum(found.kinds.values()), "issue": one(params, "issue_type"), "tagged": several(params, "tag"),
        "sort": one(params, "sort"), "sorts": [("", _("Best first")), ("new", _("Newest first"))],
        "shop": one(params, "shop"), "shops": _shops(member), "chosen": chosen(member, params),
        "filters": params.urlencode(), "examples": [str(words) for words in EXAMPLES],
        "may_edit": may(member, "edit_articles"),
    }  # fmt: skip


def _shops(member: Member) -> list[Shop]:
    """To choose from, where there is a choice."""
    shops = list(shops_seen_by(member))
    return shops if len(shops) > 1 else []
