from fupan.notify.views.destinations import (
    add_destination,
    destination,
    destinations,
    drop_destination,
    send_again,
    try_destination,
)
from fupan.notify.views.notices import follow, notices, preferences, read_all

__all__ = [
    "add_destination",
    "destination",
    "destinations",
    "drop_destination",
    "follow",
    "notices",
    "preferences",
    "read_all",
    "send_again",
    "try_destination",
]
