"""What happens elsewhere reaches the problem; what a problem finds reaches tickets and those who reported them."""

from datetime import date

import pytest

from fupan.action.models import Action
from fupan.core import clock, events
from fupan.core.events import record
from fupan.desk.models import Cause, Message, Ticket
from fupan.notify.kinds import sentence
from fupan.notify.models import Notice, Topic
from fupan.people.models import Member, Role, User
from fupan.review import services
from fupan.review.models import ProblemState

SLICE = "batch=2609&issue_type=wont_charge&product=A20"
FIGURES = {"verdict": "effective", "change": -0.41, "low": -0.58, "high": -0.2, "prevented": 62.7, "week": 202703}


@pytest.fixture
def problem(omar):
    return services.open_problem(title="A20 won't charge", slice=SLICE, by=omar)


@pytest.fixture
def causes(workspace):
    return {
        code: Cause.objects.create(workspace=workspace, code=code, name_en=code, name_zh=code)
        for code in ("supplier_batch", "manual")
    }


@pytest.fixture
def tickets(workspace, shop, mei):
    return [
        Ticket.objects.create(
            workspace=workspace, shop=shop, number=number, outside_id=f"r-{number}", kind="inquiry", week=202646,
            opened_at=clock.now(), assignee=mei if number == 1 else None,
        )
        for number in (1, 2, 3)
    ]  # fmt: skip


@pytest.fixture
def act(workspace, problem, omar):
    def make(number, **more):
        told = {"state": "todo", "deadline": date(2026, 12, 1), "metric": "incident_rate", "change": -0.3}
        return Action.objects.create(
            workspace=workspace, number=number, type="supplier", title="x", owner=omar, problem=problem,
            created_at=clock.now(), **told | more,
        )  # fmt: skip

    return make


def tell(name, action, **more):
    record(name, action, by=None, problem=action.problem_id, action=action.pk, **more)
    events.drain()


def confirmed(problem, omar, cause="supplier_batch", numbers=(), text="leaf"):
    root = problem.whys.filter(parent=None).first() or services.add_why(problem.pk, text="what", by=omar)
    leaf = services.add_why(problem.pk, text=text, parent=root.pk, by=omar)
    if numbers:
        services.add_evidence(leaf.pk, kind="tickets", tickets=numbers, by=omar)
    else:
        services.add_evidence(leaf.pk, kind="note", label="seen", by=omar)
    services.confirm_cause(leaf.pk, cause=cause, department=None, by=omar)
    events.drain()
    return leaf


def causes_now():
    return dict(Ticket.objects.values_list("number", "cause_confirmed__code"))


# Causes to labels


def test_a_confirmed_cause_labels_its_evidence_and_what_is_linked(problem, omar, causes, tickets):
    services.link_tickets(problem.pk, ticket_ids=[tickets[1].pk], by=omar)
    confirmed(problem, omar, numbers=[1])
    assert causes_now() == {1: "supplier_batch", 2: "supplier_batch", 3: None}


def test_each_branch_labels_its_own_tickets(problem, omar, causes, tickets):
    confirmed(problem, omar, numbers=[1])
    confirmed(problem, omar, "manual", numbers=[2], text="other")
    assert causes_now() == {1: "supplier_batch", 2: "manual", 3: None}


def test_what_is_linked_or_held_up_later_is_labelled_too(problem, omar, causes, tickets):
    leaf = confirmed(problem, omar)
    services.link_tickets(problem.pk, ticket_ids=[tickets[0].pk], by=omar)
    services.add_evidence(leaf.pk, kind="tickets", tickets=[2], by=omar)
    events.drain()
    assert causes_now() == {1: "supplier_batch", 2: "supplier_batch", 3: None}


def test_a_cause_taken_up_again_takes_its_labels_along(problem, omar, causes, tickets):
    leaf = confirmed(problem, omar, numbers=[1])
    services.unconfirm(leaf.pk, by=omar)
    events.drain()
    assert causes_now()[1] is None


def test_told_twice_it_labels_once(problem, omar, causes, tickets):
    leaf = confirmed(problem, omar, numbers=[1])
    before = Ticket.objects.get(number=1).touched_at
    record("review.cause_confirmed", problem, by=omar, why=leaf.pk, cause="supplier_batch")
    events.drain()
    assert Ticket.objects.get(number=1).touched_at == before


# Actions and verdicts to the problem


