"""What goes to a sender and what comes back from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django_stubs_ext import StrPromise

from fupan.notify.messages import Message


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message on its way; `event` is what programs read."""

    url: str
    secret: str
    message: Message
    at: datetime
    event_id: str
    event: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP POST."""

    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the other side answered."""

    status: int
    body: bytes = b""
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether it arrived; `code`, `text`: for the log; `pause`: seconds to leave the robot alone; `final`: no retry."""

    ok: bool
    code: str
    text: str = ""
    pause: int = 0
    final: bool = False


@dataclass(frozen=True, slots=True)
class Sender:
    """A kind of destination: the hosts it lives at (none = any), its body and signature, and what counts as arrived."""

    hosts: tuple[str, ...]
    request: Callable[[Parcel], Request]
    judge: Callable[[Reply], Answer]
    hints: Mapping[str, StrPromise]
    per_minute: int = 20
