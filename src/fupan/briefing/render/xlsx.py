"""The pack as a workbook: a sheet a section, real numbers with formats, text that can never become a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from fupan.briefing.render import words
from fupan.briefing.render.kpis import Kpi
from fupan.briefing.render.parts import Product, Shown
from fupan.briefing.render.shown import shown

FORMATS = {
    "count": "#,##0", "rate": "0.00%", "share": "0.0%", "per_1000": "0.00", "hours": "0.0", "money": "#,##0.00",
    "score": "0.0", "ratio": "0.00", "percent": "0.0%",
}  # fmt: skip


class Book:
    """A workbook under construction; every cell is written by its type, so that "=1+1" stays text."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.book = xlsxwriter.Workbook(
            self.out,
            {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": False},
        )
        self.head = self.book.add_format(
            {"bold": True, "bottom": 1, "bg_color": "#F5F5F2", "text_wrap": True, "valign": "top"}
        )
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.link = self.book.add_format({"font_color": "#0F7B6C", "underline": 1})
        self.formats = {
            name: self.book.add_format({"num_format": pattern, "valign": "top"}) for name, pattern in FORMATS.items()
        }

    def sheet(self, name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]]) -> None:
        """One sheet: a frozen head and typed rows. A cell is text, None, a (number, format) pair or a `Link`."""
        sheet = self.book.add_worksheet(name[:31])
        sheet.freeze_panes(1, 1)
        for place, (title, width) in enumerate(columns):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, title, self.head)
        for down, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                self._cell(sheet, down, place, cell)

    def _cell(self, sheet: Any, down: int, place: int, cell: Any) -> None:
        if cell is None or cell == "":
            return
        if isinstance(cell, tuple):
            number, unit = cell
            if number is not None:
                sheet.write_number(down, place, float(number), self.formats[unit])
        elif isinstance(cell, Link):
            sheet.write_url(down, place, cell.address, self.link, string=str(cell)[:250])
        else:
            sheet.write_string(down, place, safe(str(cell)), self.wrap)

    def bytes(self) -> bytes:
        self.book.close()
        return self.out.getvalue()


class Link(str):
    """Words that lead to an address of ours."""

    __slots__ = ("address",)
    address: str


def link(text: object, url: str) -> Any:
    if not url:
        return str(text)
    made = Link(safe(str(text)))
    made.address = f"{settings.BASE_URL}{url}"
    return made


def safe(text: str) -> str:
    """Text that stays text even where the sheet is saved as CSV and opened again."""
    return f"'{text}" if text[:1] in {"=", "+", "@", "\t", "\r"} or (text[:1] == "-" and text[1:2].isalnum()) else text


def workbook(pack: words.Pack, lang: str) -> bytes:
    """The pack as .xlsx in one language."""
    with override(lang):
        worded = shown(pack)
        book = Book()
        _numbers(book, worded, pack)
        _issues(book, worded)
        _causes(book, worded)
        _signals(book, worded)
        _actions(book, worded)
        _verdicts(book, worded)
        _products(book, worded)
        _growing(book, worded)
        _tickets(book, worded)
        _clocks(book, worded)
        _coverage(book, worded)
        return book.bytes()


def _numbers(book: Book, pack: Shown, raw: words.Pack) -> None:
    against = pack.against
    columns = [(_("number"), 26), (pack.label, 14), ("k", 10), ("n", 10), (_("unit"), 12)]
    for name in against:
        columns += [(name, 14), (_("Change"), 12), (_("from"), 10), (_("to"), 10), (_("in words"), 32)]
    columns.append((_("Note"), 40))
    entries = {entry["metric"]: entry for entry in raw["kpis"]}
    book.sheet(_("Numbers"), columns, [_number(one, entries[one.metric], len(against)) for one in pack.kpis])


def _number(one: Kpi, entry: words.Entry, columns: int) -> list[Any]:
    row: list[Any] = [
        link(one.name, one.url), (one.raw, one.unit), (entry.get("numerator"), "count"),
        (entry.get("denominator"), "count"), unit_name(one.unit),
    ]  # fmt: skip
    given = entry.get("comparisons") or {}
    worded = {each.against: each.change for each in one.comparisons}
    compared = [given[key] for key in ("previous", "mean4", "year") if given.get(key)]
    style = one.unit if one.unit in {"score"} else "percent"
    for found, change in zip(compared, worded.values(), strict=True):
        row += [(found["value"], one.unit), (found["change"], style), (found["low"], style), (found["high"], style),
                f"{change.words} {change.detail}".strip()]  # fmt: skip
    row += [None] * (5 * (columns - len(compared)))
    return [*row, one.reason]


def unit_name(unit: str) -> str:
    return {
        "count": _("count"), "rate": _("rate"), "share": _("share"), "per_1000": _("per 1,000 units"),
        "hours": _("hours"), "money": _("money"), "score": _("score of 5"),
    }.get(unit, unit)  # fmt: skip


def _issues(book: Book, pack: Shown) -> None:
    top = {issue.code: issue for issue in pack.issues}
    columns = [(_("issue type"), 26), (_("incidents"), 12), (_("share"), 10), (_("so far"), 10),
               (_("Change"), 34), (_("Products"), 60)]  # fmt: skip
    rows = []
    for bar in pack.pareto:
        issue = top.get(bar.code)
        moved = f"{issue.change.words} {issue.change.detail}".strip() if issue else ""
        products = "; ".join(f"{one.name} {one.kn}" for one in issue.products) if issue else ""
        rows.append([link(bar.name, bar.url), (bar.count, "count"), (bar.share, "percent"), (bar.cumulative, "percent"),
                     moved, products])  # fmt: skip
    book.sheet(_("Issues"), columns, rows)


