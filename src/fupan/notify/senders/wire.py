"""One careful POST: https, to public addresses, to the very address that was checked, no redirects, with a deadline.

`settings.LOCAL_DESTINATIONS` (FUPAN_LOCAL_DESTINATIONS) lets a company reach its own network, and tests their server.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
from contextlib import suppress
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from fupan.notify.senders.parcel import Reply, Request

SECONDS = 10  # for each step
DEADLINE = 20  # for all of them
MOST = 64 * 1024  # bytes of an answer that are read
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class NotAllowed(Exception):
    """The address is none a message may go to; the code says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked(url: str) -> SplitResult:
    """The parts of an address whose form is acceptable."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as wrong:
        raise NotAllowed("bad-address") from wrong
    odd = not url.isascii() or any(letter <= " " or letter == "\x7f" for letter in url)
    if odd or not parts.hostname or port == 0:
        raise NotAllowed("bad-address")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("bad-address")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.LOCAL_DESTINATIONS):
        raise NotAllowed("not-https")
    with suppress(ValueError):
        if not allowed(ipaddress.ip_address(parts.hostname)):
            raise NotAllowed("private-address")
    return parts


def allowed(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an IP address lies in the open internet, also behind IPv6 clothes."""
    if settings.LOCAL_DESTINATIONS:
        return True
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return allowed(inner)
        if address.teredo is not None:
            return False
    return address.is_global and not address.is_multicast


def resolve(host: str, port: int) -> list[Any]:
    """Where a name leads; refused when any of it is not public, so that nothing is left to chance."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as wrong:
        raise NotAllowed("bad-address") from wrong
    if not all(allowed(ipaddress.ip_address(str(one[4][0]).split("%")[0])) for one in found):
        raise NotAllowed("private-address")
    return found


def post(request: Request, *, seconds: float = SECONDS, deadline: float = DEADLINE) -> Reply:
    """Send it, with so much patience for each step and for all.

    NotAllowed, OSError (also time-outs, TLS) or http.client.HTTPException when it cannot be.
    """
    parts = checked(request.url)
    host = str(parts.hostname)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    lines = [_connect(resolve(host, port))]
    lines[0].settimeout(seconds)
    late = threading.Event()
    guard = threading.Timer(deadline, _hang_up, [lines, late])
    guard.daemon = True
    guard.start()
    try:
        if secure:
            veiled = ssl.create_default_context().wrap_socket(
                lines[-1], server_hostname=host, do_handshake_on_connect=False
            )
            lines.append(veiled)
            veiled.do_handshake()
        reply = _exchange(lines[-1], host, port, parts, request)
    finally:
        guard.cancel()
        for line in lines:
            line.close()
    if late.is_set():  # what was cut off may look whole
        raise TimeoutError
    return reply


def _connect(found: list[Any]) -> socket.socket:
    """A line to the first address that answers: the ones just checked, never looked up again."""
    failure: OSError = OSError("no address")
    for family, kind, protocol, _name, target in found[:2]:
        line = socket.socket(family, kind, protocol)
        line.settimeout(SECONDS)
        try:
            line.connect(target)
        except OSError as wrong:
            failure = wrong
            line.close()
            continue
        return line
    raise failure


def _exchange(line: socket.socket, host: str, port: int, parts: SplitResult, request: Request) -> Reply:
    talk = http.client.HTTPConnection(host, port)
    talk.sock = line
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Fupan",
        "Accept": "application/json",
        "Connection": "close",
        **request.headers,
    }
    talk.request("POST", path, request.body, headers)
    answer = talk.getresponse()
    wait = answer.headers.get("Retry-After", "")
    return Reply(answer.status, answer.read(MOST), int(wait) if wait.isascii() and wait.isdigit() else 0)


def _hang_up(lines: list[socket.socket], late: threading.Event) -> None:
    """Too long: end the line under the feet of whoever reads from it."""
    late.set()
    for line in lines:
        with suppress(OSError):
            socket.socket.shutdown(line, socket.SHUT_RDWR)
