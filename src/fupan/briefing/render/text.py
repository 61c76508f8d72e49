"""A pack worth reading in the terminal: tables that fit its width, bars of blocks, the buyers' own words."""

from __future__ import annotations

import io
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import override
from rich import box
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from fupan.briefing.render import words
from fupan.briefing.render.actions import Due
from fupan.briefing.render.kpis import Kpi
from fupan.briefing.render.parts import CauseRow, Clock, Growth, Issue, Product, ProductTable, Sample, Shown
from fupan.briefing.render.shown import shown
from fupan.briefing.render.signals import Alarm
from fupan.briefing.render.verdicts import Judged
from fupan.core import figures

TONES = {"bad": "bold red", "good": "bold green", "plain": "bold", "none": "dim", "red": "bold red", "slate": "dim"}
STONES = {"done": "●", "half": "◐", "open": "○"}
EIGHTHS = " ▏▎▍▌▋▊▉█"
WIDE, MIDDLE = 136, 104


def text(pack: words.Pack, lang: str, *, width: int = 100, colour: bool = False) -> str:
    """The pack as text of at most `width` columns; `colour` keeps the terminal's colours."""
    out = io.StringIO()
    console = Console(
        file=out, width=width, force_terminal=colour, no_color=not colour, highlight=False, legacy_windows=False
    )
    show(pack, lang, console)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def show(pack: words.Pack, lang: str, console: Console) -> None:
    """Print the pack on a console."""
    with override(lang):
        worded = shown(pack)
        for block in _blocks(worded, console.width):
            console.print(block)


def _blocks(pack: Shown, width: int) -> Iterable[RenderableType]:
    yield _head(pack)
    if pack.empty:
        yield Padding(
            Text(_("Nothing arrived for this period yet. Import a report: fupan import FILE"), "yellow"), (1, 1)
        )
        return
    yield _section(_("Numbers"), _("“no detectable change” is what chance explains; intervals are 95 %"))
    yield _numbers(pack, width)
    yield _section(_("Issues"), pack.issue_line)
    yield _pareto(pack, width)
    for issue in pack.issues:
        yield _issue(issue)
    if pack.causes:
        yield _section(_("Causes"), _("confirmed / all of them"))
        yield _causes(pack.causes)
    if pack.signals:
        yield _section(_("Signals"), _("beyond what chance explains; observed / expected"))
        yield _signals(pack.signals)
    if pack.actions:
        yield _section(_("Actions"), pack.actions_line)
        yield _actions(pack.actions)
    if pack.verdicts:
        yield _section(_("Verdicts"), _("did the actions work"))
        yield _verdicts(pack.verdicts)
    for table in pack.products:
        yield _section(_("Products"), f"{table.name} · {_('ranked by the lower bound; ◆ shrunk, ├┤ 90 % interval')}")
        yield _products(table, width)
    if pack.growing:
        yield _section(_("Fastest growing"), _("observed / expected"))
        yield _growing(pack.growing)
    if pack.samples:
        yield _section(_("Representative tickets"))
        yield Group(*(_sample(one) for one in pack.samples))
    if pack.platform_clocks or pack.office_clocks:
        yield _section(_("Replies in time"))
        yield _clocks(pack)
    yield _coverage(pack)


def _section(name: str, note: str = "") -> RenderableType:
    line = Text.assemble((name, "bold"), ("  " + note if note else "", "dim"))
    return Padding(line, (1, 0, 0, 1))


def _head(pack: Shown) -> RenderableType:
    state = Text("● " + _("ready"), "green") if pack.ready else Text("◐ " + _("provisional"), "yellow")
    first = Text.assemble((pack.title, "bold"), "  ", (pack.workspace, "dim"), "  ", state)
    lines = [first, Text(" · ".join(pack.facts), "dim")]
    if pack.awaited:
        lines.append(Text(_("Awaited: %(what)s") % {"what": ", ".join(pack.awaited)}, "yellow"))
    return Padding(Group(*lines), (1, 0, 0, 1))


def _table(*columns: str, right: tuple[int, ...] = ()) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=True, header_style="dim", border_style="bright_black")
    for place, name in enumerate(columns):
        table.add_column(name, justify="right" if place in right else "left", overflow="fold")
    return table


