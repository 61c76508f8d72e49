"""The life of a problem: opened once per slice, moved, closed with a verdict or a reason, started again."""

import pytest

from fupan.core import clock
from fupan.core.models import Event
from fupan.insight.models import Signal
from fupan.people.models import Member
from fupan.review import services
from fupan.review.models import Problem, ProblemState
from fupan.review.policies import problems_seen_by
from tests.support.refusals import refusal, refused

SLICE = "batch=2609&issue_type=wont_charge&product=A20"
EFFECTIVE = {"verdict": "effective", "change": -0.41, "low": -0.58, "high": -0.2, "action": 7, "prevented": 63.0}


def signal_of(workspace, **more):
    told = {
        "kind": "outbreak", "slice": SLICE, "week": 202644, "last_week": 202646, "observed": 21, "expected": 5.2,
        "upper": 15.8, "excess": 15.8, "pvalue": 0.0002, "score": 6, "opened_at": clock.now(),
    }  # fmt: skip
    return Signal.objects.create(workspace=workspace, **told | more)


def test_a_problem_opens_with_its_first_round_and_a_number(problem, omar):
    assert (str(problem), problem.state, problem.opened_by) == ("P-001", ProblemState.OPEN, omar)
    assert [(one.number, one.opening) for one in problem.rounds.all()] == [(1, "first")]
    event = Event.objects.get(name="review.problem_opened")
    assert (event.subject_id, event.actor_id) == (problem.pk, omar.pk)


def test_conditions_are_kept_in_one_order(omar):
    opened = services.open_problem(title="x", slice="product=A20&issue_type=late", by=omar)
    assert opened.slice == "issue_type=late&product=A20"


def test_the_same_slice_has_one_open_problem_which_the_refusal_names(problem, omar):
    said = refusal(services.open_problem, title="again", slice=SLICE, by=omar)
    assert said.code == "already-open"
    words = str(said.message)
    assert "P-001" in words
    assert "A20 won't charge" in words
    other = services.open_problem(title="returns of it", slice=SLICE, metric="return_rate", by=omar)
    assert other.number == 2


def test_everything_is_never_the_same_slice(omar):
    services.open_problem(title="one", slice="", by=omar)
    assert services.open_problem(title="two", slice="", by=omar).number == 2


def test_nonsense_is_refused_in_words(omar, mei):
    assert refused(services.open_problem, title="  ", slice="", by=omar) == "no-title"
    assert refused(services.open_problem, title="x", slice="colour=red", by=omar) == "not-a-slice"
    assert refused(services.open_problem, title="x", slice="", metric="joy", by=omar) == "no-such-metric"
    assert refused(services.open_problem, title="x", slice="", by=mei) == "not-allowed"
    assert not Problem.objects.exists()


def test_the_product_itself_opens_one_from_a_signal(workspace):
    opened = services.open_problem(title="x", slice=SLICE, by=None, origin="signal", signal=signal_of(workspace))
    assert (opened.workspace, opened.opened_by) == (workspace, None)


def test_a_signal_or_an_owner_of_another_seller_is_refused(omar, stranger):
    theirs = signal_of(stranger.workspace)
    assert refused(services.open_problem, title="x", slice=SLICE, by=omar, signal=theirs) == "other-workspace"
    assert refused(services.open_problem, title="x", slice="", by=omar, owner=stranger) == "not-a-member"


def test_who_sees_one_shop_opens_none_about_another(omar, shop, shopee):
    Member.objects.filter(pk=omar.pk).update(shop_ids=[shop.pk])
    omar.refresh_from_db()
    assert refused(services.open_problem, title="x", slice="shop=Shopee MY", by=omar) == "not-yours"
    assert services.open_problem(title="x", slice="shop=Amazon DE", by=omar).pk


def test_editing_is_refused_when_somebody_was_faster(problem, omar, boss):
    told = {"metric": "incident_rate", "selection_weeks": [202646]}
    services.edit_problem(problem.pk, title="Theirs", version=1, by=boss, **told)
    said = refusal(services.edit_problem, problem.pk, title="Mine", version=1, by=omar, **told)
    assert said.code == "changed-meanwhile"
    words = str(said.message)
    assert "Theirs" in words
    services.edit_problem(problem.pk, title="Mine", version=2, by=omar, **told)
    problem.refresh_from_db()
    assert (problem.title, problem.version, problem.selection_weeks) == ("Mine", 3, [202646])


def test_it_is_owned_by_a_colleague_or_by_nobody(problem, omar, ines):
    assert services.set_owner(problem.pk, owner=ines, by=omar).owner == ines
    assert services.set_owner(problem.pk, owner=None, by=omar).owner is None
    assert [event.data["owner"] for event in Event.objects.filter(name="review.problem_owned").order_by("pk")] == [
        ines.pk,
        None,
    ]


