"""Sign-in links for the first administrator: signed, good for a day, void after any sign-in."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from fupan.people.models import User

SALT = "fupan.people.sign-in"
VALID_SECONDS = 24 * 3600


def sign_in_link(user: User) -> str:
    """The whole address; whoever holds it is this person, so show it once and to them only."""
    return settings.BASE_URL + reverse("people:enter", args=[_token(user)])


def read_sign_in_link(token: str, *, lock: bool = False) -> User | None:
    """Whose link this is, or None when it is forged, too old, or was used."""
    try:
        told = signing.loads(token, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return None
    rows = User.objects.select_for_update() if lock else User.objects
    user = rows.filter(pk=told.get("user"), is_active=True).first()
    return user if user is not None and told.get("state") == _state(user) else None


def _token(user: User) -> str:
    return signing.dumps({"user": user.pk, "state": _state(user)}, salt=SALT)


def _state(user: User) -> str:
    """What a sign-in or a new password changes."""
    seen = user.last_login.isoformat() if user.last_login else ""
    return signing.Signer(salt=SALT).signature(f"{seen}:{user.password}")