def change_text(said: figures.ChangeText) -> Text:
    """A change with its interval, coloured only beyond chance."""
    return Text.assemble((said.words, TONES[said.tone]), (f" {said.detail}" if said.detail else "", "dim"))


def _numbers(pack: Shown, width: int) -> Table:
    names = (pack.against or [_("Change")])[: 3 if width >= WIDE else 1]
    made_of = [_("made of")] if width >= MIDDLE else []
    table = _table(_("number"), pack.label, *made_of, *names, right=(1,))
    for one in pack.kpis:
        table.add_row(*_number_row(one, with_parts=bool(made_of), against=names))
    return table


def _number_row(one: Kpi, *, with_parts: bool, against: list[str]) -> list[RenderableType]:
    if not one.known:
        gap: list[RenderableType] = [Text(one.name), Text(figures.MISSING, "dim")]
        why = Text(one.reason, "yellow")
        return [*gap, *([why] if with_parts else []), *([] if with_parts else [why])]
    row: list[RenderableType] = [Text(one.name), Text(one.value, "bold")]
    if with_parts:
        row.append(Text(one.detail, "dim"))
    known = {comparison.against: comparison for comparison in one.comparisons}
    for place, name in enumerate(against):
        found = known.get(name)
        row.append(_against(found.change if found else one.change, first=place == 0) if found or place == 0 else "")
    return row


def _against(said: figures.ChangeText, *, first: bool) -> Text:
    """Further comparisons leave the words out where chance explains the change: the grey figures say it."""
    return change_text(said) if first or said.tone != "none" else Text(said.detail or figures.MISSING, "dim")


