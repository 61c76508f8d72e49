"""The first steps with one's own files: what is done, what comes next, and which file unlocks what."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fupan.briefing import reviews
from fupan.briefing.render import words
from fupan.commerce.policies import products_seen_by, shops_seen_by
from fupan.core import figures
from fupan.desk.models import LabelSource
from fupan.desk.policies import tickets_seen_by
from fupan.intake.models import ImportState, Source
from fupan.intake.policies import coverage_seen_by, imports_seen_by
from fupan.people.models import Member

FIRST_LABELS = 50


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its stone, what has been done, and where it is done."""

    name: str
    why: str
    done: bool
    note: str
    action: str
    url: str


@dataclass(frozen=True, slots=True)
class Unlock:
    """Numbers that a file brings, or the files that are still missing for them."""

    name: str
    missing: tuple[str, ...]

    @property
    def locked(self) -> bool:
        return bool(self.missing)


def steps(member: Member) -> list[Step]:
    """The checklist, in the order one goes through it."""
    return [
        _workspace(member), _shops(member), _reports(member), _coverage(member), _products(member), _labels(member),
        _pack(member),
    ]  # fmt: skip


def _workspace(member: Member) -> Step:
    here = member.workspace
    note = f"{here.name} · {here.currency} · {here.timezone}"
    why = _("Its currency and clock are the ones reviews speak in.")
    return Step(_("Your workspace"), why, True, note, _("Edit"), reverse("people:settings"))  # noqa: FBT003


def _shops(member: Member) -> Step:
    count = shops_seen_by(member).count()
    note = ngettext("%(count)s shop", "%(count)s shops", count) % {"count": count} if count else ""
    why = _("Its time zone decides to which week something belongs, its currency what an amount is worth.")
    return Step(_("Add your shops"), why, bool(count), note, _("Add a shop"), reverse("commerce:shops"))


def _reports(member: Member) -> Step:
    done = imports_seen_by(member).filter(state=ImportState.DONE)
    count = done.count()
    note = ngettext("%(count)s file in", "%(count)s files in", count) % {"count": count} if count else ""
    why = _(
        "A folder or a zip with months of reports: orders, returns, feedback, tickets. Known reports need no mapping."
    )
    return Step(_("Drop your reports"), why, bool(count), note, _("Drop files"), reverse("intake:new_import"))


def _coverage(member: Member) -> Step:
    spans = coverage_seen_by(member).filter(source=Source.ORDERS)
    days = sum((last - first).days + 1 for first, last in spans.values_list("first_day", "last_day"))
    note = ngettext("%(count)s day of orders", "%(count)s days of orders", days) % {"count": days} if days else ""
    why = _("The calendar shows which days of which report have arrived; without orders there are counts but no rates.")
    return Step(_("See what has arrived"), why, bool(days), note, _("Coverage calendar"), reverse("intake:coverage"))


def _products(member: Member) -> Step:
    rows = products_seen_by(member)
    total, filled = rows.count(), rows.exclude(line="").exclude(supplier="").count()
    note = _("%(filled)s of %(total)s filled in") % {"filled": figures.number(filled), "total": figures.number(total)}
    why = _("A sheet with your SKUs already in it asks for product line and supplier, so that trouble can be traced.")
    return Step(
        _("Complete your products"), why, bool(total) and filled == total, note if total else "",
        _("Get the sheet"), reverse("commerce:products"),
    )  # fmt: skip


def _labels(member: Member) -> Step:
    count = tickets_seen_by(member).filter(label_source=LabelSource.PERSON)[:FIRST_LABELS].count()
    note = f"{count} / {FIRST_LABELS}" if count else ""
    why = _("Codes and keywords label most tickets; fifty confirmed ones show where they are wrong. Some 20 minutes.")
    return Step(
        _("Label 50 texts"), why, count >= FIRST_LABELS, note, _("Start labelling"), reverse("desk:label_queue")
    )


def _pack(member: Member) -> Step:
    found = reviews.last_whole(member.workspace_id, reviews.today_of(member))
    why = _("The week in numbers, with the tickets behind each: what a team meets over.")
    if found is None:
        return Step(_("Read the first pack"), why, False, "", "", "")  # noqa: FBT003
    url = reverse("briefing:pack", args=[found.label])
    return Step(_("Read the first pack"), why, True, words.period_name(found.label), _("Open the pack"), url)  # noqa: FBT003


# what -> reports of which each needs one of the group
NEEDS: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...] = (
    ("issues", ((Source.RETURNS, Source.TICKETS, Source.FEEDBACK, Source.RATINGS, Source.MESSAGES),)),
    ("rates", ((Source.ORDERS,), (Source.RETURNS, Source.TICKETS))),
    ("ratings", ((Source.FEEDBACK, Source.RATINGS), (Source.ORDERS,))),
    ("replies", ((Source.MESSAGES, Source.TICKETS),)),
    ("suppliers", ((Source.PRODUCTS,), (Source.ORDERS,))),
)


def unlocks(member: Member) -> list[Unlock]:
    """What can be read already, and what waits for which report."""
    arrived = set(coverage_seen_by(member).values_list("source", flat=True))
    if products_seen_by(member).exclude(supplier="").exists():
        arrived.add(Source.PRODUCTS)
    names = {
        "issues": _("Issue types, Pareto, representative tickets"),
        "rates": _("Incident rate, return rate, top products"),
        "ratings": _("Negative ratings per 1,000 units"),
        "replies": _("Reply clocks and first response"),
        "suppliers": _("Slices by product line and supplier"),
    }
    return [Unlock(names[what], tuple(_lacking(groups, arrived))) for what, groups in NEEDS]


def _lacking(groups: tuple[tuple[str, ...], ...], arrived: set[str]) -> list[str]:
    open_groups = [group for group in groups if not arrived.intersection(group)]
    return [_(" or ").join(words.source(source) for source in group) for group in open_groups]
