"""What the import pages show: the files of one upload, what each would do, and what all of them add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Min, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fupan.commerce.models import Product, Shop
from fupan.commerce.policies import shops_seen_by
from fupan.core import clock, jobs, weeks
from fupan.intake import calendar as calendars
from fupan.intake import unlocks as locks
from fupan.intake.calendar import Calendar, Span
from fupan.intake.faults import words
from fupan.intake.models import Import, ImportState, Reject, Source
from fupan.intake.policies import coverage_seen_by, imports_seen_by
from fupan.intake.profiles.registry import built_in
from fupan.intake.queries import together
from fupan.people.models import Member

MOST_REASONS = 30
QUIET = 60  # seconds without a sign of a worker


def import_rows(member: Member) -> QuerySet[Import]:
    """The list of imports, newest first."""
    return imports_seen_by(member).select_related("shop", "by__user").order_by("-pk")


@dataclass(frozen=True, slots=True)
class Reason:
    """Rows that did not go in for the same reason, by their first."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    advice: str
    count: int


@dataclass(frozen=True)
class File:
    """One file of an upload, as the list beside the mapping shows it."""

    row: Import
    on: bool

    @cached_property
    def check(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.row.options.get("check") or {}
        return found

    @property
    def problem(self) -> str:
        return str(self.check.get("problem", ""))

    @property
    def reading(self) -> bool:
        return self.row.state == ImportState.UPLOADED and not self.check

    @property
    def unknown(self) -> bool:
        """A person has to say what its columns are."""
        return self.row.state == ImportState.UPLOADED and bool(self.problem)

    @property
    def fresh(self) -> int:
        """Rows that would go in."""
        return int(self.check.get("created", 0)) + int(self.check.get("updated", 0))

    @property
    def ready(self) -> bool:
        return self.row.state == ImportState.CHECKED and self.fresh > 0 and not self.check.get("same_as")

    @property
    def resumable(self) -> bool:
        return self.row.state == ImportState.FAILED and bool(self.row.next_chunk)

    @property
    def stored(self) -> bool:
        """Whether anything of it was written."""
        return self.row.state in (ImportState.RUNNING, ImportState.DONE) or self.resumable

    @property
    def undoable(self) -> bool:
        return self.stored and self.row.undone_at is None

    @property
    def discardable(self) -> bool:
        return not self.row.next_chunk and self.row.state in (
            ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED,
        )  # fmt: skip

    def count(self, name: str) -> int:
        """What went in, or would."""
        return int(getattr(self.row, name)) if self.stored else int(self.check.get(name, 0))

    @property
    def rows(self) -> int:
        return self.row.rows_read if self.stored else int(self.check.get("rows", 0))

    @property
    def rejected(self) -> int:
        return self.count("rejected")

    @property
    def stone(self) -> tuple[str, str]:
        if self.row.state == ImportState.FAILED or self.row.state == ImportState.UNDONE:
            return ("warn", "red") if self.resumable else ("open", "faint")
        if self.reading or self.row.state == ImportState.RUNNING:
            return ("half", "jade")
        if self.unknown:
            return ("open", "amber")
        return ("half", "amber") if self.rejected else ("done", "jade")

    @property
    def note(self) -> str:
        """What it is and how many rows; or why it is left out."""
        if self.reading:
            return _("being read …")
        if self.unknown:
            return _("columns not known: say what they are")
        if self.row.state == ImportState.UNDONE:
            return _("taken back")
        if self.row.state == ImportState.FAILED and not self.resumable:
            return self.row.error
        shop = f" · {self.row.shop.name}" if self.row.shop else ""
        return f"{profile_title(self.row.profile)}{shop}"

    @property
    def same(self) -> bool:
        return bool(self.check.get("same_as"))

    @property
    def read(self) -> int:
        """Rows the dry run has read, while it is at it."""
        return int(cache.get(f"intake-check-{self.row.pk}") or 0)

    @property
    def share(self) -> int | None:
        """Percent of the rows that are in."""
        total = self.row.rows_total
        return min(100, 100 * self.row.rows_read // total) if total else None


def profile_title(name: str) -> str:
    """What a format is called in the reader's language; a mapping goes by its own name."""
    known = built_in().get(name)
    if known is None:
        return {"mapping": _("a mapping of your own"), "api": _("sent by a program")}.get(name, name)
    return known.title.get(get_language() or "en") or known.title["en"]


class Upload:
    """The files that came together, with one of them chosen."""

    def __init__(self, chosen: Import, member: Member) -> None:
        self.member = member
        seen = imports_seen_by(member).values("pk")
        rows = together(chosen).filter(pk__in=seen).select_related("shop", "workspace", "by__user")
        self.files = [File(row, row.pk == chosen.pk) for row in rows]
        self.chosen = next(file for file in self.files if file.on)

    # Where it stands

    @cached_property
    def reading(self) -> list[File]:
        return [file for file in self.files if file.reading]

    @cached_property
    def ready(self) -> list[File]:
        return [file for file in self.files if file.ready]

    @cached_property
    def running(self) -> list[File]:
        return [file for file in self.files if file.row.state == ImportState.RUNNING]

    @cached_property
    def done(self) -> list[File]:
        return [file for file in self.files if file.row.state == ImportState.DONE]

    @property
    def busy(self) -> bool:
        return bool(self.reading or self.running)

    @property
    def unattended(self) -> bool:
        """Whether something waits for a worker and none has been seen for a while."""
        seen = jobs.last_beat()
        return self.busy and (seen is None or seen < (clock.now() - timedelta(seconds=QUIET)).isoformat())

    @property
    def stage(self) -> int:
        if self.done or self.running:
            return 5 if not (self.running or self.ready) else 4
        return 2 if self.reading or self.chosen.unknown else 3

    @property
    def all_same(self) -> bool:
        """Everything was checked, and there is nothing new in it."""
        return self._useless and (self.counts["unchanged"] > 0 or not self.counts["rejected"])

    @property
    def all_rejected(self) -> bool:
        return self._useless and not self.all_same

    @property
    def _useless(self) -> bool:
        checked = any(file.row.state == ImportState.CHECKED for file in self.files)
        return checked and not (self.busy or self.ready or self.done)

    # What it adds up to

    @cached_property
    def counts(self) -> Counter[str]:
        told: Counter[str] = Counter()
        names = ("created", "updated", "unchanged", "rejected")
        for file in self.files:
            told.update(rows=file.rows, **{name: file.count(name) for name in names})
            told.update(tickets=int(file.check.get("tickets", 0)), linked=int(file.check.get("linked", 0)))
        told["fresh"] = told["created"] + told["updated"]
        told["ready"] = sum(file.fresh for file in self.ready)
        return told

    @property
    def share(self) -> float | None:
        return self.counts["fresh"] / self.counts["rows"] if self.counts["rows"] else None

    @property
    def linked(self) -> float | None:
        return self.counts["linked"] / self.counts["tickets"] if self.counts["tickets"] else None

    @property
    def whole(self) -> bool:
        """Whether the dry run read every file to its end."""
        return all(file.check.get("whole", True) for file in self.files)

    @cached_property
    def reasons(self) -> list[Reason]:
        """Why rows were refused, most frequent first."""
        found = [one for file in self.files if file.rejected for one in _reasons(file)]
        return sorted(found, key=lambda one: -one.count)[:MOST_REASONS]

    # What it fills and unlocks

    @cached_property
    def _shops(self) -> list[Shop]:
        return [*shops_seen_by(self.member), *self._made.values()]

    @cached_property
    def _made(self) -> dict[str, Shop]:
        """Shops that the import would open, by name."""
        told = [one for file in self.files if not file.stored for one in file.check.get("coverage", ())]
        names = {one["shop"]: one.get("platform", "") for one in told if one["shop_id"] is None}
        return {
            name: Shop(pk=-at, name=name, platform=platform) for at, (name, platform) in enumerate(names.items(), 1)
        }

    @cached_property
    def _before(self) -> dict[tuple[int, str], list[Span]]:
        return calendars.had(coverage_seen_by(self.member), without=[file.row.pk for file in self.files])

    @cached_property
    def _new(self) -> dict[tuple[int, str], list[Span]]:
        stored = [file.row.pk for file in self.files if file.stored]
        found = calendars.had(coverage_seen_by(self.member).filter(imported__in=stored)) if stored else {}
        for file in self.files:
            for one in () if file.stored else file.check.get("coverage", ()):
                shop = one["shop_id"] or self._made[one["shop"]].pk
                span = (date.fromisoformat(one["from"]), date.fromisoformat(one["to"]))
                found.setdefault((shop, one["source"]), []).append(span)
        return found

    @cached_property
    def calendar(self) -> Calendar:
        return calendars.calendar(self._shops, self._before, self._last_week, new=self._new)

    @property
    def _last_week(self) -> int:
        ends = [last for days in self._new.values() for _first, last in days]
        today = clock.now().astimezone(weeks.zone(self.member.workspace.timezone)).date()
        return weeks.week_of_day(max(ends)) if ends else weeks.last_whole_week(today)

    @cached_property
    def unlocks(self) -> list[locks.Unlock]:
        after = {key: [*self._before.get(key, ()), *self._new.get(key, ())] for key in {**self._before, **self._new}}
        touched = {shop for shop, _source in self._new}
        shops = [shop for shop in self._shops if shop.pk in touched] or self._shops
        products = any(file.row.source == Source.PRODUCTS for file in self.files if file.ready or file.stored)
        known = products or Product.objects.filter(workspace_id=self.member.workspace_id).exclude(supplier="").exists()
        return locks.unlocks(shops, self._before, after, products=known)


def _reasons(file: File) -> Iterator[Reason]:
    """From the dry run; of what is in, from the rows kept."""
    told = file.check.get("reasons", ())
    hints = {(one["code"], one["column"]): one for one in told}
    if not file.stored:
        for one in told:
            yield _reason(file, one["line"], one["column"], one["value"], one["code"], one["hint"], one["count"])
        return
    groups = file.row.rejects.values("code", "column").annotate(count=Count("pk"), first=Min("pk"))
    firsts = Reject.objects.in_bulk([group["first"] for group in groups])
    for group in groups:
        first = firsts[group["first"]]
        hint = hints.get((first.code, first.column), {}).get("hint", "")
        yield _reason(file, first.line, first.column, first.value, first.code, hint, group["count"])


def _reason(file: File, line: int, column: str, value: str, code: str, hint: str, count: int) -> Reason:
    reason, advice = words(code, hint=hint or "…")
    return Reason(file.row.name, line, column, value, reason, advice, count)


def rejected_lines(import_: Import) -> Iterator[Sequence[Any]]:
    """All rows kept as rejected, in file order, in the reader's language."""
    told = (import_.options.get("check") or {}).get("reasons", ())
    hints = {(one["code"], one["column"]): one["hint"] for one in told}
    own = get_language() == import_.workspace.language
    for row in import_.rejects.order_by("line", "pk").iterator(chunk_size=2000):
        hint = hints.get((row.code, row.column)) or "…"
        reason, advice = (row.reason, row.advice) if own else words(row.code, hint=hint)
        yield row.line, row.column, row.value, reason, advice
