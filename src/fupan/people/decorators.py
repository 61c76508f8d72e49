"""The door of every page: signed in, and a member of the workspace being looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from allauth.account.adapter import get_adapter
from allauth.core.ratelimit import respond_429
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from fupan.people.limits import allowed
from fupan.people.models import Member, User
from fupan.people.policies import roles_that_may

P = ParamSpec("P")


class MemberRequest(HttpRequest):
    """A request that passed the door; type only."""

    member: Member
    user: User
    htmx: Any


View = Callable[Concatenate[MemberRequest, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def member_of(request: HttpRequest) -> Member | None:
    """The membership this browser works under: the chosen workspace, or the person's first."""
    known = getattr(request, "_member", None)
    if isinstance(known, Member):
        return known
    if not request.user.is_authenticated:
        return None
    mine, chosen = memberships_of(request), request.session.get("workspace")
    member = next((one for one in mine if one.workspace_id == chosen), mine[0] if mine else None)
    request._member = member  # type: ignore[attr-defined]
    return member


def memberships_of(request: HttpRequest) -> list[Member]:
    """All memberships of the person, the oldest first; asked for once a request."""
    known: list[Member] | None = getattr(request, "_memberships", None)
    if known is None:
        mine = Member.objects.filter(user=request.user, active=True)  # type: ignore[misc]
        known = list(mine.select_related("workspace", "user").order_by("pk"))
        request._memberships = known  # type: ignore[attr-defined]
    return known


def require_member(view: View[P]) -> Page[P]:
    """Sign-in first; then `request.member`. Somebody who belongs nowhere sees a 404."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        member = member_of(request)
        if member is None:
            raise Http404
        request.member = member  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return login_required(guarded)


def require_role(*roles: str) -> Callable[[View[P]], Page[P]]:
    """Only these roles find the page; for others it does not exist."""

    def decorate(view: View[P]) -> Page[P]:
        @wraps(view)
        def guarded(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if request.member.role not in roles:
                raise Http404
            return view(request, *args, **kwargs)

        return require_member(guarded)

    return decorate


def require_right(right: str) -> Callable[[View[P]], Page[P]]:
    """Only members whose role has the right (people.policies) find the page; for others it does not exist."""
    return require_role(*roles_that_may(right))


def not_too_often(what: str, *, times: int = 30, seconds: int = 60) -> Callable[[Page[P]], Page[P]]:
    """So many requests per address and minute, then 429: for public pages that take a secret."""

    def decorate(view: Page[P]) -> Page[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            address = get_adapter().get_client_ip(request)
            if not allowed(what, address, times=times, seconds=seconds):
                answer: HttpResponse = respond_429(request)
                return answer
            return view(request, *args, **kwargs)

        return guarded

    return decorate
