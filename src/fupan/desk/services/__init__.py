"""Verbs of the desk."""

from fupan.desk.services.dropping import drop_import
from fupan.desk.services.editing import add_node, add_rule, drop_rule, edit_node, retire_node, set_reason_code
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
from fupan.desk.services.opening import Opened, open_received
from fupan.desk.services.planting import plant_trees
from fupan.desk.services.relabelling import relabel_by_rules
from fupan.desk.services.relinking import relink_orders
from fupan.desk.services.waiting import label_waiting
from fupan.desk.services.work import assign, join_incident, note_ticket, set_cost, set_state, split_incident

__all__ = [
    "Opened", "Outcome", "add_node", "add_rule", "assign", "drop_import", "drop_rule", "edit_node", "join_incident",
    "label_many", "label_ticket", "label_waiting", "note_ticket", "open_received", "plant_trees", "relabel_by_rules",
    "relink_orders", "retire_node", "set_cause", "set_cost", "set_reason_code", "set_resolution", "set_state",
    "set_tags", "split_incident", "train", "undo_labels", "use_version",
]  # fmt: skip
