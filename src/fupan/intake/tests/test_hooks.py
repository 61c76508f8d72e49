"""Messages that programs leave: signed webhooks and the API; the same message twice is one."""

import json

import pytest

from fupan.core import clock, events
from fupan.desk.models import Message, Ticket
from fupan.intake import services
from fupan.notify.senders.webhook import signature
from fupan.people import services as people

pytestmark = pytest.mark.django_db
TOLD = {"id": "c-1", "at": "2026-11-15T10:00:00Z", "text": "Wo ist mein Paket?", "order_number": "SO-1", "buyer": "u9"}


@pytest.fixture
def send(client, shop, boss):
    """`send(body, id=..., late=0, secret=None)`: what the hook answers."""
    hook = services.add_hook(name="ERP", shop_id=shop.pk, by=boss)

    def post(told=TOLD, *, id="evt-1", late=0, secret=None, key=None):
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        seconds = int(clock.now().timestamp()) - late
        headers = {
            "webhook-id": id, "webhook-timestamp": str(seconds),
            "webhook-signature": "v1,nonsense " + signature(secret or hook.secret, id, seconds, body),
        }  # fmt: skip
        url = f"/hooks/messages/{key or hook.key}/"
        return client.post(url, body, content_type="application/json", headers=headers)

    return post


def test_a_signed_message_becomes_a_ticket_once(send):
    assert send().status_code == 202
    again = send(id="evt-2")
    assert (again.status_code, again.json()["again"]) == (200, True)
    events.drain()
    assert Message.objects.get().original == TOLD["text"]
    assert (Ticket.objects.get().channel, Ticket.objects.get().order_number) == ("hook", "SO-1")


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"secret": "another secret that is long"}, 401, "wrong-signature"),
        ({"late": 301}, 401, "too-old"),
        ({"late": -301}, 401, "too-old"),
        ({"id": ""}, 401, "unsigned"),
        ({"told": b"[1"}, 422, "not-understood"),
        ({"told": {**TOLD, "at": "yesterday"}}, 422, "not-understood"),
        ({"told": {**TOLD, "text": "a\x00b"}}, 422, "not-understood"),
        ({"told": b" " * 600_000}, 413, "too-large"),
    ],
)
def test_what_is_refused_says_why(send, more, status, code):
    answer = send(**more)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Ticket.objects.exists()


def test_a_key_that_is_none_is_nothing(send):
    assert send(key="nothing-of-the-kind").status_code == 404


def test_a_thread_and_a_copy_of_our_answer(send):
    send()
    send({**TOLD, "id": "c-2", "text": "Bitte", "thread": ["c-1"], "order_number": "", "buyer": ""}, id="2")
    ours = {"text": "Unterwegs!", "side": "seller", "thread": ["c-1"], "at": "2026-11-15T11:00:00Z"}
    send({**TOLD, "id": "c-3", **ours}, id="3")
    events.drain()
    ticket = Ticket.objects.get()
    assert (ticket.messages.count(), ticket.replies, ticket.state) == (3, 1, "waiting")


@pytest.fixture
def api(client, boss):
    _token, secret = people.create_token(name="t", scopes=["messages:write"], by=boss)

    def post(told, **headers):
        headers = {"Authorization": f"Bearer {secret}", **headers}
        return client.post("/api/v1/messages", json.dumps(told), content_type="application/json", headers=headers)

    return post


def test_the_api_takes_a_message(api, shop):
    answer = api({**TOLD, "shop": shop.pk})
    assert (answer.status_code, answer.json()["again"]) == (202, False)
    assert api({**TOLD, "shop": shop.pk}).json()["again"] is True
    events.drain()
    assert Ticket.objects.get().channel == "api"


def test_the_api_knows_only_the_shops_of_its_member(api, stranger):
    from fupan.commerce.models import Shop

    theirs = Shop.objects.create(workspace=stranger.workspace, name="X", currency="EUR", timezone="UTC")
    assert api({**TOLD, "shop": theirs.pk}).status_code == 404
