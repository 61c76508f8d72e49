"""The stranger at every door: what is ours does not exist for others, and nothing opens without signing in.

A new address is tested by being there. When its parameters stand for something new, doors.py wants to know what.
"""

import pytest

from fupan.people import services
from fupan.people.models import Member
from fupan.people.scopes import SCOPES
from tests.architecture.doors import DEMO, PUBLIC, doors
from tests.architecture.world import MARK, build

REFUSED = {302, 401, 403, 404, 405, 409, 410, 415, 422}
EMPTY = {"desk:kept"}  # answers a number that is not ours to see with an empty list
INSIDE = [door for door in doors() if door.name not in PUBLIC | DEMO]
METHODS = ("get", "post")


def ids(door):
    return door.name


@pytest.fixture
def world(workspace, shop, mei, root):
    made = build(workspace, shop, mei, root)
    made.ids |= {"shop": shop, "member": mei}
    return made


def key_of(member):
    _token, secret = services.create_token(name="Program", scopes=SCOPES, by=member)
    return {"Authorization": f"Bearer {secret}"}


def forged(world):
    """Ids of ours under the names forms give them."""
    told = {name: str(one.pk) for name, one in world.ids.items()}
    return told | {
        "issue_type": told["issue"], "workspace": str(world.workspace.pk), "tickets": told["ticket"],
        "pk": told["ticket"], "number": "48302", "ids": told["ticket"], "name": "taken",
        "shop_ids": told["shop"], "body": "taken",
    }  # fmt: skip


def test_there_are_doors():
    assert len(INSIDE) > 30
    assert {door.name for door in doors()} >= PUBLIC - {"account_confirm_login_code"}


@pytest.mark.parametrize("door", INSIDE, ids=ids)
def test_without_signing_in_nothing_opens(door, client, world):
    for method in METHODS:
        answer = getattr(client, method)(door.path(world.ids))
        signed_out = answer.status_code in {401, 404, 405} or (
            answer.status_code == 302 and "/account/" in answer["Location"]
        )
        assert signed_out, (method, answer.status_code, answer.get("Location"))


def ask(client, method, door, world, data, headers):
    """Form fields for a page, JSON for a route of the API."""
    path = door.path(world.ids)
    if method == "get":
        return client.get(path, headers=headers)
    if door.name.startswith("api:") and door.name != "api:upload":
        return client.post(path, data, content_type="application/json", headers=headers)
    return client.post(path, data, headers=headers)


@pytest.mark.parametrize("door", INSIDE, ids=ids)
def test_a_stranger_sees_and_changes_nothing_of_ours(door, client, world, stranger):
    client.force_login(stranger.user)
    headers = key_of(stranger) if door.name.startswith("api:") else {}
    before = world.rows()
    for method in METHODS:
        answer = ask(client, method, door, world, forged(world), headers)
        if door.names_a_thing and door.name not in EMPTY:
            assert answer.status_code in REFUSED - {302}, (method, answer.status_code)
        asked = _text(answer).replace(door.path(world.ids), "")  # a page may say where it is
        assert MARK not in asked, f"{method} {door.name} shows something of ours"
    assert world.rows() == before


@pytest.mark.parametrize("door", [door for door in INSIDE if not door.params], ids=ids)
def test_filters_do_not_lead_to_us_either(door, client, world, stranger):
    client.force_login(stranger.user)
    headers = key_of(stranger) if door.name.startswith("api:") else {}
    answer = client.get(door.path(world.ids), forged(world) | {"product": f"{MARK}-A20"}, headers=headers)
    shown = _text(answer).replace(f"{MARK}-A20", "")  # what was asked for may be said again
    assert answer.status_code < 500
    assert MARK not in shown


@pytest.mark.parametrize(
    "door", [one for one in INSIDE if not one.name.startswith(("api:", "account", "mfa"))], ids=ids
)
def test_who_lost_access_is_outside(door, client, world, mei):
    Member.objects.filter(pk=mei.pk).update(active=False)
    client.force_login(mei.user)
    for method in METHODS:
        assert getattr(client, method)(door.path(world.ids)).status_code in {404, 405}


# Addresses an agent does not find; everything else an agent may open.
NOT_FOR_AGENTS = {
    "people:workspace", "people:members", "people:member", "people:invite", "people:deactivate", "people:reactivate",
    "people:revoke_invitation", "people:tokens", "people:revoke_token", "people:events",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(NOT_FOR_AGENTS))
def test_an_agent_does_not_find_what_is_not_for_agents(name, client, world, mei):
    client.force_login(mei.user)
    door = next(one for one in INSIDE if one.name == name)
    before = world.rows()
    for method in METHODS:
        assert ask(client, method, door, world, forged(world), {}).status_code in {404, 405}
    assert world.rows() == before


@pytest.mark.parametrize("door", INSIDE, ids=ids)
def test_no_door_falls_over_its_own_rubbish(door, client, world, root):
    client.force_login(root.user)
    headers = key_of(root) if door.name.startswith("api:") else {}
    rubbish = dict.fromkeys(forged(world), "\x00\ud7ff'\"<x>") | {"page": "x", "week": "2026-W99"}
    for method in METHODS:
        answer = ask(client, method, door, world, rubbish, headers)
        assert answer.status_code < 500, (method, answer.status_code)
    assert client.get(door.path(world.ids), rubbish, headers=headers).status_code < 500


ODD = [
    {"month": "0000-01"}, {"month": "2026-13"}, {"week": "0000-W01"}, {"week": "9999-W52"}, {"from": "soon"},
    {"to": "9999-12-31"}, {"from": "0001-01-01", "to": "0001-01-02"}, {"page": "-1"}, {"page": "9" * 30},
    {"shop": "9" * 30}, {"shop": "x"}, {"assignee": "x"}, {"stars_max": "x"}, {"sort": "x"}, {"q": "\u0000"},
    {"period": "2026-W99"}, {"kind": "x"}, {"by": "x"}, {"product": "\u0000"}, {"line": "x" * 5000},
]  # fmt: skip


@pytest.mark.parametrize(
    "door", [one for one in INSIDE if not one.name.startswith(("api:", "account", "mfa"))], ids=ids
)
def test_odd_filters_are_no_bug(door, client, world, root):
    client.force_login(root.user)
    broken = [odd for odd in ODD if client.get(door.path(world.ids), odd).status_code >= 500]
    assert not broken


def _text(answer):
    if answer.streaming:
        return b"".join(answer.streaming_content).decode(errors="replace")
    return answer.content.decode(errors="replace")
