"""A pack as people read it: every section worded once, so that the screen, the terminal and the files say the same."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from fupan.briefing.render import words
from fupan.briefing.render.actions import dues, summary
from fupan.briefing.render.kpis import strip
from fupan.briefing.render.parts import (
    SMALL_SHOP,
    CauseRow,
    Cell,
    Clock,
    Growth,
    Heat,
    Issue,
    IssueBar,
    Product,
    ProductTable,
    Quote,
    Sample,
    Share,
    Shown,
)
from fupan.briefing.render.signals import alarm
from fupan.briefing.render.verdicts import judged
from fupan.core import figures
from fupan.desk.models import Liable

PER_THOUSAND = {"negative_rating_rate"}  # metrics whose rates come as cases in a thousand units


def shown(pack: words.Pack) -> Shown:
    """Word a pack in the active language."""
    period = pack["period"]
    ten, everything = strip(pack)
    pareto = tuple(_bar(entry) for entry in pack["pareto"])
    total = sum(bar.count for bar in pareto)
    leading = [bar for bar in pareto if not bar.rest][:3]
    return Shown(
        title=words.title(period),
        workspace=pack["workspace"],
        label=period["label"],
        kind=period["kind"],
        currency=period["currency"],
        facts=tuple(words.facts(pack)),
        ready=bool(pack["ready"]),
        awaited=tuple(words.named(one) for one in pack["awaited"]),
        cadence=pack["cadence"],
        strip=tuple(ten),
        kpis=tuple(everything),
        total=total,
        small=bool(pack.get("few", total < SMALL_SHOP)),
        lead_share=figures.percent(sum(bar.share for bar in leading), 0) if leading else "",
        pareto=pareto,
        heat=_heat(pack["heat"]),
        issues=tuple(_issue(rank, entry) for rank, entry in enumerate(pack["top_issues"], 1)),
        products=tuple(_tables(pack["top_products"])),
        growing=tuple(_growth(entry) for entry in pack["fastest_growing"]),
        sampled_from=next((words.named(one.get("issue_name")) for one in pack["representative"]), ""),
        samples=tuple(_sample(entry) for entry in pack["representative"]),
        platform_clocks=tuple(_clock(entry) for entry in pack["reply_clocks"]["platform"]),
        office_clocks=tuple(_clock(entry) for entry in pack["reply_clocks"]["office"]),
        orders_share=(period.get("coverage") or {}).get("orders"),
        holes=tuple(words.missing(entry) for entry in (period.get("coverage") or {}).get("missing") or []),
        causes=tuple(_cause(entry) for entry in pack.get("causes") or ()),
        signals=tuple(alarm(entry, period["currency"]) for entry in pack.get("signals") or ()),
        actions=dues(pack.get("actions") or {}),
        actions_line=summary(pack.get("actions") or {}),
        verdicts=tuple(judged(entry, period["currency"]) for entry in pack.get("verdicts") or ()),
    )


def _bar(entry: words.Entry) -> IssueBar:
    rest = entry["issue_type"] in {"other", "rest", "", None}
    return IssueBar(
        entry["issue_type"] or "", words.named(entry["name"]), entry["incidents"], entry["share"], entry["cumulative"],
        entry["url"], rest,
    )  # fmt: skip


def _cause(entry: words.Entry) -> CauseRow:
    guess = _("first guess right in %(k)s of %(n)s") % {"k": entry["guessed_right"], "n": entry["guessed"]}
    return CauseRow(
        words.named(entry["name"]), str(dict(Liable.choices).get(entry["liable"], "")), entry["incidents"],
        entry["share"], entry["confirmed"], guess if entry["guessed"] else "", entry["url"],
    )  # fmt: skip


def _heat(heat: words.Entry) -> Heat:
    rows = {one["issue_type"]: place for place, one in enumerate(heat["issues"])}
    columns = {one["product"]: place for place, one in enumerate(heat["products"])}
    cells = tuple(
        Cell(rows[one["issue_type"]], columns[one["product"]], one["k"], one["n"], one["per_thousand"] or 0.0,
             bool(one["beyond"]), one["url"])
        for one in heat["cells"]
        if one["issue_type"] in rows and one["product"] in columns
    )  # fmt: skip
    names = tuple(words.named(one["name"]) for one in heat["issues"])
    return Heat(names, tuple(words.named(one["name"]) for one in heat["products"]), tuple(columns), cells)


def _issue(rank: int, entry: words.Entry) -> Issue:
    return Issue(
        rank=rank,
        code=entry["issue_type"],
        name=words.named(entry["name"]),
        count=entry["incidents"],
        count_text=words.incidents(entry["incidents"]),
        share_text=figures.percent(entry["share"], 0),
        change=figures.change(
            entry["change"],
            entry["low"],
            entry["high"],
            detectable=bool(entry["detectable"]),
        ),
        products=tuple(_share(one) for one in entry["top_products"]),
        terms=tuple(_term(one) for one in entry["rising_terms"]),
        quotes=tuple(_quote(one) for one in entry["sample_tickets"] if one["text"]),
        url=entry["url"],
    )


def _share(entry: words.Entry) -> Share:
    return Share(words.named(entry["name"]), entry["k"], entry["n"], entry["url"])


def _term(entry: Any) -> tuple[str, str]:
    if isinstance(entry, str):
        return entry, ""
    ratio = words.times(entry["ratio"]) if entry.get("ratio") else ""
    return entry.get("term", ""), " ".join(part for part in (words.named(entry.get("gloss")), ratio) if part)


def _quote(entry: words.Entry) -> Quote:
    place = f"{entry['shop']} · {words.short_day(entry['date'])}"
    return Quote(entry["ticket"], entry["text"], entry["language"] or "", place, entry["url"])


def _tables(entries: list[words.Entry]) -> list[ProductTable]:
    names = {
        "return_rate": _("Return rate"),
        "negative_rating_rate": _("Negative ratings per 1,000 units"),
    }
    metrics = dict.fromkeys(entry["metric"] for entry in entries)
    return [
        ProductTable(
            metric,
            names.get(metric, metric),
            tuple(_product(rank, one) for rank, one in enumerate((e for e in entries if e["metric"] == metric), 1)),
        )
        for metric in metrics
    ]


def _product(rank: int, entry: words.Entry) -> Product:
    note = ""
    if entry.get("small"):
        note = _("small sample")
    elif entry.get("main_issue_name"):
        note = f"{words.named(entry['main_issue_name'])} {figures.percent(entry['main_issue_share'], 0)}"
    return Product(
        rank, entry["product"], words.named(entry["name"]), entry["k"], entry["n"], entry["rate"], entry["shrunk"],
        entry["low"], entry["high"], note, bool(entry.get("small")),
        entry["metric"] in PER_THOUSAND, entry["url"],
    )  # fmt: skip


def _growth(entry: words.Entry) -> Growth:
    return Growth(
        words.named(entry["label"]), entry["observed"], entry["expected"], entry["ratio"], entry["low"], entry["high"],
        bool(entry["detectable"]), tuple(entry.get("trend") or ()), entry["url"],
    )  # fmt: skip


def _sample(entry: words.Entry) -> Sample:
    badges = {
        "typical": (_("Typical"), "", "half"),
        "worst": (pgettext("ticket", "Worst"), "amber", "open"),
        "best": (pgettext("ticket", "Best"), "jade", "done"),
    }
    badge, tone, stone = badges.get(entry["why"], (entry["why"], "", "open"))
    outcome = words.named(entry.get("outcome"))
    if entry.get("hours") is not None:
        took = _("after %(time)s") % {"time": words.hours(entry["hours"])}
        outcome = f"{outcome} · {took}" if outcome else took
    turns = entry.get("turns")
    return Sample(
        entry["why"], badge, tone, entry["ticket"], f"T-{entry['ticket']}", entry["shop"],
        ngettext("%(count)s turn", "%(count)s turns", turns) % {"count": turns} if turns else "",
        entry["title"] or "", entry["text"] or "", entry["language"] or "", words.named(entry["because"]),
        outcome or _("still open"), stone if outcome else "open", entry["url"],
    )  # fmt: skip


def _clock(entry: words.Entry) -> Clock:
    limit = entry.get("hours_limit")
    return Clock(
        entry["shop"], words.hours_short(limit) if limit else "", entry["in_time"], entry["answered_due"],
        entry["late"], entry["share"], entry["low"], entry["high"], entry["url"],
    )  # fmt: skip
