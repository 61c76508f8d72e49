"""`{% load fupan %}`: figures with their uncertainty, stones, small pictures, icons, times, links with filters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_skeleton, format_timedelta
from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select, Widget
from django.http import QueryDict
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from fupan.core import clock, drawing, figures
from fupan.core.templatetags import _cases, _kept, _marks

register = template.Library()
register.tag("case", _cases.case)
register.tag("kept", _kept.kept)

PATTERNS = {
    "short": "MM-dd HH:mm",
    "date": "MM-dd",
    "day": "MM-dd EEE",
    "weekday": "MM-dd EEE HH:mm",
    "time": "HH:mm",
    "full": "yyyy-MM-dd HH:mm",
    "fulldate": "yyyy-MM-dd",
}
COVERAGE = {
    "had": _marks.COLOURS["slate"],
    "new": _marks.COLOURS["jade"],
    "part": _marks.COLOURS["jade"],
    "missing": "none",
    "late": "none",
}


# Numbers


@register.filter
def num(value: figures.Number | None, digits: int = 0) -> str:
    """{{ 38420|num }} -> 38,420; {{ 8.42|num:1 }} -> 8.4; None -> —."""
    return figures.number(value, int(digits))


@register.filter
def compact(value: figures.Number | None) -> str:
    """{{ 8.40|compact }} -> 8.4."""
    return figures.compact(value)


@register.filter
def pct(value: figures.Number | None, digits: int | None = None) -> str:
    """{{ 0.024|pct }} -> 2.40 %; takes a share, not a percentage."""
    return figures.percent(value, digits)


@register.filter
def money(value: figures.Number | None, currency: str = "") -> str:
    """{{ refund|money:shop.currency }} -> €39.99."""
    return figures.amount(value, currency)


@register.simple_tag
def kn(k: figures.Number | None, n: figures.Number | None) -> str:
    """{% kn 921 38420 %} -> 921 / 38,420."""
    return figures.of(k, n)


@register.simple_tag
def estimate(
    value: figures.Number | None,
    low: figures.Number | None = None,
    high: figures.Number | None = None,
    unit: figures.Unit = "ratio",
) -> str:
    """{% estimate -0.48 -0.63 -0.27 %} -> −48 % [−63, −27]."""
    if value is None:
        return figures.MISSING
    return f"{figures.delta(value, unit)} {figures.span(low, high, unit)}".strip()


@register.simple_tag
def change(
    value: figures.Number | None,
    low: figures.Number | None = None,
    high: figures.Number | None = None,
    detectable: bool = False,  # noqa: FBT001, FBT002
    good: figures.Good = "down",
    words: figures.Words = "count",
    unit: figures.Unit = "ratio",
) -> SafeString:
    """The wording of a change: coloured only beyond chance, else "No detectable change"."""
    said = figures.change(value, low, high, detectable=detectable, good=good, words=words, unit=unit)
    return format_html(
        '<span class="change change-{}"><b>{}</b> <span class="change-detail">{}</span></span>',
        said.tone,
        said.words,
        said.detail,
    )


# Time


def _zone(tz: str | tzinfo | None) -> tzinfo:
    if not tz:
        return timezone.get_current_timezone()
    return ZoneInfo(tz) if isinstance(tz, str) else tz


def _local(moment: datetime, tz: str | tzinfo | None) -> datetime:
    return moment.astimezone(_zone(tz)) if timezone.is_aware(moment) else moment


@register.simple_tag
def when(moment: date | datetime | None, tz: str | tzinfo | None = None, style: str = "short") -> SafeString:
    """{% when message.at shop.timezone style="weekday" %} -> 11-14 Sat 19:42, in that time zone."""
    if moment is None:
        return mark_safe(figures.MISSING)
    here = _local(moment, tz) if isinstance(moment, datetime) else moment
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), _worded(here, style))


def _worded(here: date | datetime, style: str) -> str:
    full = here if isinstance(here, datetime) else datetime(here.year, here.month, here.day)  # noqa: DTZ001
    if style == "long":
        return format_skeleton("MMMMEEEEd", full.replace(tzinfo=None), locale=figures.locale())
    pattern = PATTERNS[style]
    if not isinstance(here, datetime):
        pattern = pattern.replace(" HH:mm", "")
    if pattern.startswith("MM") and here.year != clock.now().year:
        pattern = f"yyyy-{pattern}"
    return format_datetime(full.replace(tzinfo=None), pattern, locale=figures.locale())


@register.filter
def ago(moment: datetime | None) -> str:
    """3 hours ago."""
    if moment is None:
        return figures.MISSING
    return format_timedelta(moment - clock.now(), add_direction=True, locale=figures.locale())


@register.filter
def took(length: timedelta | None) -> str:
    """A length of time: 19 h."""
    return figures.MISSING if length is None else figures.duration(length)


@register.simple_tag
def due(moment: datetime | None, late: str = "red", *, exact: bool = False) -> SafeString:
    """Time left until a promise: muted, amber within the hour, `late` tone once past."""
    if moment is None:
        return mark_safe("")
    left = moment - clock.now()
    size = {"time": figures.duration(left, exact=exact)}
    if left < timedelta():
        return format_html('<span class="due tone-{} due-late">{}</span>', late, _("%(time)s over") % size)
    soon = " tone-amber due-soon" if left < timedelta(hours=1) else ""
    return format_html('<span class="due{}">{}</span>', soon, _("%(time)s left") % size)


# Pictures


@register.simple_tag
@lru_cache(maxsize=512)
def stone(state: str, tone: str = "ink", label: str = "", size: str = "s") -> SafeString:
    """{% stone "half" tone="amber" %} + word; give `label` only where no word follows."""
    shown = state if state in _marks.STONES else "open"
    return _marks.stone(shown, tone=tone, label=str(label), large=size == "l")


@register.simple_tag
@lru_cache(maxsize=512)
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """{% icon "home" %}; sizes "s" (15 px), "" (18 px), "l" (22 px). Names: frontend/icons.txt."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    address = f"{static('dist/sprite.svg')}#{name}"
    return format_html('<svg class="ic{}" {}><use href="{}"/></svg>', f" ic-{size}" if size else "", spoken, address)


