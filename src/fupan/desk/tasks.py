"""Work that a page must not wait for."""

from __future__ import annotations

from fupan.core.jobs import enqueue
from fupan.desk import presence, services
from fupan.desk.services.learning import encoded, names_for
from fupan.desk.services.sending import any_due
from fupan.people.models import Member, Workspace


def relabel(member_id: int) -> int:
    """Apply the rules again for the workspace of the member who asked."""
    member = Member.objects.select_related("workspace").get(pk=member_id)
    return services.relabel_by_rules(member.workspace, by=member)


def ask_buyers() -> None:
    """Ask the buyers of tickets that were solved long enough ago how it went, where their marketplace allows it."""
    services.ask_due()


def chase_follow_ups() -> None:
    """Remind of follow-ups that are overdue."""
    services.chase_follow_ups()


def put_templates_in_force() -> None:
    """Approved texts whose day has come."""
    services.put_templates_in_force()


def give_back_silent() -> None:
    """Tickets whose owner has been silent too long go to somebody else."""
    services.give_back_silent()


def decide_by_default() -> None:
    """What was handed up and nobody decided in time."""
    services.decide_by_default()


def learn_nightly() -> None:
    """Every night, and when a worker starts for the first time: each workspace learns what is new."""
    for workspace_id in Workspace.objects.order_by("pk").values_list("pk", flat=True):
        enqueue("fupan.desk.tasks.learn", workspace_id)


def learn(workspace_id: int, member_id: int | None = None) -> None:
    """Learn what is new with the encoders in use; the slow one joins later, when it is installed."""
    _learn(workspace_id, member_id, deep=False)


def learn_deep(workspace_id: int, member_id: int | None = None) -> None:
    """Learn with every encoder that is installed."""
    _learn(workspace_id, member_id, deep=True)


def _learn(workspace_id: int, member_id: int | None, *, deep: bool) -> None:
    """Read in turns, learn, label what waits."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    names = names_for(workspace_id, deep=deep)
    if workspace is None or not names:
        return
    if not encoded(workspace_id, names):
        enqueue("fupan.desk.tasks.learn_deep" if deep else "fupan.desk.tasks.learn", workspace_id, member_id)
        return
    by = Member.objects.filter(pk=member_id, workspace=workspace).first() if member_id else None
    if services.train(workspace, by=by, encoders=names):
        enqueue("fupan.desk.tasks.label_waiting", workspace_id)
    if names != names_for(workspace_id, deep=True):
        enqueue("fupan.desk.tasks.learn_deep", workspace_id, member_id)


def label_waiting(workspace_id: int) -> None:
    """A turn of reading what waits; queues itself again while something is left."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is not None and not services.label_waiting(workspace):
        enqueue("fupan.desk.tasks.label_waiting", workspace_id)


def wake() -> None:
    """Every minute: snoozed tickets whose moment has come; and forget who was where long ago."""
    services.wake_due()
    presence.sweep()


def send_due() -> None:
    """Replies whose seconds are over: asked for by the pump of a worker, and once a minute besides."""
    services.send_due()


def send_soon() -> None:
    """Have a worker send, when there is anything to send."""
    if any_due():
        enqueue("fupan.desk.tasks.send_due")
