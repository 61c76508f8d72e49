"""`fupan import` on real files of the disk."""

import json

import pytest
from typer.testing import CliRunner

from fupan.cli.main import app
from fupan.commerce.models import OrderLine
from fupan.desk.models import Ticket
from fupan.desk.services import plant_trees
from fupan.intake.models import Import

HEAD = "order id,sku,order date,quantity,site\n"


@pytest.fixture
def fupan(workspace, shop, monkeypatch):
    plant_trees(workspace)
    monkeypatch.setenv("COLUMNS", "160")
    return lambda *arguments: CliRunner().invoke(app, ["--lang", "en", *map(str, arguments)])


@pytest.fixture
def orders(tmp_path):
    path = tmp_path / "orders.csv"
    path.write_text(HEAD + "A-1,X1,2026-11-03,2,Amazon.de\n1.11E+16,X1,2026-11-03,2,Amazon.de\n")
    return path


def test_a_file_goes_in_and_says_what_came_of_it(fupan, orders):
    done = fupan("import", orders)
    assert done.exit_code == 0, done.output
    assert "order-sheet" in done.output
    assert "1.11E+16" in done.output
    assert OrderLine.objects.count() == 1


def test_json_for_scripts(fupan, orders):
    told = json.loads(fupan("import", orders, "--json").stdout)
    (one,) = told["imports"]
    assert (one["created"], one["rejected"], one["profile"], one["same_as"]) == (1, 1, "order-sheet", None)
    assert one["reasons"][0] | {"reason": "", "advice": ""} == {
        "code": "mangled-id", "column": "order id", "count": 1, "line": 3, "value": "1.11E+16",
        "reason": "", "advice": "",
    }  # fmt: skip
    again = json.loads(fupan("import", orders, "--json").stdout)["imports"][0]
    assert (again["same_as"], again["created"], again["unchanged"], again["rejected"]) == (None, 0, 1, 1)


def test_the_same_file_again_is_told(fupan, tmp_path):
    path = tmp_path / "o.csv"
    path.write_text(HEAD + "A-1,X1,2026-11-03,2,Amazon.de\n")
    first = json.loads(fupan("import", path, "--json").stdout)["imports"][0]
    assert json.loads(fupan("import", path, "--json").stdout)["imports"][0]["same_as"] == first["id"]
    assert "nothing changed" in fupan("import", path).output


def test_a_dry_run_writes_nothing(fupan, orders):
    told = json.loads(fupan("import", orders, "--dry-run", "--json").stdout)
    assert (told["dry_run"], told["imports"][0]["created"]) == (True, 1)
    assert (OrderLine.objects.count(), Import.objects.count()) == (0, 0)


def test_tickets_are_open_when_the_command_ends(fupan, tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text("日期,问题类型,订单号,站点\n2026-11-03,尺寸不符,A-1,Amazon.de\n")
    assert fupan("import", path).exit_code == 0
    assert Ticket.objects.count() == 1


def test_a_folder_with_one_bad_file(fupan, orders, tmp_path):
    (tmp_path / "notes.pdf").write_bytes(b"%PDF-1.7 ...")
    done = fupan("import", tmp_path)
    assert done.exit_code == 0
    assert "notes.pdf" in done.output
    assert OrderLine.objects.count() == 1


def test_what_cannot_be_read_fails_in_one_sentence(fupan, tmp_path):
    path = tmp_path / "empty.csv"
    path.write_text("")
    done = fupan("import", path)
    assert done.exit_code == 1
    assert "Traceback" not in done.output


def test_a_file_whose_every_row_is_refused_fails(fupan, tmp_path):
    path = tmp_path / "o.csv"
    path.write_text(HEAD + "A-1,X1,never,2,Amazon.de\n")
    assert fupan("import", path).exit_code == 1


def test_a_wrong_name_is_wrong(fupan, orders):
    assert fupan("import", orders, "--shop", "Nowhere").exit_code == 1
    assert fupan("import", orders, "--profile", "nothing").exit_code == 1
    assert fupan("import", orders, "--map", "no-such.toml").exit_code == 2


def test_imports_are_listed_and_undone(fupan, orders):
    fupan("import", orders)
    (one,) = json.loads(fupan("imports", "list", "--json").stdout)
    assert "orders.csv" in fupan("imports", "list").output
    undone = fupan("imports", "undo", one["id"])
    assert undone.exit_code == 0, undone.exc_info
    assert OrderLine.objects.count() == 0
    assert fupan("imports", "undo", one["id"]).exit_code == 1
    assert fupan("imports", "undo", 999).exit_code == 1
