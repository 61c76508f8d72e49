"""The verbs of actions."""

from __future__ import annotations

from fupan.action.services.guests import make_guest_link, revoke_guest_link
from fupan.action.services.moving import carry_out, move_action, undo_carry_out
from fupan.action.services.planning import block, create_action, drop_action, edit_action
from fupan.action.services.proofs import Given, add_proof, drop_proof
from fupan.action.services.reminders import escalate_overdue, remind_owners
from fupan.action.services.talk import add_comment, add_step, drop_step, tick_step
from fupan.action.services.verdicts import note_check, take_verdict

__all__ = [
    "Given", "add_comment", "add_proof", "add_step", "block", "carry_out", "create_action", "drop_action", "drop_proof",
    "drop_step", "edit_action", "escalate_overdue", "make_guest_link", "move_action", "note_check", "remind_owners",
    "revoke_guest_link", "take_verdict", "tick_step", "undo_carry_out",
]  # fmt: skip
