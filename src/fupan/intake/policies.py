"""Which imports a member may see; who brings files in is who looks after shops (lead, operations, manager, admin)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fupan.commerce.policies import KEEPERS, may_keep, shops_seen_by
from fupan.intake.models import Coverage, Import, Mapping
from fupan.people.models import Member

IMPORTERS = KEEPERS
may_import = may_keep


def imports_seen_by(member: Member) -> QuerySet[Import]:
    if not may_import(member):
        return Import.objects.none()
    imports = Import.objects.filter(workspace_id=member.workspace_id)
    if not member.shop_ids:
        return imports
    return imports.filter(Q(shop=None, by=member) | Q(shop__in=shops_seen_by(member)))


def mappings_seen_by(member: Member) -> QuerySet[Mapping]:
    return Mapping.objects.filter(workspace_id=member.workspace_id) if may_import(member) else Mapping.objects.none()


def coverage_seen_by(member: Member) -> QuerySet[Coverage]:
    return Coverage.objects.filter(workspace_id=member.workspace_id, shop__in=shops_seen_by(member))
