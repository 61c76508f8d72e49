"""Cases, for programs."""

import json

import pytest

from fupan.library import services
from fupan.library.models import Case
from fupan.library.tests.conftest import whole
from fupan.people.services import create_token

URL = "/api/v1/cases"


@pytest.fixture
def call(client):
    def ask(member, method, address, body=None, scopes=("cases:read", "cases:write")):
        _row, secret = create_token(name="t", scopes=list(scopes), by=member)
        more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        return getattr(client, method)(address, headers={"Authorization": f"Bearer {secret}"}, **more)

    return ask


def test_cases_are_read_with_their_fields(published, omar, call):
    (one,) = call(omar, "get", f"{URL}?issue_type=product").json()["items"]
    assert (one["number"], one["issue_type"], one["product"], one["outcome"]) == (1, "wont_charge", "A20", "success")
    assert one["steps"][0] == {"do": "Ask how often it blinks", "note": "four times: locked"}
    assert call(omar, "get", f"{URL}/1").json() == one
    assert call(omar, "get", f"{URL}/99").status_code == 404


def test_a_case_is_begun_by_a_program_and_redacted(ticket, omar, call):
    body = {"ticket": 48302, "title": "From a script", "lessons": "Mail jonas@example.com", "tags": ["api"]}
    answer = call(omar, "post", URL, body)
    assert answer.status_code == 201
    told = answer.json()
    assert (told["state"], told["issue_type"], told["tickets"], told["tags"]) == (
        "draft",
        "wont_charge",
        [48302],
        ["api"],
    )
    assert "[email]" in told["lessons"] and told["order_number"] == "302-77•••••" and told["cost"] == "39.99"


@pytest.mark.parametrize(
    ("body", "status"),
    [({"title": ""}, 409), ({"title": "x", "product": "Q9"}, 409), ({"title": "x", "outcome": "great"}, 422),
     ({"title": "x", "ticket": 1}, 404), ({"title": "x" * 200}, 422), ({"title": "x", "steps": [{"do": ""}]}, 422)],
)  # fmt: skip
def test_what_is_wrong_is_said_as_a_problem(named, omar, call, body, status):
    answer = call(omar, "post", URL, body)
    assert answer.status_code == status and answer["Content-Type"] == "application/problem+json"
    assert not Case.objects.exists()


def test_scope_role_and_workspace_decide(draft_case, omar, ines, boss, stranger, call):
    assert call(omar, "get", URL, scopes=["tickets:read"]).status_code == 403
    assert call(omar, "post", URL, {"title": "x"}, scopes=["cases:read"]).status_code == 403
    assert call(stranger, "get", f"{URL}?state=all").json()["items"] == []
    assert call(ines, "get", f"{URL}?state=all").json()["items"] == []  # somebody's draft
    assert len(call(boss, "get", f"{URL}?state=all").json()["items"]) == 1
    services.create_case(whole(), by=omar)
    assert call(ines, "post", URL, {"title": "Seen by operations"}).json()["cost"] is None