def test_a_problem_acts_then_verifies(problem, act):
    first, second = act(1), act(2)
    tell("action.created", first)
    problem.refresh_from_db()
    assert problem.state == ProblemState.ACTING
    for action, state in ((first, ProblemState.ACTING), (second, ProblemState.VERIFYING)):
        Action.objects.filter(pk=action.pk).update(state="done", carried_on=date(2026, 11, 16))
        tell("action.carried_out", action)
        problem.refresh_from_db()
        assert problem.state == state


def test_what_was_not_carried_out_after_all_is_acting_again(problem, act):
    action = act(1)
    services.move_problem(problem.pk, state="verifying", by=None)
    tell("action.carry_undone", action)
    problem.refresh_from_db()
    assert problem.state == ProblemState.ACTING


def test_a_verdict_stays_with_its_round_and_offers_to_solve(problem, omar, ines, act):
    action = act(7, state="done", carried_on=date(2026, 11, 16))
    tell("verification.decided", action, **FIGURES)
    tell("verification.decided", action, **FIGURES)
    problem.refresh_from_db()
    outcome = problem.rounds.get().outcome
    assert problem.state == ProblemState.VERIFYING
    assert (outcome["verdict"], outcome["number"], len(outcome["verdicts"])) == ("effective", 7, 1)
    assert services.solve_problem(problem.pk, outcome={}, by=ines).state == ProblemState.SOLVED


def test_a_late_verdict_of_an_earlier_round_stays_there(problem, omar, act):
    action = act(7, state="done", carried_on=date(2026, 11, 16))
    services.start_round(problem.pk, opening="person", told={}, by=omar)
    tell("verification.decided", action, **FIGURES)
    problem.refresh_from_db()
    assert problem.state == ProblemState.ANALYSING
    assert problem.rounds.get(number=1).outcome["verdict"] == "effective"
    assert problem.rounds.get(number=2).outcome == {}


# It comes back


def come_back(problem, week=202710):
    record("verification.recurred", problem, by=None, problem=problem.pk, week=week, observed=14.0, upper=6.5)
    events.drain()
    problem.refresh_from_db()


def test_what_comes_back_opens_another_round_once(problem, omar):
    services.solve_problem(problem.pk, outcome=FIGURES, by=omar)
    events.drain()
    come_back(problem)
    come_back(problem)
    assert (problem.round, problem.state) == (2, ProblemState.OPEN)
    opened = problem.rounds.get(number=2)
    assert (opened.opening, opened.told["week"], opened.told["upper"]) == ("recurrence", 202710, 6.5)


def test_what_is_worked_on_under_another_number_is_left_alone(problem, omar):
    services.solve_problem(problem.pk, outcome=FIGURES, by=omar)
    services.open_problem(title="twin", slice=SLICE, by=omar)
    come_back(problem)
    assert problem.round == 1


def test_a_problem_under_way_does_not_come_back(problem):
    come_back(problem)
    assert problem.round == 1


# Word to those who reported it


def test_who_worked_on_its_tickets_hears_what_it_was_worth(problem, workspace, omar, mei, act, tickets):
    zh = User.objects.create_user(email="li@example.com", password="pass-word-12", name="李", language="zh-hans")
    li = Member.objects.create(workspace=workspace, user=zh, role=Role.AGENT)
    Message.objects.create(workspace=workspace, ticket=tickets[1], side="seller", author=li, at=clock.now())
    services.link_tickets(problem.pk, ticket_ids=[one.pk for one in tickets], by=omar)
    action = act(7, state="done", carried_on=date(2026, 11, 16))
    tell("verification.decided", action, **FIGURES)
    tell("verification.decided", action, **FIGURES)
    told = Notice.objects.filter(topic=Topic.PROBLEM)
    assert set(told.values_list("member__user__name", flat=True)) == {"mei", "omar", "李"}
    assert told.count() == 3
    notice = told.get(member=mei)
    assert notice.url == "/problems/1/"
    assert "T-1" in sentence(notice.kind, notice.context)
    assert "Effective −41" in sentence(notice.kind, notice.context)
    assert "63 cases prevented" in sentence(notice.kind, notice.context)


def test_other_verdicts_and_other_sellers_are_not_told(problem, omar, act, tickets, stranger):
    services.link_tickets(problem.pk, ticket_ids=[tickets[0].pk], by=omar)
    action = act(7, state="done", carried_on=date(2026, 11, 16))
    tell("verification.decided", action, **FIGURES | {"verdict": "inconclusive"})
    record("verification.decided", stranger.workspace, by=None, problem=problem.pk, action=action.pk, **FIGURES)
    events.drain()
    assert not Notice.objects.filter(topic=Topic.PROBLEM).exists()
