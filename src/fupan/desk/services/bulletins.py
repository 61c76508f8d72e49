"""Verbs of the war room: post what is going on with its one agreed wording, keep it true, end it; ask for help."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.slices import Slice
from fupan.desk.models import Bulletin, BulletinKind, BulletinRead, HelpAsked, ReplyTemplate, Ticket
from fupan.desk.policies import bulletins_seen_by, may_answer_for, may_post_bulletins, tickets_seen_by
from fupan.desk.queries.bulletins import PINNED, audience
from fupan.desk.services._bulletin_words import tell_of_answer, tell_of_ask, tell_of_end, tell_readers
from fupan.desk.services._numbers import lock
from fupan.people.models import Department, Member

LONGEST = timedelta(days=60)
MOST_ASKS = 30


@transaction.atomic
def post_bulletin(*, by: Member, **told: Any) -> Bulletin:
    """Say it to everybody who answers buyers, and to the groups that want to hear it."""
    _need(by)
    lock(by.workspace_id)
    rows = Bulletin.objects.filter(workspace_id=by.workspace_id)
    number = (rows.aggregate(top=Max("number"))["top"] or 0) + 1
    bulletin = Bulletin(workspace_id=by.workspace_id, number=number, by=by, starts_at=clock.now())
    _fill(bulletin, **told)
    bulletin.save()
    BulletinRead.objects.create(bulletin=bulletin, member=by, version=1, at=clock.now())
    record("desk.bulletin_posted", bulletin, by=by, kind=bulletin.kind)
    tell_readers(bulletin, audience(bulletin), by=by)
    return bulletin


@transaction.atomic
def edit_bulletin(bulletin_id: int, *, version: int, by: Member, **told: Any) -> Bulletin:
    """Change it; what agents say to buyers changed with it, so everybody is asked to read it again."""
    bulletin = _mine(bulletin_id, by)
    if bulletin.ended_at is not None:
        raise Refused(_("This bulletin is over; post a new one."), code="bulletin-over")
    if bulletin.version != version:
        raise Refused(
            _("Somebody changed this bulletin meanwhile; look at theirs before you save yours."), code="changed"
        )
    _fill(bulletin, **told)
    bulletin.version += 1
    bulletin.save()
    BulletinRead.objects.create(bulletin=bulletin, member=by, version=bulletin.version, at=clock.now())
    record("desk.bulletin_edited", bulletin, by=by, version=bulletin.version)
    tell_readers(bulletin, audience(bulletin), by=by)
    return bulletin


@transaction.atomic
def extend_bulletin(bulletin_id: int, *, hours: int, by: Member) -> Bulletin:
    """It holds for some more hours; nobody has to read it again."""
    bulletin = _mine(bulletin_id, by)
    if bulletin.ended_at is not None:
        raise Refused(_("This bulletin is over; post a new one."), code="bulletin-over")
    if not 1 <= hours <= LONGEST.days * 24:
        raise Refused(_("Extend it by 1 hour to 60 days."), code="not-so-long")
    bulletin.expires_at = max(bulletin.expires_at, clock.now()) + timedelta(hours=hours)
    bulletin.save(update_fields=["expires_at"])
    record("desk.bulletin_extended", bulletin, by=by, hours=hours)
    return bulletin


@transaction.atomic
def end_bulletin(bulletin_id: int, *, by: Member) -> Bulletin:
    """It is over: no ticket shows it any more, and groups that were told of it hear so."""
    bulletin = _mine(bulletin_id, by)
    if bulletin.ended_at is None:
        bulletin.ended_at = clock.now()
        bulletin.save(update_fields=["ended_at"])
        record("desk.bulletin_ended", bulletin, by=by)
        tell_of_end(bulletin)
    return bulletin


@transaction.atomic
def read_bulletin(bulletin_id: int, *, by: Member) -> Bulletin:
    """The receipt: I have read the version in force."""
    bulletin = bulletins_seen_by(by).get(pk=bulletin_id)
    _read, first = BulletinRead.objects.get_or_create(
        bulletin=bulletin, member=by, version=bulletin.version, defaults={"at": clock.now()}
    )
    if first:
        record("desk.bulletin_read", bulletin, by=by, version=bulletin.version)
    return bulletin


# Help of other departments


@transaction.atomic
def ask_help(
    bulletin_id: int, *, department_id: int, about: str, by: Member, ticket_number: int | None = None
) -> HelpAsked:
    """Ask a department something about it; anybody who works with tickets may."""
    bulletin = bulletins_seen_by(by).select_for_update(of=("self",)).get(pk=bulletin_id)
    department = Department.objects.filter(workspace_id=by.workspace_id, pk=department_id).first()
    if department is None:
        raise Refused(_("Choose one of your departments."), code="no-department")
    words = about.strip()[:300]
    if not words:
        raise Refused(_("Say what you need to know."), code="no-text")
    if bulletin.asked.filter(answered_at=None).count() >= MOST_ASKS:
        raise Refused(_("There are %(count)s open questions already.") % {"count": MOST_ASKS}, code="too-many")
    asked = HelpAsked.objects.create(
        bulletin=bulletin, department=department, about=words, ticket=_ticket(ticket_number, by), by=by, at=clock.now()
    )
    record("desk.help_asked", bulletin, by=by, asked=asked.pk, department=department.pk)
    tell_of_ask(asked)
    return asked


def _ticket(number: int | None, by: Member) -> Ticket | None:
    if number is None:
        return None
    found = tickets_seen_by(by).filter(number=number).first()
    if found is None:
        raise Refused(_("There is no ticket “%(number)s”.") % {"number": number}, code="no-such-ticket")
    return found


@transaction.atomic
def answer_help(asked_id: int, *, answer: str, by: Member) -> HelpAsked:
    """Answer for the department: by one of its members, or whoever leads the war room."""
    asked = (
        HelpAsked.objects.select_for_update(of=("self",))
        .select_related("bulletin", "department", "by")
        .get(pk=asked_id, bulletin__in=bulletins_seen_by(by))
    )
    if not may_answer_for(by, asked.department):
        raise Refused(_("This question is for %(name)s.") % {"name": asked.department}, code="not-theirs")
    if asked.answered_at is not None:
        raise Refused(_("%(name)s answered meanwhile.") % {"name": asked.answered_by}, code="answered")
    words = answer.strip()[:500]
    if not words:
        raise Refused(_("Write the answer."), code="no-text")
    asked.answer, asked.answered_by, asked.answered_at = words, by, clock.now()
    asked.save(update_fields=["answer", "answered_by", "answered_at"])
    record("desk.help_answered", asked.bulletin, by=by, asked=asked.pk)
    tell_of_answer(asked)
    return asked


# Checks


def _need(by: Member) -> None:
    if not may_post_bulletins(by):
        raise Refused(_("Your role reads the war room; it does not post in it."), code="no-bulletins")


def _mine(bulletin_id: int, by: Member) -> Bulletin:
    bulletin = bulletins_seen_by(by).select_for_update(of=("self",)).get(pk=bulletin_id)
    _need(by)
    return bulletin


def _fill(
    bulletin: Bulletin,
    *,
    kind: str,
    title: str,
    expires_at: datetime,
    facts: str = "",
    wordings: Mapping[str, str] | None = None,
    slice: Mapping[str, str] | None = None,
    instead_of_id: int | None = None,
) -> None:
    if kind not in BulletinKind.values:
        raise Refused(_("Choose what kind of bulletin it is."), code="no-kind")
    if not title.strip():
        raise Refused(_("A bulletin needs a title."), code="no-title")
    now = clock.now()
    if not now < expires_at <= now + LONGEST:
        raise Refused(_("A bulletin ends between now and 60 days from now."), code="bad-expiry")
    templates = ReplyTemplate.objects.filter(workspace_id=bulletin.workspace_id)
    if instead_of_id is not None and not templates.filter(pk=instead_of_id).exists():
        raise Refused(_("Choose one of your templates."), code="no-template")
    bulletin.kind, bulletin.title, bulletin.facts = kind, title.strip()[:120], facts.strip()[:4000]
    bulletin.wordings = dict(_said(wordings or {}))
    bulletin.slice, bulletin.instead_of_id = _pinned(slice or {}), instead_of_id
    bulletin.expires_at = expires_at


def _said(wordings: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    return ((code, words.strip()[:3000]) for code, words in wordings.items() if words.strip() and len(code) <= 5)


def _pinned(where: Mapping[str, str]) -> dict[str, str]:
    told = {name: str(value).strip() for name, value in where.items() if str(value).strip()}
    if set(told) - set(PINNED):
        raise Refused(_("A bulletin cannot be pinned by this condition."), code="not-pinned-by")
    return Slice.of(told).as_dict()
