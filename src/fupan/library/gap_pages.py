"""What the page of gaps shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.core import figures
from fupan.library.case_pages import tabs
from fupan.library.models import Lack, LackKind
from fupan.library.queries.lacks import WINDOW, looked_at
from fupan.people.models import Member
from fupan.people.policies import may


@dataclass(slots=True)
class Row:
    """A lack with why it is one, and the tickets or searches behind its number."""

    lack: Lack
    why: list[str]
    url: str  # the tickets counted
    back: bool  # it was dismissed, and has doubled since


def listing(member: Member, page: Page[Any], *, dismissed: bool) -> dict[str, Any]:
    return {
        "tabs": tabs(member), "page": page, "dismissed": dismissed, "weeks": WINDOW.days // 7,
        "rows": [_row(one) for one in page.object_list], "may_write": may(member, "write_cases"),
        "looked_at": looked_at(member),
    }  # fmt: skip


def _row(one: Lack) -> Row:
    return Row(one, _why(one), _tickets_url(one), back=one.dismissed_at is not None)


def _why(one: Lack) -> list[str]:
    if one.kind == LackKind.SEARCH:
        return [ngettext("%(people)s person searched", "%(people)s people searched", one.people)
                % {"people": figures.number(one.people)}]  # fmt: skip
    if 2 * one.unlike > one.looked:
        return [_("no case like them: %(unlike)s of the newest %(looked)s")
                % {"unlike": one.unlike, "looked": one.looked}]  # fmt: skip
    return [_("a case fits, and it was used on none of them")]


def _tickets_url(one: Lack) -> str:
    if one.kind == LackKind.SEARCH or one.issue_type is None:
        return ""
    asked = {"issue_type": one.issue_type.code, "product": one.product.code if one.product else "",
             "from": one.first_at.date().isoformat()}  # fmt: skip
    return f"{reverse('desk:tickets')}?{urlencode({name: value for name, value in asked.items() if value})}"


def head() -> list[str]:
    return [_("Kind"), _("Issue type"), _("Product"), _("Searched"), _("How many"), _("With a case used"),
            _("Without a case like them"), _("Looked at"), _("Typical ticket"), _("Last")]  # fmt: skip
