"""What every route of the API has in common: tokens, scopes, limits, problems, pages, writes sent twice."""

import pytest
from django.core.exceptions import PermissionDenied

from fupan.commerce.models import Order
from fupan.core import clock
from fupan.people import services
from fupan.people.scopes import SCOPES


@pytest.fixture
def api(client, boss):
    """`api(member, *scopes)` is a program with a key of hers."""

    def program(member=boss, *scopes):
        _token, secret = services.create_token(name="Program", scopes=scopes or SCOPES, by=member)
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        return client

    return program


@pytest.fixture
def orders(shop):
    rows = [
        Order(workspace=shop.workspace, shop=shop, number=f"302-{n:07}-0000000", placed_at=clock.now())
        for n in range(7)
    ]
    return Order.objects.bulk_create(rows)


def problem(answer, status):
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status
    assert told["type"] == f"urn:fupan:problem:{told['code']}"
    return told


@pytest.mark.parametrize("header", [None, "Bearer nonsense", "Basic bWVpOm1laQ==", "Bearer"])
def test_without_a_living_token_nothing_opens(client, db, header):
    answer = client.get("/api/v1/orders", headers={"Authorization": header} if header else {})
    assert problem(answer, 401)["code"] == "unauthorized"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_browser_session_is_no_token(signed_in, boss):
    assert problem(signed_in(boss).get("/api/v1/orders"), 401)["code"] == "unauthorized"


def test_a_scope_opens_its_routes_only(api, boss):
    assert problem(api(boss, "tickets:read").get("/api/v1/orders"), 403)["code"] == "forbidden"


def test_who_lost_access_lost_the_token(api, root, omar):
    program = api(omar)
    assert program.get("/api/v1/orders").status_code == 200
    services.deactivate_member(omar.pk, by=root)
    assert problem(program.get("/api/v1/orders"), 401)["code"] == "unauthorized"


def test_the_last_use_is_noted(api, boss):
    api().get("/api/v1/orders")
    assert boss.tokens.get().last_used_at == clock.now()


def test_too_many_calls_are_told_when_to_come_back(api, monkeypatch):
    monkeypatch.setattr("fupan.people.tokens.CALLS", 2)
    program = api()
    assert [program.get("/api/v1/orders").status_code for _n in range(3)] == [200, 200, 429]
    answer = program.get("/api/v1/orders")
    assert problem(answer, 429)["code"] == "too-many-requests"
    assert 0 < int(answer["Retry-After"]) <= 60


def test_pages_follow_each_other_without_gap_or_double(api, orders):
    program = api()
    seen, cursor = [], ""
    while True:
        told = program.get("/api/v1/orders", {"limit": 3, "cursor": cursor}).json()
        seen += [one["number"] for one in told["items"]]
        cursor = told["next"]
        if not cursor:
            break
    assert seen == [one.number for one in reversed(orders)]


@pytest.mark.parametrize("cursor", ["nonsense", "cGs6YWJj", "%00", "cGs6LTE"])
def test_a_made_up_cursor_is_told(api, orders, cursor):
    assert problem(api().get("/api/v1/orders", {"cursor": cursor}), 400)["code"] == "bad-cursor"


def test_what_does_not_fit_is_told_where(api):
    told = problem(api().get("/api/v1/orders", {"limit": 0, "from": "soon"}), 422)
    assert told["code"] == "invalid"
    assert {one["where"][-1] for one in told["errors"]} == {"limit", "from"}


def test_an_address_without_a_route_is_a_problem_too(api):
    assert problem(api().get("/api/v1/nothing/here"), 404)["code"] == "not-found"


def test_a_bug_is_a_problem_without_its_insides(api, monkeypatch):
    monkeypatch.setattr("fupan.commerce.api.orders_seen_by", lambda _member: 1 / 0)
    told = problem(api().get("/api/v1/orders"), 500)
    assert told["code"] == "server-error"
    assert "division" not in str(told)


def test_a_form_whose_parts_cannot_be_told_apart_is_said(api):
    body = b"--x\r\n" + b"y" * 3000 + b"--x--\r\n"
    answer = api().generic("POST", "/api/v1/imports", body, "multipart/form-data; boundary=x")
    assert problem(answer, 400)["code"] == "bad-request"


def test_what_the_role_does_not_allow_is_no_bug(api, monkeypatch):
    def not_for_you(_member):
        raise PermissionDenied

    monkeypatch.setattr("fupan.commerce.api.orders_seen_by", not_for_you)
    assert problem(api().get("/api/v1/orders"), 403)["code"] == "forbidden"


def test_a_stranger_sees_none_of_our_orders(api, orders, stranger):
    program = api(stranger)
    assert program.get("/api/v1/orders").json() == {"items": [], "next": ""}
    assert program.get("/api/v1/orders", {"shop": orders[0].shop_id}).json()["items"] == []


def test_the_description_is_a_page_of_ours(signed_in, boss, client):
    page = signed_in(boss).get("/api/v1/docs")
    assert "/api/v1/orders" in page.content.decode()
    assert "cdn" not in page.content.decode()
    client.logout()
    assert client.get("/api/v1/openapi.json").status_code == 302


def test_a_method_no_address_knows_is_a_problem_that_says_which_it_takes(api):
    answer = api().delete("/api/v1/orders")
    assert problem(answer, 405)["code"] == "method-not-allowed"
    assert "GET" in answer["Allow"]
