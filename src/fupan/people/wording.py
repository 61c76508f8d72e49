"""Recorded events as people read them: what somebody did, in one phrase each."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STAGES = {
    "people": _("People"),
    "commerce": _("Shops and products"),
    "intake": _("Imports"),
    "desk": _("Tickets"),
    "insight": _("Insight"),
    "briefing": _("Reviews"),
    "notify": _("Notices"),
    "ops": _("Operation of the server"),
}

EVENTS = {
    "people.workspace_created": _("opened the workspace"),
    "people.workspace_changed": _("changed the workspace"),
    "people.workspace_chosen": _("switched to the workspace"),
    "people.invited": _("invited somebody"),
    "people.joined": _("joined"),
    "people.invitation_revoked": _("took an invitation back"),
    "people.member_changed": _("changed a member"),
    "people.member_deactivated": _("ended a member’s access"),
    "people.member_reactivated": _("let a member in again"),
    "people.account_changed": _("changed their account"),
    "people.entered_by_link": _("signed in by link"),
    "people.token_created": _("made a key for a program"),
    "people.token_revoked": _("revoked a key"),
}


def sentence(name: str) -> str:
    """The phrase of an event; one we do not know keeps its dotted name."""
    return str(EVENTS.get(name, name))
