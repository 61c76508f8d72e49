"""Broken and hostile mails: each is accounted for, nothing raises, nothing on a page runs."""

import pytest
from django.db.models import Count

from fupan.desk.models import Message, Ticket
from fupan.desk.services import receive_messages
from fupan.intake import services
from fupan.intake.models import Incoming, IncomingState
from fupan.intake.tests.fuzz import fuzzed, what_runs

pytestmark = pytest.mark.django_db
SETTLED = {IncomingState.TAKEN, IncomingState.HELD, IncomingState.ASIDE, IncomingState.AGAIN}


@pytest.fixture
def account(shop, omar):
    return services.add_mail_account(
        shop_id=shop.pk, by=omar, address="support@seller.example", user="u", password="secret", since="2026-11-01",
        imap_host="imap.example",
    )  # fmt: skip


def test_two_hundred_broken_mails_are_all_accounted_for(account, signed_in, mei, caplog):
    mails = list(fuzzed(200))
    services.take_mails(account, mails)
    for pk in Incoming.objects.filter(state=IncomingState.WAITING).values_list("pk", flat=True):
        receive_messages([pk])
    states = dict(Incoming.objects.values_list("state").annotate(Count("pk")))
    assert set(states) <= SETTLED
    assert sum(states.values()) == 200
    assert states[IncomingState.TAKEN] > 60
    assert not [one for one in caplog.records if one.levelname in ("ERROR", "CRITICAL")]
    hostile = Message.objects.filter(original__gt="").order_by("-pk")[:8]
    for number in {one.ticket.number for one in hostile}:
        assert what_runs(signed_in(mei).get(f"/tickets/{number}/").content.decode()) == []
    assert Ticket.objects.exists()
