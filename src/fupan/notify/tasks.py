from __future__ import annotations

from fupan.notify import services


def deliver_mails() -> int:
    """Every minute: send what waits."""
    return services.deliver()
