from __future__ import annotations

from datetime import timedelta

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Invitation, Member, User, Workspace
from fupan.people.policies import grantable_roles, invitations_seen_by
from fupan.people.queries import open_invitation
from fupan.people.secrets import fingerprint, new_secret

VALID_FOR = timedelta(days=7)


@transaction.atomic
def invite(workspace_id: int, *, email: str, role: str, by: Member | None) -> tuple[Invitation, str]:
    """Ask somebody to join; the token is in the answer and nowhere else. A newer link ends the older one."""
    address = email.strip().lower()
    if by is not None and role not in grantable_roles(by):
        raise Refused(_("You cannot give this role to anybody."), code="role-not-yours-to-give")
    Workspace.objects.select_for_update().get(pk=workspace_id)
    if Member.objects.filter(workspace_id=workspace_id, user__email=address, active=True).exists():
        raise Refused(_("%(email)s is a member already.") % {"email": address}, code="already-a-member")
    _open(workspace_id, address).update(revoked_at=clock.now())
    token = new_secret()
    invitation = Invitation.objects.create(
        workspace_id=workspace_id,
        email=address,
        role=role,
        token_hash=fingerprint(token),
        expires_at=clock.now() + VALID_FOR,
    )
    record("people.invited", invitation, by=by, role=role)
    return invitation, token


@transaction.atomic
def join(token: str, *, user: User | None = None, name: str = "", password: str = "", language: str = "") -> Member:
    """Accept an invitation, once: as the signed-in `user`, or as a new person with name and password."""
    invitation = open_invitation(token)
    if invitation is None:
        raise Refused(_("This invitation is no longer valid. Ask for a new link."), code="invitation-over")
    taken = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
    if not taken.update(accepted_at=clock.now()):
        raise Refused(_("This invitation is no longer valid. Ask for a new link."), code="invitation-over")
    person = _known(invitation, user) or _new_person(invitation, name, password, language)
    member, new = Member.objects.get_or_create(
        workspace_id=invitation.workspace_id, user=person, defaults={"role": invitation.role}
    )
    if not new:
        Member.objects.filter(pk=member.pk).update(active=True, role=invitation.role)
        member.refresh_from_db()
    record("people.joined", member, by=member, invitation=invitation.pk)
    return member


@transaction.atomic
def revoke(invitation_id: int, *, by: Member) -> Invitation:
    """Take an invitation back; its link stops working."""
    invitation = invitations_seen_by(by).select_for_update().get(pk=invitation_id)
    if invitation.accepted_at:
        raise Refused(_("This invitation was accepted already."), code="invitation-accepted")
    invitation.revoked_at = invitation.revoked_at or clock.now()
    invitation.save(update_fields=["revoked_at"])
    record("people.invitation_revoked", invitation, by=by)
    return invitation


def _open(workspace_id: int, email: str) -> QuerySet[Invitation]:
    return Invitation.objects.filter(workspace_id=workspace_id, email=email, accepted_at=None, revoked_at=None)


def _known(invitation: Invitation, user: User | None) -> User | None:
    """The person the invitation names, if there is one; nobody else may use the link."""
    known = User.objects.filter(email=invitation.email).first()
    if known is None:
        return None
    if user is None or user.pk != known.pk:
        raise Refused(
            _("This invitation is for %(email)s. Sign in with that address first.") % {"email": invitation.email},
            code="sign-in-first",
        )
    return known


def _new_person(invitation: Invitation, name: str, password: str, language: str) -> User:
    person = User(email=invitation.email, name=name.strip(), language=language or invitation.workspace.language)
    try:
        validate_password(password, person)
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages), code="weak-password") from wrong
    return User.objects.create_user(
        email=invitation.email, password=password, name=person.name, language=person.language
    )
