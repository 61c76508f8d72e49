from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Department, Member, Role, Workspace
from fupan.people.policies import grantable_roles, members_seen_by


@transaction.atomic
def change_member(
    member_id: int,
    *,
    role: str,
    tier: int,
    departments: Iterable[int],
    languages: Iterable[str],
    shop_ids: Iterable[int],
    by: Member,
) -> Member:
    """Change what a colleague does: role, tier, departments, languages and the shops they see."""
    member = _held(member_id, by)
    if role != member.role:
        _may_give(role, by)
        if member.role == Role.ADMIN:
            _keep_an_admin(member)
    member.role, member.tier = role, tier
    member.languages = sorted(set(languages))
    member.shop_ids = sorted(set(shop_ids) & set(member.workspace.shops.values_list("pk", flat=True)))
    member.save(update_fields=["role", "tier", "languages", "shop_ids"])
    member.departments.set(Department.objects.filter(workspace_id=member.workspace_id, pk__in=list(departments)))
    record("people.member_changed", member, by=by, role=role, tier=tier, shops=member.shop_ids)
    return member


@transaction.atomic
def deactivate_member(member_id: int, *, by: Member) -> Member:
    """End a colleague's access, at once: pages and keys stop working; what they did stays."""
    member = _held(member_id, by)
    if member.role == Role.ADMIN:
        _keep_an_admin(member)
    member.active = False
    member.save(update_fields=["active"])
    ended = member.tokens.filter(revoked_at=None).update(revoked_at=clock.now())
    record("people.member_deactivated", member, by=by, tokens=ended)
    return member


@transaction.atomic
def reactivate_member(member_id: int, *, by: Member) -> Member:
    """Let a colleague in again; keys that were ended stay ended."""
    member = _held(member_id, by)
    member.active = True
    member.save(update_fields=["active"])
    record("people.member_reactivated", member, by=by)
    return member


def _held(member_id: int, by: Member) -> Member:
    """The member, with the workspace locked: of two administrators who remove each other one is told no."""
    Workspace.objects.select_for_update().get(pk=by.workspace_id)
    member = members_seen_by(by).select_related("workspace").get(pk=member_id)
    if member.role == Role.ADMIN and by.role != Role.ADMIN:
        raise Refused(_("Only an administrator may change an administrator."), code="administrators-only")
    return member


def _may_give(role: str, by: Member) -> None:
    if role not in grantable_roles(by):
        raise Refused(_("You cannot give this role to anybody."), code="role-not-yours-to-give")


def _keep_an_admin(member: Member) -> None:
    others = Member.objects.filter(workspace_id=member.workspace_id, role=Role.ADMIN, active=True)
    if not others.exclude(pk=member.pk).exists():
        raise Refused(_("The last administrator cannot go; make somebody else administrator first."), code="last-admin")
