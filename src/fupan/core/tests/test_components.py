"""Components and template tags, rendered as pages render them."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.test import RequestFactory
from django.utils import translation
from django_htmx.middleware import HtmxDetails
from hypothesis import given
from hypothesis import strategies as st

from fupan.core import clock, drawing, figures, http

NOW = datetime(2026, 11, 16, 7, 30, tzinfo=UTC)
PACKAGE = Path(__file__).resolve().parents[2]
ICONS = PACKAGE.parents[1] / "frontend" / "icons.txt"


class ShopForm(forms.Form):
    name = forms.CharField(help_text="As the platform shows it")
    zone = forms.ChoiceField(choices=[("UTC", "UTC")], required=False)
    fulfilled = forms.BooleanField(required=False)


@pytest.fixture
def show(tmp_path):
    """Write a page, render it with the product's own loaders, give back its markup."""
    options = {**settings.TEMPLATES[0]["OPTIONS"], "context_processors": ["django.template.context_processors.request"]}
    shared = {"NAME": "try", "APP_DIRS": False, "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}
    engine = DjangoTemplates({**shared, "OPTIONS": options})

    def render(source, part="", request=None, **context):
        name = f"page{len(list(tmp_path.iterdir()))}.html"
        (tmp_path / name).write_text("{% load fupan i18n %}" + source)
        with translation.override("en"), clock.set_to(NOW):
            return engine.get_template(name + part).render(context, request)

    return render


def tag(source, **context):
    with translation.override("en"), clock.set_to(NOW):
        return engines["django"].from_string("{% load fupan %}" + source).render(context)


# Components


def test_a_part_of_a_page_may_hold_a_component(show):
    page = "{% partialdef row %}<c-badge tone='jade'>{{ word }}</c-badge>{% endpartialdef %}the page"
    assert show(page, part="#row", word="done").strip() == '<span class="badge badge-jade" >done</span>'


def test_a_card_has_its_title_its_link_and_its_body(show):
    card = show('<c-card title="Actions" sub="4 due" more="All" more_url="/actions/" level="3"><p>body</p></c-card>')
    assert "<h3>Actions</h3>" in card
    assert '<span class="sub">4 due</span>' in card
    assert '<a class="card-more" href="/actions/">All</a>' in card
    assert "<p>body</p>" in card


def test_a_card_without_a_title_has_no_head(show):
    assert "card-top" not in show("<c-card><p>body</p></c-card>")


def test_a_card_does_not_take_the_title_of_the_page_around_it(show):
    assert "The page" not in show("<c-card>body</c-card>", title="The page")


def test_a_button_is_a_link_when_it_has_an_address(show):
    link = show('<c-button href="/pack/" kind="primary" key="r" key_label="Open">Open</c-button>')
    assert re.search(r'<a href="/pack/"\s+class="btn btn-primary" data-key="r" data-key-label="Open"', link)
    button = show('<c-button name="state" value="done" hx-post="/x/">Done</c-button>')
    assert '<button type="submit"' in button
    assert 'hx-post="/x/"' in button
    assert 'value="done"' in button


def test_a_missing_figure_says_why_and_what_to_do(show):
    cell = show('<c-kpi label="Rating" value="" reason="No ratings since 11-07" fix="Upload" fix_url="/import/" />')
    assert "—" in cell
    assert "No ratings since 11-07" in cell
    assert '<a class="kpi-fix" href="/import/">Upload</a>' in cell


def test_a_figure_links_to_what_it_counts(show):
    cell = show('<c-kpi label="Tickets" value="1,284" href="/tickets/"><c-slot name="spark">~</c-slot>up</c-kpi>')
    assert '<a href="/tickets/">1,284</a>' in cell
    assert "~" in cell
    assert "up" in cell


def test_a_field_shows_its_errors_beside_the_input(show):
    field = show('<c-field :field="form.name" />', form=ShopForm({"name": ""}))
    assert "field-wrong" in field
    assert 'aria-invalid="true"' in field
    assert '<p class="wrong" role="alert">This field is required.</p>' in field
    assert "As the platform shows it" in field


def test_a_field_that_may_stay_empty_says_so(show):
    assert "optional" in show('<c-field :field="form.zone" />', form=ShopForm())
    assert 'class="form-select"' in show('<c-field :field="form.zone" />', form=ShopForm())


def test_a_tick_box_stands_before_its_label(show):
    box = show('<c-field :field="form.fulfilled" />', form=ShopForm())
    assert box.index("form-check-input") < box.index("<span>Fulfilled</span>")


def test_the_pager_keeps_the_filters(show, rf):
    request = rf.get("/tickets/?shop=3&page=2")
    page = Paginator(range(120), 50).page(2)
    turner = show('<c-pager :page="page" target="#rows" />', request=request, page=page)
    assert 'href="?shop=3&amp;page=1"' in turner
    assert 'hx-get="?shop=3&amp;page=3"' in turner
    assert "51–100 of 120" in turner


def test_a_single_page_has_no_pager(show):
    assert "<nav" not in show('<c-pager :page="page" />', page=Paginator(range(3), 50).page(1))


def test_a_sorted_head_turns_the_order_round(show, rf):
    request = rf.get("/tickets/?shop=3")
    head = show('<c-sort by="opened" now="opened">Opened</c-sort>', request=request)
    assert 'aria-sort="ascending"' in head
    assert 'href="?shop=3&amp;sort=-opened"' in head


def test_a_filter_chip_is_a_link_and_can_be_taken_off(show):
    assert 'aria-current="true"' in show('<c-chip href="?a=1" on="1">Late</c-chip>')
    assert 'href="?"' in show('<c-chip remove="?">Late</c-chip>')


def test_an_empty_place_says_what_to_do_next(show):
    empty = show('<c-empty text="Rates stand here." url="/import/" action="Import" />')
    assert "Rates stand here." in empty
    assert '<a class="btn" href="/import/">Import</a>' in empty


def test_a_notice_speaks_up_only_when_a_person_is_needed(show):
    assert 'role="alert"' in show('<c-notice tone="amber">Late</c-notice>')
    assert 'role="status"' in show("<c-notice>Frozen</c-notice>")


def test_a_chart_carries_its_data_and_its_table(show):
    data = {"items": [{"name": "</script>", "value": 3}]}
    chart = show('<c-figure kind="pareto" id="p" :data="data" label="Issues"><table></table></c-figure>', data=data)
    kept = re.search(r'<script id="p" type="application/json">(.*?)</script>', chart, re.DOTALL)
    assert kept is not None
    assert json.loads(kept[1]) == data
    assert 'data-chart="pareto" data-source="p"' in chart
    assert '<details class="as-table" id="p-table">' in chart


def test_markup_from_outside_stays_text(show):
    evil = "<script>alert(1)</script>"
    page = '<c-badge>{{ x }}</c-badge><c-card title="{{ x }}"></c-card><c-chip gloss="{{ x }}">a</c-chip>'
    assert "<script>" not in show(page, x=evil)
    assert "<script>" not in tag(
        "{% stone 'done' label=x %}{% icon 'home' label=x %}{% spark v label=x %}", x=evil, v=[1]
    )


def test_no_template_holds_an_inline_style_or_script():
    for page in PACKAGE.glob("**/templates/**/*.html"):
        text = re.sub(r"{[{%#].*?[}%#]}", "", page.read_text())
        assert not re.search(r'\sstyle="|<style|\son[a-z]+="|hx-on', text), page
        assert not re.search(r"<script(?![^>]*(\ssrc=|application/json))", text), page


def test_every_icon_used_is_in_the_sprite():
    known = set(ICONS.read_text().split())
    for page in PACKAGE.glob("**/templates/**/*.html"):
        used = set(re.findall(r'{% icon "([\w-]+)"', page.read_text()))
        used |= set(re.findall(r'\bicon="([\w-]+)"', page.read_text()))
        assert used <= known, page


# Words and figures


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("{{ 38420|num }}", "38,420"),
        ("{{ -3.51|num:1 }}", "−3.5"),
        ("{{ nothing|num }}", "—"),
        ("{{ 0.024|pct }}", "2.40\u2009%"),
        ("{{ 0.962|pct }}", "96.2\u2009%"),
        ("{{ 0.8|pct:0 }}", "80\u2009%"),
        ("{{ 39.99|money:'EUR' }}", "€39.99"),
        ("{{ 86420.4|money:'USD' }}", "$86,420"),
        ("{{ -5|money:'EUR' }}", "−€5.00"),
        ("{{ 500|money:'JPY' }}", "¥500"),
        ("{{ 8.40|compact }}", "8.4"),
        ("{% kn 921 38420 %}", "921 / 38,420"),
        ("{% estimate -0.48 -0.63 -0.27 %}", "−48\u2009% [−63, −27]"),
        ("{% estimate 0.012 -0.034 0.058 'points' %}", "+1.2 points [−3.4, +5.8]"),
        ("{{ name|initial }}", "L"),
    ],
)
def test_figures_read_as_people_write_them(source, words):
    assert tag(source, nothing=None, name="lin") == words


