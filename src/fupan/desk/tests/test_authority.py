"""What each settles alone, who decides above it, and what holds when nobody does."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fupan.commerce.models import ExchangeRate
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.desk import services
from fupan.desk.compute.limits import Asked, Limit, most_allowed
from fupan.desk.models import Authority, EscalationPath, EscalationState, Message, Routing
from fupan.desk.queries.escalations import may_decide, waiting
from fupan.desk.services.authority import may_settle, path_for, stamp_of
from fupan.desk.services.escalation import HandOver
from fupan.desk.tests.reply_support import a_ticket, money, resolution
from fupan.notify.models import Delivery, Notice
from fupan.notify.services import add_destination
from tests.support.personas import new_member

ASK = HandOver("amount", "Offered a new one, the buyer declined.", "the money", "refund", money(500))


@pytest.fixture
def path(planted, omar):
    """The second line up to 1000, a lead up to 5000, then a manager; ten alike in a day: a lead."""
    services.set_step(by=omar, from_amount=money(0), hours=2)
    services.set_step(by=omar, from_amount=money(1000), role="lead", hours=4)
    services.set_step(by=omar, from_amount=money(5000), role="manager", hours=8)
    services.set_step(by=omar, from_tickets=3, role="lead", hours=1, default="approve")
    services.set_limit(by=omar, tier=1, resolution="refund", most=money(200))
    return planted


@pytest.fixture
def second(planted):
    return new_member(planted, "second", "senior", tier=2)


def code(refused):
    return refused.value.code


def test_the_most_particular_row_holds():
    rows = [
        Limit(None, 1, None, None, Decimal(10)), Limit(None, 1, 7, None, Decimal(50)),
        Limit(None, 1, None, 3, Decimal(20)), Limit(9, None, None, None, Decimal(0)),
    ]  # fmt: skip
    assert most_allowed(rows, Asked(1, 1, 8, ())) == 10
    assert most_allowed(rows, Asked(1, 1, 7, ())) == 50
    assert most_allowed(rows, Asked(1, 1, 7, (3, 4))) == 20
    assert most_allowed(rows, Asked(9, 1, 7, (3,))) == 0
    assert most_allowed(rows, Asked(1, 2, 7, ())) is None


def test_where_nothing_is_given_anybody_may_solve(path, shop, mei):
    ticket = a_ticket(shop)
    assert may_settle(mei, ticket, None, None).ok
    assert not may_settle(mei, ticket, resolution(path, "refund"), money(500)).ok


def test_up_to_the_limit_one_settles_alone_and_above_it_somebody_decides(path, shop, mei):
    ticket, refund = a_ticket(shop), resolution(path, "refund")
    assert may_settle(mei, ticket, refund, money(200)).ok
    above = may_settle(mei, ticket, refund, money(201))
    assert (above.ok, above.most, above.goes_to.role, "200" in above.why) == (False, 200, "", True)
    assert may_settle(mei, ticket, refund, money(6000)).goes_to.role == "manager"
    assert may_settle(mei, ticket, resolution(path, "information"), None).ok


def test_the_amount_is_brought_into_our_money(path, shop, mei):
    ticket = a_ticket(shop, currency="EUR")
    refund = resolution(path, "refund")
    unknown = may_settle(mei, ticket, refund, money(1))
    assert (unknown.ok, "EUR" in unknown.why) == (False, True)
    ExchangeRate.objects.create(workspace=path, currency="EUR", base="CNY", day=clock.today(), rate=8)
    assert may_settle(mei, ticket, refund, money(25)).ok
    assert not may_settle(mei, ticket, refund, money(26)).ok


def test_zero_means_never(path, shop, mei, omar):
    services.set_limit(by=omar, tier=1, resolution="replacement", most=money(0))
    assert not may_settle(mei, a_ticket(shop), resolution(path, "replacement"), None).ok


def test_a_lead_settles_what_the_path_leaves_to_leads(path, shop, omar, boss):
    ticket, refund = a_ticket(shop), resolution(path, "refund")
    assert may_settle(omar, ticket, refund, money(4999)).ok
    assert not may_settle(omar, ticket, refund, money(5000)).ok
    assert may_settle(boss, ticket, refund, money(5000)).ok


def test_a_ticket_above_the_limit_is_not_solved(path, shop, mei, omar):
    ticket = a_ticket(shop, resolution=resolution(path, "refund"), cost=money(500))
    with pytest.raises(Refused) as refused:
        services.set_state(ticket, "solved", by=mei)
    assert code(refused) == "beyond-authority"
    made = services.escalate(ticket.pk, ASK, by=mei)
    services.decide_escalation(made.pk, by=omar, approve=True)
    ticket.refresh_from_db()
    services.set_state(ticket, "solved", by=mei)
    assert ticket.state == "solved"


def test_a_yes_covers_no_more_than_was_asked(path, shop, mei, omar):
    ticket, refund = a_ticket(shop), resolution(path, "refund")
    made = services.escalate(ticket.pk, ASK, by=mei)
    services.decide_escalation(made.pk, by=omar, approve=True)
    assert may_settle(mei, ticket, refund, money(500)).ok
    assert not may_settle(mei, ticket, refund, money(501)).ok
    assert not may_settle(mei, ticket, resolution(path, "refund"), money(9000)).ok


def test_the_table_is_saved_as_a_whole_and_not_over_somebody_elses(path, omar, boss):
    stamp = stamp_of(path.pk)
    assert services.set_limits({(1, "refund"): money(300), (2, "refund"): money(900)}, by=omar, stamp=stamp) == 2
    with pytest.raises(Refused) as refused:
        services.set_limits({(1, "refund"): money(1)}, by=boss, stamp=stamp)
    assert code(refused) == "edited-meanwhile"
    assert services.set_limits({(1, "refund"): None}, by=boss, stamp=stamp_of(path.pk)) == 1
    assert [(row.tier, row.most) for row in Authority.objects.all()] == [(2, 900)]


# Handing up


def test_who_decides_goes_by_amount_and_by_how_many_have_it(path):
    assert path_for(path.pk, money(10)).role == ""
    assert path_for(path.pk, money(1500)).role == "lead"
    assert path_for(path.pk, money(10), tickets=3).role == "lead"
    assert path_for(path.pk, None).role == ""


def test_those_who_decide_hear_of_it(path, shop, mei, omar, second):
    made = services.escalate(a_ticket(shop).pk, ASK, by=mei)
    assert made.due_at == clock.now() + timedelta(hours=2)
    assert set(Notice.objects.filter(kind="escalated").values_list("member", flat=True)) == {omar.pk, second.pk}
    assert [row.mine for row in waiting(second)] == [True]
    assert [row.mine for row in waiting(mei)] == [False]


def test_the_group_chat_hears_of_it_without_a_name(path, shop, mei, omar, root, settings):
    settings.LOCAL_DESTINATIONS = True
    add_destination(
        kind="webhook", name="Leads", url="http://127.0.0.1:9/", secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        topics=["escalation"], language="en", by=root,
    )  # fmt: skip
    services.escalate(a_ticket(shop).pk, ASK, by=mei)
    said = Delivery.objects.get().message
    assert said["title"].startswith("A decision waits until")
    assert "500" in said["title"]
    assert "mei" not in str(said).lower()
    assert said["url"].endswith("/escalations/")


def test_what_is_too_hard_goes_to_the_second_line(path, shop, mei, omar, second):
    services.set_skill(second, by=omar)
    ticket = a_ticket(shop, assignee=mei)
    services.escalate(ticket.pk, HandOver("hard", "Tried two cables."), by=mei)
    ticket.refresh_from_db()
    assert (ticket.tier, ticket.assignee) == (2, second)
    assert Routing.objects.get().to == second


def test_nobody_decides_their_own(path, shop, omar, boss):
    made = services.escalate(a_ticket(shop).pk, ASK, by=omar)
    with pytest.raises(Refused) as refused:
        services.decide_escalation(made.pk, by=omar, approve=True)
    assert code(refused) == "not-yours"
    assert may_decide(boss, made)


def test_the_second_line_does_not_decide_what_is_a_managers(path, shop, mei, omar, second, boss):
    made = services.escalate(a_ticket(shop).pk, HandOver("amount", "x", "", "refund", money(6000)), by=mei)
    assert [may_decide(one, made) for one in (second, omar, boss)] == [False, False, True]


def test_a_no_needs_a_reason_and_is_said_on_the_ticket(path, shop, mei, omar):
    ticket = a_ticket(shop)
    made = services.escalate(ticket.pk, ASK, by=mei)
    with pytest.raises(Refused):
        services.decide_escalation(made.pk, by=omar, approve=False)
    services.decide_escalation(made.pk, by=omar, approve=False, said="Offer half.")
    note = Message.objects.get(ticket=ticket, side="note")
    assert note.redacted.endswith("Offer half.")
    assert Notice.objects.get(member=mei).kind == "escalation_declined"
    with pytest.raises(Refused) as refused:
        services.decide_escalation(made.pk, by=omar, approve=True)
    assert code(refused) == "decided"


@pytest.mark.parametrize(("scope", "approved"), [(1, False), (3, True)])
def test_when_nobody_decides_in_time_the_default_holds(path, shop, mei, scope, approved):
    from fupan.commerce.models import Listing, Product

    product = Product.objects.create(workspace=path, code="A20")
    listing = Listing.objects.create(workspace=path, shop=shop, product=product, sku="a")
    tickets = [a_ticket(shop, number, "late", listing=listing) for number in range(1, scope + 1)]
    made = services.escalate(tickets[0].pk, ASK, by=mei)
    assert services.decide_by_default() == 0
    with clock.set_to(made.due_at):
        assert services.decide_by_default() == 1
        assert services.decide_by_default() == 0
    made.refresh_from_db()
    assert made.state == EscalationState.BY_DEFAULT
    assert may_settle(mei, tickets[0], resolution(path, "refund"), money(500)).ok is approved


def test_looking_into_it_is_said(path, shop, mei, omar):
    ticket = a_ticket(shop, assignee=mei)
    made = services.escalate(ticket.pk, HandOver("claim", "An A-to-z claim."), by=mei)
    services.take_escalation(made.pk, by=omar)
    ticket.refresh_from_db()
    assert ticket.assignee == omar
    assert [row.escalation.to for row in waiting(mei)] == [omar]


@pytest.mark.parametrize(("told", "expected"), [
    (HandOver("moon", "x"), "no-reason"),
    (HandOver("hard", " "), "no-note"),
    (HandOver("amount", "x"), "no-proposal"),
    (HandOver("hard", "x", "", "moon"), "not-in-the-tree"),
    (HandOver("amount", "x", "", "refund", money(-1)), "negative-amount"),
])  # fmt: skip
def test_a_note_that_says_too_little_is_refused(path, shop, mei, told, expected):
    with pytest.raises(Refused) as refused:
        services.escalate(a_ticket(shop).pk, told, by=mei)
    assert code(refused) == expected


def test_it_is_handed_up_once(path, shop, mei):
    ticket = a_ticket(shop)
    services.escalate(ticket.pk, ASK, by=mei)
    with pytest.raises(Refused) as refused:
        services.escalate(ticket.pk, ASK, by=mei)
    assert code(refused) == "waits-already"


@pytest.mark.parametrize(("told", "expected"), [
    ({}, "no-bound"),
    ({"from_amount": 1, "from_tickets": 2}, "no-bound"),
    ({"from_amount": 1, "role": "king"}, "no-such-role"),
    ({"from_amount": 1, "hours": 0}, "out-of-range"),
])  # fmt: skip
def test_a_step_that_makes_no_sense_is_refused(planted, omar, told, expected):
    with pytest.raises(Refused) as refused:
        services.set_step(by=omar, **told)
    assert code(refused) == expected


def test_two_do_not_overwrite_each_others_step(path, omar, boss):
    step = EscalationPath.objects.filter(role="manager").get()
    services.set_step(by=omar, from_amount=money(6000), role="manager", hours=4, step=step, version=1)
    with pytest.raises(Refused) as refused:
        services.set_step(by=boss, from_amount=money(7000), role="manager", hours=4, step=step, version=1)
    assert code(refused) == "edited-meanwhile"
