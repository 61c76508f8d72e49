"""The pack as Markdown: for a wiki page, a chat or a commit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from fupan.briefing.render import words
from fupan.briefing.render.kpis import Kpi
from fupan.briefing.render.parts import Issue, ProductTable, Sample, Shown
from fupan.briefing.render.shown import shown
from fupan.core import figures

SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~])")


def markdown(pack: words.Pack, lang: str) -> str:
    """The pack in one language; links lead to the tickets behind the numbers."""
    with override(lang):
        return "\n".join(_lines(shown(pack))).rstrip() + "\n"


def plain(text: object) -> str:
    """Text of others as it is, never as markup; one line."""
    return SPECIAL.sub(r"\\\1", " ".join(str(text).split()))


def link(text: object, url: str) -> str:
    return f"[{plain(text)}]({settings.BASE_URL}{url})" if url else plain(text)


def said(change: figures.ChangeText) -> str:
    """A change beyond chance stands in bold."""
    words_ = f"**{change.words}**" if change.tone in {"bad", "good", "plain"} else change.words
    return f"{words_} {plain(change.detail)}".strip()


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: tuple[int, ...] = ()) -> list[str]:
    marks = ["---:" if place in right else "---" for place in range(len(head))]
    return [_row(head), _row(marks), *map(_row, rows), ""]


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _lines(pack: Shown) -> Iterable[str]:
    yield f"# {plain(pack.title)}"
    yield ""
    yield f"{plain(pack.workspace)} · {_('ready') if pack.ready else _('provisional')}  "
    yield plain(" · ".join(pack.facts))
    yield ""
    if pack.awaited:
        yield _("Awaited: %(what)s") % {"what": plain(", ".join(pack.awaited))}
        yield ""
    yield f"## {_('Numbers')}"
    yield ""
    yield from _numbers(pack)
    yield f"## {_('Issues')}"
    yield ""
    yield from _pareto(pack)
    for issue in pack.issues:
        yield from _issue(issue)
    yield from _causes(pack)
    yield from _signals(pack)
    yield from _actions(pack)
    yield from _verdicts(pack)
    for products in pack.products:
        yield f"## {_('Products')}: {products.name}"
        yield ""
        yield from _products(products)
    yield from _growing(pack)
    yield from _samples(pack)
    yield from _clocks(pack)
    yield f"## {_('Data')}"
    yield ""
    yield f"- {pack.orders_line}"
    yield from (f"- {plain(hole)}" for hole in pack.holes)


def _numbers(pack: Shown) -> list[str]:
    head = [_("number"), pack.label, _("made of"), *pack.against]
    return table(head, [_number(one, pack.against) for one in pack.kpis], right=(1,))


def _number(one: Kpi, against: list[str]) -> list[str]:
    if not one.known:
        return [plain(one.name), figures.MISSING, plain(one.reason), *("" for _each in against)]
    known = {each.against: said(each.change) for each in one.comparisons}
    return [plain(one.name), link(one.value, one.url), plain(one.detail), *(known.get(name, "") for name in against)]


def _pareto(pack: Shown) -> list[str]:
    head = [_("issue type"), _("incidents"), _("share"), _("so far")]
    rows = [[plain(bar.name), link(bar.count, bar.url), bar.share_text, bar.cumulative_text] for bar in pack.pareto]
    return table(head, rows, right=(1, 2, 3))


def _issue(issue: Issue) -> Iterable[str]:
    yield f"### {issue.rank}. {plain(issue.name)}"
    yield ""
    yield f"{link(issue.count_text, issue.url)} · {issue.share_text} · {said(issue.change)}"
    yield ""
    for one in issue.products:
        yield f"- {link(one.name, one.url)} {one.kn}"
    if issue.terms:
        rising = ", ".join(" ".join(part for part in term if part) for term in issue.terms)
        yield f"- {_('Rising')}: {plain(rising)}"
    yield ""
    for quote in issue.quotes:
        yield f"> {plain(quote.text)}  "
        yield f"> {link(quote.source, quote.url)}"
        yield ""


def _actions(pack: Shown) -> Iterable[str]:
    if not pack.actions:
        return
    yield f"## {_('Actions')}"
    yield ""
    yield pack.actions_line
    yield ""
    rows = [[link(plain(one.name), one.url), plain(one.who), one.when, one.target] for one in pack.actions]
    yield from table([_("Action"), _("Owner"), _("Deadline"), _("Target")], rows, right=(3,))


def _causes(pack: Shown) -> Iterable[str]:
    if not pack.causes:
        return
    yield f"## {_('Causes')}"
    yield ""
    rows = [
        [link(plain(one.name), one.url), one.liable, one.count_text, one.share_text, one.confirmed_text, one.guess]
        for one in pack.causes
    ]
    head = [_("cause"), _("liable"), _("incidents"), _("share"), _("confirmed"), ""]
    yield from table(head, rows, right=(2, 3, 4))


def _verdicts(pack: Shown) -> Iterable[str]:
    if not pack.verdicts:
        return
    yield f"## {_('Verdicts')}"
    yield ""
    rows = [
        [link(plain(one.name), one.url), f"**{one.word}**", f"{one.change} {one.span}".strip(), plain(one.meaning),
         one.carried]
        for one in pack.verdicts
    ]  # fmt: skip
    yield from table([_("Action"), _("Verdict"), _("Change"), _("What it means"), ""], rows, right=(2,))


def _signals(pack: Shown) -> Iterable[str]:
    if not pack.signals:
        return
    yield f"## {_('Signals')}"
    yield ""
    rows = [
        [
            link(one.label, one.url), f"**{one.kind}**", one.week, one.numbers, one.upper,
            f"{one.ratio} {one.chance}".strip(), plain(one.cause),
        ]
        for one in pack.signals
    ]  # fmt: skip
    head = [
        _("where"),
        _("kind"),
        _("week"),
        _("observed / expected"),
        _("upper bound"),
        _("times expected"),
        _("where it lies"),
    ]
    yield from table(head, rows, right=(3, 4, 5))


def _products(products: ProductTable) -> list[str]:
    head = ["", _("product"), products.name, _("90 % interval"), "k / n", _("main issue")]
    rows = [
        [str(row.rank), link(row.name, row.url), row.shrunk_text, row.reach, row.kn, plain(row.note)]
        for row in products.rows
    ]
    return table(head, rows, right=(2, 4))


def _growing(pack: Shown) -> Iterable[str]:
    if not pack.growing:
        return
    yield f"## {_('Fastest growing')}"
    yield ""
    rows = [[link(one.label, one.url), one.words, one.reach, one.numbers] for one in pack.growing]
    yield from table([_("where"), _("times expected"), "95 %", _("observed / expected")], rows, right=(3,))


def _samples(pack: Shown) -> Iterable[str]:
    if not pack.samples:
        return
    yield f"## {_('Representative tickets')}"
    yield ""
    for one in pack.samples:
        yield from _sample(one)


def _sample(one: Sample) -> list[str]:
    meta = " · ".join(part for part in (one.shop, one.turns) if part)
    lines = [f"**{one.badge}** {link(one.number, one.url)} · {plain(meta)}  ", plain(one.title), ""]
    lines += [f"> {plain(one.text)}", ""] if one.text else []
    lines += [f"- {_('Why chosen')}: {plain(one.because)}", f"- {_('Outcome')}: {plain(one.outcome)}", ""]
    return lines


def _clocks(pack: Shown) -> Iterable[str]:
    rows = [(_("platform"), one) for one in pack.platform_clocks] + [
        (_("office hours"), one) for one in pack.office_clocks
    ]
    if not rows:
        return
    yield f"## {_('Replies in time')}"
    yield ""
    yield from table(
        [_("shop"), _("promise"), _("in time"), "k / n", _("late")],
        [
            [
                plain(one.shop),
                f"{kind} {one.limit}".strip(),
                figures.percent(one.share),
                one.kn,
                link(one.late, one.url),
            ]
            for kind, one in rows
        ],
        right=(2, 3, 4),
    )
