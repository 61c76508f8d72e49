"""Data in and out by the API: the same road as files, the same rules as pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fupan.commerce.models import Order
from fupan.core import events
from fupan.core.models import Event
from fupan.desk.models import Ticket
from fupan.intake.models import Import
from fupan.people import services
from fupan.people.models import KeptAnswer
from fupan.people.scopes import SCOPES

LINE = {"order_number": "302-1111111-2222222", "sku": "A20", "placed_at": "2026-11-10T09:00:00Z", "units": 2,
        "amount": "39.90", "currency": "EUR", "country": "DE", "buyer": "b-77"}  # fmt: skip
TICKET = {"kind": "return", "outside_id": "r-1", "opened_at": "2026-11-12T09:00:00Z", "sku": "A20",
          "order_number": "302-1111111-2222222", "reason_code": "DEFECTIVE", "buyer_name": "Anna Schmidt",
          "buyer_email": "anna@example.com", "text": "Won't charge. Anna Schmidt, anna@example.com"}  # fmt: skip


@pytest.fixture
def program(client, workspace, shop):
    """`program(boss)` sends JSON with a key of hers and gives the answer."""
    from fupan.desk.services import plant_trees

    plant_trees(workspace)

    def with_key_of(member, *scopes):
        _token, secret = services.create_token(name="Program", scopes=scopes or SCOPES, by=member)

        def call(method, path, data=None, **headers):
            told = {"headers": {"Authorization": f"Bearer {secret}", **headers}}
            if data is None:
                return client.generic(method.upper(), f"/api/v1{path}", **told)
            return getattr(client, method)(f"/api/v1{path}", data, content_type="application/json", **told)

        call.key = secret
        return call

    return with_key_of


def test_orders_sent_twice_are_there_once(program, boss, shop):
    call = program(boss)
    first = call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE]}).json()
    again = call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE]}).json()
    assert (first["created"], again["created"], again["unchanged"]) == (1, 0, 1)
    told = call("get", "/orders").json()["items"][0]
    assert (told["number"], told["lines"][0]["sku"], told["lines"][0]["units"]) == (LINE["order_number"], "A20", 2)
    assert "buyer" not in told
    assert Order.objects.get().buyer_key


def test_tickets_come_in_by_the_same_road_as_files(program, boss, shop):
    call = program(boss)
    call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE]})
    assert call("post", "/tickets/bulk", {"shop": shop.pk, "tickets": [TICKET]}).json()["created"] == 1
    events.drain()
    (told,) = call("get", "/tickets", None).json()["items"]
    assert (told["kind"], told["sku"], told["reason_code"]) == ("return", "A20", "DEFECTIVE")
    assert told["issue_type"]
    whole = call("get", f"/tickets/{told['number']}").json()
    assert "Won't charge" in whole["messages"][0]["text"]
    assert not {"Anna", "Schmidt", "anna@example.com"} & set(str(whole).replace(",", " ").split())
    assert Ticket.objects.get().buyer_name == "Anna Schmidt"


def test_a_bulk_write_is_undone_like_an_import(program, boss, shop):
    call = program(boss)
    number = call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE]}).json()["id"]
    assert call("post", f"/imports/{number}/undo").json()["state"] == "undone"
    events.drain()
    assert not Order.objects.exists()


def test_a_ticket_is_labelled_by_code(program, boss, shop):
    call = program(boss)
    call("post", "/tickets/bulk", {"shop": shop.pk, "tickets": [TICKET]})
    events.drain()
    number = Ticket.objects.get().number
    code = Ticket.objects.get().workspace.issuetype_set.filter(parent=None).last().code
    told = call("post", f"/tickets/{number}/label", {"issue_type": code}).json()
    assert (told["issue_type"], told["label_source"]) == (code, "person")
    assert Event.objects.filter(name="desk.labelled", actor_id=boss.pk).exists()
    assert call("post", f"/tickets/{number}/label", {"issue_type": "no-such-code"}).status_code == 422


def test_the_filters_are_those_of_the_ticket_list(program, boss, shop):
    call = program(boss)
    tickets = [TICKET, TICKET | {"kind": "inquiry", "outside_id": "q-1", "opened_at": "2026-11-03T09:00:00Z"}]
    call("post", "/tickets/bulk", {"shop": shop.pk, "tickets": tickets})
    events.drain()

    def kinds(query):
        return {one["kind"] for one in call("get", f"/tickets?{query}").json()["items"]}

    assert kinds("") == {"return", "inquiry"}
    assert kinds("week=2026-W46") == {"return"}
    assert kinds("kind=inquiry&kind=claim") == {"inquiry"}
    assert kinds("from=2026-11-01&to=2026-11-05") == {"inquiry"}
    assert call("get", "/tickets?week=soon").status_code == 422


def test_a_file_is_uploaded_checked_and_run(program, boss, shop, client):
    call = program(boss)
    sheet = "date,issue,order number,sku,message\n2026-11-10,late,302-1,A20,where is it\nsoon,late,302-2,A20,hm\n"
    file = SimpleUploadedFile("tickets.csv", sheet.encode())
    answer = client.post(
        "/api/v1/imports", {"file": file, "shop": shop.pk}, headers={"Authorization": f"Bearer {call.key}"}
    )
    assert answer.status_code == 201
    told = call("get", f"/imports/{answer.json()[0]['id']}").json()
    assert (told["state"], told["created"], told["rejected"]) == ("done", 1, 1)
    (reject,) = call("get", f"/imports/{told['id']}/rejects").json()["items"]
    assert (reject["line"], reject["value"]) == (3, "soon")


def test_a_file_that_says_nothing_to_us_fails_with_its_reason(program, boss, shop, client):
    call = program(boss)
    file = SimpleUploadedFile("odd.csv", b"a,b\n1,2\n")
    answer = client.post("/api/v1/imports", {"file": file}, headers={"Authorization": f"Bearer {call.key}"})
    assert answer.status_code == 201
    told = call("get", f"/imports/{answer.json()[0]['id']}").json()
    assert told["state"] != "done"
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "change",
    [{"placed_at": "soon"}, {"placed_at": "2026-11-10T09:00:00"}, {"placed_at": "9999-12-31T23:59:59Z"}, {"units": -1},
     {"amount": "NaN"}, {"country": "Germany"}, {"order_number": ""}, {"sku": "a\x00b"}, {"status": "lost"}],
)  # fmt: skip
def test_a_line_that_makes_no_sense_is_told_and_nothing_goes_in(program, boss, shop, change):
    answer = program(boss)("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE, LINE | change]})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"][-2:] == ["1", next(iter(change))]
    assert not Order.objects.exists()
    assert not Import.objects.exists()


def test_the_same_key_gives_the_same_answer_and_changes_nothing(program, boss, shop):
    call = program(boss)
    told = {"shop": shop.pk, "lines": [LINE]}
    first = call("post", "/orders/bulk", told, **{"Idempotency-Key": "a1"})
    again = call("post", "/orders/bulk", told, **{"Idempotency-Key": "a1"})
    assert again.content == first.content
    assert again["Idempotency-Replayed"] == "true"
    assert Import.objects.count() == 1


def test_the_same_key_for_something_else_is_told(program, boss, shop):
    call = program(boss)
    call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE]}, **{"Idempotency-Key": "a1"})
    other = call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE | {"units": 3}]}, **{"Idempotency-Key": "a1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")


def test_a_key_belongs_to_its_token(program, boss, root, shop):
    told = {"shop": shop.pk, "lines": [LINE]}
    program(boss)("post", "/orders/bulk", told, **{"Idempotency-Key": "a1"})
    other = program(root)("post", "/orders/bulk", told, **{"Idempotency-Key": "a1"})
    assert "Idempotency-Replayed" not in other
    assert KeptAnswer.objects.count() == 2


def test_a_call_still_at_work_is_not_done_twice(program, boss, shop):
    call = program(boss)
    told = {"shop": shop.pk, "lines": [LINE]}
    call("post", "/orders/bulk", told, **{"Idempotency-Key": "a1"})
    KeptAnswer.objects.update(status=0)
    answer = call("post", "/orders/bulk", told, **{"Idempotency-Key": "a1"})
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency-key-at-work")


def test_a_failure_of_ours_may_be_tried_again_with_the_same_key(program, boss, shop, monkeypatch):
    call = program(boss)
    told = {"shop": shop.pk, "lines": [LINE]}
    with monkeypatch.context() as broken:
        broken.setattr("fupan.intake.api.services.take_sent", lambda *_args, **_more: 1 / 0)
        assert call("post", "/orders/bulk", told, **{"Idempotency-Key": "a1"}).status_code == 500
    assert call("post", "/orders/bulk", told, **{"Idempotency-Key": "a1"}).json()["created"] == 1


def test_who_may_not_import_may_not_by_the_api_either(program, root, mei, shop):
    call = program(root)
    services.change_member(root.pk, role="admin", tier=2, departments=[], languages=[], shop_ids=[], by=root)
    type(root).objects.filter(pk=root.pk).update(role="agent")
    assert call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE]}).status_code == 403
    assert call("get", "/imports").status_code == 403


def test_a_member_of_one_shop_writes_and_reads_that_shop_only(program, omar, shop, shopee):
    type(omar).objects.filter(pk=omar.pk).update(shop_ids=[shopee.pk])
    call = program(omar)
    assert call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE]}).status_code == 404
    assert call("post", "/orders/bulk", {"shop": shopee.pk, "lines": [LINE]}).status_code == 200
    assert {one["id"] for one in call("get", "/shops").json()} == {shopee.pk}


def test_money_is_left_out_for_roles_without_it(program, boss, shop):
    call = program(boss)
    call("post", "/tickets/bulk", {"shop": shop.pk, "tickets": [TICKET | {"cost": "9.90", "currency": "EUR"}]})
    events.drain()
    assert call("get", "/tickets").json()["items"][0]["cost"] == "9.90"
    type(boss).objects.filter(pk=boss.pk).update(role="agent")
    assert call("get", "/tickets").json()["items"][0]["cost"] is None
    assert "refund_cost" not in {one["code"] for one in call("get", "/metrics").json()}
    assert call("get", "/metrics/refund_cost?period=2026-W46").status_code == 404


def test_a_metric_says_its_value_or_why_there_is_none(program, boss, shop):
    call = program(boss)
    call("post", "/tickets/bulk", {"shop": shop.pk, "tickets": [TICKET]})
    events.drain()
    from fupan.insight.services import refresh

    refresh(shop.workspace)
    assert call("get", "/metrics/tickets?period=2026-W46").json()["values"][0]["value"] == 1
    assert call("get", "/metrics/return_rate?period=2026-W46").json()["values"][0]["reason"] == "no_orders"
    cut = call("get", "/metrics/tickets?period=2026-W46&by=kind&where=country=DE").json()
    assert isinstance(cut["values"], list)
    assert call("get", "/metrics/tickets?period=2026-W46&by=colour").status_code == 422
    assert call("get", "/metrics/tickets?period=2026-W46&where=colour=red").status_code == 422


def test_the_pack_is_the_one_of_the_command(program, boss, shop):
    told = program(boss)("get", "/reviews/2026-W46").json()
    assert told["period"]["label"] == "2026-W46"
    assert {"kpis", "top_issues", "top_products", "signals", "actions", "verdicts", "cadence"} <= set(told)
    assert program(boss)("get", "/reviews/2026-W54").status_code == 404


def test_a_stranger_writes_nothing_into_our_shops(program, stranger, shop):
    call = program(stranger)
    assert call("post", "/orders/bulk", {"shop": shop.pk, "lines": [LINE]}).status_code == 404
    assert call("post", "/tickets/bulk", {"shop": shop.pk, "tickets": [TICKET]}).status_code == 404
    assert not Import.objects.exists()


def test_signals_are_told_with_their_causes_and_money_only_to_those_who_see_it(program, boss):
    from fupan.core import clock
    from fupan.insight.models import Signal

    figures = {"observed": 22.0, "expected": 4.6, "upper": 13.0, "excess": 17.4, "pvalue": 1e-5, "score": 2.0}
    cause = {"slice": {"product": "A20"}, "observed": 22.0, "expected": 4.6, "ratio": 4.8, "low": 3.0, "high": None,
             "share": 0.9}  # fmt: skip
    Signal.objects.create(
        workspace=boss.workspace, kind="outbreak", slice="issue_type=late&product=A20", week=202645, last_week=202646,
        causes=[cause], cost_week=120, opened_at=clock.now(), **figures,
    )  # fmt: skip
    call = program(boss)
    (told,) = call("get", "/signals").json()["items"]
    assert (told["slice"], told["since"], told["week"]) == (
        {"issue_type": "late", "product": "A20"}, "2026-W45", "2026-W46",
    )  # fmt: skip
    assert (told["causes"], told["cost_week"], told["state"]) == ([cause], 120, "open")
    assert call("get", "/signals?week=2026-W44").json()["items"] == []
    assert call("get", "/signals?state=closed").json()["items"] == []
    assert call("get", "/signals?state=loud").status_code == 422
    assert program(boss, "tickets:read")("get", "/signals").status_code == 403
    type(boss).objects.filter(pk=boss.pk).update(role="agent")
    assert call("get", "/signals").json()["items"][0]["cost_week"] is None
