"""Verbs of classic cases: lists for newcomers, and what each member has read."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.library.models import READABLE, CaseList, CaseListItem, CaseRead
from fupan.library.policies import cases_seen_by, lists_seen_by
from fupan.library.services._common import case_for, need, same_version
from fupan.library.services._values import clean
from fupan.people.models import Member

MOST = 60


@transaction.atomic
def make_list(*, name: str, about: str, cases: Sequence[int], by: Member) -> CaseList:
    """Put cases, by number, into an order newcomers read them in."""
    need(by, "review_cases")
    made = CaseList(workspace_id=by.workspace_id, made_by=by, made_at=clock.now())
    _fill(made, name, about, cases, by)
    record("library.list_made", made, by=by, cases=len(cases))
    return made


@transaction.atomic
def edit_list(
    list_id: int, *, name: str, about: str, cases: Sequence[int], version: int | None, by: Member
) -> CaseList:
    """Rename it, or put its cases into another order."""
    need(by, "review_cases")
    found = lists_seen_by(by).select_for_update().get(pk=list_id)
    same_version(found.version, version)
    found.version += 1
    _fill(found, name, about, cases, by)
    record("library.list_edited", found, by=by, cases=len(cases))
    return found


@transaction.atomic
def drop_list(list_id: int, *, by: Member) -> None:
    """Take a list away; its cases stay, and so does what was read."""
    need(by, "review_cases")
    found = lists_seen_by(by).get(pk=list_id)
    record("library.list_dropped", found, by=by)
    found.delete()


@transaction.atomic
def mark_read(case_id: int, *, by: Member, read: bool = True) -> None:
    """I have read it, or I want to read it again."""
    case = case_for(case_id, by)
    if read:
        _row, changed = CaseRead.objects.get_or_create(case=case, member=by, defaults={"at": clock.now()})
    else:
        count, _per_model = CaseRead.objects.filter(case=case, member=by).delete()
        changed = bool(count)
    if changed:
        record("library.case_read", case, by=by, read=read)


def _fill(made: CaseList, name: str, about: str, cases: Sequence[int], by: Member) -> None:
    title = clean(name, ())[:80]
    if not title:
        raise Refused(_("Give the list a name."), code="no-name")
    same = CaseList.objects.filter(workspace_id=by.workspace_id, name=title).exclude(pk=made.pk)
    if same.exists():
        raise Refused(_("There is a list “%(name)s” already.") % {"name": title}, code="name-taken")
    numbers = list(dict.fromkeys(cases))
    if not numbers or len(numbers) > MOST:
        raise Refused(_("A list has 1 to %(most)s cases.") % {"most": MOST}, code="not-a-list")
    seen = cases_seen_by(by).filter(state__in=READABLE, number__in=numbers)
    known = dict(seen.values_list("number", "pk"))
    unknown = [number for number in numbers if number not in known]
    if unknown:
        raise Refused(
            _("There is no published case %(number)s.") % {"number": f"C-{unknown[0]:04d}"}, code="no-such-case"
        )
    made.name, made.about = title, clean(about, ())[:200]
    made.save()
    made.items.all().delete()
    CaseListItem.objects.bulk_create(
        CaseListItem(of=made, case_id=known[number], place=place) for place, number in enumerate(numbers, 1)
    )
