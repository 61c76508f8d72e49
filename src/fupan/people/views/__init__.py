from fupan.people.views.account import account, enter, join, switch
from fupan.people.views.events import events
from fupan.people.views.members import deactivate, invite, member, members, reactivate, revoke_invitation
from fupan.people.views.settings import settings, workspace
from fupan.people.views.tokens import revoke_token, tokens

__all__ = [
    "account",
    "deactivate",
    "enter",
    "events",
    "invite",
    "join",
    "member",
    "members",
    "reactivate",
    "revoke_invitation",
    "revoke_token",
    "settings",
    "switch",
    "tokens",
    "workspace",
]
