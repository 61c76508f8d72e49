"""`fupan mail fetch`: read the mailboxes now and bring what arrived to its tickets."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rich.console import Console
from rich.table import Table

from fupan.cli.workspace import WorkspaceOption, chosen
from fupan.core import events
from fupan.core.errors import Refused
from fupan.intake import services
from fupan.intake.models import MailAccount


def fetch(
    as_json: Annotated[bool, typer.Option("--json", help="For a script")] = False,
    workspace: WorkspaceOption = None,
) -> None:
    """Fetch new mails of every mailbox; exit code 1 when one of them could not be read."""
    here = chosen(workspace)
    accounts = list(MailAccount.objects.filter(workspace=here, active=True).select_related("shop", "workspace"))
    if not accounts:
        raise Refused(_("No mailbox is connected; Settings > Mail and messages connects one."), code="no-mailbox")
    done = [(account, services.fetch_mail(account)) for account in accounts]
    events.drain()
    if as_json:
        rows = [{"address": one.address, **took._asdict()} for one, took in done]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        table = Table(_("Mailbox"), _("Shop"))
        table.add_column(pgettext("mails", "Fetched"), justify="right")
        table.add_column(_("What went wrong"))
        for account, took in done:
            table.add_row(account.address, account.shop.name, str(took.fetched), took.failure)
        Console(highlight=False).print(table)
    if any(took.failure for _account, took in done):
        raise typer.Exit(1)
