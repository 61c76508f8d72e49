"""The SVG of the small pictures: classes take the theme's colours, attributes serve PDF and mail."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from fupan.core import drawing

COLOURS = {
    "ink": "#1B1F24",
    "jade": "#0F7B6C",
    "amber": "#C77700",
    "red": "#C4320A",
    "slate": "#5B7083",
    "faint": "#98A2B3",
    "line": "#E6E8EC",
}
STONES = {"done", "half", "open", "warn"}


def shape(name: str, paint: str, **attributes: object) -> SafeString:
    """One SVG element; `paint` is a class of `figures.css`, underscores in attribute names become hyphens."""
    rest = "".join(f' {key.replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items())
    return mark_safe(f'<{name} class="{paint}"{rest}/>')


def picture(
    kind: str, width: int, height: int, shapes: Iterable[str], *, label: str = "", tone: str = "ink"
) -> SafeString:
    """An SVG that is read out as its label, or skipped where the words stand beside it."""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{} tone-{}" width="{}" height="{}" viewBox="0 0 {} {}" {}>{}</svg>',
        kind,
        tone,
        width,
        height,
        width,
        height,
        spoken,
        mark_safe("".join(shapes)),
    )


def stone(state: str, *, tone: str, label: str, large: bool) -> SafeString:
    """A go stone: done is full, half is under way, open is not started; `warn` is the harm triangle."""
    colour = COLOURS.get(tone, COLOURS["ink"])
    side = 16 if large else 12
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="stone tone-{}" width="{}" height="{}" viewBox="0 0 16 16" {}>{}</svg>',
        tone,
        side,
        side,
        spoken,
        mark_safe("".join(_stone_shapes(state, colour))),
    )


def _stone_shapes(state: str, colour: str) -> list[SafeString]:
    if state == "warn":
        return [shape("path", "d-fill", d="M8 1.5 15 14H1z", fill=colour)]
    if state == "done":
        return [shape("circle", "d-fill", cx=8, cy=8, r=7.2, fill=colour)]
    ring = shape("circle", "d-ring", cx=8, cy=8, r=6.4, fill="none", stroke=colour, stroke_width=1.6)
    if state == "half":
        return [ring, shape("path", "d-fill", d="M8 1.6a6.4 6.4 0 0 1 0 12.8z", fill=colour)]
    return [ring]


def spark(drawn: drawing.Spark, *, tone: str, label: str, note: str = "") -> SafeString:
    """The line, what was expected, and a stone at the last value; `note` names the target line."""
    large = drawn.width > 100
    shapes = [*_expected(drawn), *_target(drawn, note)]
    line = "d-line" if large else "d-line d-quiet"
    grey = COLOURS["ink" if large else "faint"]
    shapes += [shape("polyline", line, points=run, fill="none", stroke=grey) for run in drawn.lines]
    if drawn.end:
        x, y = drawn.end
        shapes.append(shape("circle", "d-end", cx=x, cy=y, r=4.5 if large else 2.2, fill=COLOURS[tone]))
    return picture("spark spark-large" if large else "spark", drawn.width, drawn.height, shapes, label=label, tone=tone)


def _expected(drawn: drawing.Spark) -> list[SafeString]:
    jade = COLOURS["jade"]
    area = [shape("polygon", "d-band", points=drawn.band, fill=jade, fill_opacity=".15")] if drawn.band else []
    dashed = {"fill": "none", "stroke": jade, "stroke_dasharray": "3 3"}
    return area + [shape("polyline", "d-expected", points=run, **dashed) for run in drawn.expected]


def _target(drawn: drawing.Spark, note: str) -> list[SafeString]:
    y = drawn.target
    if y is None:
        return []
    ends = {"x1": 4, "x2": drawn.width - 10, "y1": y, "y2": y}
    line = shape("line", "d-expected", stroke=COLOURS["jade"], stroke_dasharray="3 3", **ends)
    words = format_html('<text class="d-note" x="4" y="{}" font-size="11" fill="#667085">{}</text>', y + 15, note)
    return [line, words]


def interval(drawn: drawing.Interval, *, tone: str, label: str) -> SafeString:
    """Axis, no-change line, smallest worthwhile change (dashed), interval and estimate."""
    middle = drawn.height / 2
    shapes = [shape("line", "d-axis", x1=2, x2=drawn.width - 2, y1=middle, y2=middle, stroke=COLOURS["line"])]
    if drawn.zero is not None:
        shapes.append(_upright("d-zero", drawn.zero, drawn.height, stroke=COLOURS["faint"]))
    if drawn.mark is not None:
        shapes.append(_upright("d-mark", drawn.mark, drawn.height, stroke=COLOURS["jade"], stroke_dasharray="2 2"))
    colour = COLOURS[tone]
    reach = {"x1": drawn.low, "x2": drawn.high, "y1": middle, "y2": middle, "stroke_width": 5}
    shapes.append(shape("line", "d-reach", stroke=colour, stroke_opacity=".22", stroke_linecap="round", **reach))
    shapes.append(shape("circle", "d-fill", cx=drawn.mid, cy=middle, r=4, fill=colour))
    return picture("interval", drawn.width, drawn.height, shapes, label=label, tone=tone)


def _upright(paint: str, x: float, height: float, **attributes: object) -> SafeString:
    return shape("line", paint, x1=x, x2=x, y1=1, y2=height - 1, **attributes)


def bar(drawn: drawing.Bar, *, tone: str, label: str) -> SafeString:
    """A thin share bar on a track, or a tall one with whisker and ring."""
    colour = COLOURS[tone]
    tall = drawn.low is not None
    top, thick = (7, 12) if tall else (0, 7)
    shapes = []
    if not tall:
        shapes.append(shape("rect", "d-track", width=drawn.width, height=thick, rx=2, fill="#F3F4F5"))
    shapes.append(shape("rect", "d-bar", y=top, width=drawn.length, height=thick, rx=2, fill=colour))
    if drawn.low is not None and drawn.high is not None:
        shapes += _whisker(drawn.low, drawn.high, drawn.height / 2)
    if drawn.raw is not None:
        shapes.append(shape("circle", "d-raw", cx=drawn.raw, cy=drawn.height / 2, r=3.2, fill="#fff", stroke="#667085"))
    return picture("bar", drawn.width, drawn.height, shapes, label=label, tone=tone)


def columns(drawn: list[drawing.Column], width: int, height: int, *, tone: str, label: str) -> SafeString:
    """Upright bars on a foot line."""
    foot = shape("line", "d-axis", x1=0, x2=width, y1=height - 0.5, y2=height - 0.5, stroke=COLOURS["line"])
    bars = [
        shape("rect", "d-bar", x=one.x, y=one.y, width=one.width, height=one.height, rx=1.5, fill=COLOURS[tone])
        for one in drawn
        if one.height
    ]
    return picture("columns", width, height, [foot, *bars], label=label, tone=tone)


def _whisker(low: float, high: float, middle: float) -> list[SafeString]:
    ink = {"stroke": COLOURS["ink"], "stroke_width": 1.4}
    return [
        shape("line", "d-whisker", x1=low, x2=high, y1=middle, y2=middle, **ink),
        shape("line", "d-whisker", x1=low, x2=low, y1=middle - 3.5, y2=middle + 3.5, **ink),
        shape("line", "d-whisker", x1=high, x2=high, y1=middle - 3.5, y2=middle + 3.5, **ink),
    ]
