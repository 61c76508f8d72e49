"""By the clock: reminders of owed cases, and what comes into force or grows old."""

from __future__ import annotations

from django.core.cache import cache

from fupan.core import clock, weeks
from fupan.core.jobs import enqueue
from fupan.library import services
from fupan.library.finding import writing
from fupan.library.services import enforce_due, expire, purge_evidence, remind_debtors
from fupan.library.services.likeness import keep_likeness as keep
from fupan.library.services.likeness import read_open_tickets, read_templates
from fupan.people.models import Workspace

SOON = 60  # seconds: a turn that was asked for and has not begun is not asked for again


def remind() -> int:
    """Several times an hour, for the hours are counted; each word goes once."""
    return sum(remind_debtors(workspace) for workspace in Workspace.objects.order_by("pk"))


def age() -> int:
    """Every night."""
    return sum(
        enforce_due(workspace) + expire(workspace) + purge_evidence(workspace)
        for workspace in Workspace.objects.order_by("pk")
    )


def distil(workspace_id: int) -> int:
    """After a review, or because somebody asks: like solved tickets without a case."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    return services.distil(workspace) if workspace is not None else 0


def distil_promotions() -> int:
    """Every night: promotions whose weeks have closed."""
    return sum(services.distil_promotions(workspace) for workspace in Workspace.objects.order_by("pk"))


def index_changes(seconds: float = 20.0) -> int:
    """Bring every workspace's search up to date; a long build goes on in the next turn. How many documents."""
    return sum(
        writing.catch_up(pk, seconds=seconds) for pk in Workspace.objects.order_by("pk").values_list("pk", flat=True)
    )


# Recommendation


def keep_likeness_soon(workspace_id: int) -> None:
    """Have a worker put into the index what has changed; many changes at once are one turn."""
    if cache.add(f"likeness:{workspace_id}", "soon", timeout=SOON):
        enqueue("fupan.library.tasks.keep_likeness", workspace_id)


def keep_likeness(workspace_id: int) -> None:
    """A turn of the writer; queues itself again while something is left."""
    cache.delete(f"likeness:{workspace_id}")
    if not keep(workspace_id):
        enqueue("fupan.library.tasks.keep_likeness", workspace_id)


def look_after_likeness() -> None:
    """Every ten minutes: catch up, and read the tickets that wait for an answer before anybody opens them."""
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        keep_likeness(workspace_id)
        read_templates(workspace_id)
        read_open_tickets(workspace_id)


def renew_likeness() -> None:
    """Every night: a turn for each workspace."""
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        enqueue("fupan.library.tasks.renew_likeness_of", workspace_id)


def renew_likeness_of(workspace_id: int) -> None:
    """Compare the whole index with the database, and calibrate it anew."""
    if not keep(workspace_id, whole=True):
        enqueue("fupan.library.tasks.keep_likeness", workspace_id)


def find_lacks() -> int:
    """Every hour: tickets without a good case, and searches that found nothing."""
    return sum(services.find_lacks(workspace) for workspace in Workspace.objects.order_by("pk"))


def find_lacks_of(workspace_id: int) -> int:
    """Because somebody asks."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    return services.find_lacks(workspace) if workspace is not None else 0


def report() -> int:
    """On the first of the month, and again on the days after: every department hears of the month before once."""
    told = 0
    for workspace in Workspace.objects.order_by("pk"):
        today = clock.now().astimezone(weeks.zone(workspace.timezone)).date()
        told += services.send_reports(workspace, weeks.month_period(today.year, today.month).previous())
    return told