@pytest.mark.parametrize(
    ("arguments", "tone", "words"),
    [
        ("0.04 -0.08 0.17", "none", "No detectable change"),
        ("0.54 0.06 1.22 True", "bad", "54\u2009% more"),
        ("-0.28 -0.41 -0.12 True", "good", "28\u2009% fewer"),
        ("0.14 0.04 0.24 True good='neutral'", "plain", "14\u2009% more"),
        ("-0.021 -0.037 -0.004 True good='up' words='rate' unit='points'", "bad", "2.1 points lower"),
        ("-0.23 -0.31 -0.14 True words='time'", "good", "23\u2009% faster"),
    ],
)
def test_only_a_change_beyond_chance_is_coloured(arguments, tone, words):
    said = tag("{% change " + arguments + " %}")
    assert f'class="change change-{tone}"' in said
    assert f"<b>{words}</b>" in said


def test_an_undetectable_change_still_shows_its_figure_and_interval():
    assert "+4\u2009% [−8, +17]" in tag("{% change 0.04 -0.08 0.17 %}")


def test_a_change_without_a_comparison_says_so():
    assert "No comparison" in tag("{% change nothing %}", nothing=None)


@pytest.mark.parametrize(
    ("style", "words"),
    [("short", "11-14 19:42"), ("weekday", "11-14 Sat 19:42"), ("full", "2026-11-14 19:42"), ("date", "11-14")],
)
def test_times_stand_in_the_shops_own_zone(style, words):
    at = datetime(2026, 11, 14, 18, 42, tzinfo=UTC)
    assert f">{words}</time>" in tag("{% when at 'Europe/Berlin' style=style %}", at=at, style=style)


