"""The stranger at every door: what is ours does not exist for others, and nothing opens without signing in.

A new address is tested by being there. When its parameters stand for something new, doors.py wants to know what.
"""

from contextlib import contextmanager

import pytest
from django.db import connection, transaction

from fupan.people import services
from fupan.people.models import Member
from fupan.people.scopes import SCOPES
from tests.architecture.doors import DEMO, PUBLIC, doors
from tests.architecture.world import MARK, build

REFUSED = {400, 401, 403, 404, 405, 409, 410, 415, 422}
EMPTY = {"desk:kept"}  # answers a number that is not ours to see with an empty list
INSIDE = [door for door in doors() if door.name not in PUBLIC | DEMO]
PAGES = [door for door in INSIDE if not door.name.startswith(("api:", "account", "mfa"))]
METHODS = ("get", "post")

# Addresses an agent does not find.
NOT_FOR_AGENTS = {
    "people:workspace", "people:members", "people:member", "people:invite", "people:deactivate", "people:reactivate",
    "people:revoke_invitation", "people:tokens", "people:revoke_token", "people:events", "insight:signal_settings",
    "notify:destinations", "notify:add_destination", "notify:destination", "notify:destination_test",
    "desk:routing", "desk:new_routing_rule", "desk:routing_rule", "desk:skill", "desk:authority",
    "desk:escalation_path", "desk:auto_replies", "desk:assistant", "desk:new_template", "desk:edit_template",
    "intake:mail", "intake:add_mail_account", "intake:mail_account", "intake:held_mail",
    "notify:destination_drop", "notify:delivery_again", "action:new", "action:similar", "library:synonyms",
}  # fmt: skip
ODD = [
    {"month": "0000-01", "q": "\u0000", "to": "9999-12-31"},
    {"week": "0000-W01", "from": "0001-01-01", "to": "0001-01-02"},
    {"week": "9999-W52", "period": "2026-W99", "from": "soon"},
    {"page": "9" * 30, "shop": "9" * 30, "assignee": "x", "stars_max": "x", "sort": "x", "kind": "x", "by": "x",
     "line": "x" * 5000},
]  # fmt: skip


@pytest.fixture
def world(workspace, shop, mei, root):
    made = build(workspace, shop, mei, root)
    made.ids |= {"shop": shop, "member": mei}
    return made


def at_each(doors, check):
    """Knock at every door, each time in the same world; all that went wrong at once."""
    wrong = []
    for door in doors:
        with transaction.atomic():
            try:
                check(door)
            except Exception as why:  # noqa: BLE001  whatever is wrong behind one door, the next is tried
                wrong.append(f"{door.name}: {type(why).__name__} {why}"[:400])
            transaction.set_rollback(True)
    assert not wrong, "\n".join(wrong)


@contextmanager
def untouched(world, before):
    """Nothing of ours is changed inside; the rows are read again only where anything was written at all."""
    wrote = []

    def watch(execute, sql, params, many, context):
        if sql.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
            wrote.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield
    if wrote:
        assert world.rows() == before


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


def ask(client, method, door, world, data=None, headers=None):
    """Form fields for a page, JSON for a route of the API, and a key of its member where one was given."""
    path, keyed = door.path(world.ids), headers if door.name.startswith("api:") else None
    if method == "get":
        return client.get(path, headers=keyed)
    if keyed and door.name != "api:upload":
        return client.post(path, data or {}, content_type="application/json", headers=keyed)
    return client.post(path, data, headers=keyed)


def text_of(answer):
    if answer.streaming:
        return b"".join(answer.streaming_content).decode(errors="replace")
    return answer.content.decode(errors="replace")


def test_there_are_doors():
    assert len(INSIDE) > 60
    assert {door.name for door in doors()} >= PUBLIC


@pytest.mark.once
def test_without_signing_in_nothing_opens(client, world):
    def check(door):
        for method in METHODS:
            answer = ask(client, method, door, world)
            sent_away = answer.status_code == 302 and "/account/" in answer["Location"]
            assert sent_away or answer.status_code in {401, 404, 405}, (method, answer.status_code)

    at_each(INSIDE, check)


@pytest.mark.once
def test_a_stranger_sees_and_changes_nothing_of_ours(client, world, stranger):
    client.force_login(stranger.user)
    headers, before = key_of(stranger), world.rows()

    def check(door):
        with untouched(world, before):
            for method in METHODS:
                answer = ask(client, method, door, world, forged(world), headers)
                if door.names_a_thing and door.name not in EMPTY:
                    assert answer.status_code in REFUSED, (method, answer.status_code)
                shown = text_of(answer).replace(door.path(world.ids), "")  # a page may say where it is
                assert MARK not in shown, f"{method} shows something of ours"

    at_each(INSIDE, check)


@pytest.mark.once
def test_filters_do_not_lead_to_us_either(client, world, stranger):
    client.force_login(stranger.user)
    headers = key_of(stranger)

    def check(door):
        asked = forged(world) | {"product": f"{MARK}-A20"}
        answer = client.get(door.path(world.ids), asked, headers=headers if door.name.startswith("api:") else None)
        assert answer.status_code < 500
        assert MARK not in text_of(answer).replace(f"{MARK}-A20", "")  # what was asked for may be said again

    at_each([door for door in INSIDE if not door.params], check)


@pytest.mark.once
def test_who_lost_access_is_outside(client, world, mei):
    Member.objects.filter(pk=mei.pk).update(active=False)
    client.force_login(mei.user)

    def check(door):
        for method in METHODS:
            assert ask(client, method, door, world).status_code in {404, 405}

    at_each(PAGES, check)


@pytest.mark.once
def test_an_agent_does_not_find_what_is_not_for_agents(client, world, mei):
    client.force_login(mei.user)
    before = world.rows()

    def check(door):
        with untouched(world, before):
            for method in METHODS:
                assert ask(client, method, door, world, forged(world)).status_code in {404, 405}

    chosen = [door for door in INSIDE if door.name in NOT_FOR_AGENTS]
    assert {door.name for door in chosen} == NOT_FOR_AGENTS
    at_each(chosen, check)


def test_no_door_falls_over_rubbish(client, world, root):
    client.force_login(root.user)
    headers = key_of(root)
    rubbish = dict.fromkeys(forged(world), "\x00\ud7ff'\"<x>") | {"page": "x", "week": "2026-W99"}

    def check(door):
        for data in (rubbish, dict.fromkeys(rubbish, "\ud7ff'\"<x>")):
            answer = ask(client, "post", door, world, data, headers)
            assert answer.status_code < 500, answer.status_code

    at_each(INSIDE, check)


def test_odd_filters_are_no_bug(client, world, root):
    client.force_login(root.user)

    def check(door):
        if client.get(door.path(world.ids)).status_code == 405:
            return
        broken = [odd for odd in ODD if client.get(door.path(world.ids), odd).status_code >= 500]
        assert not broken

    at_each(PAGES, check)
