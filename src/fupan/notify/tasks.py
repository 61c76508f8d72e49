from __future__ import annotations

from fupan.notify import services


def deliver_mails() -> int:
    """Every minute: send what waits."""
    return services.deliver()


def deliver_messages() -> int:
    """Every minute: send what waits for chat robots and webhooks."""
    return services.deliver_messages()


def forget_old_messages() -> int:
    """Every night: shorten the log of messages."""
    return services.forget_old_messages()