def blocks(share: float, width: int) -> str:
    """A bar of block characters, exact to an eighth of a column."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    return EIGHTHS[8] * (eighths // 8) + (EIGHTHS[eighths % 8] if eighths % 8 else "")


def _pareto(pack: Shown, width: int) -> Table:
    table = _table("", "", _("incidents"), _("share"), _("so far"), right=(2, 3, 4))
    room = max(12, min(48, width - 56))
    for place, bar in enumerate(pack.leading()):
        paint = "bright_black" if bar.rest else "cyan" if place < 3 else "blue"
        table.add_row(
            bar.name, Text(blocks(bar.count / pack.most, room), paint), figures.number(bar.count), bar.share_text,
            Text(bar.cumulative_text, "dim"),
        )  # fmt: skip
    return table


def _issue(issue: Issue) -> RenderableType:
    lines: list[Text] = [
        Text.assemble(
            (f"{issue.rank}  ", "dim"),
            (issue.name, "bold"),
            f"  {issue.count_text} · {issue.share_text}  ",
            change_text(issue.change),
        )
    ]
    if issue.products:
        shares = " · ".join(f"{one.name} {one.kn}" for one in issue.products)
        lines.append(Text.assemble("   ", (_("Products"), "dim"), f"  {shares}"))
    if issue.terms:
        said = " · ".join(" ".join(part for part in term if part) for term in issue.terms)
        lines.append(Text.assemble("   ", (_("Rising"), "dim"), f"  {said}"))
    lines += [Text.assemble("   ", (f"“{one.text}”", "italic"), (f"  {one.source}", "dim")) for one in issue.quotes]
    return Padding(Group(*lines), (1, 1, 0, 1))


def _products(table: ProductTable, width: int) -> Table:
    shown_as = _table("", _("product"), "", table.name, "k / n", _("main issue"), right=(3, 4))
    shown_as.columns[2].no_wrap = True
    room = max(12, min(40, width - 82))
    for row in table.rows:
        shown_as.add_row(
            Text(str(row.rank), "dim"), row.name, Text(whisker(row, table.longest, room), "cyan"),
            Text(row.shrunk_text, "bold"), Text(row.kn, "dim"), Text(row.note, "yellow" if row.small else ""),
        )  # fmt: skip
    return shown_as


def whisker(row: Product, longest: float, room: int) -> str:
    """├──◆──┤ on a line of `room` columns: the interval and the shrunk rate."""

    def at(rate: float) -> int:
        return min(room - 1, max(0, round(rate / (longest or 1) * (room - 1))))

    line = [" "] * room
    for place in range(at(row.low), at(row.high) + 1):
        line[place] = "─"
    line[at(row.low)], line[at(row.high)] = "├", "┤"
    line[at(row.shrunk)] = "◆"
    return "".join(line).rstrip()


def _growing(rows: tuple[Growth, ...]) -> Table:
    table = _table("", _("where"), _("times expected"), _("observed / expected"), right=(3,))
    for row in rows:
        paint = TONES["bad" if row.tone == "red" else "none"]
        said = Text(row.words, paint)
        if row.detectable:
            said.append(f"  [{row.reach}]", "dim")
        table.add_row(Text(STONES[row.stone], paint), row.label, said, row.numbers)
    return table


def _signals(rows: tuple[Alarm, ...]) -> Table:
    head = (_("where"), _("kind"), _("observed / expected"), _("upper bound"), _("where it lies"))
    table = _table("", *head, right=(3, 4))
    for row in rows:
        paint = "bold red" if row.tone == "red" else "yellow"
        said = Text(row.kind, paint)
        said.append(f"  {row.ratio} {row.chance}".rstrip(), "dim")
        table.add_row(Text(STONES[row.stone], paint), row.label, said, row.numbers, row.upper, Text(row.cause, "dim"))
    return table


def _actions(rows: tuple[Due, ...]) -> Table:
    table = _table("", _("Action"), _("Owner"), _("Deadline"), _("Target"), right=(4,))
    for row in rows:
        when = Text(row.when, "yellow" if row.late else "")
        table.add_row(Text(STONES[row.stone], "dim"), row.name, row.who, when, row.target)
    return table


def _causes(rows: tuple[CauseRow, ...]) -> Table:
    table = _table(_("cause"), _("liable"), _("share"), _("confirmed"), "", right=(3, 4))
    for row in rows:
        table.add_row(row.name, Text(row.liable, "dim"), row.share_text, row.confirmed_text, Text(row.guess, "dim"))
    return table


def _verdicts(rows: tuple[Judged, ...]) -> Table:
    table = _table("", _("Action"), _("Verdict"), _("Change"), _("What it means"), right=(3,))
    paints = {"jade": "bold green", "red": "bold red"}
    for row in rows:
        paint = paints.get(row.tone, "bold")
        said = Text(row.change)
        said.append(f" {row.span}", "dim")
        meaning = " · ".join(part for part in (row.meaning, row.carried) if part)
        table.add_row(Text(STONES[row.stone], paint), row.name, Text(row.word, paint), said, Text(meaning, "dim"))
    return table


def _sample(one: Sample) -> RenderableType:
    meta = " · ".join(part for part in (one.number, one.shop, one.turns) if part)
    lines = [Text.assemble((one.badge, "bold yellow" if one.tone == "amber" else "bold"), (f"  {meta}", "dim"))]
    if one.title:
        lines.append(Text(f"   {one.title}", "bold"))
    if one.text:
        lines.append(Text(f"   “{one.text}”", "italic"))
    lines.append(Text.assemble("   ", (_("Why chosen"), "dim"), f"  {one.because}"))
    lines.append(Text.assemble("   ", (_("Outcome"), "dim"), f"  {STONES[one.stone]} {one.outcome}"))
    return Padding(Group(*lines), (1, 1, 0, 1))


def _clocks(pack: Shown) -> Table:
    table = _table(_("shop"), _("promise"), _("in time"), "k / n", "95 %", _("late"), right=(2, 3, 5))
    for kind, rows in ((_("platform"), pack.platform_clocks), (_("office hours"), pack.office_clocks)):
        for row in rows:
            table.add_row(*_clock_row(row, kind))
    return table


def _clock_row(row: Clock, kind: str) -> list[RenderableType]:
    reach = "" if row.low is None else f"[{figures.percent(row.low, 0)}, {figures.percent(row.high, 0)}]"
    return [
        row.shop, Text(f"{kind} {row.limit}".strip(), "dim"), Text(figures.percent(row.share), "bold"),
        Text(row.kn, "dim"), Text(reach, "dim"), Text(figures.number(row.late), "yellow" if row.late else "dim"),
    ]  # fmt: skip


def _coverage(pack: Shown) -> RenderableType:
    orders = pack.orders_line
    lines = [Text.assemble(("● " if pack.orders_share else "○ ", "green" if pack.orders_share else "yellow"), orders)]
    lines += [Text("○ " + hole, "yellow") for hole in pack.holes]
    return Padding(Group(Text(_("Data"), "bold"), *lines), (1, 1, 1, 1))
