"""The secret key may be changed: old fields stay readable while the old key is named."""

import pytest
from django.db import connection

from fupan.core import clock
from fupan.core.fields import blind_index
from fupan.desk.models import Ticket


@pytest.fixture
def ticket(shop, settings):
    settings.SECRET_KEY = "the key of yesterday"
    return Ticket.objects.create(
        workspace=shop.workspace, shop=shop, number=1, kind="inquiry", outside_id="1", week=202646,
        opened_at=clock.now(), buyer_name="Anna Schmidt",
    )  # fmt: skip


def stored(ticket):
    with connection.cursor() as cursor:
        cursor.execute("SELECT buyer_name FROM desk_ticket WHERE id = %s", [ticket.pk])
        return cursor.fetchone()[0]


def read(ticket):
    return Ticket.objects.get(pk=ticket.pk).buyer_name


def test_the_database_holds_no_name(ticket):
    assert "Anna" not in stored(ticket)
    assert read(ticket) == "Anna Schmidt"


def test_a_new_key_with_the_old_one_named_reads_everything(ticket, settings, monkeypatch):
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "a new key that was made today"
    assert read(ticket) == ""
    monkeypatch.setenv("FUPAN_OLD_SECRET_KEYS", f"an even older one,{old}")
    assert read(ticket) == "Anna Schmidt"


def test_what_is_written_again_needs_the_new_key_only(ticket, settings, monkeypatch):
    monkeypatch.setenv("FUPAN_OLD_SECRET_KEYS", settings.SECRET_KEY)
    settings.SECRET_KEY = "a new key that was made today"
    again = Ticket.objects.get(pk=ticket.pk)
    again.save(update_fields=["buyer_name"])
    monkeypatch.delenv("FUPAN_OLD_SECRET_KEYS")
    assert read(ticket) == "Anna Schmidt"


def test_fingerprints_meet_within_a_workspace_only():
    assert blind_index("Anna@example.com ", workspace_id=1) == blind_index("anna@example.com", workspace_id=1)
    assert blind_index("anna@example.com", workspace_id=1) != blind_index("anna@example.com", workspace_id=2)
    assert blind_index("", workspace_id=1) == ""