def _causes(book: Book, pack: Shown) -> None:
    columns = [(_("cause"), 30), (_("liable"), 12), (_("incidents"), 12), (_("share"), 10), (_("confirmed"), 12),
               (_("first guess"), 40)]  # fmt: skip
    rows = [
        [link(one.name, one.url), one.liable, (one.count, "count"), (one.share, "percent"), (one.confirmed, "count"),
         one.guess]
        for one in pack.causes
    ]  # fmt: skip
    if rows:
        book.sheet(_("Causes"), columns, rows)


def _signals(book: Book, pack: Shown) -> None:
    columns = [(_("where"), 46), (_("kind"), 16), (_("week"), 12), (_("observed"), 10), (_("expected"), 10),
               (_("upper bound"), 12), (_("above expectation"), 12), (_("Chance"), 12),
               (_("where it lies"), 70)]  # fmt: skip
    rows = []
    for one in pack.signals:
        observed, expected, upper = one.raw
        unit = "hours" if one.counts else "ratio"  # one digit, or the bare number of a target
        rows.append([link(one.label, one.url), one.kind, one.week, (observed, unit), (expected, unit), (upper, unit),
                     (observed - expected, unit), one.chance, one.cause])  # fmt: skip
    if rows:
        book.sheet(_("Signals"), columns, rows)


def _actions(book: Book, pack: Shown) -> None:
    columns = [(_("Action"), 46), (_("where"), 34), (_("Type"), 14), (_("State"), 16), (_("Owner"), 14),
               (_("Department"), 14), (_("Deadline"), 12), (_("Days overdue"), 10), (_("Target"), 10)]  # fmt: skip
    rows = [
        [link(one.name, one.url), one.label, one.kind, one.state, one.owner, one.department, one.deadline,
         (one.late or None, "count"), one.target]
        for one in pack.actions
    ]  # fmt: skip
    if rows:
        book.sheet(_("Actions"), columns, rows)


def _verdicts(book: Book, pack: Shown) -> None:
    columns = [(_("Action"), 46), (_("where"), 34), (_("Verdict"), 16), (_("Change"), 10), (_("from"), 10),
               (_("to"), 10), (_("cases prevented"), 14), (_("Carried out"), 16), (_("What it means"), 50)]  # fmt: skip
    rows = []
    for one in pack.verdicts:
        change, low, high, prevented = one.raw
        rows.append([link(one.name, one.url), one.label, one.word, (change, "percent"), (low, "percent"),
                     (high, "percent"), (prevented, "hours"), one.carried, one.meaning])  # fmt: skip
    if rows:
        book.sheet(_("Verdicts"), columns, rows)


def _products(book: Book, pack: Shown) -> None:
    columns = [(_("product"), 30), (_("measured by"), 20), ("k", 8), ("n", 10), (_("rate"), 10), (_("shrunk"), 10),
               (_("from"), 10), (_("to"), 10), (_("main issue"), 30)]  # fmt: skip
    rows = [
        [link(row.name, row.url), table.name, (row.count, "count"), (row.exposure, "count"),
         *((rate, unit_of(row)) for rate in (row.rate, row.shrunk, row.low, row.high)), row.note]
        for table in pack.products
        for row in table.rows
    ]  # fmt: skip
    book.sheet(_("Products"), columns, rows)


def unit_of(row: Product) -> str:
    return "per_1000" if row.per_thousand else "rate"


def _growing(book: Book, pack: Shown) -> None:
    columns = [(_("where"), 46), (_("observed"), 10), (_("expected"), 10), (_("times expected"), 12), (_("from"), 10),
               (_("to"), 10), (_("in words"), 26)]  # fmt: skip
    rows = [
        [link(one.label, one.url), (one.observed, "count"), (one.expected, "hours"), (one.ratio, "ratio"),
         (one.low, "ratio"), (one.high, "ratio"), one.words]
        for one in pack.growing
    ]  # fmt: skip
    book.sheet(_("Fastest growing"), columns, rows)


def _tickets(book: Book, pack: Shown) -> None:
    columns = [(pgettext("column", "Ticket"), 12), (_("chosen as"), 14), (_("shop"), 16), (_("language"), 10),
               (_("in the buyer's words"), 80), (_("Why chosen"), 46), (_("Outcome"), 30)]  # fmt: skip
    rows = [
        [link(one.number, one.url), one.badge, one.shop, one.language, one.text, one.because, one.outcome]
        for one in pack.samples
    ]
    for issue in pack.issues:
        rows += [
            [link(f"T-{quote.ticket}", quote.url), issue.name, quote.source, quote.language, quote.text, "", ""]
            for quote in issue.quotes
        ]
    book.sheet(_("Tickets"), columns, rows)


def _clocks(book: Book, pack: Shown) -> None:
    columns = [(_("shop"), 20), (_("promise"), 22), (_("in time"), 10), ("k", 8), ("n", 8), (_("from"), 10),
               (_("to"), 10), (_("late"), 8)]  # fmt: skip
    kinds = ((_("platform"), pack.platform_clocks), (_("office hours"), pack.office_clocks))
    rows = [
        [link(one.shop, one.url), f"{kind} {one.limit}".strip(), (one.share, "percent"), (one.in_time, "count"),
         (one.due, "count"), (one.low, "percent"), (one.high, "percent"), (one.late, "count")]
        for kind, clocks in kinds
        for one in clocks
    ]  # fmt: skip
    book.sheet(_("Replies in time"), columns, rows)


def _coverage(book: Book, pack: Shown) -> None:
    rows: list[list[Any]] = [[fact] for fact in pack.facts]
    rows.append([pack.orders_line])
    rows += [[hole] for hole in pack.holes]
    book.sheet(_("Data"), [(f"{pack.title} · {pack.workspace}", 100)], rows)
