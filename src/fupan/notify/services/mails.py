"""Sending the mails that wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q

from fupan.core import clock
from fupan.core.events import record
from fupan.notify.models import Mail

MAX_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=1)


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
