"""Actions for programs: read by filter, written once, refused field by field."""

import pytest

from fupan.action.models import Action
from fupan.action.tests.support import TODAY, carried, made
from fupan.people.services import create_token


@pytest.fixture
def call(client, omar):
    _token, secret = create_token(name="erp", scopes=["actions:read", "actions:write"], by=omar)
    headers = {"Authorization": f"Bearer {secret}"}

    def ask(path="", data=None, **more):
        if data is None:
            return client.get(f"/api/v1/actions{path}", headers=headers | more)
        return client.post(f"/api/v1/actions{path}", data, content_type="application/json", headers=headers | more)

    return ask


def asked(owner, **more):
    told = {
        "type": "supplier", "title": "Change the sealing ring of K4", "owner": owner.pk, "deadline": "2026-12-01",
        "metric": "incident_rate", "slice": {"issue_type": "leak"}, "change": -0.2,
    }  # fmt: skip
    return told | more


def test_actions_are_listed_and_read(call, goods, omar, problem):
    made(omar, problem=problem)
    carried(made(omar, type="packaging"), omar)
    items = call().json()["items"]
    assert [one["number"] for one in items] == [2, 1]
    assert (items[1]["problem"], items[1]["slice"]) == (1, {"issue_type": "size", "product": "A20"})
    assert [one["number"] for one in call("?state=done").json()["items"]] == [2]
    assert [one["number"] for one in call("?problem=1").json()["items"]] == [1]
    one = call("/2").json()
    assert (one["carried_on"], one["proofs"], one["overdue"]) == (TODAY.isoformat(), 1, False)
    assert call("/9").status_code == 404


def test_an_action_is_written_once_per_key(call, goods, omar, problem):
    first = call("", asked(omar, problem=1), **{"Idempotency-Key": "k1"})
    again = call("", asked(omar, problem=1), **{"Idempotency-Key": "k1"})
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["number"] == again.json()["number"] == Action.objects.get().number
    assert Action.objects.get().problem == problem


def test_what_is_vague_is_refused_field_by_field(call, goods, omar):
    answer = call("", asked(omar, title="优化流程", change=0.2, window=1, slice={}))
    told = answer.json()
    assert (answer.status_code, told["code"]) == (422, "not-smart")
    assert {one["where"][0] for one in told["errors"]} == {"title", "change", "window", "slice"}


@pytest.mark.parametrize(
    ("odd", "field"),
    [({"slice": {"colour": "red"}}, "slice"), ({"deadline": "2026-02-31"}, "deadline"), ({"problem": 77}, "problem"),
     ({"department": "nowhere"}, "department"), ({"owner": 987654}, "owner")],
)  # fmt: skip
def test_what_is_unknown_is_named(call, goods, omar, odd, field):
    told = call("", asked(omar) | odd).json()
    assert [one["where"][0] for one in told["errors"]] == [field]
    assert not Action.objects.exists()


def test_scopes_and_roles_are_kept(client, goods, omar, mei):
    _token, secret = create_token(name="reader", scopes=["actions:read"], by=omar)
    answer = client.post(
        "/api/v1/actions", asked(omar), content_type="application/json", headers={"Authorization": f"Bearer {secret}"}
    )
    assert answer.status_code == 403
