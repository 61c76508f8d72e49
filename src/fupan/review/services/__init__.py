"""The verbs of review."""

from __future__ import annotations

from fupan.review.services.agenda import add_item, choose_problem, drop_item, edit_item, order_items
from fupan.review.services.cadence import plan_next, set_cadence
from fupan.review.services.evidence import add_evidence, drop_evidence
from fupan.review.services.meetings import (
    cancel_meeting,
    edit_meeting,
    end_meeting,
    freeze,
    invite,
    next_item,
    plan_meeting,
    refer,
    set_presence,
    start,
    uninvite,
)
from fupan.review.services.minutes import drop_entry, drop_note, edit_entry, note_move, send_minutes, write_entry
from fupan.review.services.problems import (
    accept_risk,
    edit_problem,
    link_tickets,
    move_problem,
    note_verdict,
    open_problem,
    set_owner,
    solve_problem,
    start_round,
    unlink_ticket,
)
from fupan.review.services.whys import add_why, confirm_cause, drop_why, edit_why, move_why, rule_out, unconfirm

__all__ = [
    "accept_risk", "add_evidence", "add_item", "add_why", "cancel_meeting", "choose_problem", "confirm_cause",
    "drop_entry", "drop_evidence", "drop_item", "drop_note", "drop_why", "edit_entry", "edit_item", "edit_meeting",
    "edit_problem", "edit_why", "end_meeting", "freeze", "invite", "link_tickets", "move_problem", "move_why",
    "next_item", "note_move", "note_verdict", "open_problem", "order_items", "plan_meeting", "plan_next", "refer",
    "rule_out", "send_minutes", "set_cadence", "set_owner", "set_presence", "solve_problem", "start", "start_round",
    "unconfirm", "uninvite", "unlink_ticket", "write_entry",
]  # fmt: skip