@register.simple_tag
def spark(
    values: Sequence[float | None],
    size: str = "small",
    tone: str = "ink",
    label: str = "",
    low: drawing.Values = (),
    high: drawing.Values = (),
    expected: drawing.Values = (),
    target: float | None = None,
    note: str = "",
    rate: bool = False,  # noqa: FBT001, FBT002
) -> SafeString:
    """{% spark weeks %} 72 x 24; size="large" 318 x 76: low/high (band), expected, target, note; rate: near 100 %."""
    data = drawing.SparkData(values, low or (), high or (), expected or (), target)
    drawn = drawing.spark(data, large=size == "large", rate=rate)
    return _marks.spark(drawn, tone=tone, label=str(label), note=str(note))


@register.simple_tag
def interval(
    low: float | None,
    mid: float | None,
    high: float | None,
    start: float = -1.0,
    end: float = 1.0,
    axis: str = "linear",
    zero: float | None = None,
    mark: float | None = None,
    tone: str = "slate",
    width: int = 180,
    label: str = "",
) -> SafeString:
    """{% interval low mid high start=-1 end=0.6 mark=-0.2 %}; axis="log" for ratios (no change is then 1)."""
    if low is None or mid is None or high is None:
        return mark_safe(figures.MISSING)
    ratio = axis == "log"
    straight = drawing.Axis(float(start), float(end), 2, int(width) - 2, log=ratio)
    still = float(zero) if zero is not None else 1.0 if ratio else 0.0
    drawn = drawing.interval(float(low), float(mid), float(high), straight, zero=still, mark=mark)
    return _marks.interval(drawn, tone=tone, label=str(label) or _spoken(low, mid, high, ratio=ratio))


def _spoken(low: float, mid: float, high: float, *, ratio: bool) -> str:
    if ratio:
        return f"×{mid:.1f} [{low:.1f}, {high:.1f}]"
    return estimate(mid, low, high)


@register.simple_tag
def bar(
    value: float | None,
    full: float | None,
    low: float | None = None,
    high: float | None = None,
    raw: float | None = None,
    width: int = 0,
    tone: str = "slate",
    label: str = "",
) -> SafeString:
    """{% bar value max %} 96 px share bar; with low/high/raw a 206 px bar with whisker and ring."""
    if value is None:
        return mark_safe(figures.MISSING)
    across = int(width) or (96 if low is None else 206)
    drawn = drawing.bar(float(value), float(full or 0), width=across, low=low, high=high, raw=raw)
    return _marks.bar(drawn, tone=tone, label=str(label))


@register.simple_tag
def columns(
    values: Sequence[float | None], width: int = 320, height: int = 72, tone: str = "slate", label: str = ""
) -> SafeString:
    """{% columns weeks label="Alarms a week" %}: upright bars, one a value; `label` says what they show."""
    drawn = drawing.columns(values, width=int(width), height=int(height))
    return _marks.columns(drawn, int(width), int(height), tone=tone, label=str(label))


@register.simple_tag
def coverage_cell(state: str, label: str = "", size: int = 18) -> SafeString:
    """One cell of the coverage calendar: had, new, part, missing, late (missing and asked for)."""
    known = state if state in COVERAGE else "missing"
    outline = {"stroke": _marks.COLOURS["amber" if known == "late" else "line"]} if COVERAGE[known] == "none" else {}
    faint = {"fill_opacity": ".35"} if known == "part" else {"fill_opacity": ".3"} if known == "had" else {}
    frame = {"x": 0.5, "y": 0.5, "width": size - 1, "height": size - 1, "rx": 3, "fill": COVERAGE[known]}
    cell = _marks.shape("rect", f"cov cov-{known}", **frame, **outline, **faint)
    return _marks.picture("cell", size, size, [cell], label=str(label))


# Links


@register.simple_tag(takes_context=True)
def query_string(context: Context, **changes: Any) -> str:
    """{% query_string shop=3 page=None %}: the address' filters with these changes; None drops one. Resets `page`."""
    request = context.get("request")
    query: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    query.pop("page", None)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        elif isinstance(value, list | tuple):
            query.setlist(name, [str(one) for one in value])
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"


# Forms and names


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether a field is one tick box, which wants its label behind it."""
    return bool(field) and isinstance(field.field.widget, CheckboxInput)


@register.filter
def dressed(field: BoundField) -> SafeString:
    """A field's input with our classes, and told where its help and errors stand."""
    widget = field.field.widget
    many = isinstance(widget, CheckboxSelectMultiple | RadioSelect)
    kind = "" if many else "form-check-input" if is_check(field) else _control(widget)
    attrs: dict[str, str | bool] = {"class": f"{widget.attrs.get('class', '')} {kind}".strip()}
    if field.errors:
        attrs["aria-invalid"] = "true"
    return field.as_widget(attrs=attrs)


def _control(widget: Widget) -> str:
    return "form-select" if isinstance(widget, Select) else "form-control"


@register.filter
def initial(name: object) -> str:
    """The first letter of a name, for an avatar."""
    return str(name).strip()[:1].upper()
