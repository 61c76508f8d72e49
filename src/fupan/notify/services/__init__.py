from fupan.notify.services.deliveries import (
    deliver_messages,
    forget_old_messages,
    publish,
    send_again,
    send_test,
)
from fupan.notify.services.destinations import add_destination, drop_destination, edit_destination
from fupan.notify.services.mails import deliver
from fupan.notify.services.notices import prefer, read, tell

__all__ = [
    "add_destination",
    "deliver",
    "deliver_messages",
    "drop_destination",
    "edit_destination",
    "forget_old_messages",
    "prefer",
    "publish",
    "read",
    "send_again",
    "send_test",
    "tell",
]
