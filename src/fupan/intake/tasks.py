"""Jobs of intake."""

from __future__ import annotations

from fupan.core.jobs import enqueue
from fupan.intake import queries, services
from fupan.intake.models import Import, ImportState, MailAccount


def check_import(import_id: int) -> None:
    """The dry run of an uploaded file."""
    services.check_upload(import_id)


def check_together(import_id: int) -> None:
    """The dry runs of one upload; queues itself again while files are left."""
    if not services.check_together(import_id):
        enqueue("fupan.intake.tasks.check_together", import_id)


def run_import(import_id: int) -> None:
    """A turn of a started import; queues itself again while something is left."""
    if not services.run_turn(import_id):
        enqueue("fupan.intake.tasks.run_import", import_id)


def take_upload(import_id: int) -> None:
    """Check and run every file of an upload without asking a person, as programs want it."""
    if not services.check_together(import_id):
        enqueue("fupan.intake.tasks.take_upload", import_id)
        return
    first = Import.objects.filter(pk=import_id).first()
    for one in queries.together(first).select_related("by") if first else ():
        if one.state == ImportState.CHECKED and one.profile and not one.options.get("check", {}).get("same_as"):
            services.start_import(one.pk, by=one.by)
            enqueue("fupan.intake.tasks.run_import", one.pk)


def undo_import(import_id: int, member_id: int | None = None) -> None:
    services.undo_by(import_id, member_id)


def fetch_mail() -> None:
    """Every minute: each mailbox whose time has come."""
    for account_id in queries.mailboxes_due():
        enqueue("fupan.intake.tasks.fetch_account", account_id)


def fetch_account(account_id: int) -> None:
    """A turn at one mailbox; queues itself again while more is there."""
    account = MailAccount.objects.filter(pk=account_id, active=True).select_related("shop", "workspace").first()
    if account is not None and services.fetch_mail(account).more:
        enqueue("fupan.intake.tasks.fetch_account", account_id)


def expire_payloads() -> None:
    services.expire_payloads()
