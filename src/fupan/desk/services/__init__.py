"""Verbs of the desk."""

from fupan.desk.services.assistance import draft_reply, set_assistant, translate_message, translate_reply
from fupan.desk.services.authority import drop_limit, set_limit, set_limits
from fupan.desk.services.auto_replies import greet_many, reply_automatically, set_auto_reply
from fupan.desk.services.bulletins import (
    answer_help,
    ask_help,
    edit_bulletin,
    end_bulletin,
    extend_bulletin,
    post_bulletin,
    read_bulletin,
)
from fupan.desk.services.closing import set_closing_rule, set_day_off, tell_closing
from fupan.desk.services.conversation import receive_messages
from fupan.desk.services.drafts import save_draft, take_over_draft
from fupan.desk.services.dropping import drop_import
from fupan.desk.services.editing import add_node, add_rule, drop_rule, edit_node, retire_node, set_reason_code
from fupan.desk.services.equipping import equip_desk
from fupan.desk.services.escalation import (
    decide_by_default,
    decide_escalation,
    drop_step,
    escalate,
    set_step,
    take_escalation,
)
from fupan.desk.services.follow_ups import chase_follow_ups, close_follow_up, hand_over_follow_up
from fupan.desk.services.labels import (
    Outcome,
    label_many,
    label_ticket,
    set_cause,
    set_resolution,
    set_tags,
    undo_labels,
)
from fupan.desk.services.learning import train, use_version
from fupan.desk.services.merging import merge_tickets, split_ticket, take_merge_back
from fupan.desk.services.notes import note_ticket, see_mentions
from fupan.desk.services.opening import Opened, open_received
from fupan.desk.services.planting import plant_trees
from fupan.desk.services.relabelling import relabel_by_rules
from fupan.desk.services.relinking import relink_orders
from fupan.desk.services.replying import take_back, write_reply
from fupan.desk.services.replying_many import rehearse, reply_to_many, take_back_many
from fupan.desk.services.routing import (
    drop_routing_rule,
    give_back_silent,
    move_rule,
    route,
    save_rule,
    set_skill,
    switch_rule,
)
from fupan.desk.services.sending import send_again, send_due
from fupan.desk.services.snoozing import follow, snooze, wake, wake_due
from fupan.desk.services.surveys import answer_survey, ask_due, comment_survey, set_survey_rule
from fupan.desk.services.templates import (
    add_template_file,
    approve_template,
    drop_template_file,
    put_templates_in_force,
    restore_template,
    retire_template,
    save_template,
    send_template_back,
    submit_template,
)
from fupan.desk.services.together import do_many
from fupan.desk.services.viewing import drop_view, edit_view, save_view
from fupan.desk.services.waiting import label_waiting
from fupan.desk.services.work import assign, join_incident, set_cost, set_state, split_incident

__all__ = [
    "Opened", "Outcome", "add_node", "add_rule", "add_template_file", "answer_help", "answer_survey",
    "approve_template", "ask_due", "ask_help", "assign", "chase_follow_ups", "close_follow_up", "comment_survey",
    "decide_by_default", "decide_escalation", "do_many", "draft_reply", "drop_import", "drop_limit",
    "drop_routing_rule", "drop_rule", "drop_step", "drop_template_file", "drop_view", "edit_bulletin", "edit_node",
    "edit_view", "end_bulletin", "equip_desk", "escalate", "extend_bulletin", "follow", "give_back_silent",
    "greet_many", "hand_over_follow_up", "join_incident", "label_many", "label_ticket", "label_waiting",
    "merge_tickets", "move_rule", "note_ticket", "open_received", "plant_trees", "post_bulletin",
    "put_templates_in_force", "read_bulletin", "receive_messages", "rehearse",
    "relabel_by_rules", "relink_orders", "reply_automatically", "reply_to_many", "restore_template", "retire_node",
    "retire_template", "route", "save_draft", "save_rule", "save_template", "save_view", "see_mentions",
    "send_again", "send_due", "send_template_back", "set_assistant", "set_auto_reply", "set_cause",
    "set_closing_rule", "set_cost", "set_day_off", "set_limit", "set_limits", "set_reason_code", "set_resolution",
    "set_skill", "set_state", "set_step", "set_survey_rule", "set_tags", "snooze", "split_incident", "split_ticket",
    "submit_template", "switch_rule", "take_back", "take_back_many", "take_escalation", "take_merge_back",
    "take_over_draft", "tell_closing", "train", "translate_message", "translate_reply", "undo_labels",
    "use_version", "wake", "wake_due", "write_reply",
]  # fmt: skip