def test_another_year_is_named_and_a_date_has_no_hour():
    assert ">2025-12-01</time>" in tag("{% when day %}", day=date(2025, 12, 1))
    assert tag("{% when nothing %}", nothing=None) == "—"


def test_a_promise_turns_amber_within_the_hour_and_red_once_late():
    assert tag("{% due at %}", at=NOW + timedelta(hours=21)) == '<span class="due">21 h left</span>'
    assert "tone-amber" in tag("{% due at %}", at=NOW + timedelta(minutes=38))
    assert "tone-red due-late" in tag("{% due at %}", at=NOW - timedelta(minutes=4))
    assert "21 h 14 min left" in tag("{% due at exact=True %}", at=NOW + timedelta(hours=21, minutes=14))


def test_ages_and_lengths():
    assert tag("{{ at|ago }}", at=NOW - timedelta(hours=3)) == "3 hours ago"
    assert tag("{{ length|took }}", length=timedelta(hours=19)) == "19 h"


def test_a_link_keeps_the_other_filters_and_starts_at_the_first_page(rf):
    request = rf.get("/tickets/?shop=3&status=open&page=4")
    assert tag("{% query_string status=None sort='due' %}", request=request) == "?shop=3&amp;sort=due"
    assert tag("{% query_string %}") == "?"


# Pictures


def test_a_stone_is_read_out_only_where_no_word_follows():
    assert 'aria-hidden="true"' in tag("{% stone 'done' %}")
    assert 'role="img" aria-label="Done"' in tag("{% stone 'done' label='Done' %}")


@pytest.mark.parametrize("state", ["done", "half", "open", "warn", "something else"])
def test_each_state_has_its_shape(state):
    stone = tag("{% stone state tone='jade' %}", state=state)
    assert stone.startswith('<svg class="stone tone-jade"')
    assert ("d-ring" in stone) == (state not in {"done", "warn"})


def test_a_gap_in_the_weeks_is_a_gap_in_the_line():
    assert tag("{% spark weeks %}", weeks=[1, 2, None, 3, 4]).count("<polyline") == 2


