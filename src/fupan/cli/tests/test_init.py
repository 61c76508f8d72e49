import re

import pytest
from typer.testing import CliRunner

from fupan.people.models import User, Workspace


@pytest.fixture
def fupan(db, monkeypatch):
    from fupan.cli import app

    monkeypatch.setattr("fupan.cli.serving.prepare", lambda **_more: None)
    return lambda *words: CliRunner().invoke(app, ["--lang", "en", *words])


GIVEN = ("--workspace", "Quay", "--owner", "lin@quay.example", "--owner-name", "林晓")


def test_init_makes_a_workspace_and_a_way_in(fupan, client):
    told = fupan("init", *GIVEN, "--currency", "usd")
    assert told.exit_code == 0, told.output
    workspace = Workspace.objects.get()
    assert (workspace.currency, workspace.timezone, workspace.language) == ("USD", "Asia/Shanghai", "en")
    assert not User.objects.get().has_usable_password()
    link = re.search(r"http://localhost:8000(/enter/\S+)", told.output)[1]
    assert client.post(link)["Location"] == "/account/password/set/"


def test_init_plants_what_the_desk_needs(fupan):
    fupan("init", *GIVEN)
    assert Workspace.objects.get().issuetype_set.exists()


def test_a_script_is_told_what_is_missing(fupan):
    told = fupan("init", "--workspace", "Quay")
    assert told.exit_code == 2
    assert "--owner" in told.output
    assert not Workspace.objects.exists()


def test_a_wrong_value_is_told_in_one_line(fupan):
    told = fupan("init", *GIVEN, "--currency", "RMB")
    assert told.exit_code == 1
    assert "Traceback" not in told.output
    assert not Workspace.objects.exists()


def test_no_database_is_told_in_one_line(fupan, monkeypatch):
    monkeypatch.setattr("fupan.ops.databases.made", lambda: False)
    for command in ("purge", "backup"):
        told = fupan(command)
        assert told.exit_code == 1
        assert "Traceback" not in told.output


def test_files_may_come_before_people(fupan, tmp_path):
    sheet = tmp_path / "tickets.csv"
    sheet.write_text("订单号,日期,问题类型,备注\n028-4417302-5540817,2026-11-10,物流延误,还没收到\n", encoding="utf-8")
    told = fupan("import", str(sheet))
    assert "My workspace" in told.output
    assert Workspace.objects.get().members.count() == 0
    told = fupan("init", *GIVEN, "--currency", "EUR")
    assert told.exit_code == 0, told.output
    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.currency) == ("Quay", "EUR")
    assert workspace.members.get().user.email == "lin@quay.example"
    assert re.search(r"/enter/\S+", told.output)


def test_review_without_a_workspace_says_how_to_get_one(fupan):
    told = fupan("review")
    assert told.exit_code == 1
    assert "fupan import" in told.output


def test_a_second_workspace_leaves_the_first_alone(fupan):
    fupan("init", *GIVEN)
    told = fupan("init", "--workspace", "Pier", "--owner", "mei@pier.example")
    assert told.exit_code == 0, told.output
    assert sorted(Workspace.objects.values_list("name", flat=True)) == ["Pier", "Quay"]
