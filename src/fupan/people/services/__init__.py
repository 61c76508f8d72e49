"""The verbs of people: each one transaction, one rule, one recorded event."""

from fupan.people.services.accounts import choose_workspace, edit_account, enter
from fupan.people.services.invitations import invite, join, revoke
from fupan.people.services.members import change_member, deactivate_member, reactivate_member
from fupan.people.services.tokens import create_token, revoke_token
from fupan.people.services.workspaces import claim_workspace, create_workspace, edit_workspace, start_workspace

__all__ = [
    "change_member",
    "choose_workspace",
    "claim_workspace",
    "create_token",
    "create_workspace",
    "deactivate_member",
    "edit_account",
    "edit_workspace",
    "enter",
    "invite",
    "join",
    "reactivate_member",
    "revoke",
    "revoke_token",
    "start_workspace",
]
