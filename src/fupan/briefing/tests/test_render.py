"""Every renderer on a whole pack, in both languages."""

import io
import json
import re
from pathlib import Path

import pytest
from django.utils import translation
from python_calamine import CalamineWorkbook

from fupan.briefing.render import FORMATS, rendered, words
from fupan.briefing.render.md import markdown, plain
from fupan.briefing.render.pdf import pdf
from fupan.briefing.render.shown import shown
from fupan.briefing.render.text import blocks, text
from fupan.briefing.render.xlsx import safe, workbook
from fupan.core.errors import Refused

LANGUAGES = ["en", "zh-hans"]
NOTHING = re.compile(r"\b(None|nan|NaN|inf)\b")


def week():
    return json.loads(Path(__file__).with_name("pack_week.json").read_text(encoding="utf-8"))


def poor():
    """A week of a shop that has sent nothing but a few returns: no orders, no comparisons, no products."""
    pack = week()
    pack["period"]["coverage"] = {"orders": None, "missing": []}
    pack |= {"ready": False, "awaited": [{"en": "Orders of DE", "zh-hans": "DE 的订单"}], "few": True}
    pack |= {"top_products": [], "fastest_growing": [], "representative": []}
    pack["reply_clocks"] = {"platform": [], "office": []}
    pack["heat"] = {"issues": [], "products": [], "cells": []}
    for one in pack["kpis"]:
        if one["unit"] != "count":
            one |= {"value": None, "numerator": None, "denominator": None, "reason": "no_orders", "change": None,
                    "previous": None, "low": None, "high": None, "detectable": False,
                    "comparisons": {"previous": None, "mean4": None, "year": None}}  # fmt: skip
    pack["kpis"][0] |= {"change": None, "comparisons": {"previous": None, "mean4": None, "year": None}}
    for issue in pack["top_issues"]:
        issue |= {"change": None, "low": None, "high": None, "detectable": False, "top_products": []}
    return pack


def empty():
    pack = poor()
    pack |= {"pareto": [], "top_issues": []}
    pack["kpis"] = [{**one, "value": None, "reason": "no_data"} for one in pack["kpis"]]
    return pack


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("make", [week, poor, empty])
@pytest.mark.parametrize("kind", sorted(set(FORMATS) - {"pdf", "xlsx", "json"}))
def test_no_document_shows_a_hole_in_the_data_as_code(kind, make, lang):
    made = rendered(make(), kind, lang).decode()
    assert not NOTHING.search(made)
    assert "%(" not in made


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_text_fits_its_width(width):
    for line in text(week(), "en", width=width).splitlines():
        assert len(line) <= width


def test_text_says_what_a_team_meets_over():
    said = text(week(), "en", width=130)
    for piece in ("Week 46: review pack", "14 % more", "No detectable change", "921 / 38,420 units", "Late parcel",
                  "151 / 4,870", "×3.7", "T-48211", "Why chosen", "168 / 190", "Orders cover 98.6"):  # fmt: skip
        assert piece.replace("14 %", "14\u2009%") in said, piece


def test_text_has_no_colour_codes_unless_asked():
    assert "\x1b[" not in text(week(), "en")
    assert "\x1b[" in text(week(), "en", colour=True)


def test_bars_are_exact_to_an_eighth():
    assert blocks(1.0, 4) == "████"
    assert blocks(0.5, 1) == "▌"
    assert blocks(0.0, 9) == ""
    assert blocks(7.0, 2) == "██"


def test_json_is_the_pack_itself():
    assert json.loads(rendered(week(), "json", "en")) == week()


def test_json_refuses_what_is_no_number():
    with pytest.raises(ValueError):
        rendered({**week(), "cadence": float("nan")}, "json", "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_html_stands_alone(lang, settings):
    settings.BASE_URL = "https://fupan.example"
    page = rendered(week(), "html", lang).decode()
    assert "<script" not in page
    assert "<link" not in page
    assert "<style>" in page
    assert not re.search(r'(?:href|src)="(?!https://fupan\.example/)', page)
    assert page.count("<svg") > 20
    assert 'href="https://fupan.example/tickets/?week=2026-W46&amp;issue_type=late&amp;first=1"' in page


def test_html_never_takes_markup_from_buyers():
    pack = week()
    pack["top_issues"][0]["sample_tickets"][0]["text"] = "<script>alert(1)</script>"
    pack["representative"][0]["title"] = "</style><img src=x onerror=1>"
    page = rendered(pack, "html", "en").decode()
    assert "<script" not in page
    assert "<img" not in page


def test_markdown_never_takes_markup_from_buyers():
    assert plain("a|b\n# *c*") == r"a\|b \# \*c\*"
    pack = week()
    pack["top_issues"][0]["sample_tickets"][0]["text"] = "[click](javascript:1) | <b>"
    assert r"\[click\](javascript:1) \| \<b\>" in markdown(pack, "en")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("make", [week, poor, empty])
def test_workbook_is_read_back(make, lang):
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(make(), lang)))
    assert len(book.sheet_names) == 7
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python()
        assert rows
        assert not any(NOTHING.search(str(cell)) for row in rows for cell in row)


