"""A case in words: what a revision keeps, which of the eleven fields are filled, and how two revisions differ."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import NamedTuple

from fupan.library.drafts import steps_text
from fupan.library.models import Case, Masking, Outcome

WORDS = re.compile(r"[A-Za-zÀ-ɏ0-9]+|\s+|.", re.DOTALL)
REQUIRED = ("issue_type", "happened_on", "product", "demand", "cause", "steps", "wording", "outcome", "lessons")


def content_of(case: Case) -> dict[str, str]:
    """Field -> text, as a revision keeps it; trees and tags by code and name so that they read without the database."""
    return {
        "title": case.title,
        "issue_type": case.issue_type.code if case.issue_type else "",
        "happened_on": case.happened_on.isoformat() if case.happened_on else "",
        "product": _goods(case),
        "demand": _lines(case.demand, case.quote, case.quote_gloss),
        "cause": _lines(case.cause.code if case.cause else "", case.cause_text),
        "steps": steps_text(case.steps),
        "wording": _lines(case.wording, *(f"- {point}" for point in case.points)),
        "outcome": _lines(case.outcome, case.outcome_text),
        "lessons": case.lessons,
        "avoid": case.avoid,
        "suggestion": case.suggestion,
        "tags": ", ".join(sorted(tag.name for tag in case.tags.all())),
    }


def _goods(case: Case) -> str:
    parts = (case.shop.name if case.shop else "", case.product.code if case.product else "",
             case.batch.code if case.batch else "", case.order_masked)  # fmt: skip
    return " · ".join(part for part in parts if part)


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def gaps(case: Case) -> list[str]:
    """Required fields that are still empty, in their order."""
    filled = {
        "issue_type": case.issue_type_id, "happened_on": case.happened_on,
        "product": case.product_id or case.order_masked,
        "demand": case.demand, "cause": case.cause_id or case.cause_text, "steps": case.steps,
        "wording": case.wording or case.points, "outcome": case.outcome,
        "lessons": case.avoid if case.outcome == Outcome.FAILED else case.lessons or case.avoid,
    }  # fmt: skip
    return [name for name in REQUIRED if not filled[name]]


def filled_count(case: Case, evidence: int) -> int:
    """How many of the eleven fields say something; the number always does."""
    return 1 + len(REQUIRED) - len(gaps(case)) + bool(evidence)


def unchecked(case: Case) -> int:
    """Files nobody has looked at for personal data."""
    return case.evidence.filter(masking=Masking.UNCHECKED, attachment__isnull=False).count()


class Change(NamedTuple):
    """A field that differs: pieces (kind, text) with kind same, gone or new."""

    field: str
    pieces: list[tuple[str, str]]


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> list[Change]:
    """What differs between two contents, field by field."""
    names = list(dict.fromkeys([*before, *after]))
    pairs = [(name, str(before.get(name, "")), str(after.get(name, ""))) for name in names]
    return [Change(name, pieces(old, new)) for name, old, new in pairs if old != new]


def pieces(old: str, new: str) -> list[tuple[str, str]]:
    """Words that stayed, went and came; single signs for scripts without blanks."""
    was, now = WORDS.findall(old), WORDS.findall(new)
    found: list[tuple[str, str]] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(("same", "".join(was[i1:i2])))
            continue
        if i2 > i1:
            found.append(("gone", "".join(was[i1:i2])))
        if j2 > j1:
            found.append(("new", "".join(now[j1:j2])))
    return found