def test_it_moves_among_its_steps_and_closes_by_other_doors(problem, omar):
    services.move_problem(problem.pk, state="acting", by=omar)
    event = Event.objects.get(name="review.problem_moved")
    assert event.data == {"from": "open", "to": "acting"}
    assert refused(services.move_problem, problem.pk, state="solved", by=omar) == "not-a-step"
    assert refused(services.move_problem, problem.pk, state="sunny", by=omar) == "not-a-step"
    services.move_problem(problem.pk, state="acting", by=omar)
    assert Event.objects.filter(name="review.problem_moved").count() == 1


def test_a_risk_is_accepted_with_a_reason(problem, omar):
    assert refused(services.accept_risk, problem.pk, reason=" ", by=omar) == "no-reason"
    accepted = services.accept_risk(problem.pk, reason="The line ends in spring", by=omar)
    assert (accepted.state, accepted.reason) == ("accepted", "The line ends in spring")
    assert accepted.rounds.get().outcome == {"reason": "The line ends in spring"}
    assert refused(services.accept_risk, problem.pk, reason="again", by=omar) == "closed"


def test_it_is_solved_by_an_effective_verdict(problem, ines):
    services.note_verdict(problem.pk, outcome=EFFECTIVE, by=None)
    solved = services.solve_problem(problem.pk, outcome={}, by=ines)
    assert (solved.state, solved.rounds.get().closed_at is not None) == ("solved", True)
    assert Event.objects.get(name="review.problem_solved").data["verdict"] == "effective"


def test_without_a_verdict_only_a_lead_closes_it_and_says_why(problem, ines, omar):
    assert refused(services.solve_problem, problem.pk, outcome={}, reason="gone", by=ines) == "no-verdict"
    assert refused(services.solve_problem, problem.pk, outcome={"verdict": "inconclusive"}, by=omar) == "no-reason"
    solved = services.solve_problem(problem.pk, outcome={}, reason="We sell it no more", by=omar)
    assert solved.reason == "We sell it no more"


def test_the_strongest_verdict_of_a_round_stands_for_it(problem):
    services.note_verdict(problem.pk, outcome={"verdict": "inconclusive", "action": 5}, by=None)
    services.note_verdict(problem.pk, outcome=EFFECTIVE, by=None)
    services.note_verdict(problem.pk, outcome={"verdict": "harmful", "action": 9}, by=None)
    services.note_verdict(problem.pk, outcome=EFFECTIVE, by=None)
    outcome = problem.rounds.get().outcome
    assert (outcome["verdict"], [one["action"] for one in outcome["verdicts"]]) == ("effective", [7, 9, 5])
    assert Event.objects.filter(name="review.verdict_noted").count() == 3


def test_another_round_reopens_a_closed_problem(problem, omar):
    services.solve_problem(problem.pk, outcome=EFFECTIVE, by=omar)
    again = services.start_round(problem.pk, opening="person", told={"reason": "back"}, by=omar)
    assert (again.round, again.state, again.closed_at) == (2, "open", None)
    assert [one.number for one in again.rounds.all()] == [2, 1]
    assert Event.objects.get(name="review.round_started").data["reopened"] is True


def test_a_round_after_a_verdict_goes_back_to_analysing(problem, omar):
    services.move_problem(problem.pk, state="verifying", by=omar)
    assert services.start_round(problem.pk, opening="verdict", told={}, by=None).state == "analysing"


def test_a_closed_one_does_not_come_back_beside_an_open_twin(problem, omar):
    services.solve_problem(problem.pk, outcome=EFFECTIVE, by=omar)
    services.open_problem(title="twin", slice=SLICE, by=omar)
    said = refusal(services.start_round, problem.pk, opening="person", told={}, by=omar)
    assert said.code == "already-open"
    words = str(said.message)
    assert "P-002" in words


def test_tickets_are_linked_once_and_taken_out(problem, mei, make_ticket, stranger):
    first, second = make_ticket(1), make_ticket(2)
    assert services.link_tickets(problem.pk, ticket_ids=[first.pk, second.pk], by=mei) == 2
    assert services.link_tickets(problem.pk, ticket_ids=[first.pk], by=mei) == 0
    services.unlink_ticket(problem.pk, ticket_id=first.pk, by=mei)
    assert [one.ticket for one in problem.links.all()] == [second]
    assert refused(services.link_tickets, problem.pk, ticket_ids=[10**6], by=mei) == "no-tickets"
    assert refused(services.link_tickets, problem.pk, ticket_ids=range(501), by=mei) == "too-many"


def test_a_stranger_finds_nothing(problem, stranger):
    assert not problems_seen_by(stranger).exists()
    with pytest.raises(Problem.DoesNotExist):
        services.move_problem(problem.pk, state="acting", by=stranger)
    with pytest.raises(Problem.DoesNotExist):
        services.link_tickets(problem.pk, ticket_ids=[1], by=stranger)


def test_a_problem_about_money_is_for_those_who_see_money(omar, mei):
    services.open_problem(title="refunds", slice="", metric="refund_cost", by=omar)
    assert not problems_seen_by(mei).exists()
    assert problems_seen_by(omar).count() == 1
