"""Verbs about notices: tell people something once, remember what was read and wished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from fupan.core import clock
from fupan.core.events import record
from fupan.notify import queries
from fupan.notify.kinds import OWNED_TOPICS, SHARED_TOPICS
from fupan.notify.letters import Letter, letter
from fupan.notify.models import Mail, Notice, Preference, Topic
from fupan.notify.policies import notices_seen_by
from fupan.notify.services.deliveries import publish
from fupan.people.models import Member


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
    """Say something to members in the product and by mail, as each of them wants it; the same `once` is said once.

    `letters` replaces the mail of single members. What concerns a whole team also goes to the destinations that want
    its topic (digests and signals do not: `publish` takes them to the department they belong to). Returns how many
    heard it first.
    """
    with transaction.atomic():
        told = _not_told(member_ids, once)
        now, hiding = clock.now(), queries.want_no_notice(told, topic)
        Notice.objects.bulk_create(
            [
                Notice(
                    workspace_id=member.workspace_id, member=member, topic=topic, kind=kind, context=dict(context),
                    url=url, once=once, at=now, hidden=member.pk in hiding,
                    read_at=now if member.pk in hiding else None,
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
        if topic in SHARED_TOPICS and topic not in OWNED_TOPICS:
            for workspace in {member.workspace_id: member.workspace for member in told}.values():
                publish(workspace, topic, kind, context, url, once)
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


def read(member: Member, notice_id: int | None = None) -> int:
    """Mark one notice, or all of a member's, as read; the number that changed."""
    with transaction.atomic():
        rows = notices_seen_by(member).filter(read_at=None)
        changed = (rows.filter(pk=notice_id) if notice_id is not None else rows).update(read_at=clock.now())
        if changed:
            record("notify.read", None, by=member, workspace_id=member.workspace_id, notice=notice_id, count=changed)
    return changed


def prefer(member: Member, email: Iterable[str], in_app: Iterable[str] | None = None) -> None:
    """Set which topics come by e-mail, and which are shown in the product (None: all of them)."""
    by_mail, shown = set(email), set(Topic.values if in_app is None else in_app)
    with transaction.atomic():
        for topic in Topic.values:
            ways = {"email": topic in by_mail, "in_app": topic in shown}
            Preference.objects.update_or_create(member=member, topic=topic, defaults=ways)
        topics, in_app = sorted(by_mail & set(Topic.values)), sorted(shown & set(Topic.values))
        record("notify.preferences_changed", member, by=member, topics=topics, in_app=in_app)
