"""`fupan signals`: screened first, then told to people or to scripts."""

import json

import pytest
import typer
from typer.testing import CliRunner

from fupan.cli.signals import signals
from fupan.core import clock
from fupan.insight.models import Signal

app = typer.Typer()
app.command()(signals)
KEYS = {"slice", "week", "kind", "observed", "expected", "upper", "excess", "pvalue", "causes", "state"}


@pytest.fixture
def noticed(workspace):
    figures = {"observed": 22.0, "expected": 4.6, "upper": 13.0, "excess": 17.4, "pvalue": 1e-5, "score": 2.0}
    about = {"workspace": workspace, "kind": "outbreak", "opened_at": clock.now(), **figures}
    Signal.objects.create(slice="batch=2609&issue_type=late&product=A20", week=202644, last_week=202646, **about)
    Signal.objects.create(slice="issue_type=size", week=202640, last_week=202641, state="closed", **about)


def run(*words):
    return CliRunner().invoke(app, words, env={"COLUMNS": "160"})


def test_a_script_gets_the_open_ones(noticed):
    (told,) = json.loads(run("--json").stdout)
    assert set(told) >= KEYS
    assert told["slice"] == {"product": "A20", "batch": "2609", "issue_type": "late"}
    assert (told["week"], told["state"], told["observed"]) == ("2026-W46", "open", 22.0)


def test_a_week_gives_what_alarmed_then(noticed):
    (told,) = json.loads(run("--json", "--week", "2026-W41").stdout)
    assert (told["slice"], told["state"]) == ({"issue_type": "size"}, "closed")
    assert {one["week"] for one in json.loads(run("--json", "--week", "2026-W45").stdout)} == {"2026-W46"}


def test_people_get_a_table(noticed):
    done = run()
    assert done.exit_code == 0, done.output
    assert "A20 · batch 2609" in done.stdout
    assert "4.6" in done.stdout


def test_nothing_and_nonsense(workspace):
    assert "Nothing" in run().stdout
    wrong = run("--week", "soon")
    assert wrong.exit_code == 2
    assert "2026-W46" in wrong.output
