"""The team of the simulated shop; one click signs a visitor in as any of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from fupan.people.models import Department, Member, Role, User, Workspace

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Persona(NamedTuple):
    key: str
    name: str
    role: Role
    tier: int
    department: str
    sees: StrOrPromise


PERSONAS = (
    Persona("agent", "陈默", Role.AGENT, 1, "service", _("answers and labels tickets; sees no money")),
    Persona("lead", "林晓", Role.LEAD, 2, "service", _("hosts the weekly review, edits labels, imports files")),
    Persona("operations", "周宁", Role.OPERATIONS, 1, "operations", _("owns improvements; sees numbers, no names")),
    Persona("manager", "郑可", Role.MANAGER, 2, "operations", _("sees everything, invites people")),
)


def address(key: str) -> str:
    return f"{key}@demo.example"


def make_team(workspace: Workspace) -> dict[str, Member]:
    """The personas as members; they have no password, the demo page signs them in."""
    team = {}
    for persona in PERSONAS:
        user = User.objects.filter(email=address(persona.key)).first() or User.objects.create_user(
            email=address(persona.key), name=persona.name, language=workspace.language
        )
        member, _made = Member.objects.update_or_create(
            workspace=workspace, user=user, defaults={"role": persona.role, "tier": persona.tier}
        )
        member.departments.set(Department.objects.filter(workspace=workspace, code=persona.department))
        team[persona.key] = member
    return team
