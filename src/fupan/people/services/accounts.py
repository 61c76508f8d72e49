from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.links import read_sign_in_link
from fupan.people.models import Member, User


@transaction.atomic
def edit_account(user_id: int, *, name: str, language: str, by: Member) -> User:
    """Change one's own name and language."""
    user = User.objects.select_for_update().get(pk=user_id)
    user.name, user.language = name.strip(), language
    user.save(update_fields=["name", "language"])
    record("people.account_changed", user, by=by, workspace_id=by.workspace_id)
    return user


@transaction.atomic
def choose_workspace(user_id: int, workspace_id: int) -> Member:
    """Work in another of one's workspaces from now on."""
    member = Member.objects.filter(user_id=user_id, workspace_id=workspace_id, active=True).first()
    if member is None:
        raise Member.DoesNotExist
    record("people.workspace_chosen", member, by=member)
    return member


@transaction.atomic
def enter(token: str) -> User:
    """Use a sign-in link, once: it was made from the time of the last sign-in, which changes here."""
    user = read_sign_in_link(token, lock=True)
    if user is None:
        raise Refused(_("This sign-in link is no longer valid."), code="link-over")
    user.last_login = clock.now()
    user.save(update_fields=["last_login"])
    member = user.members.filter(active=True).first()
    record("people.entered_by_link", user, by=member, workspace_id=member.workspace_id if member else None)
    return user
