"""The door of the API: a bearer token with the scope a route asks for, at most so many calls a minute."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from ninja.errors import AuthorizationError, HttpError
from ninja.security import HttpBearer

from fupan.core import clock
from fupan.people.limits import allowed
from fupan.people.models import ApiToken, Member
from fupan.people.policies import may
from fupan.people.queries import living_token

CALLS, WINDOW = 600, 60
SEEN_EVERY = timedelta(minutes=1)


class TooManyCalls(HttpError):
    def __init__(self) -> None:
        super().__init__(429, "Too many calls with this token; wait a moment.")


class TokenRequest(HttpRequest):
    """A request that passed the door; type only."""

    auth: ApiToken


class TokenAuth(HttpBearer):
    """`auth=TokenAuth("orders:write", right="import")`: the token's scope, and the right of its member."""

    def __init__(self, scope: str, *, right: str = "") -> None:
        super().__init__()
        self.scope, self.right = scope, right

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        found = token_of(request)
        if found is None:
            return None
        if not allowed("api", str(found.pk), times=CALLS, seconds=WINDOW):
            raise TooManyCalls
        if self.scope not in found.scopes:
            raise AuthorizationError(message=f"This token lacks the scope {self.scope}.")
        if self.right and not may(found.member, self.right):
            raise AuthorizationError(message="The role of this token's member does not allow it.")
        _seen(found)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        return living_token(token)


def token_of(request: HttpRequest) -> ApiToken | None:
    """The living token of the `Authorization: Bearer` header; looked up once per request."""
    if not hasattr(request, "_api_token"):
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        found = living_token(secret.strip()) if scheme.lower() == "bearer" and secret else None
        request._api_token = found  # type: ignore[attr-defined]
    token: ApiToken | None = request._api_token  # type: ignore[attr-defined]
    return token


def caller(request: HttpRequest) -> Member:
    """The member a call acts as."""
    token = token_of(request)
    assert token is not None  # routes are reached through TokenAuth
    return token.member


def _seen(token: ApiToken) -> None:
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
