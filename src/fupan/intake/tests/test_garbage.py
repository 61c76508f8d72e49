"""Garbage in: a clear sentence, never a traceback, and the rest goes in."""

import zipfile

import pytest

from fupan.core.errors import Refused
from fupan.intake import services
from fupan.intake.models import Import, ImportState
from fupan.intake.readers import archive

HEAD = ["order id", "sku", "order date", "quantity"]
GOOD = ["A-1", "X1", "2026-11-03", "2"]


def refused(workspace, path, **more):
    with pytest.raises(Refused) as caught:
        services.import_paths(workspace, [path], **more)
    return caught.value.code, str(caught.value.message)


def test_an_empty_file(workspace, shop, given):
    code, message = refused(workspace, given("a.csv", b""), shop=shop)
    assert (code, "a.csv" in message) == ("empty-file", True)


def test_blank_lines_only(workspace, shop, given):
    assert refused(workspace, given("a.csv", "\n\n   \n"), shop=shop)[0] == "empty-file"


@pytest.mark.parametrize(
    "start", [b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\x00\x01\x02" * 200, b"<html><body>Sign in</body>"]
)
def test_what_is_no_table(workspace, shop, given, start):
    assert refused(workspace, given("a.csv", start + b"x" * 500), shop=shop)[0] == "not-a-table"


def test_a_truncated_workbook(workspace, shop, workbook):
    path = workbook("a.xlsx", [HEAD, GOOD])
    path.write_bytes(path.read_bytes()[:-400])
    assert refused(workspace, path, shop=shop)[0] in ("broken-workbook", "broken-archive")


def test_a_workbook_that_is_only_a_name(workspace, shop, given):
    assert refused(workspace, given("a.xlsx", b"PK\x03\x04 not really"), shop=shop)[0] == "broken-archive"


def test_a_truncated_parquet_file(workspace, shop, given):
    assert refused(workspace, given("a.parquet", b"PAR1" + b"\0" * 50), shop=shop)[0] == "broken-parquet"


def test_a_line_of_ten_megabytes(workspace, shop, given):
    rows = ",".join(HEAD) + "\n" + ",".join(GOOD) + "\n" + "x" * 10_000_000 + "\n"
    code, message = refused(workspace, given("a.csv", rows), shop=shop)
    assert (code, "Line 3" in message) == ("line-too-long", True)


def test_a_quotation_mark_that_is_never_closed(workspace, shop, given):
    rows = ",".join(HEAD) + '\n"A-1,X1,2026-11-03,2\n' + (",".join(GOOD) + "\n") * 150_000
    assert refused(workspace, given("a.csv", rows), shop=shop)[0] in ("broken-row", "line-too-long")


def test_an_unknown_heading_names_its_columns(workspace, shop, given):
    code, message = refused(workspace, given("a.csv", "foo,bar\n1,2\n"), shop=shop)
    assert (code, "foo, bar" in message) == ("unknown-heading", True)


def test_a_zip_bomb(workspace, shop, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "SMALL", 1 << 20)
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.csv", b"0" * (8 << 20))
    assert refused(workspace, path, shop=shop)[0] == "too-much-to-unpack"


def test_a_workbook_bomb(workspace, shop, workbook, monkeypatch):
    path = workbook("a.xlsx", [HEAD, *[["0" * 500] * 4] * 3000])
    monkeypatch.setattr(archive, "SMALL", 1 << 10)
    monkeypatch.setattr(archive, "MOST_RATIO", 2)
    assert refused(workspace, path, shop=shop)[0] == "too-much-to-unpack"


def test_too_many_files(workspace, shop, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(5):
            packed.writestr(f"{number}.csv", "x")
    assert refused(workspace, path, shop=shop)[0] == "too-much-to-unpack"


BAD_ROWS = [
    (["1.11E+16", "X1", "2026-11-03", "2"], "order id", "mangled-id"),
    (["A-2", "X1", "2026/11/31", "2"], "order date", "no-such-day"),
    (["A-3", "X1", "yesterday", "2"], "order date", "not-a-date"),
    (["A-4", "X1", "2026-11-03", "two"], "quantity", "not-a-number"),
    (["A-5", "X1", "2026-11-03", "-2"], "quantity", "negative"),
    (["A-6", "X1", "2026-11-03", "1.5"], "quantity", "not-whole"),
    (["", "X1", "2026-11-03", "2"], "order id", "missing"),
    (["A-7", "", "2026-11-03", "2"], "sku", "missing"),
    (["A-8", "X1", "", "2"], "order date", "missing"),
    (["A-9", "Y" * 200, "2026-11-03", "2"], "sku", "too-long"),
    (["#REF!", "X1", "2026-11-03", "2"], "order id", "formula-error"),
]


def test_a_bad_row_is_named_and_the_rest_goes_in(workspace, shop, given):
    workspace.language = "en"
    rows = [HEAD, *[row for bad, _column, _code in BAD_ROWS for row in (bad, GOOD)]]
    imported = services.import_file(workspace, given("a.csv", rows), shop=shop)
    found = list(imported.rejects.order_by("line").values_list("line", "column", "code"))
    assert found == [(2 + 2 * at, column, code) for at, (_bad, column, code) in enumerate(BAD_ROWS)]
    assert (imported.rejected, imported.state, imported.rows_read) == (
        len(BAD_ROWS),
        ImportState.DONE,
        2 * len(BAD_ROWS),
    )
    assert imported.created == len(BAD_ROWS)  # the good row, once for each time it stands there
    told = imported.rejects.get(code="no-such-day")
    assert (told.value, told.advice) == ("2026/11/31", "write a valid date, like 2026-11-30")


def test_formula_cells_give_their_values(workspace, shop, workbook):
    path = workbook(
        "a.xlsx", [HEAD, ["A-1", "X1", "2026-11-03", ("=1+1", 2)], ["A-2", "X1", "2026-11-03", ("=1/0", "#DIV/0!")]]
    )
    imported = services.import_file(workspace, path, shop=shop)
    assert (imported.created, imported.rejected) in {(1, 1), (2, 0)}
    assert imported.rows_read == 2


def test_an_id_that_a_workbook_made_a_number(workspace, shop, workbook):
    path = workbook("a.xlsx", [HEAD, [11100000000000000, "X1", "2026-11-03", 2], [4711, "X1", "2026-11-03", 2]])
    imported = services.import_file(workspace, path, shop=shop)
    assert [reject.code for reject in imported.rejects.all()] == ["mangled-id"]
    assert imported.created == 1


def test_an_import_that_fails_half_way_says_so_and_can_be_undone(workspace, shop, given):
    rows = ",".join(HEAD) + "\n" + "".join(f"A-{n},X1,2026-11-03,2\n" for n in range(6000)) + "x" * 3_000_000
    path = given("a.csv", rows)
    with pytest.raises(Refused):
        services.import_file(workspace, path, shop=shop)
    imported = Import.objects.get()
    assert (imported.state, imported.created, "Line 6002" in imported.error) == (ImportState.FAILED, 5000, True)
    services.undo_import(imported.pk, None)
    assert Import.objects.get().state == ImportState.UNDONE


def test_nul_and_control_characters_never_reach_the_database(workspace, shop, given):
    path = given(
        "a.jsonl", '{"order id": "A\\u00001", "sku": "X\\u00071", "order date": "2026-11-03", "quantity": 1}\n'
    )
    assert services.import_file(workspace, path, shop=shop).created == 1
