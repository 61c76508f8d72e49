"""Agents who click through a help desk: lists, tickets, searches, replies, with a pause to think in between."""

from __future__ import annotations

import base64
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode

MIX = (("list", 30), ("view", 15), ("ticket", 35), ("search", 10), ("reply", 10))
SEARCHED = ("cable broken", "parcel", "smell of petrol")  # many, many, none
ANSWER = "Dear buyer, a new one leaves today."
PORT = 8790
WARM = 10  # seconds
Asked = tuple[str, str | None]  # an address, and what is sent there


@dataclass(frozen=True)
class Site:
    """A help desk that is being served, and what its pages are called."""

    command: list[str]
    cookies: list[str]
    numbers: list[int]  # of open tickets
    ask: Callable[[str, int, random.Random], Asked]
    environment: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Site:
        environment = os.environ | self.environment
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, start_new_session=True, env=environment)
        object.__setattr__(self, "process", process)
        for _try in range(120):
            try:
                socket.create_connection(("127.0.0.1", PORT), 1).close()
                return self
            except OSError:
                time.sleep(0.5)
        raise SystemExit("the site did not start")

    def __exit__(self, *_: object) -> None:
        process: subprocess.Popen[bytes] = self.process  # type: ignore[attr-defined]
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def ours(kind: str, number: int, dice: random.Random) -> Asked:
    if kind == "reply":
        return f"/tickets/{number}/reply/", urlencode({"text": ANSWER, "then": "waiting"})
    addresses = {
        "list": f"/tickets/?state=open&sort=due&page={dice.randint(1, 5)}",
        "view": "/tickets/",
        "ticket": f"/tickets/{number}/?state=open&sort=due",
        "search": "/tickets/?" + urlencode({"q": dice.choice([*SEARCHED, f"T-{number}"])}),
    }
    return addresses[kind], None


def helpdesk(kind: str, number: int, dice: random.Random) -> Asked:
    """django-helpdesk's pages; its list is a bare page that fetches its rows, and only the rows are counted as list."""
    if kind == "reply":
        said = {"comment": ANSWER, "new_status": "1", "public": "1", "title": "Where is my parcel", "queue": "1",
                "priority": "3", "body": "please help me."}  # fmt: skip
        return f"/tickets/{number}/update/", urlencode(said)
    words = dice.choice([*SEARCHED, f"{number}"]) if kind == "search" else ""
    told = {"filtering": {"status__in": [1, 2]} if kind == "list" else {}, "filtering_null": {}, "sorting": "created",
            "sortreverse": False, "search_string": words}  # fmt: skip
    rows = f"/datatables_ticket_list/{base64.b64encode(json.dumps(told).encode()).decode()}"
    start = 50 * dice.randint(0, 4) if kind == "list" else 0
    addresses = {"ticket": f"/tickets/{number}/", "view": "/tickets/"}
    return addresses.get(kind, f"{rows}?draw=1&start={start}&length=50"), None


def click(site: Site, seconds: float, think: tuple[float, float]) -> tuple[dict[str, list[float]], dict[str, int]]:
    """Every agent at work until the time is over; milliseconds and errors by kind of request.

    What is asked in the first `WARM` seconds, while everybody signs in at once, counts for errors only.
    """
    for cookie in site.cookies[:10] * 2:  # a process that has just started compiles templates first
        agent = _Agent(site, cookie, random.Random(1))
        for kind in ("view", "list", "ticket"):
            agent.act(kind)
    spent: dict[str, list[float]] = defaultdict(list)
    errors: dict[str, int] = defaultdict(int)
    counted = time.monotonic() + WARM
    until, lock = counted + seconds, threading.Lock()

    def work(place: int, cookie: str) -> None:
        agent = _Agent(site, cookie, random.Random(place))
        time.sleep(place / len(site.cookies) * think[1])
        while time.monotonic() < until:
            kind = agent.dice.choices([name for name, _ in MIX], [weight for _, weight in MIX])[0]
            took, right = agent.act(kind)
            with lock:
                if time.monotonic() > counted:
                    spent[kind].append(took)
                errors[kind] += not right
            time.sleep(agent.dice.uniform(*think))

    threads = [threading.Thread(target=work, args=one) for one in enumerate(site.cookies)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return spent, errors


class _Agent:
    def __init__(self, site: Site, cookie: str, dice: random.Random) -> None:
        self.site, self.dice, self.cookie, self.token = site, dice, cookie, "x" * 32
        self.line = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)

    def act(self, kind: str) -> tuple[float, bool]:
        address, body = self.site.ask(kind, self.dice.choice(self.site.numbers), self.dice)
        start = time.perf_counter()
        try:
            status = self._ask(address, body)
        except OSError:
            self.line.close()
            status = 0
        return (time.perf_counter() - start) * 1000, status == (302 if body else 200)

    def _ask(self, address: str, body: str | None) -> int:
        head = {"Cookie": f"sessionid={self.cookie}; csrftoken={self.token}", "X-CSRFToken": self.token,
                "Content-Type": "application/x-www-form-urlencoded"}  # fmt: skip
        self.line.request("POST" if body else "GET", address, body, head)
        answer = self.line.getresponse()
        answer.read()
        return answer.status
