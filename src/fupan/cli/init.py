"""`fupan init`: the database, the first workspace, and a link for its owner to come in by."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rich.console import Console

from fupan.cli import serving
from fupan.core import events
from fupan.people import services
from fupan.people.links import sign_in_link
from fupan.people.models import Workspace

console = Console()


def init(
    workspace: Annotated[str, typer.Option(help="Name of the workspace")] = "",
    owner: Annotated[str, typer.Option("--owner", help="E-mail of its administrator")] = "",
    owner_name: Annotated[str, typer.Option("--owner-name", help="Name of its administrator")] = "",
    currency: Annotated[str, typer.Option(help="Currency of all sums (CNY)")] = "",
    timezone: Annotated[str, typer.Option(help="Clock of the workspace (Asia/Shanghai)")] = "",
    language: Annotated[str, typer.Option("--language", help="zh-hans or en (default: the terminal's)")] = "",
) -> None:
    """Make the database and the first workspace; prints a sign-in link that works once. What is not told is asked."""
    name = _told(workspace, "--workspace", _("Name of the workspace"))
    email = _told(owner, "--owner", _("E-mail of its administrator"))
    money = _told(currency, "--currency", _("Currency"), "CNY")
    clock = _told(timezone, "--timezone", _("Time zone"), "Asia/Shanghai")
    serving.prepare()
    told: dict[str, Any] = {
        "name": name, "currency": money, "timezone": clock, "language": language or get_language() or "zh-hans",
        "owner_email": email, "owner_name": owner_name or email.split("@", maxsplit=1)[0],
    }  # fmt: skip
    started = Workspace.objects.filter(members=None).first()  # by an import that came first
    made = services.claim_workspace(started.pk, **told) if started else services.create_workspace(**told)
    events.drain()
    person = made.members.select_related("user").get().user
    console.print(_("The workspace “%(name)s” is ready.") % {"name": made.name})
    console.print(_("Start the site with “fupan serve”, then open this link within a day; it works once:"))
    console.print(sign_in_link(person), style="bold", soft_wrap=True, highlight=False)


def _told(value: str, option: str, question: str, default: str = "") -> str:
    """What the option says; else a person is asked, a script gets the default or is told what is missing."""
    if value:
        return value
    if sys.stdin.isatty():
        answer: str = typer.prompt(question, default=default or None)
        return answer
    if default:
        return default
    raise typer.BadParameter(_("needed when nobody can be asked"), param_hint=option)
