"""Connecting groups and programs: who may, what is kept secret, what the pages say."""

import pytest
from django.db import connection

from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.notify import services
from fupan.notify.models import Delivery, DeliveryState, Destination
from fupan.people.models import Department

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7b31-4e5f"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=tokentoken1234"
SECRET = "SECabcdef0123456789"
LIST = "/settings/destinations/"
FORM = {"name": "Review group", "kind": "wecom", "url": WECOM, "topics": ["review"], "language": "en", "active": "on"}


@pytest.fixture
def room(root):
    return services.add_destination(
        kind="dingtalk", name="Group", url=DINGTALK, secret=SECRET, topics=["review"], language="en", by=root
    )


def text(answer):
    return answer.content.decode()


def test_addresses_and_secrets_are_ciphertext_in_the_database(room):
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM notify_destination")
        stored = repr(cursor.fetchall())
    assert "tokentoken1234" not in stored
    assert SECRET not in stored
    kept = Destination.objects.get()
    assert (kept.url, kept.secret) == (DINGTALK, SECRET)


def test_neither_is_shown_again(room, root, signed_in):
    browser = signed_in(root)
    for address in (LIST, f"{LIST}{room.pk}/", "/settings/events/"):
        page = browser.get(address)
        assert page.status_code == 200
        assert "tokentoken" not in text(page)
        assert SECRET not in text(page)
    assert "oapi.dingtalk.com …1234" in text(browser.get(f"{LIST}{room.pk}/"))
    assert SECRET not in repr(list(Event.objects.values_list("data", flat=True)))
    wrong = browser.post(f"{LIST}{room.pk}/", {"name": "", "url": DINGTALK, "secret": SECRET, "language": "en"})
    assert wrong.status_code == 422
    assert SECRET not in text(wrong)


def test_a_group_is_connected_in_the_browser(root, signed_in):
    browser = signed_in(root)
    assert "No group is connected yet." in text(browser.get(LIST))
    answer = browser.post(f"{LIST}new/", FORM)
    made = Destination.objects.get()
    assert (answer.status_code, answer.url) == (302, f"{LIST}{made.pk}/")
    assert (made.kind, made.url, made.topics, made.secret) == ("wecom", WECOM, ["review"], "")
    assert "Review group" in text(browser.get(LIST))
    assert Event.objects.filter(name="notify.destination_added").count() == 1


