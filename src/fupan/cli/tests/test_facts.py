"""`fupan facts`: rebuilt whole, and what is there."""

import json

import typer
from typer.testing import CliRunner

from fupan.cli.facts import rebuild, status
from fupan.insight.tests.world import World, instant

app = typer.Typer()
app.command("rebuild")(rebuild)
app.command("status")(status)


def run(*words):
    return CliRunner().invoke(app, words, env={"COLUMNS": "120"})


def test_rebuilding_counts_the_weeks(workspace):
    world = World(workspace)
    shop = world.shop()
    line = world.order(shop, "A20", instant(202645))
    world.ticket(shop, instant(202646), line=line)
    done = run("rebuild")
    assert done.exit_code == 0
    assert "2 weeks rebuilt" in done.stdout
    told = json.loads(run("status", "--json").stdout)
    assert told[0] == {"table": "orders", "weeks": 1, "first": "2026-W45", "last": "2026-W45", "rows": 1, "waiting": 0}
    assert "2026-W46" in run("status").stdout
