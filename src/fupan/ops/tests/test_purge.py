import os
from datetime import timedelta

import pytest

from fupan.commerce.models import Order
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.desk.models import Message, Ticket
from fupan.intake.models import Before, Import, Received, Reject
from fupan.intake.services import undo_import
from fupan.notify.models import Mail
from fupan.ops import retention, services

DAY = timedelta(days=1)


@pytest.fixture
def ticket_of(shop):
    """`ticket_of(delivered=timedelta(days=31))` holds buyer data of an order delivered 31 days ago."""

    def make(*, delivered=None, promised=None, placed=40 * DAY, order=True):
        now, number = clock.now(), Ticket.objects.count() + 1
        of = order and Order.objects.create(
            workspace=shop.workspace, shop=shop, number=f"o-{number}", placed_at=now - placed,
            promised_at=promised and now - promised, delivered_at=delivered and now - delivered,
        )  # fmt: skip
        ticket = Ticket.objects.create(
            workspace=shop.workspace, shop=shop, number=number, kind="inquiry", outside_id=f"t-{number}", week=202640,
            opened_at=now - placed, order=of or None, buyer_name="Anna Schmidt", buyer_email="anna@example.com",
            buyer_key="k" * 24, subject="won't charge",
        )  # fmt: skip
        Message.objects.create(
            workspace=shop.workspace, ticket=ticket, side="buyer", at=now - placed, original="Regards, Anna Schmidt",
            redacted="Regards, [name]",
        )  # fmt: skip
        return ticket

    return make


@pytest.mark.parametrize(
    ("told", "purged"),
    [
        ({"delivered": 30 * DAY}, True),
        ({"delivered": 29 * DAY}, False),
        ({"delivered": 29 * DAY, "promised": 60 * DAY, "placed": 90 * DAY}, False),
        ({"promised": 15 * DAY}, True),
        ({"promised": 14 * DAY}, False),
        ({"placed": 45 * DAY}, True),
        ({"placed": 44 * DAY}, False),
        ({"placed": 30 * DAY, "order": False}, True),
        ({"placed": 29 * DAY, "order": False}, False),
    ],
)
def test_buyer_data_goes_when_its_time_is_over(ticket_of, told, purged):
    ticket = ticket_of(**told)
    services.purge()
    ticket.refresh_from_db()
    assert (ticket.purged_at is not None, ticket.buyer_name == "", ticket.buyer_email == "") == (purged,) * 3
    message = ticket.messages.get()
    assert (message.original == "") is purged
    assert (message.redacted, ticket.subject, ticket.buyer_key) == ("Regards, [name]", "won't charge", "k" * 24)


def test_a_shorter_retention_is_kept(ticket_of, workspace):
    ticket = ticket_of(delivered=15 * DAY)
    type(workspace).objects.filter(pk=workspace.pk).update(retention_days=14)
    services.purge()
    ticket.refresh_from_db()
    assert ticket.purged_at is not None


def test_a_dry_run_counts_and_touches_nothing(ticket_of):
    ticket = ticket_of(delivered=31 * DAY)
    assert services.purge(dry_run=True) == {"tickets": 1}
    ticket.refresh_from_db()
    assert (ticket.buyer_name, ticket.purged_at) == ("Anna Schmidt", None)
    assert not Event.objects.filter(name__startswith="ops.").exists()


def test_a_second_purge_finds_nothing(ticket_of):
    ticket_of(delivered=31 * DAY)
    assert services.purge()["tickets"] == 1
    assert services.purge() == {}
    assert Event.objects.get(name="ops.workspace_purged").data["tickets"] == 1


def test_a_purge_that_is_killed_goes_on_where_it_was(ticket_of, monkeypatch):
    for _n in range(5):
        ticket_of(delivered=31 * DAY)
    monkeypatch.setattr("fupan.ops.services.purges.BATCH", 2)
    real = services.purges.leftovers.empty_tickets
    calls = []

    def killed(ids):
        calls.append(ids)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(ids)

    monkeypatch.setattr(services.purges.leftovers, "empty_tickets", killed)
    with pytest.raises(KeyboardInterrupt):
        services.purge()
    assert Ticket.objects.filter(purged_at=None).count() == 3
    monkeypatch.setattr(services.purges.leftovers, "empty_tickets", real)
    services.purge()
    assert not Ticket.objects.filter(purged_at=None).exists()


def test_words_written_after_the_purge_go_in_their_turn(ticket_of):
    ticket = ticket_of(delivered=31 * DAY)
    services.purge()
    note = Message.objects.create(
        workspace=ticket.workspace,
        ticket=ticket,
        side="note",
        at=clock.now(),
        original="called Anna",
        redacted="called",
    )
    services.purge()
    note.refresh_from_db()
    assert note.original == "called Anna"
    with clock.set_to(clock.now() + 30 * DAY):
        services.purge()
    note.refresh_from_db()
    assert (note.original, note.redacted) == ("", "called")


