"""Messages on their way: written once, sent, limited, retried, given up, sent again; nothing of a buyer leaves."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.core.models import Event
from fupan.notify import queries, services
from fupan.notify.messages import Message
from fupan.notify.models import Delivery, DeliveryState, Destination
from fupan.notify.senders import webhook
from fupan.notify.services import deliveries
from fupan.notify.tasks import deliver_messages, forget_old_messages
from fupan.people.models import Department

REVIEW = ("review", "review_ready", {"period": "2026-W46"}, "/reviews/2026-W46/", "review:2026-W46")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@pytest.fixture
def room(endpoint, root):
    """A webhook that hears of reviews and imports."""
    return services.add_destination(
        kind="webhook", name="ERP", url=endpoint.url, secret=SECRET, topics=["review", "import"], language="en", by=root
    )


def robot(endpoint, root, kind="wecom", **more):
    said = {"name": kind, "url": endpoint.url, "topics": ["review"], "language": "en", "by": root} | more
    return services.add_destination(kind=kind, **said)


def test_what_a_team_hears_a_destination_hears_too_and_once(room, endpoint, omar, workspace):
    services.tell([omar.pk], *REVIEW)
    services.tell([omar.pk], *REVIEW)
    services.publish(workspace, *REVIEW)
    assert deliver_messages() == 1
    assert deliver_messages() == 0
    heard = endpoint.heard[0]
    assert heard.json["type"] == "review_ready"
    assert heard.json["data"]["sentence"] == "The review pack of 2026-W46 is ready."
    assert heard.json["data"]["url"].endswith("/reviews/2026-W46/")
    assert heard.json["data"]["numbers"] == {"period": "2026-W46"}
    assert heard.json["data"]["workspace"] == {"id": workspace.pk, "name": "Harbour"}
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.code) == (DeliveryState.SENT, 1, "200")
    room.refresh_from_db()
    assert room.last_ok_at == clock.now()
    assert Event.objects.filter(name="notify.delivered").count() == 1


def test_the_receiver_can_check_the_signature(room, endpoint, workspace):
    services.publish(workspace, *REVIEW)
    deliver_messages()
    heard = endpoint.heard[0]
    told = heard.headers
    moment = int(told["webhook-timestamp"])
    assert moment == int(clock.now().timestamp())
    assert told["webhook-signature"] == webhook.signature(SECRET, told["webhook-id"], moment, heard.body)
    assert told["webhook-id"] == f"msg_{Delivery.objects.get().event_id.hex}"


def test_topics_nobody_chose_and_private_words_do_not_leave(room, endpoint, omar, workspace):
    services.tell([omar.pk], "invitation", "test", {}, "/", "private")
    services.publish(workspace, "digest", "digest", {}, "/", "not chosen")
    assert not Delivery.objects.exists()
    services.edit_destination(room.pk, name="ERP", topics=["import", "invitation"], by=_root(workspace))
    services.tell([omar.pk], *REVIEW)
    assert not Delivery.objects.exists()
    room.refresh_from_db()
    assert room.topics == ["import"]


def _root(workspace):
    return workspace.members.get(role="admin")


def test_file_names_and_reasons_stay_inside(room, endpoint, omar):
    context = {"file": "Anna Schmidt.csv", "reason": "row of Anna Schmidt", "created": 3, "updated": 1, "rejected": 2}
    services.tell([omar.pk], "import", "import_done", context, "/settings/imports/1/", "import_done:1")
    services.tell([omar.pk], "import", "import_failed", context, "/settings/imports/2/", "import_failed:2")
    assert deliver_messages() == 2
    done, failed = endpoint.heard
    assert done.json["data"]["sentence"] == "An import ended: 3 new, 1 updated, 2 rejected."
    assert failed.json["data"]["sentence"] == "An import stopped half-way."
    assert b"Schmidt" not in done.body + failed.body


def test_another_workspace_hears_nothing(room, endpoint, stranger):
    services.publish(stranger.workspace, *REVIEW)
    assert not Delivery.objects.exists()


def test_what_belongs_to_a_department_goes_to_its_own_room_only(endpoint, root, workspace):
    logistics = Department.objects.create(workspace=workspace, code="logistics", name="Logistics")
    product = Department.objects.create(workspace=workspace, code="product", name="Product")
    own = robot(endpoint, root, name="L", topics=["digest"], department_id=logistics.pk)
    robot(endpoint, root, name="P", topics=["digest"], department_id=product.pk)
    said = Message("Logistics: 3")
    services.publish(
        workspace, "digest", "digest", {}, "/", "digest:1", department_id=logistics.pk, worded=lambda _language: said
    )
    assert [row.destination_id for row in Delivery.objects.all()] == [own.pk]


def test_each_room_is_told_in_its_language(endpoint, root, workspace):
    robot(endpoint, root, name="zh", language="zh-hans")
    robot(endpoint, root, name="en", language="en")
    services.publish(workspace, *REVIEW)
    titles = {row.destination.language: row.message["title"] for row in Delivery.objects.all()}
    assert titles["en"] == "The review pack of 2026-W46 is ready."
    assert "2026-W46" in titles["zh-hans"]
    assert titles["zh-hans"] != titles["en"]


@pytest.mark.parametrize(
    ("kind", "refusal", "code"),
    [
        ("wecom", {"errcode": 93000, "errmsg": "invalid webhook url"}, "93000"),
        ("dingtalk", {"errcode": 310000, "errmsg": "sign not match"}, "310000"),
        ("feishu", {"code": 19021, "msg": "sign match fail"}, "19021"),
    ],
)
def test_http_200_with_a_code_is_tried_again_and_said_so(kind, refusal, code, endpoint, root, workspace, frozen_clock):
    room = robot(endpoint, root, kind, secret="" if kind == "wecom" else "SEC0123456789")
    endpoint.answer(200, refusal)
    services.publish(workspace, *REVIEW)
    assert deliver_messages() == 0
    row = Delivery.objects.get()
    assert (row.state, row.tries, row.code) == (DeliveryState.WAITING, 1, code)
    assert row.next_try_at == frozen_clock + timedelta(minutes=1)
    room.refresh_from_db()
    assert room.last_error.startswith(code)
    assert deliver_messages() == 0
    assert len(endpoint.heard) == 1  # its time has not come
    endpoint.answer(200, {"errcode": 0, "code": 0})
    with clock.set_to(frozen_clock + timedelta(minutes=1)):
        assert deliver_messages() == 1
    room.refresh_from_db()
    assert room.last_error == ""


def test_it_waits_longer_each_time_and_is_given_up(room, endpoint, workspace, frozen_clock):
    endpoint.answer(500)
    services.publish(workspace, *REVIEW)
    now, waits = frozen_clock, []
    for _try in range(deliveries.MAX_TRIES):
        with clock.set_to(now):
            deliver_messages()
        row = Delivery.objects.get()
        if row.next_try_at:
            waits.append(round((row.next_try_at - now).total_seconds() / 60))
            now = row.next_try_at
    assert waits == [1, 2, 4, 8, 16, 32, 64]
    assert (row.state, row.tries, row.code) == (DeliveryState.FAILED, 8, "500")
    assert len(endpoint.heard) == 8
    assert len({heard.headers["webhook-id"] for heard in endpoint.heard}) == 1
    assert Event.objects.filter(name="notify.delivery_failed").count() == 1
    with clock.set_to(now + timedelta(days=1)):
        assert deliver_messages() == 0
    assert len(endpoint.heard) == 8


def test_a_failed_message_is_sent_again_under_its_old_id(room, endpoint, workspace, root):
    endpoint.answer(410)
    services.publish(workspace, *REVIEW)
    deliver_messages()
    row = Delivery.objects.get()
    assert row.state == DeliveryState.FAILED  # gone is final
    endpoint.answer(204)
    services.send_again(row.pk, by=root)
    assert deliver_messages() == 1
    assert endpoint.heard[0].headers["webhook-id"] == endpoint.heard[1].headers["webhook-id"]
    services.send_again(row.pk, by=root)
    assert deliver_messages() == 0  # what arrived is not repeated


def test_a_robot_hears_twenty_a_minute(endpoint, root, workspace, frozen_clock):
    robot(endpoint, root, name="one")
    robot(endpoint, root, name="the same robot again")
    for number in range(13):
        services.publish(workspace, *REVIEW[:4], f"review:{number}")
    assert deliver_messages() == 20
    assert deliver_messages() == 0
    with clock.set_to(frozen_clock + timedelta(seconds=59)):
        assert deliver_messages() == 0
    with clock.set_to(frozen_clock + timedelta(seconds=60)):
        assert deliver_messages() == 6
    assert len(endpoint.heard) == 26


def test_a_throttled_robot_is_left_alone_for_ten_minutes(endpoint, root, workspace, frozen_clock):
    robot(endpoint, root, "dingtalk")
    endpoint.answer(200, {"errcode": 130101, "errmsg": "send too fast"})
    services.publish(workspace, *REVIEW)
    deliver_messages()
    services.publish(workspace, *REVIEW[:4], "another")
    endpoint.answer(200, {"errcode": 0})
    with clock.set_to(frozen_clock + timedelta(minutes=9)):
        assert deliver_messages() == 0
    with clock.set_to(frozen_clock + timedelta(minutes=10)):
        assert deliver_messages() == 2


def test_one_dead_destination_does_not_take_the_time_of_the_others(endpoint, root, workspace):
    dead = robot(endpoint, root, name="dead", url="http://127.0.0.1:9/hook")
    for number in range(5):
        services.publish(workspace, *REVIEW[:4], f"review:{number}")
    robot(endpoint, root, name="alive")
    services.publish(workspace, *REVIEW)
    assert deliver_messages() == 1
    assert Delivery.objects.filter(destination=dead, tries=1).count() == 1  # then it was left alone
    assert Delivery.objects.filter(destination=dead, tries=0).count() == 5


def test_a_message_claimed_by_another_worker_is_left_alone(room, endpoint, workspace, monkeypatch):
    services.publish(workspace, *REVIEW)
    before = deliveries._tried_since

    def meanwhile(*said):
        Delivery.objects.update(tries=1)
        return before(*said)

    monkeypatch.setattr(deliveries, "_tried_since", meanwhile)
    assert deliver_messages() == 0
    assert not endpoint.heard


def test_what_waits_for_a_room_that_was_switched_off_is_not_sent_later(room, endpoint, workspace, root):
    services.publish(workspace, *REVIEW)
    said = {"name": "ERP", "topics": ["review"], "by": root}
    services.edit_destination(room.pk, active=False, **said)
    assert deliver_messages() == 0
    services.edit_destination(room.pk, active=True, **said)
    assert deliver_messages() == 0
    row = Delivery.objects.get()
    assert (row.state, row.code) == (DeliveryState.FAILED, "switched-off")
    services.edit_destination(room.pk, active=False, **said)
    services.publish(workspace, *REVIEW[:4], "later")
    assert Delivery.objects.count() == 1


def test_the_job_stops_when_its_time_is_over(room, endpoint, workspace):
    services.publish(workspace, *REVIEW)
    assert services.deliver_messages(seconds=-1) == 0
    assert not endpoint.heard


def test_the_log_is_kept_for_ninety_days(room, endpoint, workspace, frozen_clock):
    services.publish(workspace, *REVIEW)
    deliver_messages()
    services.publish(workspace, *REVIEW[:4], "waits")
    with clock.set_to(frozen_clock + timedelta(days=89)):
        assert forget_old_messages() == 0
    with clock.set_to(frozen_clock + timedelta(days=91)):
        assert forget_old_messages() == 1
        assert forget_old_messages() == 0
    assert [row.once for row in Delivery.objects.all()] == ["waits"]


def test_no_row_outlives_its_destination(room, endpoint, workspace, root):
    services.publish(workspace, *REVIEW)
    services.drop_destination(room.pk, by=root)
    assert not Delivery.objects.exists()
    assert not Destination.objects.exists()
    assert deliver_messages() == 0


def test_an_event_is_complete_for_programs(room, workspace):
    services.publish(workspace, *REVIEW)
    event = queries.event_of(Delivery.objects.select_related("destination__workspace").get())
    assert set(event) == {"type", "timestamp", "data"}
    assert set(event["data"]) == {"topic", "workspace", "department", "sentence", "lines", "url", "numbers"}
