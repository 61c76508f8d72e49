"""The five whys: a tree that rests on evidence, where nothing is overwritten and nothing proved is deleted."""

import pytest

from fupan.core.models import Event
from fupan.review import hints, services
from fupan.review.models import Why, WhyState
from fupan.review.queries.whys import tree as tree_of
from tests.support.refusals import refusal, refused


def test_the_first_why_is_what_happens_and_moves_the_problem_to_analysing(problem, mei):
    root = services.add_why(problem.pk, text="  Does not   charge ", by=mei)
    problem.refresh_from_db()
    assert (root.text, root.parent, problem.state) == ("Does not charge", None, "analysing")
    assert refused(services.add_why, problem.pk, text="Another", by=mei) == "has-root"
    assert refused(services.add_why, problem.pk, text=" ", parent=root.pk, by=mei) == "no-words"
    assert refused(services.add_why, problem.pk, text="x", parent=10**6, by=mei) == "no-parent"
    assert refused(services.add_why, problem.pk, text="x" * 301, parent=root.pk, by=mei) == "too-long"


def test_two_at_once_never_overwrite_each_other(tree, mei, omar):
    _root, why, _leaf = tree
    services.edit_why(why.pk, text="The board locks itself", version=1, by=omar)
    said = refusal(services.edit_why, why.pk, text="Mine", version=1, by=mei)
    assert said.code == "changed-meanwhile"
    words = str(said.message)
    assert "The board locks itself" in words
    assert services.edit_why(why.pk, text="Mine", version=2, by=mei).text == "Mine"


def test_a_cause_without_evidence_is_a_guess(tree, omar, labels):
    leaf = tree[2]
    assert refused(services.confirm_cause, leaf.pk, cause="supplier_batch", department=None, by=omar) == "no-evidence"
    services.add_evidence(leaf.pk, kind="note", label="ECN-77", by=omar)
    assert refused(services.confirm_cause, leaf.pk, cause="nonsense", department=None, by=omar) == "no-cause"
    confirmed = services.confirm_cause(leaf.pk, cause="supplier_batch", department=None, by=omar)
    assert (confirmed.state, confirmed.department.code) == (WhyState.CONFIRMED, "purchasing")
    assert Event.objects.get(name="review.cause_confirmed").data == {"why": leaf.pk, "cause": "supplier_batch"}


def test_only_the_last_why_of_a_branch_is_a_cause(tree, omar, labels):
    root, why, _leaf = tree
    services.add_evidence(why.pk, kind="note", label="seen", by=omar)
    assert refused(services.confirm_cause, why.pk, cause="manual", department=None, by=omar) == "not-a-leaf"
    assert refused(services.confirm_cause, root.pk, cause="manual", department=None, by=omar) == "root"


def test_an_agent_asks_and_proves_but_does_not_decide(tree, mei, labels):
    leaf = tree[2]
    services.add_evidence(leaf.pk, kind="note", label="seen", by=mei)
    assert refused(services.confirm_cause, leaf.pk, cause="manual", department=None, by=mei) == "not-allowed"
    assert refused(services.rule_out, leaf.pk, reason="no", by=mei) == "not-allowed"


def test_a_branch_is_ruled_out_with_a_reason_and_kept(tree, omar):
    root, why, leaf = tree
    assert refused(services.rule_out, leaf.pk, reason=" ", by=omar) == "no-reason"
    assert refused(services.rule_out, root.pk, reason="x", by=omar) == "root"
    services.rule_out(leaf.pk, reason="Another cable does not help", by=omar)
    assert Why.objects.get(pk=leaf.pk).reason == "Another cable does not help"
    assert refused(services.add_why, leaf.problem_id, text="x", parent=leaf.pk, by=omar) == "ruled-out"
    assert refused(services.drop_why, leaf.pk, by=omar) == "built-on"
    assert services.unconfirm(leaf.pk, by=omar).state == WhyState.OPEN
    assert services.rule_out(why.pk, reason="measured", by=omar).state == WhyState.RULED_OUT


def test_a_confirmed_cause_holds_its_branch_and_its_evidence(tree, omar, labels):
    _root, why, leaf = tree
    piece = services.add_evidence(leaf.pk, kind="note", label="ECN-77", by=omar)
    services.confirm_cause(leaf.pk, cause="supplier_batch", department=None, by=omar)
    assert refused(services.rule_out, why.pk, reason="x", by=omar) == "confirmed-below"
    assert refused(services.drop_evidence, piece.pk, by=omar) == "last-evidence"
    assert refused(services.add_why, leaf.problem_id, text="x", parent=leaf.pk, by=omar) == "confirmed"
    services.unconfirm(leaf.pk, by=omar)
    services.drop_evidence(piece.pk, by=omar)
    services.drop_why(leaf.pk, by=omar)
    assert not Why.objects.filter(pk=leaf.pk).exists()