@pytest.fixture
def imported(shop, settings, tmp_path):
    """An import of today with its uploaded file, a rejected row, a copy for undo and a waiting row."""
    sha = "ab" * 32
    one = Import.objects.create(
        workspace=shop.workspace, shop=shop, name="returns.csv", sha256=sha, profile="returns", source="returns",
        state="done", error="row 7: Anna", options={"encoding": "utf-8", "check": {"sample": "Anna"}},
    )  # fmt: skip
    Import.objects.update(created_at=clock.now())
    Reject.objects.create(imported=one, line=7, column="date", value="Anna", code="not-a-date", reason="no date")
    Before.objects.create(imported=one, table="order", row_id=1, values={"carrier": "DHL"})
    Received.objects.create(
        workspace=shop.workspace, shop=shop, imported=one, kind="return", outside_id="1", digest="0" * 32, body="Anna"
    )
    Received.objects.update(received_at=clock.now())
    place = settings.PAYLOADS_ROOT / sha[:2] / sha
    place.parent.mkdir(parents=True)
    place.write_text("Anna")
    return one


def state_of(one):
    one.refresh_from_db()
    return (
        one.rejects.count(), one.befores.count(), one.received.get().body, len(retention.due_payloads([one.workspace])),
        one.options, one.error,
    )  # fmt: skip


def test_an_import_of_today_keeps_what_it_needs(imported):
    before = state_of(imported)
    services.purge()
    assert state_of(imported) == before == (1, 1, "Anna", 0, imported.options, "row 7: Anna")


def test_an_old_import_loses_its_originals(imported, settings):
    with clock.set_to(clock.now() + 30 * DAY):
        services.purge()
    assert state_of(imported) == (0, 0, "", 0, {"encoding": "utf-8"}, "")
    assert not [path for path in settings.PAYLOADS_ROOT.rglob("*") if path.is_file()]


def test_an_import_whose_copies_are_purged_is_not_undone(imported):
    with clock.set_to(clock.now() + 30 * DAY):
        services.purge()
        with pytest.raises(Refused) as told:
            undo_import(imported.pk, by=None)
    assert told.value.code == "too-old-to-undo"


def test_the_file_of_days_long_over_goes_at_once_and_undo_stays_possible(imported, settings):
    Import.objects.update(last_day=(clock.now() - 46 * DAY).date())
    services.purge()
    assert imported.befores.count() == 1
    assert not [path for path in settings.PAYLOADS_ROOT.rglob("*") if path.is_file()]


def test_a_file_that_another_import_needs_stays(imported, settings):
    Import.objects.update(last_day=(clock.now() - 46 * DAY).date())
    Import.objects.create(
        workspace=imported.workspace,
        name="again.csv",
        sha256=imported.sha256,
        profile="x",
        source="returns",
        state="checked",
    )
    Import.objects.filter(name="again.csv").update(created_at=clock.now())
    services.purge()
    assert [path for path in settings.PAYLOADS_ROOT.rglob("*") if path.is_file()]


def test_a_file_nobody_imported_goes_after_days(settings, workspace):
    place = settings.PAYLOADS_ROOT / "cd" / "cd00"
    place.parent.mkdir(parents=True)
    place.write_text("Anna")
    now = clock.now().timestamp()
    os.utime(place, (now, now))
    services.purge()
    assert place.exists()
    os.utime(place, (now - 4 * 86_400, now - 4 * 86_400))
    services.purge()
    assert not place.exists()


def test_old_mails_keep_only_that_they_went(workspace, settings, tmp_path):
    settings.EMAIL_FILE_PATH = str(tmp_path / "outbox")
    (tmp_path / "outbox").mkdir()
    written = tmp_path / "outbox" / "1.log"
    written.write_text("Anna")
    os.utime(written, (0, 0))
    mail = Mail.objects.create(
        workspace=workspace, to="mei@harbour.example", subject="Digest", text="Anna", html="<p>Anna</p>", once="1"
    )
    Mail.objects.update(created_at=clock.now() - 30 * DAY)
    services.purge()
    mail.refresh_from_db()
    assert (mail.subject, mail.text, mail.html) == ("Digest", "", "")
    assert not written.exists()


def test_the_worker_purges_every_night(ticket_of):
    from fupan.config.schedule import DAILY
    from fupan.ops import tasks

    ticket_of(delivered=31 * DAY)
    assert DAILY["purge"][0] == "fupan.ops.tasks.purge"
    assert tasks.purge()["tickets"] == 1
