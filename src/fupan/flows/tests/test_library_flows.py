"""What was decided, found and measured reaches the library; each delivered twice ends in the same state."""

from datetime import date

import pytest

from fupan.action.models import Action
from fupan.core import clock, events
from fupan.flows.cause_to_proposal import put_cause_forward
from fupan.flows.meeting_to_proposals import look_for_like_tickets, put_decisions_forward
from fupan.flows.verdict_to_library import prove_its_cases, put_verdict_forward
from fupan.library import services as library
from fupan.library.models import Case, Proposal
from fupan.library.tests.conftest import named, new_ticket, publish, ticket, whole  # noqa: F401
from fupan.notify.models import Notice
from fupan.review import services
from fupan.review.models import AgendaItem, Entry, Meeting, ProblemTicket

FIGURES = {"verdict": "effective", "change": -0.28, "low": -0.41, "high": -0.12, "check": 5}


@pytest.fixture
def problem(named, omar):  # noqa: F811
    return services.open_problem(title="A20 won't charge", slice="issue_type=wont_charge&product=A20", by=omar)


@pytest.fixture
def action(workspace, problem, omar):
    return Action.objects.create(
        workspace=workspace, number=97, type="supplier", title="Stop batch 2609", owner=omar, problem=problem,
        created_at=clock.now(), state="done", deadline=date(2026, 12, 1), carried_on=date(2026, 10, 1),
        metric="incident_rate", change=-0.3,
    )  # fmt: skip


@pytest.fixture
def case(named, mei, omar, problem):  # noqa: F811
    made = publish(library.create_case(whole(), by=mei), mei, omar)
    return library.refer(made.pk, kind="problem", ref_id=problem.number, title="x", by=None)


def judged(action, **more):
    told = {**FIGURES, **more, "action": action.pk, "problem": action.problem_id}
    return events.record("verification.decided", action, by=None, **told)


def confirmed(problem, omar, ticket):  # noqa: F811
    root = services.add_why(problem.pk, text="Does not charge", by=omar)
    leaf = services.add_why(problem.pk, text="The board locks", parent=root.pk, by=omar)
    services.add_evidence(leaf.pk, kind="tickets", tickets=[ticket.number], by=omar)
    services.confirm_cause(leaf.pk, cause="batch", department=None, by=omar)
    return events.Event.objects.get(name="review.cause_confirmed")


def test_a_verdict_becomes_evidence_of_the_case_once_and_its_author_hears_of_it(action, case, mei):
    event = judged(action)
    for _twice in range(2):
        prove_its_cases(event)
    case.refresh_from_db()
    assert [(one["kind"], one["id"], one.get("verdict")) for one in case.refs] == [
        ("problem", action.problem.number, None), ("action", 97, "effective"),
    ]  # fmt: skip
    word = Notice.objects.get(kind="case_proved")
    assert (word.member, word.context["verdict"], word.context["change"]) == (mei, "Effective", "−28\u2009% [−41, −12]")


def test_a_verdict_changed_by_late_rows_replaces_what_the_case_said(action, case):
    prove_its_cases(judged(action))
    prove_its_cases(judged(action, verdict="inconclusive", change=None))
    case.refresh_from_db()
    assert [one["verdict"] for one in case.refs if one["kind"] == "action"] == ["inconclusive"]


def test_a_case_of_the_problems_tickets_is_proved_too(action, ticket, problem, mei, omar):  # noqa: F811
    ProblemTicket.objects.create(problem=problem, ticket=ticket, by=omar, at=clock.now())
    made = library.draft_case(ticket.pk, by=mei)
    prove_its_cases(judged(action))
    assert Case.objects.get(pk=made.pk).refs[0]["title"] == "A-097 Stop batch 2609"


@pytest.mark.parametrize(("verdict", "outcome"), [("effective", "success"), ("harmful", "failed")])
def test_a_verdict_without_a_case_puts_one_forward(action, omar, verdict, outcome):
    event = judged(action, verdict=verdict)
    for _twice in range(2):
        put_verdict_forward(event)
    one = Proposal.objects.get()
    assert (one.title, one.words["outcome"], one.product.code) == ("A20 won't charge", outcome, "A20")
    drafted = library.accept_proposal(one.pk, by=omar).case
    assert drafted.outcome == outcome and "Stop batch 2609" in (drafted.suggestion + drafted.avoid)


def test_with_a_case_or_without_enough_data_nothing_is_put_forward(action, case):
    put_verdict_forward(judged(action))
    put_verdict_forward(judged(action, verdict="inconclusive"))
    assert not Proposal.objects.exists()


def test_changed_words_that_did_not_help_are_to_be_changed_again(action, case):
    Action.objects.update(type="template", detail="Say first that nothing comes back")
    put_verdict_forward(judged(action, verdict="not_effective"))
    one = Proposal.objects.get()
    assert (one.kind, one.words["text"]) == ("template", "Say first that nothing comes back")


def test_a_confirmed_cause_puts_a_case_forward_with_its_chain_and_tickets(problem, ticket, omar):  # noqa: F811
    event = confirmed(problem, omar, ticket)
    for _twice in range(2):
        put_cause_forward(event)
    one = Proposal.objects.get()
    assert (one.cause.code, one.size, one.words["cause_text"]) == ("batch", 1, "Does not charge\nThe board locks")
    assert one.refs == [{"kind": "problem", "id": 1, "title": "P-001 A20 won't charge"}]


def test_a_case_of_the_problem_makes_the_proposal_needless(problem, case, ticket, omar):  # noqa: F811
    put_cause_forward(confirmed(problem, omar, ticket))
    assert not Proposal.objects.exists()


def test_decisions_of_a_review_are_put_forward_by_what_they_speak_of(workspace, problem, omar):
    meeting = Meeting.objects.create(
        workspace=workspace, period="2026-W46", state="ended", planned_at=clock.now(), host=omar
    )
    item = AgendaItem.objects.create(meeting=meeting, position=1, code="deep_dive", minutes=30, problem=problem)
    for text, of in (
        ("Stop the batch", item),
        ("发票的话术要改", None),
        ("写一份避坑指南", item),
        ("Lunch at noon", None),
    ):
        Entry.objects.create(meeting=meeting, kind="decision", text=text, item=of, by=omar, at=clock.now())
    Entry.objects.create(meeting=meeting, kind="minute", text="a template", item=item, by=omar, at=clock.now())
    event = events.record("review.meeting_ended", meeting, by=omar)
    for _twice in range(2):
        put_decisions_forward(event)
        look_for_like_tickets(event)
    told = {one.kind: one for one in Proposal.objects.all()}
    assert set(told) == {"case", "template", "pitfall"}
    assert told["case"].words["lessons"] == "Stop the batch" and told["pitfall"].issue_type.code == "wont_charge"
    assert Notice.objects.filter(kind="proposals", member=omar).count() == 1
