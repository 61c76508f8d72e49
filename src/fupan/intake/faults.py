"""Why a row did not go in: a code, what was read, and how to say it to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _


class Fault(NamedTuple):
    """One thing wrong in one row; `hint` is a value that would be right, where we can tell."""

    code: str
    column: str = ""
    value: str = ""
    hint: str = ""
    line: int = 0


REASONS: Mapping[str, tuple[Any, Any]] = {
    "missing": (_("empty, but needed"), _("fill this column in, or leave the row out")),
    "mangled-id": (
        _("changed by a spreadsheet program; the last digits are lost"),
        _("make the column text, and export it anew from the marketplace"),
    ),
    "no-such-day": (_("there is no such day"), _("write a valid date, like %(hint)s")),
    "not-a-date": (_("not a date we can read"), _("write it like %(hint)s")),
    "not-a-number": (_("not a number"), _("write it like %(hint)s")),
    "not-whole": (_("not a whole number"), _("write a whole number, like %(hint)s")),
    "negative": (_("less than zero"), _("write the number without the minus sign")),
    "too-large": (_("too large to be true"), _("check the number")),
    "too-long": (_("longer than %(hint)s characters"), _("shorten it")),
    "stars-range": (_("stars go from 1 to 5"), _("check that the columns stand in their order")),
    "unknown-kind": (_("not a kind of contact we know"), _("use one of: %(hint)s")),
    "unknown-status": (_("not a status we know"), _("add it to the mapping, under “values”")),
    "formula-error": (_("a formula that failed"), _("mend the formula, or paste its value")),
    "too-few-columns": (_("fewer columns than the heading"), _("look for a line break inside this row")),
    "not-json": (_("not a JSON object"), _("put one JSON object on each line")),
    "no-shop": (_("it does not say which shop"), _("choose the shop when importing, or add a shop of this site")),
    "unknown-site": (_("there is no shop of this site"), _("add the shop first")),
    "missing-join": (_("not found in the joined file"), _("add the row there, or leave this one out")),
}


def words(code: str, *, hint: str = "") -> tuple[str, str]:
    """Reason and advice in the language of the moment."""
    reason, advice = REASONS.get(code, (_("could not be read"), _("look at the row in the file")))
    return str(reason) % {"hint": hint}, str(advice) % {"hint": hint}
