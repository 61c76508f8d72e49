"""Verbs around the review of a case: hand in, pass, send back, doubt, confirm, archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.library.models import Case, CaseReview, State
from fupan.library.policies import may_review_case
from fupan.library.queries.content import gaps, unchecked
from fupan.library.services._common import case_for, case_to_edit, need, need_words, same_version
from fupan.library.services._telling import reviewers, tell_case
from fupan.library.services._values import clean
from fupan.library.services.debts import pay_debts
from fupan.library.wording import FIELDS
from fupan.people.models import Member


@dataclass(frozen=True, slots=True)
class Rubric:
    """What a reviewer looked at."""

    complete: bool = False
    cause_right: bool = False
    can_follow: bool = False
    data_removed: bool = False

    @property
    def whole(self) -> bool:
        return self.complete and self.cause_right and self.can_follow and self.data_removed


@transaction.atomic
def submit_case(case_id: int, *, by: Member) -> Case:
    """Hand a draft in for review; the debts of its tickets are paid with it."""
    case = case_to_edit(case_id, by)
    if case.state not in (State.DRAFT, State.STALE):
        raise Refused(_("Only a draft, or a case that needs checking, is handed in for review."), code="not-a-draft")
    missing = gaps(case)
    if missing:
        names = ", ".join(str(FIELDS[name]) for name in missing)
        raise Refused(_("Still to fill in: %(names)s.") % {"names": names}, code="not-complete")
    if unchecked(case):
        raise Refused(_("Say of every file whether it shows personal data."), code="unchecked-evidence")
    case.state, case.submitted_at = State.IN_REVIEW, clock.now()
    case.save(update_fields=["state", "submitted_at"])
    record("library.case_submitted", case, by=by, version=case.version)
    pay_debts(case.pk, by=by)
    could = [one for one in reviewers(case.workspace_id) if one.pk != case.author_id]
    tell_case("case_review", case, could, by=by, once=f"review:{case.version}")
    return case


@transaction.atomic
def pass_case(
    case_id: int, *, rubric: Rubric, by: Member, remark: str = "", check_on: date | None = None,
    version: int | None = None,
) -> Case:  # fmt: skip
    """Publish a case after looking at all four points; the reviewer passes the revision they have read."""
    case = _reviewed(case_id, by, version)
    if not rubric.whole:
        raise Refused(_("A case is passed when all four points hold; otherwise send it back with the reason."),
                      code="rubric-not-whole")  # fmt: skip
    if gaps(case) or unchecked(case):
        raise Refused(_("The case is not complete yet; send it back."), code="not-complete")
    if check_on is not None and check_on <= clock.today():
        raise Refused(_("Choose a day after today."), code="not-later")
    _keep(case, rubric, by, remark, passed=True)
    first = case.published_at is None
    case.state, case.reviewer, case.state_reason = State.PUBLISHED, by, ""
    case.published_at = case.published_at or clock.now()
    case.check_on = check_on or case.check_on
    case.save(update_fields=["state", "reviewer", "published_at", "check_on", "state_reason"])
    record("library.case_published", case, by=by, version=case.version, first=first)
    tell_case("case_published", case, [case.author], by=by, once=f"published:{case.version}")
    return case


@transaction.atomic
def send_back(case_id: int, *, rubric: Rubric, remark: str, by: Member, version: int | None = None) -> Case:
    """Give a case back with what is to be done better."""
    case = _reviewed(case_id, by, version)
    said = need_words(remark, _("Say what is to be done better."), "no-reason", 2000)
    _keep(case, rubric, by, said, passed=False)
    case.state = State.DRAFT if case.published_at is None else State.STALE
    case.reviewer, case.state_reason = by, said[:300]
    case.save(update_fields=["state", "reviewer", "state_reason"])
    record("library.case_sent_back", case, by=by, version=case.version)
    review = case.reviews.first()
    once = f"back:{review.pk if review else case.version}"
    tell_case("case_sent_back", case, [case.author], by=by, once=once, reason=said[:200])
    return case


def _reviewed(case_id: int, by: Member, version: int | None) -> Case:
    case = case_for(case_id, by)
    if not may_review_case(by, case):
        raise Refused(_("Somebody else with the right to review looks at this case."), code="not-the-reviewer")
    if case.state != State.IN_REVIEW:
        raise Refused(_("This case is not in review."), code="not-in-review")
    same_version(case.version, version)
    return case


def _keep(case: Case, rubric: Rubric, by: Member, remark: str, *, passed: bool) -> None:
    CaseReview.objects.create(
        case=case, version=case.version, passed=passed, complete=rubric.complete, cause_right=rubric.cause_right,
        can_follow=rubric.can_follow, data_removed=rubric.data_removed, remark=clean(remark, ())[:2000], by=by,
        at=clock.now(),
    )  # fmt: skip


# Later on


@transaction.atomic
def flag_case(case_id: int, *, reason: str, by: Member | None) -> Case:
    """Say that a published case may be out of date; it stays readable, marked, until somebody has checked it."""
    case = case_for(case_id, by)
    if by is not None:
        need(by, "write_cases")
    if case.state != State.PUBLISHED:
        raise Refused(_("Only a published case can be out of date."), code="not-published")
    said = need_words(reason, _("Say what is out of date."), "no-reason")
    case.state, case.state_reason = State.STALE, said
    case.save(update_fields=["state", "state_reason"])
    record("library.case_flagged", case, by=by)
    once = f"flag:{case.version}:{clock.now():%Y%m%d%H%M}"
    tell_case("case_flagged", case, [case.author, case.reviewer], by=by, once=once, reason=said[:200])
    return case


@transaction.atomic
def confirm_case(case_id: int, *, check_on: date | None = None, by: Member) -> Case:
    """Somebody checked it: it still holds."""
    case = case_for(case_id, by)
    need(by, "review_cases")
    if case.state != State.STALE:
        raise Refused(_("This case does not wait for a check."), code="not-stale")
    if check_on is not None and check_on <= clock.today():
        raise Refused(_("Choose a day after today."), code="not-later")
    case.state, case.state_reason, case.check_on = State.PUBLISHED, "", check_on
    case.save(update_fields=["state", "state_reason", "check_on"])
    record("library.case_confirmed", case, by=by)
    return case


@transaction.atomic
def archive_case(case_id: int, *, reason: str, by: Member, replaced_by: int | None = None) -> Case:
    """Take a case out of use; it stays readable and says what replaces it."""
    case = case_for(case_id, by)
    need(by, "review_cases")
    if case.state not in (State.PUBLISHED, State.STALE):
        raise Refused(_("Only what was published is archived."), code="not-published")
    said = need_words(reason, _("Say why it is archived."), "no-reason")
    heir = case_for(replaced_by, by) if replaced_by is not None else None
    if heir is not None and heir.pk == case.pk:
        raise Refused(_("A case cannot replace itself."), code="replaces-itself")
    case.state, case.state_reason, case.replaced_by = State.ARCHIVED, said, heir
    case.save(update_fields=["state", "state_reason", "replaced_by"])
    record("library.case_archived", case, by=by, replaced_by=heir.pk if heir else None)
    return case


@transaction.atomic
def restore_case(case_id: int, *, by: Member) -> Case:
    """Take an archived case up again; it is checked before it counts as published."""
    case = case_for(case_id, by)
    need(by, "review_cases")
    if case.state != State.ARCHIVED:
        raise Refused(_("This case is not archived."), code="not-archived")
    case.state, case.state_reason, case.replaced_by = State.STALE, ":restored", None
    case.save(update_fields=["state", "state_reason", "replaced_by"])
    record("library.case_restored", case, by=by)
    return case