def test_a_spark_that_ends_in_nothing_has_no_stone():
    assert "d-end" not in tag("{% spark weeks %}", weeks=[1, 2, None])
    assert "<svg" in tag("{% spark weeks %}", weeks=[])


def test_an_interval_without_an_estimate_is_a_dash():
    assert tag("{% interval nothing nothing nothing %}", nothing=None) == "—"


def test_an_interval_says_itself_aloud():
    assert 'aria-label="−48\u2009% [−63, −27]"' in tag("{% interval -0.63 -0.48 -0.27 mark=-0.2 %}")
    assert 'aria-label="×3.7 [2.6, 5.2]"' in tag("{% interval 2.6 3.7 5.2 axis='log' start=0.5 end=6 %}")


def test_a_bar_with_an_interval_has_a_whisker_and_a_ring():
    drawn = tag("{% bar 0.04 0.06 low=0.03 high=0.05 raw=0.045 %}")
    assert drawn.count("d-whisker") == 3
    assert "d-raw" in drawn
    assert "d-track" in tag("{% bar 3 0 %}")


@pytest.mark.parametrize("state", ["had", "new", "part", "missing", "late"])
def test_a_coverage_cell_names_what_it_holds(state):
    cell = tag("{% coverage_cell state label='Week 46, orders' %}", state=state)
    assert f"cov-{state}" in cell
    assert 'aria-label="Week 46, orders"' in cell


finite = st.floats(-1e6, 1e6)


@given(st.lists(finite, min_size=1, max_size=60))
def test_the_range_of_a_spark_holds_all_values_and_a_third_of_the_mean(values):
    low, high = drawing.spark_range(values)
    assert low <= min(values)
    assert high >= max(values)
    assert high - low >= abs(sum(values) / len(values)) * 0.35 * (1 - 1e-9)


@given(st.lists(st.one_of(st.none(), finite), max_size=60), st.booleans(), st.booleans())
def test_a_spark_stays_within_its_frame(values, large, rate):
    drawn = drawing.spark(drawing.SparkData(values), large=large, rate=rate)
    for run in drawn.lines:
        for pair in run.split():
            x, y = map(float, pair.split(","))
            assert 0 <= x <= drawn.width
            assert 0 <= y <= drawn.height


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_a_log_axis_keeps_the_order_and_stays_on_the_paper(one, other):
    axis = drawing.Axis(0.1, 10, 2, 178, log=True)
    low, high = sorted([one, other])
    assert 2 <= axis.at(low) <= axis.at(high) <= 178


@given(finite)
def test_no_figure_has_a_hyphen_for_a_minus(value):
    shown = [figures.number(value, 1), figures.percent(value), figures.amount(value, "EUR"), figures.compact(value)]
    assert not any("-" in text for text in shown)


# Answers


def asked(rf: RequestFactory, **headers: str):
    request = rf.get("/tickets/", headers=headers)
    request.htmx = HtmxDetails(request)
    return request


@pytest.mark.urls("django.conf.urls.i18n")
def test_htmx_gets_a_part_and_a_browser_is_sent_on(rf, monkeypatch):
    monkeypatch.setattr(http, "render", lambda request, name, context, status: HttpResponse(name, status=status))
    told = http.part(asked(rf, hx_request="true"), "desk/queue.html", "row", {}, else_to="/t/1/", status=422)
    assert (told.content, told.status_code) == (b"desk/queue.html#row", 422)
    assert http.part(asked(rf), "desk/queue.html", "row", {}, else_to="/t/1/")["Location"] == "/t/1/"


def test_going_back_in_the_browser_gets_the_whole_page(rf, monkeypatch):
    monkeypatch.setattr(http, "render", lambda request, name, context, status: HttpResponse(name, status=status))
    back = asked(rf, hx_request="true", hx_history_restore_request="true")
    assert http.page_or_part(back, "desk/queue.html", "rows", {}).content == b"desk/queue.html"
    assert http.page_or_part(asked(rf, hx_request="true"), "a.html", "rows", {}).content == b"a.html#rows"


def test_a_word_travels_in_the_header():
    told = http.said(HttpResponse(), "84,893 rows are in")
    assert json.loads(told["HX-Trigger"]) == {"toast": {"message": "84,893 rows are in", "tone": "good"}}
