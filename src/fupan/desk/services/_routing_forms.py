"""Conditions and effects of a rule, as they are kept: known names only, values that exist."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.desk.compute.sending_on import LISTS
from fupan.desk.models import IssueType
from fupan.people.models import Member

MOST_WORDS = 40


def checked_conditions(told: Mapping[str, Any], by: Member) -> dict[str, Any]:
    """What has to hold, all of it; refused when nothing does."""
    kept: dict[str, Any] = {}
    for name in LISTS:
        values = list(dict.fromkeys(str(one).strip() for one in told.get(name) or () if str(one).strip()))
        if values:
            kept[name] = values[:MOST_WORDS]
    least = told.get("from_value")
    if least not in (None, ""):
        kept["from_value"] = str(_amount(least))
    if not kept:
        raise Refused(_("A rule needs a condition."), code="no-condition")
    _known_issues(kept.get("issues", []), by)
    return kept


def checked_effects(told: Mapping[str, Any], by: Member) -> dict[str, Any]:
    """What is then done; refused when nothing is."""
    kept: dict[str, Any] = {}
    if told.get("tier"):
        if int(told["tier"]) not in {1, 2}:
            raise Refused(_("There are two tiers: 1 and 2."), code="no-such-tier")
        kept["tier"] = int(told["tier"])
    if told.get("member"):
        members = Member.objects.filter(workspace_id=by.workspace_id, active=True, pk=int(told["member"]))
        if not members.exists():
            raise Refused(_("This person does not work here."), code="not-a-member")
        kept["member"] = int(told["member"])
    if told.get("issue"):
        _known_issues([told["issue"]], by)
        kept["issue"] = told["issue"]
    tags = sorted({" ".join(str(one).split())[:60] for one in told.get("tags") or () if str(one).strip()})
    if tags:
        kept["tags"] = tags
    if not kept:
        raise Refused(_("Say what the rule does."), code="no-effect")
    return kept


def _known_issues(codes: list[str], by: Member) -> None:
    known = set(IssueType.objects.filter(workspace_id=by.workspace_id, code__in=codes).values_list("code", flat=True))
    unknown = [code for code in codes if code not in known]
    if unknown:
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": unknown[0]}, code="not-in-the-tree")


def _amount(told: Any) -> Decimal:
    try:
        amount = Decimal(str(told))
    except InvalidOperation as wrong:
        raise Refused(_("“%(value)s” is not an amount.") % {"value": told}, code="not-an-amount") from wrong
    if amount < 0 or not amount.is_finite():
        raise Refused(_("An amount is not negative."), code="negative-amount")
    return amount