def test_whys_are_put_in_order_and_hung_elsewhere(tree, omar):
    root, why, leaf = tree
    other = services.add_why(root.problem_id, text="5 W chargers do not wake it", parent=root.pk, by=omar)
    services.move_why(other.pk, step=-1, by=omar)
    assert root.children.first().text == other.text
    services.move_why(leaf.pk, parent=other.pk, by=omar)
    assert list(other.children.all()) == [leaf]
    assert refused(services.move_why, other.pk, parent=leaf.pk, by=omar) == "circle"
    assert refused(services.move_why, root.pk, step=1, by=omar) == "root"
    assert why.children.count() == 0


def test_a_tree_goes_seven_whys_deep(problem, omar):
    last = services.add_why(problem.pk, text="0", by=omar)
    for depth in range(7):
        last = services.add_why(problem.pk, text=str(depth + 1), parent=last.pk, by=omar)
    assert refused(services.add_why, problem.pk, text="8", parent=last.pk, by=omar) == "too-deep"
    assert tree_of(omar, problem).columns == 7


def test_evidence_is_tickets_a_link_or_a_note(tree, mei, make_ticket, stranger):
    leaf = tree[2]
    make_ticket(48302)
    held = services.add_evidence(leaf.pk, kind="tickets", tickets=[48302, 48302, 99], by=mei)
    assert list(held.tickets.values_list("number", flat=True)) == [48302]
    services.add_evidence(leaf.pk, kind="link", url="https://docs.example.com/ecn-77", label="ECN-77", by=mei)
    assert refused(services.add_evidence, leaf.pk, kind="link", url="javascript:alert(1)", by=mei) == "no-address"
    assert refused(services.add_evidence, leaf.pk, kind="note", by=mei) == "no-words"
    assert refused(services.add_evidence, leaf.pk, kind="tickets", tickets=[99], by=mei) == "no-tickets"
    assert refused(services.add_evidence, leaf.pk, kind="tickets", by=mei) == "no-tickets"
    assert (
        refused(services.add_evidence, leaf.pk, kind="number", metric="incident_rate", slice="", by=mei) == "no-value"
    )
    assert refused(services.add_evidence, leaf.pk, kind="number", slice="colour=red", by=mei) == "not-a-slice"
    assert refused(services.add_evidence, leaf.pk, kind="rumour", by=mei) == "no-such-kind"
    with pytest.raises(Why.DoesNotExist):
        services.add_evidence(leaf.pk, kind="note", label="x", by=stranger)


def test_an_earlier_round_is_kept_as_it_was(tree, omar):
    leaf = tree[2]
    services.start_round(leaf.problem_id, opening="person", told={}, by=omar)
    assert refused(services.edit_why, leaf.pk, text="x", version=1, by=omar) == "earlier-round"
    leaf.problem.refresh_from_db()
    assert tree_of(omar, leaf.problem).root is None
    assert tree_of(omar, leaf.problem, 1).root.children[0].children[0].why == leaf


def test_the_tree_of_a_closed_problem_is_not_edited(tree, omar):
    leaf = tree[2]
    services.accept_risk(leaf.problem_id, reason="x", by=omar)
    assert refused(services.edit_why, leaf.pk, text="x", version=1, by=omar) == "closed"
    assert refused(services.add_why, leaf.problem_id, text="x", parent=leaf.pk, by=omar) == "closed"


@pytest.mark.parametrize(
    ("said", "better"),
    [
        ("张工没有做复检", "我们没有做复检"),
        ("换料时李经理没通知", "换料时我们没通知"),
        ("老陈忘了登记", "我们忘了登记"),
        ("Mei forgot the manual", "We forgot the manual"),
        ("because mei’s reply came late", "because our reply came late"),
    ],
)
def test_a_why_that_names_a_person_is_offered_in_our_words(said, better, workspace, mei):
    assert hints.hint(said, hints.names_of(workspace)).suggestion == better


@pytest.mark.parametrize(
    "said", ["电芯老化", "一周总计 31 起", "对方总是不回", "加工精度不足", "meiosis", "The board locks"]
)  # fmt: skip
def test_what_names_nobody_is_left_alone(said, workspace, mei):
    assert hints.hint(said, hints.names_of(workspace)) is None
