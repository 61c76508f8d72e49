"""Actions as people read them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fupan.action.models import ActionState, ActionType

ICONS: dict[str, str] = {
    ActionType.LISTING: "tag",
    ActionType.SUPPLIER: "package",
    ActionType.PACKAGING: "box",
    ActionType.LOGISTICS: "truck",
    ActionType.TEMPLATE: "message",
    ActionType.PROCESS: "route",
    ActionType.TRAINING: "school",
}
STONES: dict[str, tuple[str, str]] = {  # stone, tone
    ActionState.TO_DO: ("open", "ink"),
    ActionState.DOING: ("half", "ink"),
    ActionState.DONE: ("done", "slate"),
    ActionState.VERIFIED: ("done", "jade"),
    ActionState.DROPPED: ("open", "faint"),
}
PROOF_ICONS = {"file": "paperclip", "link": "link", "note": "note"}
EVENTS: dict[str, Promise] = {
    "action.created": _("decided on it"),
    "action.edited": _("changed it"),
    "action.moved": _("moved it to “%(to)s”"),
    "action.blocked": _("said what blocks it"),
    "action.unblocked": _("said that nothing blocks it any more"),
    "action.carried_out": _("carried it out: in place since %(day)s"),
    "action.carry_undone": _("took “carried out” back"),
    "action.dropped": _("dropped it"),
    "action.proof_added": _("added proof"),
    "action.proof_dropped": _("took proof away"),
    "action.commented": _("wrote a comment"),
    "action.step_added": _("added a step"),
    "action.step_ticked": _("ticked a step"),
    "action.step_unticked": _("opened a step again"),
    "action.step_dropped": _("took a step away"),
    "action.guest_link_made": _("made a guest link"),
    "action.guest_link_revoked": _("took a guest link back"),
    "action.check_noted": _("its check was planned"),
    "action.verdict_noted": _("week %(weeks_after)s of its check was looked at"),
    "action.verified": _("the verdict is in: %(verdict)s"),
    "action.reminded": _("its owner was reminded"),
    "action.escalated": _("handed up, since it is overdue"),
}
NO_VERDICT: dict[str, Promise] = {
    "tracked": _("tracked without a verdict"),
    "history": _("no verdict: too little history"),
}
