"""How does the API bear 10,000 fuzzed calls? (`python -m bench.api [--calls 10000] [--seed 1]`)

Calls are made up by schemathesis from the project's own description of its API, fitting it and breaking it in turn,
and go through the whole WSGI application in this process, over a throw-away SQLite home with something of everything
in it: with a token of all scopes, one of few, one that never was, and none. Printed: calls by status. Every answer of
5xx, and every one whose status or media type the description does not name, is printed with its request; then, or
when a flow of what was written fails afterwards, the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bench._home import new_home, peak_mb

FEW = ("tickets:read", "metrics:read")
SHARES = {"all scopes": 60, "few scopes": 15, "unknown token": 5, "no token": 5}  # examples of one operation, a round
SHOWN = 20


@dataclass
class Found:
    """What came of the calls."""

    by_status: dict[str, Counter[int]] = field(default_factory=lambda: {caller: Counter() for caller in SHARES})
    asked: Counter[str] = field(default_factory=Counter)  # calls by operation
    wrong: dict[tuple[str, str], str] = field(default_factory=dict)  # operation and what is wrong -> first request
    wrongs: int = 0

    @property
    def calls(self) -> int:
        return sum(sum(counted.values()) for counted in self.by_status.values())


def main() -> int:
    asked = argparse.ArgumentParser(prog="bench.api")
    asked.add_argument("--calls", type=int, default=10_000)
    asked.add_argument("--seed", type=int, default=1)
    told = asked.parse_args()
    os.environ.setdefault("SCHEMATHESIS_HOOKS", "")
    with new_home():
        logging.disable(logging.WARNING)  # refusals are what is asked for here
        start, used = time.perf_counter(), time.process_time()
        found = fuzz(told.calls, told.seed, _headers())
        return _show(found, time.perf_counter() - start, time.process_time() - used, _drained())


def fuzz(calls: int, seed: int, headers: dict[str, dict[str, str]]) -> Found:
    """Ask every operation, round after round, until so many calls were made."""
    from django.core.handlers.wsgi import WSGIHandler
    from schemathesis import openapi

    from fupan.config.api import api

    described = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    for _method, operation in _each(described):
        operation.pop("security", None)  # who calls is ours to say
    schema = openapi.from_dict(described)
    schema.app = WSGIHandler()
    found = Found()
    for round_ in count():
        for (method, path), operation in _each(described):
            for caller, examples in SHARES.items():
                asked = schema[path][method.upper()]
                _ask(asked, examples, seed + round_, headers[caller], operation["responses"], found, caller)
                if found.calls >= calls and round_:
                    return found
    raise AssertionError  # `count` never ends


def _each(described: dict[str, Any]) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield (method, path), operation


def _ask(
    operation: Any, examples: int, seed: int, headers: dict[str, str], known: dict[str, Any], found: Found, caller: str
) -> None:
    """So many calls of one operation: half as described, half not."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from schemathesis import GenerationMode

    calm = settings(
        max_examples=max(1, examples // 2), deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    name = f"{operation.method.upper()} {operation.path}"

    def call(case: Any) -> None:
        answer = case.call(headers=headers)
        found.asked[name] += 1
        found.by_status[caller][answer.status_code] += 1
        for wrong in _wrong(answer, known):
            found.wrongs += 1
            found.wrong.setdefault((name, wrong), f"{case.as_curl_command()}\n{answer.text[:300]}")

    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        if mode is GenerationMode.POSITIVE or _may_be_broken(operation):
            seeded(seed)(calm(given(case=operation.as_strategy(generation_mode=mode))(call)))()


def _may_be_broken(operation: Any) -> bool:
    """Whether it takes anything that could be wrong."""
    return bool(operation.body or operation.query or operation.path_parameters)


def _wrong(answer: Any, known: dict[str, Any]) -> Iterator[str]:
    status = answer.status_code
    if status >= 500:
        yield f"status {status}"
    elif str(status) not in known and status != 405:
        yield f"status {status} is not described"
    else:
        kinds = set(known.get(str(status), {}).get("content", {})) or {"application/problem+json"}
        told = answer.headers.get("content-type", [""])[0].partition(";")[0]
        if told not in kinds:
            yield f"{told or 'no media type'} with status {status}"


def _headers() -> dict[str, dict[str, str]]:
    """A seller with something of everything, and the tokens of its programs."""
    from django.conf import settings
    from django.core.management import call_command

    from fupan.people import services, tokens
    from fupan.people.scopes import SCOPES
    from tests.architecture.world import build
    from tests.support.personas import amazon_de, harbour, new_member

    settings.ALLOWED_HOSTS = ["*"]
    settings.JOBS_AT_ONCE = True
    call_command("createcachetable", verbosity=0)
    tokens.CALLS = 10**9
    here = harbour()  # type: ignore[no-untyped-call]
    mei, boss, root = (
        new_member(here, name, role)  # type: ignore[no-untyped-call]
        for name, role in (("mei", "agent"), ("boss", "manager"), ("root", "admin"))
    )
    build(here, amazon_de(here), mei, root)  # type: ignore[no-untyped-call]
    secrets = {
        caller: services.create_token(name=caller, scopes=scopes, by=boss)[1]
        for caller, scopes in (("all scopes", SCOPES), ("few scopes", FEW))
    }
    secrets["unknown token"] = "fpn_never-was"
    return {caller: {"Authorization": f"Bearer {secrets[caller]}"} if caller in secrets else {} for caller in SHARES}


def _drained() -> int:
    """What the calls left to do is done; the number of flows that failed."""
    from fupan.core import events
    from fupan.core.models import Delivery

    events.drain(limit=10**6)
    return Delivery.objects.filter(attempts__gt=0).count()


def _show(found: Found, seconds: float, used: float, failed: int) -> int:
    print(f"{found.calls:,} calls of {len(found.asked)} operations in {seconds:.0f} s ({used:.0f} s of processor time, "
          f"{peak_mb():.0f} MB): {min(found.asked.values())} to {max(found.asked.values())} calls each")  # fmt: skip
    for caller, counted in found.by_status.items():
        print(f"  {caller}: " + ", ".join(f"{status} × {times:,}" for status, times in sorted(counted.items())))
    print(f"{found.wrongs} wrong answers, {failed} flows failed afterwards")
    for (name, wrong), request in list(found.wrong.items())[:SHOWN]:
        print(f"\n{name}: {wrong}\n{request}")
    return 1 if found.wrongs or failed else 0


if __name__ == "__main__":
    sys.exit(main())
