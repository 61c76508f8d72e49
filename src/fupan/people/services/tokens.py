from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import ApiToken, Member
from fupan.people.policies import may, tokens_seen_by
from fupan.people.scopes import SCOPES
from fupan.people.secrets import TOKEN_PREFIX, fingerprint, new_secret

MOST = 50


@transaction.atomic
def create_token(*, name: str, scopes: Iterable[str], by: Member) -> tuple[ApiToken, str]:
    """Make a key for a program; it is in the answer and nowhere else. It can do no more than its maker."""
    chosen = sorted(set(scopes))
    if not may(by, "make_tokens"):
        raise Refused(_("Your role cannot make keys for programs."), code="no-tokens")
    if not chosen or not set(chosen) <= set(SCOPES):
        raise Refused(_("Choose at least one scope of the list."), code="no-scope")
    if by.tokens.filter(revoked_at=None).count() >= MOST:
        raise Refused(_("You have %(most)s keys already; revoke some first.") % {"most": MOST}, code="too-many-tokens")
    secret = new_secret(TOKEN_PREFIX)
    token = ApiToken.objects.create(
        workspace_id=by.workspace_id, member=by, name=name.strip(), scopes=chosen,
        prefix=secret[:12], token_hash=fingerprint(secret),
    )  # fmt: skip
    record("people.token_created", token, by=by, scopes=chosen)
    return token, secret


@transaction.atomic
def revoke_token(token_id: int, *, by: Member) -> ApiToken:
    """End a key; programs that use it are turned away from now on."""
    token = tokens_seen_by(by).select_for_update(of=("self",)).get(pk=token_id)
    token.revoked_at = token.revoked_at or clock.now()
    token.save(update_fields=["revoked_at"])
    record("people.token_revoked", token, by=by)
    return token
