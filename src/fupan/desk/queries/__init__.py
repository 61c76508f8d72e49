"""What screens ask of the desk; every question starts from `tickets_seen_by`."""

from fupan.desk.queries.filters import NAMES, filtered, first_of_incidents, late, one, several
from fupan.desk.queries.lists import (
    Beside,
    Tickets,
    columns_of,
    kept_after_undo,
    kept_filters,
    queue_beside,
    rows_of,
)
from fupan.desk.queries.views import address, forget_counts, saved_tabs, tabs, view_of

__all__ = [
    "NAMES", "Beside", "Tickets", "address", "columns_of", "filtered", "first_of_incidents", "forget_counts",
    "kept_after_undo", "kept_filters", "late", "one", "queue_beside", "rows_of", "saved_tabs", "several",
    "tabs", "view_of",
]  # fmt: skip
