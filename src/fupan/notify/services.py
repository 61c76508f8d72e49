"""Verbs of notify: tell people something once, send what is to go by mail, remember what was read and wished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q

from fupan.core import clock
from fupan.core.events import record
from fupan.notify import queries
from fupan.notify.letters import Letter, letter
from fupan.notify.models import Mail, Notice, Preference, Topic
from fupan.notify.policies import notices_seen_by
from fupan.people.models import Member

MAX_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=1)


def tell(
    member_ids: Iterable[int],
    topic: str,
    kind: str,
    context: Mapping[str, Any],
    url: str,
    once: str,
    *,
    letters: Mapping[int, Letter] | None = None,
) -> int:
    """Say something to members in the product, and by mail to those who want that; the same `once` is said once.

    `letters` replaces the mail of single members. Returns how many heard it for the first time.
    """
    with transaction.atomic():
        told = _not_told(member_ids, once)
        now = clock.now()
        Notice.objects.bulk_create(
            [
                Notice(
                    workspace_id=member.workspace_id, member=member, topic=topic, kind=kind, context=dict(context),
                    url=url, once=once, at=now,
                )
                for member in told
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        wanted = queries.want_mail(told, topic)
        _post([member for member in told if member.pk in wanted], kind, context, url, once, letters or {})
        for workspace_id in sorted({member.workspace_id for member in told}):
            heard = [member.pk for member in told if member.workspace_id == workspace_id]
            record("notify.told", None, by=None, workspace_id=workspace_id, kind=kind, members=heard)
    return len(told)


def _not_told(member_ids: Iterable[int], once: str) -> list[Member]:
    members = Member.objects.filter(pk__in=list(member_ids), active=True, user__is_active=True)
    return list(members.exclude(notices__once=once).select_related("user", "workspace").order_by("pk"))


def _post(
    members: list[Member],
    kind: str,
    context: Mapping[str, Any],
    url: str,
    once: str,
    letters: Mapping[int, Letter],
) -> None:
    """Write the mails in the same transaction; `deliver` sends them afterwards."""
    rows = []
    for member in members:
        if not member.user.email:
            continue
        said = letters.get(member.pk) or letter(member, kind, context, url)
        rows.append(
            Mail(
                workspace_id=member.workspace_id, member=member, to=member.user.email, subject=said.subject[:300],
                text=said.text, html=said.html, once=f"{once}:{member.pk}"[:120],
            )
        )  # fmt: skip
    Mail.objects.bulk_create(rows, ignore_conflicts=True)


def deliver(*, limit: int = 200) -> int:
    """Send the mails that wait; one that fails waits longer each time. The number that went."""
    return sum(_deliver(mail) for mail in _waiting()[:limit])


def _waiting() -> Any:
    due = Q(not_before=None) | Q(not_before__lte=clock.now())
    return Mail.objects.filter(due, sent_at=None, attempts__lt=MAX_ATTEMPTS).order_by("pk")


def _deliver(mail: Mail) -> int:
    """Claim, send, note. The claim comes first, so that two workers never send the same mail at once."""
    wait = clock.now() + FIRST_WAIT * 2**mail.attempts
    claimed = _waiting().filter(pk=mail.pk, attempts=mail.attempts)
    if not claimed.update(attempts=F("attempts") + 1, not_before=wait):
        return 0
    try:
        _send(mail)
    except OSError as failure:  # smtplib and sockets
        Mail.objects.filter(pk=mail.pk).update(error=f"{type(failure).__name__}: {failure}"[:500])
        return 0
    with transaction.atomic():
        Mail.objects.filter(pk=mail.pk).update(sent_at=clock.now(), error="")
        record("notify.mail_sent", mail, by=None)
    return 1


def _send(mail: Mail) -> None:
    message = EmailMultiAlternatives(" ".join(mail.subject.split()), mail.text, to=[mail.to])
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    message.send()


def read(member: Member, notice_id: int | None = None) -> int:
    """Mark one notice, or all of a member's, as read; the number that changed."""
    with transaction.atomic():
        rows = notices_seen_by(member).filter(read_at=None)
        changed = (rows.filter(pk=notice_id) if notice_id is not None else rows).update(read_at=clock.now())
        if changed:
            record("notify.read", None, by=member, workspace_id=member.workspace_id, notice=notice_id, count=changed)
    return changed


def prefer(member: Member, wanted: Iterable[str]) -> None:
    """Set which topics also come by e-mail."""
    chosen = set(wanted)
    with transaction.atomic():
        for topic in Topic.values:
            Preference.objects.update_or_create(member=member, topic=topic, defaults={"email": topic in chosen})
        record("notify.preferences_changed", member, by=member, topics=sorted(chosen & set(Topic.values)))
