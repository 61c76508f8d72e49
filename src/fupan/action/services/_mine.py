"""Finding what a verb is about: seen by who asks, locked, and theirs to move."""

from __future__ import annotations

from django.db.models import Max
from django.utils.translation import gettext as _

from fupan.action.models import OPEN_STATES, Action, GuestLink
from fupan.action.policies import actions_seen_by, may_move
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.people.models import Member, Workspace
from fupan.people.policies import may


def action_for(action_id: int, by: Member | None, guest: GuestLink | None = None) -> Action:
    """The action, locked, for those who carry it; without `by` and `guest` it is the product itself."""
    action = seen(action_id, by, guest)
    if by is not None and not may_move(by, action):
        raise Refused(
            _("%(action)s belongs to %(owner)s. You may read and comment on it.")
            % {"action": action, "owner": action.owner},
            code="not-yours",
        )
    return action


def seen(action_id: int, by: Member | None, guest: GuestLink | None = None) -> Action:
    """The action, locked, for those who may read it."""
    rows = Action.objects.all() if by is None else actions_seen_by(by)
    found = rows.select_for_update(of=("self",)).select_related("workspace", "owner__user").get(pk=action_id)
    if guest is not None:
        _living(guest, found)
    return found


def open_action_for(action_id: int, by: Member | None, guest: GuestLink | None = None) -> Action:
    """The same, refused once it is carried out or dropped."""
    action = action_for(action_id, by, guest)
    if action.state not in OPEN_STATES:
        raise Refused(
            _("%(action)s is not open any more: %(state)s.") % {"action": action, "state": action.get_state_display()},
            code="not-open",
        )
    return action


def _living(guest: GuestLink, action: Action) -> None:
    """A link counts for its own action, until it is taken back or over; telling something is what using it means."""
    mine = GuestLink.objects.filter(pk=guest.pk, action=action, revoked_at=None, expires_at__gt=clock.now())
    if not mine.update(used_at=clock.now()):
        raise Refused(_("This link is over. Ask whoever sent it for a new one."), code="link-over")


def need(by: Member, right: str) -> None:
    if not may(by, right):
        raise Refused(_("Your role may read this, not change it."), code="not-allowed")


def lock(workspace_id: int) -> None:
    """One at a time per workspace: numbers are given once."""
    Workspace.objects.select_for_update().filter(pk=workspace_id).first()


def next_number(workspace_id: int) -> int:
    last: int | None = Action.objects.filter(workspace_id=workspace_id).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def guest_data(guest: GuestLink | None) -> dict[str, int]:
    """What an event keeps of a guest: which link, never the name."""
    return {} if guest is None else {"guest": guest.pk}
