"""What happens by the clock, and the pump that carries flows and facts on while a worker lives."""

from __future__ import annotations

import logging
import threading

from django.db import close_old_connections
from django_q.models import Schedule

from fupan.core import events, jobs

log = logging.getLogger(__name__)

# name -> (function, cron in UTC)
DAILY = {
    "purge": ("fupan.ops.tasks.purge", "30 2 * * *"),
    "mails": ("fupan.notify.tasks.deliver_mails", "* * * * *"),
    "messages": ("fupan.notify.tasks.deliver_messages", "* * * * *"),
    "old_messages": ("fupan.notify.tasks.forget_old_messages", "45 2 * * *"),
    "digests": ("fupan.briefing.tasks.send_digests", "30 0 * * 1"),
    "announce": ("fupan.briefing.tasks.announce_review", "*/15 * * * 1"),
    "meetings": ("fupan.review.tasks.plan_meetings", "20 0 * * *"),
    "topics": ("fupan.insight.tasks.find_topics", "45 3 * * *"),
    "learn": ("fupan.desk.tasks.learn_nightly", "15 4 * * *"),
    "signals": ("fupan.insight.tasks.screen", "10 * * * *"),
    "verdicts": ("fupan.verification.tasks.look", "25 * * * *"),
    "actions": ("fupan.action.tasks.remind", "20 * * * *"),
    "case_debts": ("fupan.library.tasks.remind", "*/20 * * * *"),
    "library": ("fupan.library.tasks.age", "40 2 * * *"),
    "collect": ("fupan.insight.tasks.collect", "15 3 * * *"),
}


def plant() -> None:
    """Make the schedules agree with the table above."""
    for name, (function, cron) in DAILY.items():
        Schedule.objects.update_or_create(
            name=name, defaults={"func": function, "schedule_type": Schedule.CRON, "cron": cron, "repeats": -1}
        )
    Schedule.objects.exclude(name__in=DAILY).delete()


def pump(stopped: threading.Event, *, pause: float = 1.0) -> None:
    """Until stopped: run waiting flows, rebuild stale weeks newest first, and show a heartbeat."""
    from fupan.insight.services import refresh
    from fupan.people.models import Workspace

    while not stopped.wait(pause):
        try:
            events.drain(limit=500)
            for workspace in Workspace.objects.all():
                refresh(workspace, limit=8)
            jobs.beat()
        except Exception:
            log.exception("the pump stumbled; it goes on")
            stopped.wait(5)
        finally:
            close_old_connections()