def test_a_webhook_gets_a_secret_that_is_shown_once(root, signed_in):
    browser = signed_in(root)
    answer = browser.post(f"{LIST}new/", FORM | {"kind": "webhook", "url": "https://erp.example/hook"})
    made = Destination.objects.get()
    assert answer.status_code == 200
    assert made.secret.startswith("whsec_")
    assert made.secret in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert made.secret not in text(browser.get(f"{LIST}{made.pk}/"))


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"url": "http://qyapi.weixin.qq.com/x"}, "must begin with https"),
        ({"url": "https://evil.example/x"}, "not the address of such a robot"),
        ({"kind": "webhook", "url": "https://192.168.1.5/x"}, "private network"),
        ({"kind": "webhook", "url": "https://erp.example/x", "secret": "short"}, "at least 16 characters"),
        ({"topics": ["digest"]}, "Choose the department whose digest goes there."),
        ({"url": ""}, "required"),
        ({"kind": "pigeon"}, "valid choice"),
        ({"department_id": "99999"}, "valid choice"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(wrong, said, root, signed_in):
    answer = signed_in(root).post(f"{LIST}new/", FORM | wrong)
    assert answer.status_code == 422
    assert said in text(answer)
    assert not Destination.objects.exists()


def test_empty_fields_keep_address_and_secret(room, root, signed_in):
    browser = signed_in(root)
    said = {"name": "New name", "url": "", "secret": "", "topics": ["import"], "language": "zh-hans", "active": "on"}
    assert browser.post(f"{LIST}{room.pk}/", said).status_code == 302
    room.refresh_from_db()
    assert (room.name, room.url, room.secret) == ("New name", DINGTALK, SECRET)
    assert (room.topics, room.language) == (["import"], "zh-hans")
    browser.post(f"{LIST}{room.pk}/", said | {"secret": "SECother0123456789"})
    room.refresh_from_db()
    assert room.secret == "SECother0123456789"


def test_a_digest_goes_to_a_department_of_ones_own(workspace, stranger, root):
    theirs = Department.objects.create(workspace=stranger.workspace, code="x", name="X")
    said = {"kind": "wecom", "name": "D", "url": WECOM, "topics": ["digest"], "by": root}
    with pytest.raises(Refused) as told:
        services.add_destination(**said, department_id=theirs.pk)
    assert told.value.code == "no-department"
    own = Department.objects.create(workspace=workspace, code="x", name="X")
    assert services.add_destination(**said, department_id=own.pk).department == own


def test_a_test_says_that_it_arrived_or_why_not(endpoint, root, signed_in):
    browser = signed_in(root)
    room = services.add_destination(kind="wecom", name="Group", url=endpoint.url, topics=[], language="en", by=root)
    page = browser.post(f"{LIST}{room.pk}/test/", follow=True)
    assert "The test arrived" in text(page)
    assert "A test" in endpoint.heard[0].json["markdown"]["content"]
    endpoint.answer(200, {"errcode": 93000, "errmsg": "invalid webhook url"})
    page = browser.post(f"{LIST}{room.pk}/test/", follow=True)
    assert "This robot does not exist any more" in text(page)
    assert "93000" in text(page)
    assert [row.state for row in Delivery.objects.order_by("pk")] == [DeliveryState.SENT, DeliveryState.FAILED]
    assert "fails" in text(browser.get(LIST))


def test_a_failed_message_can_be_sent_again_from_the_log(endpoint, root, signed_in):
    browser = signed_in(root)
    room = services.add_destination(kind="wecom", name="Group", url=endpoint.url, topics=[], language="en", by=root)
    endpoint.answer(500)
    services.send_test(room.pk, by=root)
    failed = Delivery.objects.get()
    assert f"/settings/deliveries/{failed.pk}/again/" in text(browser.get(f"{LIST}{room.pk}/"))
    assert browser.post(f"/settings/deliveries/{failed.pk}/again/").status_code == 302
    endpoint.answer(200, {"errcode": 0})
    assert services.deliver_messages() == 1


def test_it_is_disconnected_after_asking(room, root, signed_in):
    browser = signed_in(root)
    assert "Disconnect it?" in text(browser.get(f"{LIST}{room.pk}/"))
    assert browser.get(f"{LIST}{room.pk}/remove/").status_code == 405
    assert browser.post(f"{LIST}{room.pk}/remove/").status_code == 302
    assert not Destination.objects.exists()


def test_there_is_an_end_to_destinations(root, monkeypatch, room):
    monkeypatch.setattr("fupan.notify.services.destinations.MOST", 1)
    with pytest.raises(Refused) as told:
        services.add_destination(kind="wecom", name="One more", url=WECOM, topics=[], by=root)
    assert told.value.code == "too-many"


@pytest.mark.parametrize("name", ["mei", "omar", "ines"])
def test_only_those_who_manage_find_them(name, room, request, signed_in):
    member = request.getfixturevalue(name)
    browser = signed_in(member)
    assert "Destinations" not in text(browser.get("/settings/"))
    for address in (LIST, f"{LIST}new/", f"{LIST}{room.pk}/"):
        assert browser.get(address).status_code == 404
    for address in (f"{LIST}{room.pk}/test/", f"{LIST}{room.pk}/remove/"):
        assert browser.post(address).status_code == 404
    with pytest.raises(Refused) as told:
        services.add_destination(kind="wecom", name="Mine", url=WECOM, topics=[], by=member)
    assert told.value.code == "no-destinations"


def test_a_manager_finds_them(room, boss, signed_in):
    assert "Destinations" in text(signed_in(boss).get("/settings/"))
    assert signed_in(boss).get(f"{LIST}{room.pk}/").status_code == 200


def test_strangers_and_the_signed_out_find_nothing(client, signed_in, room, stranger):
    row = Delivery.objects.create(
        workspace_id=room.workspace_id, destination=room, kind="test", once="1", at=room.created_at, state="failed"
    )
    addresses = (f"{LIST}{room.pk}/test/", f"{LIST}{room.pk}/remove/", f"/settings/deliveries/{row.pk}/again/")
    assert client.get(LIST).status_code == 302
    assert all(client.post(address).status_code == 302 for address in addresses)
    browser = signed_in(stranger)
    assert "Group" not in text(browser.get(LIST))
    assert browser.get(f"{LIST}{room.pk}/").status_code == 404
    assert all(browser.post(address).status_code == 404 for address in addresses)
    row.refresh_from_db()
    assert row.state == DeliveryState.FAILED
