"""The description of the API is kept in openapi.json: changing what we promise is a visible line in a change.

When the change is meant: `FUPAN_UPDATE=1 pytest tests/contract/test_openapi.py`.
"""

import json
import os
from pathlib import Path

SNAPSHOT = Path(__file__).with_name("openapi.json")


def described():
    from fupan.config.api import api

    return json.dumps(api.get_openapi_schema(), ensure_ascii=False, indent=1, sort_keys=True, default=str) + "\n"


def test_the_description_is_the_one_we_promised():
    now = described()
    if os.environ.get("FUPAN_UPDATE"):
        SNAPSHOT.write_text(now, encoding="utf-8")
    assert now == SNAPSHOT.read_text(encoding="utf-8"), "the API changed; if that is meant, update the snapshot"


def test_every_route_says_what_it_does_and_who_may():
    for path, methods in json.loads(described())["paths"].items():
        for method, route in methods.items():
            assert route.get("summary"), f"{method} {path}"
            assert route.get("security"), f"{method} {path} is open"
            assert "401" in route["responses"]


def test_errors_have_a_media_type_of_their_own():
    text = json.loads(described())
    answers = [
        one for methods in text["paths"].values() for route in methods.values() for one in route["responses"].items()
    ]
    wrong = [
        status for status, one in answers if status >= "4" and list(one["content"]) != ["application/problem+json"]
    ]
    assert not wrong
