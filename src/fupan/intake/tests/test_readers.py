"""Files of every kind become the same chunks of columns."""

import gzip
import zipfile
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fupan.core.errors import Refused
from fupan.intake.readers import survey, tables_in, unpacked
from fupan.intake.readers.base import CHUNK

ROWS = [["id", "name", "note"], ["1", "Anna", "fine"], ["2", "Bo", ""]]


def read(path, heading=0, width=3, **more):
    (table,) = tables_in(path, path.name, survey(path), **more)
    chunks = list(table.chunks(heading, width))
    rows = [row for chunk in chunks for row in zip(*chunk.columns, strict=True)]
    return table, [tuple(row) for row in rows], [line for chunk in chunks for line in chunk.lines]


@pytest.mark.parametrize(("name", "mark"), [("a.csv", ","), ("a.tsv", "\t"), ("a.csv", ";"), ("a.txt", "|")])
def test_the_delimiter_is_found(given, name, mark):
    table, rows, lines = read(given(name, "\n".join(mark.join(row) for row in ROWS)))
    assert (table.delimiter, rows, lines) == (mark, [("1", "Anna", "fine"), ("2", "Bo", "")], [2, 3])


def test_lines_count_the_line_breaks_inside_quotes(given):
    path = given("a.csv", 'id,name,note\n1,Anna,"two\nlines"\n\n2,Bo,x\n')
    _table, rows, lines = read(path)
    assert (rows, lines) == ([("1", "Anna", "two\nlines"), ("2", "Bo", "x")], [2, 5])


def test_a_tab_inside_the_free_text_stays_in_it(given):
    path = given("a.tsv", "id\tnote\tname\n1\tgreat\tbut broke\tAnna\n2\tx\tBo\n3\n")
    (table,) = tables_in(path, path.name, survey(path))
    (chunk,) = table.chunks(0, 3, raw=True, joint=1)
    assert list(zip(*chunk.columns, strict=True)) == [("1", "great\tbut broke", "Anna"), ("2", "x", "Bo")]
    assert [(fault.code, fault.line) for fault in chunk.faults] == [("too-few-columns", 4)]


def test_quotation_marks_are_text_in_a_flat_file(given):
    path = given("a.tsv", 'id\tname\tnote\n1\tAnna\t"Great" but\n2\tBo\t"open\n')
    (table,) = tables_in(path, path.name, survey(path))
    (chunk,) = table.chunks(0, 3, raw=True)
    assert chunk.columns[2] == ('"Great" but', '"open')


def test_a_long_file_comes_in_chunks(given):
    path = given("a.csv", [["id", "n"], *[[number, number % 7] for number in range(CHUNK * 2 + 10)]])
    (table,) = tables_in(path, path.name, survey(path))
    chunks = list(table.chunks(0, 2))
    assert [(chunk.number, len(chunk.lines)) for chunk in chunks] == [(0, CHUNK), (1, CHUNK), (2, 10)]
    assert chunks[2].lines[0] == 2 * CHUNK + 2


GERMAN = "Datum,Kommentar\n03.09.26,Gerät beschädigt – schlechte Qualität\n"
JAPANESE = "日付,評価\n26/09/03,商品が壊れていました\n"
CHINESE = "日期,问题\n2026/11/3,充不进电，包装破损\n"


@pytest.mark.parametrize(
    ("text", "encoding", "country", "found"),
    [
        (GERMAN, "utf-8-sig", "", "utf-8-sig"),
        (GERMAN, "utf-8", "JP", "utf-8"),
        (GERMAN, "cp1252", "DE", "cp1252"),
        (GERMAN, "cp1252", "", "cp1252"),
        (JAPANESE, "cp932", "JP", "cp932"),
        (JAPANESE, "cp932", "", "cp932"),
        (CHINESE, "gb18030", "CN", "gb18030"),
        (CHINESE, "gb18030", "", "gb18030"),
        (CHINESE, "utf-16", "", "utf-16"),
    ],
)
def test_the_encoding_is_found(given, text, encoding, country, found):
    path = given("a.csv", text.encode(encoding))
    table, rows, _lines = read(path, width=2, country=country)
    assert table.encoding == found
    assert rows == [tuple(text.splitlines()[1].split(","))]


def test_a_chosen_encoding_wins(given):
    path = given("a.csv", GERMAN.encode("utf-8"))
    assert read(path, width=2, encoding="cp1252")[0].encoding == "cp1252"
    with pytest.raises(Refused, match="no encoding"):
        read(path, width=2, encoding="klingon")


def test_a_workbook_keeps_its_line_numbers_and_types(workbook):
    rows = [["My sheet"], [], ["id", "name", "note"], [7, "Anna", date(2026, 11, 3)], [8, "Bo", ("=1+1", 2)]]
    _table, found, lines = read(workbook("a.xlsx", rows), heading=2)
    assert (found, lines) == ([(7, "Anna", date(2026, 11, 3)), (8, "Bo", 2)], [4, 5])


def test_json_lines_and_lists_are_tables(given):
    lines = given("a.jsonl", '{"id": 1, "user": {"name": "x"}}\nnonsense\n{"id": 2, "more": [1]}\n')
    (table,) = tables_in(lines, "a.jsonl", survey(lines))
    assert table.preview()[0] == ["id", "user.name", "more"]
    (chunk,) = table.chunks(0, 3)
    assert list(zip(*chunk.columns, strict=True)) == [(1, "x", ""), (2, "", "[1]")]
    assert [(fault.code, fault.line) for fault in chunk.faults] == [("not-json", 2)]
    whole = given("b.json", '[{"id": 1}, {"id": 2}]')
    assert read(whole, width=1)[1] == [(1,), (2,)]


def test_parquet_is_a_table(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [1, 2], "name": ["x", None]}), path)
    table, rows, lines = read(path, width=2)
    assert (table.rows_total(), rows, lines) == (2, [(1, "x"), (2, None)], [1, 2])


def test_archives_and_folders_are_opened(given, tmp_path):
    given("folder/a.csv", ROWS)
    given("folder/.hidden", "x")
    archive = tmp_path / "folder" / "b.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("deep/c.csv", "id,name\n1,x\n")
        packed.writestr("../../evil.csv", "id,name\n1,x\n")
        packed.writestr("__MACOSX/c.csv", "x")
        packed.writestr("inner.zip", "PK")
    (tmp_path / "folder" / "d.csv.gz").write_bytes(gzip.compress(b"id,name\n1,x\n"))
    with unpacked([tmp_path / "folder"]) as (found, skipped):
        assert [one.name for one in found] == ["a.csv", "deep/c.csv", "../../evil.csv", "d.csv"]
        assert all("evil" not in one.path.name and one.path.exists() for one in found)
        kept = [one.path for one in found[1:]]
    assert [one.name for one in skipped] == ["__MACOSX/c.csv", "inner.zip"]
    assert not any(path.exists() for path in kept)
    assert not (tmp_path / "evil.csv").exists()
