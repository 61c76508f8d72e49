"""The contexts of the verification pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.action.models import Action, ActionType
from fupan.action.policies import may_move
from fupan.core import figures, weeks
from fupan.core.slices import Slice
from fupan.insight.policies import facts_seen_by
from fupan.insight.signal_words import Names, week_name
from fupan.people.models import Member
from fupan.people.policies import may
from fupan.review.models import Problem
from fupan.verification import pictures
from fupan.verification.models import Check, Look, Outcome
from fupan.verification.queries import checks
from fupan.verification.queries.adoption import adoption
from fupan.verification.queries.forecast import siblings_of
from fupan.verification.queries.looking import Material
from fupan.verification.steps import advice, answer_table, steps
from fupan.verification.words import VERDICTS, WARNINGS, Told, capped, told

Context = dict[str, Any]
PAGE = 20
PLACEBOS = 39
LOOKS = 8


def listing(member: Member, asked: Any) -> Context:
    """All checks, filtered by the address."""
    words = {name: value for name, value in asked.items() if value}
    page = Paginator(checks.listed(member, words), PAGE).get_page(asked.get("page"))
    counted = checks.counts(member)
    state = words.get("state", "")
    tabs = [("", _("All"), sum(number for shape, number in counted.items() if shape not in ("due", "stopped")))]
    names = {
        "due": _("Due"), "collecting": _("Still collecting"), "stopped": _("Stopped"),
        **{code: str(word) for code, (word, _stone, _tone) in VERDICTS.items()},
    }  # fmt: skip
    tabs += [(shape, names[shape], counted[shape]) for shape in checks.SHAPES if counted[shape] or shape == state]
    return {
        "page": page,
        "rows": told(member, list(page)),
        "tabs": [(code, name, number, code == state) for code, name, number in tabs],
        "state": state,
        "types": [(str(code), str(name)) for code, name in ActionType.choices],
        "type": words.get("type", ""),
        "q": words.get("q", "")[:80],
        "filtered": any(words.get(name) for name in ("state", "type", "q")),
        "together": together(member),
        "last": checks.last_looked(member.workspace),
    }


def together(member: Member) -> Context | None:
    """One verdict over all."""
    found = checks.together(member)
    if found is None or found.verdict.change != found.verdict.change:
        return None
    verdict = found.verdict
    word, stone, tone = VERDICTS[verdict.verdict]
    return {
        "word": str(word), "stone": stone, "tone": tone, "number": found.number, "stand": found.stand,
        "change": figures.percent(verdict.change, 0, signed=True),
        "span": figures.span(verdict.low, capped(verdict.high)),
        "prevented": figures.number(verdict.prevented), "low": figures.number(verdict.prevented_low),
        "high": figures.number(verdict.prevented_high), "verdict": verdict,
    }  # fmt: skip


def detail(member: Member, check: Check) -> Context:
    """One verdict: the sentence, why one may believe it, whether it was carried out, what comes next."""
    live, partial = _live(member, check)
    names = Names(member)
    one = Told(check, names, member.workspace.currency, may(member, "see_money"), live)
    before, after = checks.neighbours(member, check)
    second = checks.another(member, check)
    look = one.shown or (one.look if one.shape == "collecting" else None)
    decides = may(member, "decide_problems") or may_move(member, check.action)
    return {
        "one": one,
        "problem": check.action.problem,
        "partial": partial,
        "hero": _hero(one) if one.shown is not None and one.shown.change is not None else None,
        "numbers": list(_numbers(one, member)),
        "chart": _chart(one, look) if look is not None else None,
        "table": _table(look) if look is not None else [],
        "controls": _controls(one, look, names) if look is not None else None,
        "siblings": siblings_of(check, member) if one.shape == "decided" else [],
        "adoption": (carried := adoption(check.action, one.design)),
        "done_places": sum(place.since is not None for place in carried.places),
        "advice": advice(one),
        "proofs": list(check.action.proofs.select_related("by__user", "attachment").order_by("pk")),
        "looks": _looks(check, one),
        "premises": list(_premises(one, look)) if look is not None else [],
        "recomputed": _recomputed(look),
        "table_of_four": answer_table(one),
        "steps": steps(one) if decides else [],
        "may_decide": decides,
        "second": _second(member, second) if second is not None else None,
        "before": before,
        "after": after,
    }


def _live(member: Member, check: Check) -> tuple[Look | None, bool]:
    """For members of some shops, the last look over what they see; it is never kept."""
    stored = checks.final_look(check) or checks.newest_look(check)
    if not member.shop_ids or stored is None:
        return None, False
    seen = Material(check, facts_seen_by(member)).look(stored.week)
    if seen is None:
        return None, True
    verdict = seen.numbers["verdict"]
    shown = Look(
        check_of=check, week=seen.week, weeks_after=seen.weeks_after, planned=stored.planned, final=stored.final,
        numbers=seen.numbers, warnings=verdict["warnings"], at=stored.at, verdict=verdict["verdict"],
        **{name: verdict[name] for name in (
            "change", "low", "high", "mde", "weeks_needed", "prevented", "prevented_low", "prevented_high")},
    )  # fmt: skip
    return shown, True


def _hero(one: Told) -> Context:
    """The interval on its axis, with no change and the target."""
    look = one.shown
    assert look is not None
    target = one.design.target
    along = pictures.scale([look.low, capped(look.high), look.change, target], first=40, last=720)
    return {
        "scale": along,
        "reach": along.reach(look.low or -1.0, look.change or 0.0, capped(look.high) or 0.0),
        "target": along.at(target),
        "before_target": along.at(target) - 6,
        "target_label": figures.percent(target, 0, signed=True),
    }


def _numbers(one: Told, member: Member) -> Iterator[str]:
    """Counts under the sentence."""
    look, verdict = one.shown, one.verdict
    if look is None or verdict is None or look.change is None:
        return
    said = {"seen": figures.number(verdict.observed), "due": figures.number(verdict.expected)}
    yield _("%(seen)s cases, %(due)s without the action") % said
    if look.verdict in (Outcome.EFFECTIVE, Outcome.HARMFUL):
        yield _("difference %(count)s %(span)s") % {
            "count": figures.number(-(look.prevented or 0), signed=True),
            "span": f"[{figures.number(-(look.prevented_high or 0))}, {figures.number(-(look.prevented_low or 0))}]",
        }
    if one.money and verdict.saved is not None and look.verdict == Outcome.EFFECTIVE:
        yield _("worth some %(amount)s") % {"amount": figures.amount(verdict.saved, member.workspace.currency)}
    if look.mde is not None and look.verdict == Outcome.INCONCLUSIVE:
        yield _("so far only a fall of %(size)s or more would be found") % {"size": figures.percent(look.mde, 0)}


def _chart(one: Told, look: Look) -> Context:
    """Before and after: what was, what would have been, with its band."""
    told_numbers = look.numbers
    hidden = one.shape == "collecting"
    total = figures.number(one.verdict.expected) if one.verdict is not None else ""
    seen = figures.number(one.verdict.observed) if one.verdict is not None else ""
    return {
        "periods": [week_name(week) for week in told_numbers["weeks"]],
        "observed": told_numbers["observed"],
        "fitted": told_numbers["fitted"],
        "expected": [] if hidden else told_numbers["expected"],
        "low": [] if hidden else told_numbers["low"],
        "high": [] if hidden else told_numbers["high"],
        "action": told_numbers["action"],
        "first": told_numbers["first"],
        "selection": told_numbers["selection"],
        "labels": {
            "action": _("carried out %(day)s") % {"day": f"{one.check.carried_on:%m-%d}"},
            "selection": _("weeks that chose the topic, left out"),
            "band": _("95 % interval"),
            "expected": _("without it %(count)s") % {"count": total},
            "observed": _("seen %(count)s") % {"count": seen},
            "seen": _("seen"),
            "due": _("without it"),
        },
    }


def _table(look: Look) -> list[tuple[str, str, str, str, str]]:
    told_numbers = look.numbers
    columns = ("observed", "expected", "low", "high")
    rows = zip(told_numbers["weeks"], *(told_numbers[name] for name in columns), strict=True)
    left_out = {told_numbers["weeks"][place] for place in told_numbers["selection"]}
    return [
        (
            weeks.label(week), figures.number(seen), figures.number(due, 1),
            "" if low is None else f"[{figures.number(low, 1)}, {figures.number(high, 1)}]",
            _("left out") if week in left_out else "",
        )
        for week, seen, due, low, high in rows
    ][::-1]  # fmt: skip


def _controls(one: Told, look: Look, names: Names) -> Context | None:
    """Slices in which nothing was done: a few as lines, all as dots."""
    found = [entry for entry in look.numbers["controls"] if entry["change"] is not None]
    if not found:
        return None
    drawn = [entry for entry in found if entry["counts"]]
    top = max((max(entry["counts"]) for entry in drawn), default=1.0)
    shown = look.change if one.shape == "decided" else None
    along = pictures.scale([*(entry["change"] for entry in found), shown], first=40, last=720)
    verdict = one.verdict
    return {
        "small": [
            {
                "title": names.title(Slice.parse(entry["slice"]).as_dict()),
                "picture": pictures.small(entry["counts"], top, look.numbers["action"]),
                "change": figures.percent(entry["change"], 0, signed=True),
                "words": "" if entry["detectable"] else _("no detectable change"),
            }
            for entry in drawn
        ],
        "number": len(found),
        "scale": along,
        "dots": pictures.strip([entry["change"] for entry in found], along, floor_at=46),
        "own": None if shown is None else along.at(shown),
        "own_text": "" if shown is None else figures.percent(shown, 0, signed=True),
        "tone": one.tone,
        "lower": None if shown is None else sum(entry["change"] <= shown for entry in found),
        "placebo": "" if verdict is None or verdict.placebo != verdict.placebo else f"{verdict.placebo:.3f}",
    }


@dataclass(frozen=True, slots=True)
class LookRow:
    name: str
    reach: pictures.Reach | None
    word: str
    tone: str
    strong: bool
    y: float


def _looks(check: Check, one: Told) -> Context | None:
    """A row a week; figures that mean nothing yet are left open."""
    rows = [row for row in check.looks.all() if row.weeks_after <= one.design.planned_weeks or row.final][-LOOKS:]
    if not rows:
        return None
    usable = [row for row in rows if _meaningful(row)]
    ends = [end for row in usable for end in (row.low, min(capped(row.high) or 0.0, 1.0))]
    along = pictures.scale(ends or [-0.5, 0.5], first=62, last=196, most=3)
    height = 16 + 26 * len(rows)
    return {
        "rows": [
            LookRow(
                _("Week %(number)s") % {"number": row.weeks_after},
                along.reach(row.low or -1, row.change or 0, capped(row.high) or 1) if row in usable else None,
                str(VERDICTS[row.verdict][0]), VERDICTS[row.verdict][2] if row.final else "slate", row.final,
                16 + 26 * place,
            )
            for place, row in enumerate(rows)
        ],
        "scale": along, "height": height, "foot": height + 6, "full": height + 14,
    }  # fmt: skip


def _meaningful(row: Look) -> bool:
    return row.change is not None and not {"few_weeks", "few_cases", "no_exposure"} & set(row.warnings)


def _premises(one: Told, look: Look) -> Iterator[tuple[bool, str, str]]:
    """(holds, sentence, figure) of what the verdict rests on."""
    warned, numbers, design = set(look.warnings), look.numbers, one.design
    controls = sum(entry["change"] is not None for entry in numbers["controls"])
    trend = "" if numbers.get("trend") is None else f"p = {numbers['trend']:.2f}"
    if "pre_trend" not in warned:
        yield True, _("The slice moved with its controls before the action"), trend
    enough = controls >= PLACEBOS
    words = _("Enough controls") if enough else _("Few controls: the method was tried on untouched weeks, too")
    if "few_controls" not in warned:
        yield True, words, f"{controls} ≥ {PLACEBOS}" if enough else f"{controls}"
    if numbers["selection"]:
        left = [numbers["weeks"][place] for place in numbers["selection"]]
        span = week_name(left[0]) if len(left) == 1 else f"{week_name(left[0])} – {week_name(left[-1])}"
        yield True, _("Weeks that chose the topic are left out: %(weeks)s") % {"weeks": span}, _("no mirage")
    if design.clock != design.asked:
        yield False, _("No batch of these goods has a day, so orders are counted instead"), ""
    for code in look.warnings:
        yield False, str(WARNINGS.get(code, code)), trend if code == "pre_trend" else ""
    for entry in numbers.get("overlaps", []):
        said = {"action": f"A-{entry['action']:03d}", "week": week_name(entry["week"])}
        yield (
            False,
            _("%(action)s covers part of this slice from %(week)s on") % said,
            figures.percent(entry["share"], 0),
        )
    found = numbers.get("concentration")
    if found and one.shape == "decided":
        said = {"share": figures.percent(found["share"], 0), "country": found["country"]}
        yield False, _("%(share)s of the fall comes from %(country)s alone") % said, ""


def _recomputed(look: Look | None) -> list[Context]:
    """Why a verdict was computed again, the newest first."""
    told_rows = []
    for entry in reversed(look.recomputed if look is not None else []):
        count = abs(int(entry.get("cases") or 0))
        words = ngettext("%(count)s case came late", "%(count)s cases came late", count) % {"count": count}
        told_rows.append({
            "at": entry["at"][:10], "why": words if count else _("orders came late"),
            "word": str(VERDICTS[entry["verdict"]][0]),
            "change": "" if entry["change"] is None else figures.percent(entry["change"], 0, signed=True),
        })  # fmt: skip
    return told_rows


def _second(member: Member, check: Check) -> Context:
    (one,) = told(member, [check])
    look = one.shown
    if look is None or look.change is None:
        return {"one": one, "scale": None}
    along = pictures.scale([look.low, min(capped(look.high) or 0.0, 1.0), look.change], first=20, last=276, most=3)
    reach = along.reach(look.low or -1, look.change, capped(look.high) or 1.0)
    return {"one": one, "scale": along, "reach": reach}


# Panels


def of_problem(member: Member, problem: Problem) -> Context:
    return {"rows": told(member, list(checks.of_problem(member, problem.pk)))}


def of_action(member: Member, action: Action) -> Context:
    return {"rows": told(member, list(checks.of_action(member, action.pk)))}


def due(member: Member) -> Context:
    return {"rows": told(member, list(checks.due(member)))}
