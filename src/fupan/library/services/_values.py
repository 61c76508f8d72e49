"""From what was filled in to what is stored: codes looked up, texts redacted, tags made."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from fupan.commerce.models import Batch, Product, Shop
from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.core.errors import Refused
from fupan.core.redact import redact
from fupan.desk.models import Cause, IssueType, Tag
from fupan.library.drafts import MOST_STEPS, CaseDraft, masked
from fupan.library.models import Outcome
from fupan.people.models import Member

MOST_POINTS, MOST_TAGS, MOST_TEXT = 20, 12, 5000
TEXTS = ("demand", "quote", "quote_gloss", "cause_text", "wording", "outcome_text", "lessons", "avoid", "suggestion")
SHORT = ("title", "check_when")
PLAIN = ("happened_on", "took", "quote_language", "cause_confirmed", "wording_language", "cost", "currency", "check_on")


def stored(draft: CaseDraft, by: Member, names: tuple[str, ...]) -> dict[str, Any]:
    """The columns of a case; what is not known here is refused by its name."""
    title = clean(draft.title, names)[:160]
    if not title:
        raise Refused(_("Give the case a title: the lesson in one line."), code="no-title")
    if draft.outcome and draft.outcome not in Outcome.values:
        raise Refused(_("“%(outcome)s” is not an outcome.") % {"outcome": draft.outcome}, code="no-such-outcome")
    if draft.cost is not None and draft.cost < 0:
        raise Refused(_("A cost is not negative."), code="negative-cost")
    product = _product(draft.product, by)
    values: dict[str, Any] = {name: getattr(draft, name) for name in PLAIN}
    values |= {name: clean(getattr(draft, name), names)[:MOST_TEXT] for name in TEXTS}
    steps = [
        {"do": clean(one.do, names)[:300], "note": clean(one.note, names)[:1000]} for one in draft.steps[:MOST_STEPS]
    ]
    return values | {
        "title": title, "check_when": clean(draft.check_when, names)[:160], "outcome": draft.outcome,
        "issue_type": _node(IssueType, draft.issue_type, by), "cause": _node(Cause, draft.cause, by),
        "cause_guess": _node(Cause, draft.cause_guess, by), "shop": _shop(draft.shop, by), "product": product,
        "batch": _batch(draft.batch, product), "order_masked": masked(draft.order_masked)[:64],
        "steps": [one for one in steps if one["do"]],
        "points": [text for one in draft.points[:MOST_POINTS] if (text := clean(one, names)[:300])],
    }  # fmt: skip


def clean(text: str, names: tuple[str, ...]) -> str:
    """Text without personal data."""
    return redact(text.replace("\x00", "").strip(), names=names)


def _node(model: Any, code: str, by: Member) -> Any:
    if not code:
        return None
    node = model.objects.filter(workspace_id=by.workspace_id, code=code).first()
    if node is None:
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": code}, code="not-in-the-tree")
    return node


def _shop(pk: int | None, by: Member) -> Shop | None:
    if pk is None:
        return None
    shop = shops_seen_by(by).filter(pk=pk).first()
    if shop is None:
        raise Refused(_("There is no such shop."), code="no-such-shop")
    return shop


def _product(code: str, by: Member) -> Product | None:
    if not code:
        return None
    product = products_seen_by(by).filter(code=code).first()
    if product is None:
        raise Refused(_("There is no product “%(code)s”.") % {"code": code}, code="no-such-product")
    return product


def _batch(code: str, product: Product | None) -> Batch | None:
    if not code.strip():
        return None
    batch = product.batches.filter(code=code.strip()).first() if product else None
    if batch is None:
        raise Refused(_("The product has no batch “%(code)s”.") % {"code": code}, code="no-such-batch")
    return batch


def set_tags(thing: Any, names: tuple[str, ...]) -> None:
    """These tags and no others; new ones are made."""
    wanted = list(dict.fromkeys(name.replace("\x00", "").strip().lstrip("#＃")[:60] for name in names))[:MOST_TAGS]
    workspace_id = thing.workspace_id
    tags = [Tag.objects.get_or_create(workspace_id=workspace_id, name=name)[0] for name in wanted if name]
    thing.tags.set(tags)
