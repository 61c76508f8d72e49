"""Which closed tickets owe a case, who owes it until when, and who hears of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fupan.commerce.models import ExchangeRate
from fupan.core import clock, events
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.desk import services as desk
from fupan.desk.models import Resolution, Ticket
from fupan.library import services, tasks
from fupan.library.models import CaseDebt, State
from fupan.library.policies import debts_seen_by
from fupan.library.queries import debts as asked
from fupan.library.tests.conftest import whole
from fupan.notify.models import Notice

HOUR = timedelta(hours=1)


def refunded(new_ticket, number, cost, currency="CNY", **more):
    resolution = Resolution.objects.get(code="refund")
    return new_ticket(number, resolution=resolution, cost=Decimal(cost), currency=currency, **more)


@pytest.fixture
def claim(new_ticket):
    return new_ticket(9, kind="claim")


@pytest.fixture
def debt(claim, mei):
    return services.owe_case(claim.pk, by=mei, at=clock.now())


def test_a_claim_and_a_ticket_of_the_second_tier_owe_a_case(new_ticket):
    assert asked.owes(new_ticket(1, kind="claim")).reason == "claim"
    assert asked.owes(new_ticket(2, tier=2)).reason == "escalated"
    assert asked.owes(new_ticket(3)) is None


@pytest.mark.parametrize(("cost", "owes"), [("299.99", False), ("300", True)])
def test_a_refund_owes_from_the_limit_on(new_ticket, cost, owes):
    assert bool(asked.owes(refunded(new_ticket, 1, cost))) is owes


def test_a_refund_counts_in_the_workspaces_money(new_ticket, workspace):
    ticket = refunded(new_ticket, 1, "39.99", "EUR")
    assert asked.owes(ticket) is None  # no rate: nothing can be said
    ExchangeRate.objects.create(workspace=workspace, currency="EUR", base="CNY", day="2026-01-01", rate=Decimal(8))
    assert asked.owes(ticket).reason == "refund"


def test_a_replacement_is_no_refund(new_ticket, workspace):
    other = Resolution.objects.create(workspace=workspace, code="replacement", name_en="New", name_zh="补发")
    assert asked.owes(new_ticket(1, resolution=other, cost=Decimal(900), currency="CNY")) is None


def test_rules_can_be_changed_by_those_who_lead(new_ticket, omar, mei):
    ticket = refunded(new_ticket, 1, "120", replies=5)
    services.set_rule("refund", active=True, threshold=Decimal(100), hours=48, by=omar)
    assert asked.owes(ticket).hours == 48
    services.set_rule("refund", active=False, threshold=None, hours=24, by=omar)
    services.set_rule("long", active=True, threshold=Decimal(5), hours=12, by=omar)
    assert asked.owes(ticket).reason == "long"
    for by, values in ((mei, {}), (omar, {"hours": 0}), (omar, {"threshold": Decimal(-1)})):
        told = {"active": True, "threshold": None, "hours": 24} | values
        with pytest.raises(Refused):
            services.set_rule("refund", **told, by=by)
    with pytest.raises(Refused):
        services.set_rule("weather", active=True, threshold=None, hours=24, by=omar)


def test_closing_a_ticket_notes_the_debt_and_reopening_forgets_it(claim, mei):
    Ticket.objects.filter(pk=claim.pk).update(state="open", resolved_at=None)
    claim.refresh_from_db()
    desk.set_state(claim, "solved", by=mei)
    events.drain()
    debt = CaseDebt.objects.get()
    assert (debt.ticket, debt.owner, debt.reason) == (claim, mei, "claim")
    assert debt.due_at - debt.owed_at == 24 * HOUR
    assert Notice.objects.filter(member=mei, kind="case_owed").count() == 1
    claim.refresh_from_db()
    desk.set_state(claim, "open", by=mei)
    events.drain()
    assert not CaseDebt.objects.exists()


def test_the_same_event_twice_owes_once(claim, debt, mei):
    services.owe_case(claim.pk, by=mei, at=debt.owed_at)
    assert CaseDebt.objects.count() == 1 and Event.objects.filter(name="library.case_owed").count() == 1


def test_handing_a_case_in_pays_what_its_ticket_owes(claim, debt, mei):
    case = services.draft_case(claim.pk, by=mei)
    services.edit_case(case.pk, whole(), by=mei)
    debt.refresh_from_db()
    assert debt.paid_at is None
    services.submit_case(case.pk, by=mei)
    debt.refresh_from_db()
    assert debt.paid_at and debt.case == case
    assert Event.objects.get(name="library.debt_paid").data["on_time"] is True
    assert services.owe_case(claim.pk, by=mei) is None


def test_a_case_handed_in_before_closing_leaves_nothing_owed(claim, mei):
    case = services.draft_case(claim.pk, by=mei)
    services.edit_case(case.pk, whole(), by=mei)
    services.submit_case(case.pk, by=mei)
    assert services.owe_case(claim.pk, by=mei) is None
    with pytest.raises(Refused):
        services.pick_ticket(claim.pk, by=mei)


def test_merged_tickets_owe_nothing(claim, new_ticket, mei):
    Ticket.objects.filter(pk=claim.pk).update(merged_into=new_ticket(10))
    assert services.owe_case(claim.pk, by=mei) is None


def test_a_ticket_can_be_picked_by_hand(new_ticket, mei, omar, ines):
    ticket = new_ticket(5)
    debt = services.pick_ticket(ticket.pk, by=omar)
    assert (debt.reason, debt.owner, debt.picked_by) == ("picked", mei, omar)
    assert services.pick_ticket(ticket.pk, by=mei).pk == debt.pk
    assert services.forget_debt(ticket.pk, by=mei) is False  # picked stays picked
    with clock.set_to(clock.now() + 30 * HOUR):
        assert services.owe_case(ticket.pk, by=mei, at=clock.now()).due_at > debt.due_at


def test_a_lead_may_forgive_or_hand_on(debt, mei, omar, stranger):
    with pytest.raises(Refused):
        services.waive_debt(debt.pk, reason="x", by=mei)
    services.hand_debt(debt.pk, owner=omar, by=omar)
    assert Notice.objects.filter(member=omar, kind="case_handed").exists()
    with pytest.raises(Refused):
        services.hand_debt(debt.pk, owner=stranger, by=omar)
    with pytest.raises(Refused):
        services.waive_debt(debt.pk, reason=" ", by=omar)
    services.waive_debt(debt.pk, reason="the same as T-1", by=omar)
    assert not asked.open_debts(omar).exists()
    with pytest.raises(Refused):
        services.waive_debt(debt.pk, reason="again", by=omar)


def test_who_owes_is_reminded_once_before_and_once_after(debt, mei, omar, workspace):
    def after(hours):
        with clock.set_to(debt.owed_at + hours * HOUR):
            return tasks.remind()

    assert [after(10), after(21), after(22), after(25), after(26)] == [0, 1, 0, 1, 0]
    assert after(49) == 1 and Notice.objects.get(member=omar).kind == "case_escalated"
    told = list(Notice.objects.filter(member=mei).order_by("pk").values_list("kind", flat=True))
    assert told == ["case_owed", "case_due", "case_late"]


def test_one_sees_ones_own_debts_and_a_lead_the_teams(debt, mei, omar, ines, stranger):
    counts = [debts_seen_by(one).count() for one in (mei, omar, ines, stranger)]
    assert counts == [1, 1, 0, 0]


def test_the_share_on_time_counts_what_came_due(new_ticket, mei, omar):
    now = clock.now()
    for number, paid, due in ((1, -2, -1), (2, -1, -2), (3, None, -5), (4, None, 5), (5, -40 * 24, -39 * 24)):
        CaseDebt.objects.create(
            workspace_id=mei.workspace_id, ticket=new_ticket(number), reason="claim", owner=mei, owed_at=now,
            due_at=now + due * HOUR, paid_at=now + paid * HOUR if paid else None,
        )  # fmt: skip
    whole_team, (one,) = asked.on_time(omar)
    assert (one.owner, one.on_time, one.due, one.waiting, one.late) == (mei, 1, 3, 2, 1)
    assert whole_team.share == pytest.approx(1 / 3)
    assert asked.on_time(mei)[0].due == 3


def test_nothing_owed_is_no_share(omar):
    assert asked.on_time(omar)[0].share is None


def test_a_state_is_what_counts_as_handed_in(claim, mei):
    services.draft_case(claim.pk, by=mei)
    assert not asked.paid_already(claim) and State.DRAFT == "draft"