def test_workbook_holds_numbers_as_numbers():
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(week(), "en")))
    numbers = {row[0]: row for row in book.get_sheet_by_name("Numbers").to_python()}
    assert numbers["Tickets"][1] == 1284
    assert numbers["Return rate"][1:4] == [0.01632, 627, 38420]
    assert numbers["Return rate"][6:9] == [0.04, -0.1, 0.2]
    products = book.get_sheet_by_name("Products").to_python()
    assert products[1][:4] == ["Yoga pants Y7", "Return rate", 219, 4870]


@pytest.mark.parametrize("lead", ["=", "+", "@", "\t", "\r"])
def test_formulas_of_others_stay_text(lead):
    evil = f'{lead}HYPERLINK("http://evil")'
    assert safe(evil) == f"'{evil}"
    pack = week()
    pack["fastest_growing"][0]["label"] = {"en": evil, "zh-hans": evil}
    pack["top_issues"][0]["sample_tickets"][0]["text"] = evil
    book = CalamineWorkbook.from_filelike(io.BytesIO(workbook(pack, "en")))
    cells = [str(cell) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert not any(cell.startswith(lead) for cell in cells)


def test_a_change_that_begins_with_a_minus_is_not_taken_for_a_formula():
    assert safe("−4 %") == "−4 %"
    assert safe("- nothing") == "- nothing"
    assert safe("-1+1") == "'-1+1"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pdf_has_pages(lang):
    made = pdf(week(), lang)
    assert made.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type /Page\b", made)) >= 2 or b"/ObjStm" in made
    assert len(made) > 50_000


def test_pdf_says_what_the_system_lacks(monkeypatch):
    import builtins

    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(Refused) as refused:
        pdf(week(), "en")
    assert refused.value.code == "no-pdf-libraries"
    assert "libpango-1.0-0" in str(refused.value.message)


def test_a_document_fetches_nothing():
    from fupan.core.pdf import _nothing

    with pytest.raises(ValueError, match="fetches nothing"):
        _nothing("http://inside.example/")


def test_unknown_formats_are_refused():
    with pytest.raises(Refused) as refused:
        rendered(week(), "docx", "en")
    assert refused.value.code == "no-such-format"


def test_a_growth_without_an_upper_bound_is_said_so():
    pack = week()
    pack["fastest_growing"][0]["high"] = None
    assert shown(pack).growing[0].reach == "≥ 2.5"
    for kind in ("text", "html", "md"):
        assert "≥ 2.5" in rendered(pack, kind, "en").decode() or kind == "html"


def test_ratings_are_per_thousand_units():
    pack = week()
    rating = {**pack["top_products"][0], "metric": "negative_rating_rate", "shrunk": 12.34, "low": 8.0, "high": 17.0,
              "rate": 15.0}  # fmt: skip
    table = shown({**pack, "top_products": [rating]}).products[0]
    assert table.rows[0].shrunk_text == "12.3"
    assert table.name == "Negative ratings per 1,000 units"


def test_many_issue_types_end_in_one_bar():
    pack = week()
    many = [{**pack["pareto"][0], "issue_type": f"i{n}", "incidents": 40 - n, "share": 0.03} for n in range(25)]
    bars = shown({**pack, "pareto": many}).leading()
    assert len(bars) == 10
    assert bars[-1].rest
    assert sum(bar.count for bar in bars) == sum(one["incidents"] for one in many)


@pytest.mark.parametrize(
    ("label", "en", "zh"), [("2026-W46", "Week 46", "第46周"), ("2026-11", "November 2026", "2026年11月")]
)
def test_periods_have_names(label, en, zh):
    with translation.override("en"):
        assert words.period_name(label) == en
    with translation.override("zh-hans"):
        assert words.period_name(label) in {zh, en}


def test_names_fall_back_to_the_other_language():
    assert words.named({"en": "Late"}) == "Late"
    with translation.override("zh-hans"):
        assert words.named({"en": "Late", "zh-hans": "晚"}) == "晚"
        assert words.named({"en": "Late"}) == "Late"
    assert words.named(None) == ""
