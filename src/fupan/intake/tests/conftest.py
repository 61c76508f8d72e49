"""Files for tests of imports."""

import pytest


@pytest.fixture
def given(tmp_path):
    """`given("orders.csv", text)` writes a file and gives its path; text may be bytes or rows."""

    def write(name, content, encoding="utf-8"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, list):
            mark = "\t" if name.endswith((".tsv", ".txt")) else ","
            content = "\n".join(mark.join(map(str, row)) for row in content) + "\n"
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    """`workbook("a.xlsx", rows, ...)`: one sheet per list of rows; a cell `("=A1", value)` is a formula."""

    def write(name, *sheets):
        import xlsxwriter

        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path))
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, rows in enumerate(sheets, 1):
            sheet = book.add_worksheet(f"Sheet{number}")
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, tuple):
                        sheet.write_formula(at, column, cell[0], None, cell[1])
                    elif hasattr(cell, "year"):
                        sheet.write_datetime(at, column, cell, day)
                    else:
                        sheet.write(at, column, cell)
        book.close()
        return path

    return write
