"""Verbs of guest links: an address for somebody without a seat, for one action, of which only the hash is kept."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.action.models import ActionState, GuestLink
from fupan.action.policies import guest_links_seen_by
from fupan.action.services._mine import action_for
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member
from fupan.people.secrets import fingerprint, new_secret

VALID_FOR = timedelta(days=30)
MOST_LINKS = 20


@transaction.atomic
def make_guest_link(action_id: int, *, name: str, by: Member) -> tuple[GuestLink, str]:
    """An address for one person outside; the token is in the answer and nowhere else."""
    action = action_for(action_id, by)
    if action.state in (ActionState.DROPPED, ActionState.VERIFIED):
        raise Refused(_("%(action)s is closed; there is nothing left to tell.") % {"action": action}, code="not-open")
    said = name.strip()[:80]
    if not said:
        raise Refused(_("Say whom the link is for; the name stands beside what they tell."), code="no-name")
    living = action.guest_links.filter(revoked_at=None, expires_at__gt=clock.now())
    if living.count() >= MOST_LINKS:
        raise Refused(_("At most %(count)s living links.") % {"count": MOST_LINKS}, code="too-many")
    token = new_secret()
    link = GuestLink.objects.create(
        action=action, name=said, token_hash=fingerprint(token), made_by=by, made_at=clock.now(),
        expires_at=clock.now() + VALID_FOR,
    )  # fmt: skip
    record("action.guest_link_made", action, by=by, link=link.pk)
    return link, token


@transaction.atomic
def revoke_guest_link(link_id: int, *, by: Member) -> GuestLink:
    """Take a link back; it leads nowhere from now on."""
    link = guest_links_seen_by(by).get(pk=link_id)
    action = action_for(link.action_id, by)
    if link.revoked_at is None:
        link.revoked_at = clock.now()
        link.save(update_fields=["revoked_at"])
        record("action.guest_link_revoked", action, by=by, link=link.pk)
    return link
