"""What screens ask of the desk; every question starts from `tickets_seen_by`."""

from fupan.desk.queries.filters import NAMES, filtered, first_of_incidents, late, one, several
from fupan.desk.queries.lists import (
    address,
    kept_after_undo,
    kept_filters,
    listed,
    queue_beside,
    rows_of,
    tabs,
    view_of,
)

__all__ = [
    "NAMES", "address", "filtered", "first_of_incidents", "kept_after_undo", "kept_filters", "late", "listed", "one",
    "queue_beside", "rows_of", "several", "tabs", "view_of",
]  # fmt: skip
