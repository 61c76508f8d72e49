"""What the shell of every page shows: navigation, workspace, shops, bell, and how fresh the facts are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from fupan.action.queries.board import open_count
from fupan.commerce.policies import shops_seen_by
from fupan.core import weeks
from fupan.desk.models import TicketState
from fupan.desk.policies import tickets_seen_by
from fupan.insight.models import FactFile
from fupan.notify.models import Notice
from fupan.people.decorators import member_of, memberships_of
from fupan.people.models import Member
from fupan.people.policies import may


class Place(NamedTuple):
    """An entry of the navigation; it is there when it works."""

    url_name: str
    icon: str
    label: Any
    key: str
    namespaces: tuple[str, ...]


PLACES = (
    Place("briefing:today", "home", _("Today"), "t", ("briefing:today", "briefing:welcome")),
    Place("desk:tickets", "inbox", _("Tickets"), "i", ("desk:",)),
    Place("library:cases", "books", _("Library"), "c", ("library:",)),
    Place("insight:metrics", "chart-dots-3", _("Insight"), "n", ("insight:",)),
    Place("briefing:reviews", "history", _("Reviews"), "r", ("briefing:", "review:")),
    Place("action:board", "checklist", _("Actions"), "a", ("action:", "verification:")),
    Place("people:settings", "settings", _("Settings"), "s", ("people:", "commerce:", "intake:", "notify:")),
)
SETTINGS_PAGES = dict.fromkeys(
    ("desk:labels", "desk:closing", "insight:targets", "insight:signal_settings", "review:cadence", "library:rules",
     "library:synonyms", "desk:survey_settings"), "people:settings",
)  # fmt: skip
SHOP_PAGES = {"desk:tickets", "insight:metrics", "insight:products", "insight:product", "briefing:pack"}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The `shell` of layouts/page.html; a page may set `request.shell_period` (label, prev_url, next_url).

    It is asked for when the layout is drawn: a part of a page that HTMX fetches has none.
    """
    member = member_of(request) if hasattr(request, "session") and hasattr(request, "user") else None
    if member is None:
        return {"shell": {"demo": settings.DEMO}}
    return {"shell": SimpleLazyObject(lambda: _shell(request, member))}


def _shell(request: HttpRequest, member: Member) -> dict[str, Any]:
    here = request.resolver_match.view_name if request.resolver_match else ""
    shops = list(shops_seen_by(member)) if here in SHOP_PAGES else []
    chosen = request.GET.get("shop", "")
    return {
        "nav": list(_navigation(member, here)),
        "workspace": member.workspace,
        "member": member,
        "memberships": memberships_of(request),
        "shops": shops if len(shops) > 1 else [],
        "shop": next((shop for shop in shops if str(shop.pk) == chosen), None),
        "period": getattr(request, "shell_period", None),
        "search_url": reverse("library:search") if may(member, "see_library") else "",
        "unread": Notice.objects.filter(member=member, read_at=None).count(),
        "fresh": _fresh(member),
        "demo": settings.DEMO,
    }


def _navigation(member: Member, here: str) -> Any:
    current = SETTINGS_PAGES.get(here, here)
    active = max(
        (place for place in PLACES if current.startswith(place.namespaces)),
        key=lambda place: max(len(name) for name in place.namespaces if current.startswith(name)),
        default=None,
    )
    for place in PLACES:
        yield {
            "url": reverse(place.url_name),
            "icon": place.icon,
            "label": place.label,
            "key": place.key,
            "count": COUNTS[place.url_name](member) if place.url_name in COUNTS else None,
            "active": place is active,
        }


def _waiting(member: Member) -> int:
    return tickets_seen_by(member).filter(state=TicketState.OPEN, assignee=member).count()


COUNTS: dict[str, Callable[[Member], int]] = {"desk:tickets": _waiting, "action:board": open_count}


def _fresh(member: Member) -> str:
    built = FactFile.objects.filter(workspace=member.workspace).aggregate(at=Max("built_at"))["at"]
    if built is None:
        return ""
    local = timezone.localtime(built, weeks.zone(member.workspace.timezone))
    return str(_("Data up to %(when)s") % {"when": f"{local:%m-%d %H:%M}"})
