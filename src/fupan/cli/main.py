from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from django.utils import translation
from rich.console import Console
from typer.core import TyperGroup

from fupan.cli import demo, facts, imports, init, mail, ops, review, search, serving, signals, verify
from fupan.core.errors import Refused


class Answering(TyperGroup):
    """What the rules refuse is told in one line on standard error, with exit code 1; a bug keeps its traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            Console(stderr=True, style="red", highlight=False).print(str(refused.message), markup=False)
            sys.exit(1)


app = typer.Typer(
    cls=Answering, no_args_is_help=True, pretty_exceptions_enable=False, help="Fupan 复盘: after-sales review"
)


@app.callback()
def settle(
    language: Annotated[str, typer.Option("--lang", envvar="FUPAN_LANG", help="zh-hans or en")] = "",
) -> None:
    """Speak the language asked for, else the one of the terminal."""
    translation.activate(language or _terminal_language())


def _terminal_language() -> str:
    import locale
    import os

    told = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh-hans" if told.lower().startswith("zh") else "en"


app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("serve")(serving.serve)
app.command("worker")(serving.worker)
app.command("import")(imports.import_files)
app.command("review")(review.review)
app.command("signals")(signals.signals)
app.command("search")(search.search)
app.command("verify")(verify.verify)
app.command("purge")(ops.purge)
app.command("backup")(ops.backup)
app.command("restore")(ops.restore)
app.command("doctor")(ops.doctor)

_imports = typer.Typer(no_args_is_help=True, help="Past imports")
_imports.command("list")(imports.list_imports)
_imports.command("undo")(imports.undo)
app.add_typer(_imports, name="imports")

_mail = typer.Typer(no_args_is_help=True, help="Mailboxes of shops")
_mail.command("fetch")(mail.fetch)
app.add_typer(_mail, name="mail")

_facts = typer.Typer(no_args_is_help=True, help="The columnar tables that analysis runs on")
_facts.command("rebuild")(facts.rebuild)
_facts.command("status")(facts.status)
app.add_typer(_facts, name="facts")
