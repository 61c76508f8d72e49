"""Verbs of proof: a file, a link or a note that says the action was carried out, where, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.utils.translation import gettext as _

from fupan.action.models import Action, ActionState, GuestLink, Proof, ProofKind
from fupan.action.queries.board import day_in
from fupan.action.services._mine import action_for, guest_data
from fupan.action.services.telling import tell_owner
from fupan.core import attachments, clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.people.models import Member

MOST_PROOFS = 60
_ADDRESS = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody holds up as proof."""

    upload: attachments.Upload | None = None
    url: str = ""
    text: str = ""
    place: str = ""
    day: date | None = None

    def __bool__(self) -> bool:
        return bool(self.upload or self.url.strip() or self.text.strip())


@transaction.atomic
def add_proof(action_id: int, *, given: Given, by: Member | None = None, guest: GuestLink | None = None) -> Proof:
    """Hold up a file, a link or a note."""
    action = action_for(action_id, by, guest)
    if action.state == ActionState.DROPPED:
        raise Refused(_("%(action)s was dropped; it needs no proof.") % {"action": action}, code="not-open")
    if action.proofs.count() >= MOST_PROOFS:
        raise Refused(_("At most %(count)s pieces of proof.") % {"count": MOST_PROOFS}, code="too-many")
    proof = _proof(action, given)
    proof.by, proof.guest = by, guest.name if guest is not None else ""
    proof.save()
    record("action.proof_added", action, by=by, proof=proof.pk, kind=proof.kind, **guest_data(guest))
    if guest is not None:
        tell_owner(action, "action_guest", None, once=f"guest:{proof.pk}")
    return proof


@transaction.atomic
def drop_proof(proof_id: int, *, by: Member) -> None:
    """Take proof away again; the last one of an action that counts as carried out stays."""
    proof = Proof.objects.select_related("action").get(pk=proof_id)
    action = action_for(proof.action_id, by)
    done = action.state in (ActionState.DONE, ActionState.VERIFIED)
    if done and action.proofs.count() == 1:
        raise Refused(_("It is the only proof that this was carried out. Take that back first."), code="last-proof")
    proof.delete()
    record("action.proof_dropped", action, by=by, proof=proof_id)


def _proof(action: Action, given: Given) -> Proof:
    if not given:
        raise Refused(_("Add a file, a link or a note."), code="no-proof")
    if given.day is not None and given.day > day_in(action.workspace):
        raise Refused(_("This day is still to come."), code="day-to-come")
    url = given.url.strip()
    if url:
        try:
            _ADDRESS(url)
        except ValidationError as wrong:
            raise Refused(_("This is no address; it begins with https://."), code="not-an-address") from wrong
    kind = ProofKind.FILE if given.upload else ProofKind.LINK if url else ProofKind.NOTE
    kept = attachments.keep(action.workspace_id, given.upload) if given.upload else None
    return Proof(
        action=action, kind=kind, attachment=kept, url=url[:500], text=given.text.strip()[:300],
        place=given.place.strip()[:80], day=given.day, at=clock.now(),
    )  # fmt: skip
