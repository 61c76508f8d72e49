"""The canary: a buyer who is nobody is written into every personal field by the road real files take. After the purge
she is nowhere: not in a row, not in the bytes of the database, not in a file, not in an archive.

Words a buyer writes about the product stay, redacted; so she is a name, two addresses and a number, as buyers are.
"""

import csv
import io
import zipfile
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from fupan.core import clock, events
from fupan.desk.models import Draft, Message, Ticket
from fupan.ops import services

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = ("zanzibarine", "kanarie", "5550199")
WORDS = "Won't charge at all. Regards, Zanzibarine Kanarie, kanarie@web.example or zk@mail.example, +49 170 5550199"
WHO = ["Zanzibarine Kanarie", "kanarie@web.example"]
REPLY = "Dear Zanzibarine Kanarie, we wrote to kanarie@web.example"
FILES = {
    "tickets.csv": (",", [
        ["ticket", "issue", "date", "order number", "sku", "message", "reply", "buyer", "email", "kind"],
        ["r-1", "won't charge", "2026-10-01 10:00", "028-4417302-5540817", "A20", WORDS, REPLY, *WHO, "return"],
        ["r-2", "won't charge", "kanarie@web.example", "028-4417302-5540818", "A20", WORDS, "", *WHO, "inquiry"],
        ["r-3", "late", "2026-10-02 11:00", "", "A20", WORDS, "", *WHO, "inquiry"],
    ]),
    "returns.txt": ("\t", [
        ["return-date", "order-id", "sku", "asin", "fnsku", "product-name", "quantity", "fulfillment-center-id",
         "detailed-disposition", "reason", "status", "license-plate-number", "customer-comments"],
        ["2026-10-03T08:00:00+00:00", "028-4417302-5540819", "A20", "B0A20", "X0", "Power bank", "1", "FRA1",
         "CUSTOMER_DAMAGED", "DEFECTIVE", "", "LPN1", "Ask kanarie@web.example or +49 170 5550199"],
    ]),
    "feedback.txt": ("\t", [
        ["Date", "Rating", "Comments", "Response", "Order ID", "Rater Email"],
        ["03.10.26", "1", "Mail me: kanarie@web.example", "", "028-4417302-5540820", "kanarie@web.example"],
    ]),
}  # fmt: skip


def written(folder, name):
    separator, rows = FILES[name]
    with (folder / name).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=separator).writerows(rows)
    return folder / name


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path
    settings.EMAIL_FILE_PATH = str(tmp_path / "outbox")
    return tmp_path


@pytest.fixture
def lived(home, workspace, shop, root, tmp_path_factory):
    """Files came in, the desk opened tickets, facts and a pack were made, somebody wrote a note, a backup was taken."""
    from fupan.briefing import packs
    from fupan.core.weeks import week_period
    from fupan.desk.services import note_ticket
    from fupan.insight.policies import facts_of
    from fupan.insight.services import refresh
    from fupan.intake.services import import_file
    from fupan.intake.services.uploads import Given, upload

    outside = tmp_path_factory.mktemp("outside")
    for name in FILES:
        import_file(workspace, written(outside, name), shop=shop, by=root)
    upload(workspace, [Given("again.csv", [(outside / "tickets.csv").read_bytes()])], shop=shop, by=root)
    events.drain()
    _by_mail(shop, root)
    note_ticket(Ticket.objects.filter(buyer_name__gt="").first(), f"Called her: {WORDS}", by=root)
    refresh(workspace)
    packs.pack_in(facts_of(workspace), week_period(202640))
    services.backup()
    return workspace


def _by_mail(shop, root):
    """She wrote a mail with a file, quoting an earlier one; and somebody forged another in her name."""
    from fupan.intake.services import add_mail_account, take_mails
    from fupan.intake.tests.mails import FORGED, RELAY, amazon

    account = add_mail_account(
        shop_id=shop.pk, by=root, address="us@seller.example", user="us", password="secret", imap_host="imap.example",
        since="2026-01-01",
    )  # fmt: skip
    her = {"sender": f"Zanzibarine Kanarie <{RELAY}>", "at": clock.now() - timedelta(days=1),
           "subject": "Frage von Amazon-Kunde Zanzibarine Kanarie (Bestellung: 302-1234567-7654321)"}  # fmt: skip
    text = f"{WORDS}\n\nOn Monday Fupan wrote:\n> Dear Zanzibarine Kanarie"
    card = ("kanarie.txt", "text/plain", b"Zanzibarine Kanarie, kanarie@web.example")
    take_mails(account, [amazon(text, files=[card], page=None, **her), amazon(text, number=2, checks=FORGED, **her)])
    events.drain()
    Draft.objects.create(ticket=Ticket.objects.latest("pk"), side="seller", by=root, text=REPLY, at=clock.now())


def test_she_was_there(lived, home):
    assert Ticket.objects.count() == 5
    found = everywhere(home)
    assert {"desk.Ticket.buyer_name", "desk.Ticket.buyer_email", "desk.Message.original"} <= found
    assert {"desk.Message.quoted", "desk.MessageFile.name", "desk.Draft.text"} <= found
    assert any(place.startswith("files/") for place in found)
    assert any(place.startswith("payloads/") for place in found)


def test_after_the_purge_she_is_nowhere(lived, home):
    with clock.set_to(clock.now() + timedelta(days=90)):
        services.purge()
        services.backup()
    assert everywhere(home) == set()
    assert Message.objects.exclude(redacted="").count() >= 4
    assert "Won't charge at all" in Message.objects.filter(side="buyer").first().redacted
    assert not Ticket.objects.filter(issue_type=None, subject="").exists()


def everywhere(home):
    """Each place that holds her: model.field, `database`, or a file (and the member of an archive)."""
    found = set(_rows()) | set(_bytes_of_the_database())
    for path in home.rglob("*"):
        if path.is_file():
            found |= set(_in_file(path.relative_to(home).as_posix(), path.read_bytes()))
    return found


def _rows():
    for model in apps.get_models():
        for row in model._default_manager.all():
            for field in model._meta.concrete_fields:
                if _she(str(getattr(row, field.attname))):
                    yield f"{model._meta.label}.{field.name}"


def _bytes_of_the_database():
    if connection.vendor == "sqlite":
        if _she(connection.connection.serialize().decode("utf-8", "replace")):
            yield "database"
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            if any(_she(row[0]) for row in cursor.fetchall()):
                yield f"database: {table}"


def _in_file(name, content):
    if _she(content.decode("utf-8", "replace")) or _she(content.decode("utf-16-le", "replace")):
        yield name
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield from _in_file(f"{name}!{member}", archive.read(member))


def _she(text):
    lower = text.lower()
    return any(part in lower for part in CANARY)
