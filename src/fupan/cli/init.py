"""`fupan init`: the database, the first workspace, and a link for its owner to come in by."""

from __future__ import annotations

from typing import Annotated

import typer
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console

from fupan.core import events
from fupan.people import services
from fupan.people.links import sign_in_link

console = Console()


def init(
    workspace: Annotated[str, typer.Option(help="Name of the workspace", prompt="Workspace / 工作区")],
    owner: Annotated[str, typer.Option("--owner", help="E-mail of its administrator", prompt="E-mail / 邮箱")],
    owner_name: Annotated[str, typer.Option("--owner-name", help="Name of its administrator")] = "",
    currency: Annotated[str, typer.Option(help="Currency of all sums", prompt="Currency / 币种")] = "CNY",
    timezone: Annotated[str, typer.Option(help="Clock of the workspace", prompt="Time zone / 时区")] = "Asia/Shanghai",
    language: Annotated[str, typer.Option("--language", help="zh-hans or en (default: the terminal's)")] = "",
) -> None:
    """Make the database and the first workspace; prints a sign-in link that works once."""
    from fupan.cli.serving import prepare

    prepare()
    made = services.create_workspace(
        name=workspace,
        currency=currency,
        timezone=timezone,
        language=language or get_language() or "zh-hans",
        owner_email=owner,
        owner_name=owner_name or owner.split("@", maxsplit=1)[0],
    )
    events.drain()
    person = made.members.select_related("user").get().user
    console.print(_("The workspace “%(name)s” is ready.") % {"name": made.name})
    console.print(_("Start the site with “fupan serve”, then open this link within a day; it works once:"))
    console.print(sign_in_link(person), style="bold", soft_wrap=True, highlight=False)
