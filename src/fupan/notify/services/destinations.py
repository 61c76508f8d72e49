"""Verbs about destinations: add, change, remove. Their addresses and secrets are keys, never handed out again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.fields import blind_index
from fupan.notify.checks import check_digest, check_keys
from fupan.notify.kinds import SHARED_TOPICS
from fupan.notify.models import Destination, DestinationKind
from fupan.notify.policies import destinations_seen_by
from fupan.notify.senders import webhook
from fupan.notify.services.deliveries import give_up
from fupan.people.models import Department, Member
from fupan.people.policies import may

MOST = 50


@transaction.atomic
def add_destination(*, kind: str, url: str, secret: str = "", by: Member, **said: Any) -> Destination:
    """Connect a group chat or a program. A webhook without a secret gets one."""
    if not may(by, "edit_destinations"):
        raise Refused(_("Your role cannot connect destinations."), code="no-destinations")
    if destinations_seen_by(by).count() >= MOST:
        raise Refused(
            _("There are %(most)s destinations already; remove some first.") % {"most": MOST}, code="too-many"
        )
    if kind == DestinationKind.WEBHOOK and not secret:
        secret = webhook.new_secret()
    room = Destination(workspace_id=by.workspace_id, kind=kind)
    _fill(room, url=url, secret=secret, **said)
    room.save()
    record("notify.destination_added", room, by=by, kind=kind)
    return room


@transaction.atomic
def edit_destination(destination_id: int, *, url: str = "", secret: str = "", by: Member, **said: Any) -> Destination:
    """Change a destination; an empty address or secret keeps the one it has."""
    room = destinations_seen_by(by).select_for_update(of=("self",)).get(pk=destination_id)
    _fill(room, url=url or room.url, secret=secret or room.secret, **said)
    room.paused_until = None
    room.save()
    if not room.active:
        give_up([room])
    record("notify.destination_edited", room, by=by)
    return room


@transaction.atomic
def drop_destination(destination_id: int, *, by: Member) -> None:
    """Disconnect it; its log goes with it."""
    room = destinations_seen_by(by).get(pk=destination_id)
    record("notify.destination_dropped", room, by=by, kind=room.kind)
    room.delete()


def _fill(
    room: Destination,
    *,
    url: str,
    secret: str,
    name: str,
    topics: Iterable[str],
    department_id: int | None = None,
    language: str = "",
    active: bool = True,
) -> None:
    chosen = sorted(set(topics) & set(SHARED_TOPICS))
    check_keys(room.kind, url, secret)
    check_digest(chosen, department_id)
    departments = Department.objects.filter(workspace_id=room.workspace_id)
    if department_id is not None and not departments.filter(pk=department_id).exists():
        raise Refused(_("Choose one of your departments."), code="no-department")
    room.name, room.url, room.topics, room.active = name.strip(), url, chosen, active
    room.secret = "" if room.kind == DestinationKind.WECOM else secret
    room.department_id, room.language = department_id, language or room.workspace.language
    room.robot = blind_index(url, workspace_id=0)  # a robot's limit knows no workspaces
