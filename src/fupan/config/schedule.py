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
    "fetch_mail": ("fupan.intake.tasks.fetch_mail", "* * * * *"),
    "digests": ("fupan.briefing.tasks.send_digests", "30 0 * * 1"),
    "announce": ("fupan.briefing.tasks.announce_review", "*/15 * * * 1"),
    "meetings": ("fupan.review.tasks.plan_meetings", "20 0 * * *"),
    "topics": ("fupan.insight.tasks.find_topics", "45 3 * * *"),
    "learn": ("fupan.desk.tasks.learn_nightly", "15 4 * * *"),
    "replies": ("fupan.desk.tasks.send_due", "* * * * *"),
    "wake": ("fupan.desk.tasks.wake", "* * * * *"),
    "templates": ("fupan.desk.tasks.put_templates_in_force", "5 * * * *"),
    "give_back": ("fupan.desk.tasks.give_back_silent", "*/10 * * * *"),
    "decide": ("fupan.desk.tasks.decide_by_default", "*/5 * * * *"),
    "signals": ("fupan.insight.tasks.screen", "10 * * * *"),
    "verdicts": ("fupan.verification.tasks.look", "25 * * * *"),
    "actions": ("fupan.action.tasks.remind", "20 * * * *"),
    "case_debts": ("fupan.library.tasks.remind", "*/20 * * * *"),
    "library": ("fupan.library.tasks.age", "40 2 * * *"),
    "likeness": ("fupan.library.tasks.look_after_likeness", "*/10 * * * *"),
    "likeness_anew": ("fupan.library.tasks.renew_likeness", "50 3 * * *"),
    "search": ("fupan.library.tasks.index_changes", "* * * * *"),
    "lacks": ("fupan.library.tasks.find_lacks", "55 * * * *"),
    "library_promotions": ("fupan.library.tasks.distil_promotions", "10 3 * * *"),
    "library_reports": ("fupan.library.tasks.report", "40 0 1-3 * *"),
    "surveys": ("fupan.desk.tasks.ask_buyers", "*/10 * * * *"),
    "follow_ups": ("fupan.desk.tasks.chase_follow_ups", "35 * * * *"),
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
    """Until stopped: run waiting flows, rebuild stale weeks newest first, feed the search, and show a heartbeat."""
    from fupan.desk.tasks import send_soon
    from fupan.insight.services import refresh
    from fupan.library.tasks import index_changes
    from fupan.people.models import Workspace

    while not stopped.wait(pause):
        try:
            events.drain(limit=500)
            send_soon()
            for workspace in Workspace.objects.all():
                refresh(workspace, limit=8)
            index_changes(seconds=2.0)
            jobs.beat()
        except Exception:
            log.exception("the pump stumbled; it goes on")
            stopped.wait(5)
        finally:
            close_old_connections()
