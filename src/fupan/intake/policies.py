"""Which imports a member may see; who brings files in is who looks after shops (lead, operations, manager, admin)."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from fupan.commerce.policies import KEEPERS, may_keep, shops_seen_by
from fupan.intake.models import Coverage, Hook, Import, Incoming, MailAccount, Mapping
from fupan.people.models import Member
from fupan.people.policies import may

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


def may_edit_mail(member: Member) -> bool:
    """Mailboxes, webhooks, and mails in quarantine."""
    return may(member, "edit_mail")


def mail_accounts_seen_by(member: Member) -> QuerySet[MailAccount]:
    rows = MailAccount.objects.filter(workspace_id=member.workspace_id, shop__in=shops_seen_by(member))
    return rows.select_related("shop", "workspace") if may_edit_mail(member) else rows.none()


def hooks_seen_by(member: Member) -> QuerySet[Hook]:
    rows = Hook.objects.filter(workspace_id=member.workspace_id, shop__in=shops_seen_by(member)).select_related("shop")
    return rows if may_edit_mail(member) else rows.none()


def incoming_seen_by(member: Member) -> QuerySet[Incoming]:
    rows = Incoming.objects.filter(workspace_id=member.workspace_id, shop__in=shops_seen_by(member))
    return rows.select_related("shop") if may_edit_mail(member) else rows.none()
