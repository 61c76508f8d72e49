"""Who may see and do what: one table of rights by role, and the querysets every question starts from."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from fupan.core.models import Event
from fupan.people.models import ApiToken, Invitation, Member, Role

_DESK = frozenset({Role.AGENT, Role.SENIOR, Role.LEAD, Role.MANAGER, Role.ADMIN})
_OWNERS = frozenset({Role.OPERATIONS, Role.PRODUCT, Role.PURCHASING, Role.LOGISTICS, Role.MARKETING})
_HEADS = frozenset({Role.MANAGER, Role.ADMIN})
_EVERYBODY = _DESK | _OWNERS

RIGHTS: Mapping[str, frozenset[Role]] = {
    "see_tickets": _EVERYBODY,
    "see_insight": _EVERYBODY,
    "see_reviews": _EVERYBODY,
    "see_buyers": _DESK,  # names, addresses and original words of buyers
    "see_money": _HEADS | {Role.LEAD, Role.OPERATIONS, Role.PRODUCT, Role.PURCHASING, Role.LOGISTICS},
    "answer": _DESK,  # notes and changes on tickets
    "share_views": _HEADS | {Role.LEAD, Role.SENIOR, Role.OPERATIONS},  # views of the ticket list for everybody
    "edit_closing": _HEADS | {Role.LEAD},  # what must be told before a ticket is solved, and days off
    "label": _DESK | {Role.OPERATIONS, Role.PRODUCT},
    "post_bulletins": _HEADS | {Role.LEAD, Role.OPERATIONS, Role.LOGISTICS},  # the war room
    "edit_surveys": _HEADS | {Role.LEAD},  # whether and when buyers are asked how it went
    "edit_templates": _HEADS | {Role.LEAD, Role.SENIOR, Role.OPERATIONS},  # approving takes somebody else
    "edit_routing": _HEADS | {Role.LEAD},  # rules, skills, who is on duty
    "edit_authority": _HEADS | {Role.LEAD},  # what each tier settles alone, and who decides above it
    "decide_escalations": _HEADS | {Role.LEAD},  # the second line decides what its path leaves to it
    "import": _HEADS | {Role.LEAD, Role.OPERATIONS},
    "edit_labels": _HEADS | {Role.LEAD, Role.OPERATIONS},  # the trees and rules
    "edit_targets": _HEADS | {Role.LEAD, Role.OPERATIONS},
    "decide_signals": _HEADS | _OWNERS | {Role.LEAD},  # snooze one, or say that it is not real
    "tune_signals": _HEADS | {Role.LEAD},  # how boldly they are raised
    "work_problems": _EVERYBODY,  # whys, evidence, minutes, comments
    "decide_problems": _HEADS | _OWNERS | {Role.LEAD, Role.SENIOR},  # open, own, confirm causes, accept, reopen
    "close_unproved": _HEADS | {Role.LEAD},  # a problem without a verdict, with the reason
    "host_meetings": _HEADS | {Role.LEAD, Role.OPERATIONS},
    "edit_actions": _HEADS | _OWNERS | {Role.LEAD, Role.SENIOR},  # an owner always tells how their own goes
    "see_library": _EVERYBODY,
    "write_cases": _DESK | {Role.OPERATIONS, Role.PRODUCT},
    "review_cases": _HEADS | {Role.LEAD, Role.SENIOR},
    "edit_articles": _HEADS | {Role.LEAD, Role.SENIOR, Role.OPERATIONS},  # approving takes review_cases as well
    "edit_case_rules": _HEADS | {Role.LEAD},  # which tickets owe a case, and by when
    "edit_mail": _HEADS | {Role.LEAD},  # mailboxes, webhooks of channels, mails in quarantine
    "edit_shops": _HEADS | {Role.LEAD, Role.OPERATIONS},
    "edit_products": _HEADS | {Role.LEAD, Role.OPERATIONS},
    "make_tokens": _HEADS | {Role.LEAD, Role.OPERATIONS},
    "manage_members": _HEADS,
    "edit_workspace": _HEADS,
    "edit_destinations": _HEADS,  # chat robots and webhooks that hear of things
    "see_events": _HEADS,
}


def may(member: Member, right: str) -> bool:
    """Whether a member may do what `right` names; an unknown right is a bug and raises `KeyError`."""
    return member.active and member.role in RIGHTS[right]


def roles_that_may(right: str) -> tuple[str, ...]:
    return tuple(sorted(str(role) for role in RIGHTS[right]))


def members_seen_by(member: Member) -> QuerySet[Member]:
    """Colleagues of the same workspace."""
    return Member.objects.filter(workspace_id=member.workspace_id).select_related("user")


def invitations_seen_by(member: Member) -> QuerySet[Invitation]:
    rows = Invitation.objects.filter(workspace_id=member.workspace_id)
    return rows if may(member, "manage_members") else rows.none()


def tokens_seen_by(member: Member) -> QuerySet[ApiToken]:
    """One's own keys; those who manage members see every key of the workspace."""
    rows = ApiToken.objects.filter(workspace_id=member.workspace_id).select_related("member__user")
    return rows if may(member, "manage_members") else rows.filter(member=member)


def events_seen_by(member: Member) -> QuerySet[Event]:
    rows = Event.objects.filter(workspace_id=member.workspace_id)
    return rows if may(member, "see_events") else rows.none()


def grantable_roles(member: Member) -> list[str]:
    """Roles this member may hand out: only an administrator makes administrators."""
    if not may(member, "manage_members"):
        return []
    return [role for role in Role.values if role != Role.ADMIN or member.role == Role.ADMIN]
