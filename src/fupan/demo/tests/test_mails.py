"""The newest questions of the simulated buyers come by the road real mails take."""

import pytest

from fupan.core import clock, events
from fupan.demo import mails
from fupan.demo.simulate import simulate
from fupan.desk.models import Message, Sending, Ticket
from fupan.intake.models import Incoming, MailAccount

pytestmark = pytest.mark.django_db


def test_the_demos_mails_arrive(shop, omar, monkeypatch):
    monkeypatch.setattr(mails, "MOST", 6)
    told = simulate(today=clock.today(), scale=0.1, now=clock.now())
    chosen = {"amazon-de": [one for several in mails.chosen(told).values() for one in several]}
    delivered = mails.deliver(chosen, {"amazon-de": shop}, by=omar)
    events.drain()
    states = list(Incoming.objects.values_list("state", flat=True))
    assert delivered == len(states) >= 6  # the questions, a forged one and a claim at least
    assert states.count("held") == 1
    assert Ticket.objects.filter(kind="claim").count() == 1
    assert Ticket.objects.filter(kind="inquiry").count() == len(chosen["amazon-de"]) >= 4
    answered = sum(1 for one in chosen["amazon-de"] if one.first_response_at and one.reply)
    assert Message.objects.filter(side="seller").count() == answered
    assert Message.objects.filter(sending=Sending.FAILED).count() == (answered > 0)
    assert not MailAccount.objects.filter(active=True).exists()
