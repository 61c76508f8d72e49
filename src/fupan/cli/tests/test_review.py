"""`fupan review`: brought up to date, then written in the form asked for."""

import json
from datetime import UTC, date, datetime

import pytest
import typer
from typer.testing import CliRunner

from fupan.cli.review import bring_up_to_date, review, show
from fupan.core import stale
from fupan.core.errors import Refused
from fupan.core.models import StaleWeek
from fupan.desk.models import Ticket
from fupan.intake.models import Coverage, Source
from fupan.people.models import Workspace

app = typer.Typer()
app.command()(review)


@pytest.fixture
def returns(workspace, shop):
    """Three returns of week 46 that no fact knows yet."""
    for number in range(3):
        Ticket.objects.create(
            workspace=workspace, shop=shop, number=number, kind="return", outside_id=str(number), week=202646,
            opened_at=datetime(2026, 11, 11, 9, number, tzinfo=UTC),
        )  # fmt: skip
    Coverage.objects.create(
        workspace=workspace, shop=shop, source=Source.RETURNS, first_day=date(2026, 11, 9), last_day=date(2026, 11, 15)
    )
    stale.mark(workspace.pk, {("tickets", 202646)})


def run(*words):
    return CliRunner().invoke(app, words, env={"COLUMNS": "120"})


def test_the_last_whole_week_is_the_default_and_stale_weeks_are_counted_first(returns, workspace):
    done = run("--format", "json", "--lang", "en")
    assert done.exit_code == 0, done.output
    pack = json.loads(done.stdout)
    assert pack["period"]["label"] == "2026-W46"
    assert next(one["value"] for one in pack["kpis"] if one["metric"] == "tickets") == 3
    assert not StaleWeek.objects.exists()


def test_text_is_for_people(returns):
    done = run("--week", "2026-W46", "--lang", "en")
    assert done.exit_code == 0, done.output
    assert "Week 46: review pack" in done.stdout
    assert "No orders covered" in done.stdout
    assert "None" not in done.stdout


def test_a_month_goes_through_the_same_code(returns):
    pack = json.loads(run("--month", "2026-11", "--format", "json").stdout)
    assert (pack["period"]["kind"], pack["period"]["label"]) == ("month", "2026-11")


@pytest.mark.parametrize("kind", ["html", "md", "xlsx", "text", "json"])
def test_files_are_written_where_asked(returns, tmp_path, kind):
    target = tmp_path / f"pack.{kind}"
    done = run("--format", kind, "--out", str(target), "--lang", "en")
    assert done.exit_code == 0, done.output
    assert target.stat().st_size > 500


@pytest.mark.parametrize(
    "words",
    [("--week", "2026-W46", "--month", "2026-11"), ("--week", "46th"), ("--month", "November"), ("--format", "docx"),
     ("--lang", "tlh")],
)  # fmt: skip
def test_wrong_use_ends_with_two(returns, words):
    assert run(*words).exit_code == 2


def test_no_data_is_refused(workspace):
    with pytest.raises(Refused) as refused:
        show(lang="en")
    assert refused.value.code == "no-data"


def test_a_workspace_is_chosen_by_name(returns, workspace):
    Workspace.objects.create(name="Second")
    done = run("--format", "json", "--workspace", "Harbour")
    assert json.loads(done.stdout)["workspace"] == "Harbour"
    assert isinstance(run("--format", "json").exception, Refused)


def test_bringing_up_to_date_twice_changes_nothing(returns, workspace):
    bring_up_to_date(workspace)
    bring_up_to_date(workspace)
    assert not StaleWeek.objects.exists()
