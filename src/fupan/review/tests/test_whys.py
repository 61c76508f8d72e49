"""The five whys: a tree that rests on evidence, where nothing is overwritten and nothing proved is deleted."""

import pytest

from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.review import hints, services
from fupan.review.models import Why, WhyState
from fupan.review.queries.whys import tree as tree_of


def refused(code, verb, *args, **more):
    with pytest.raises(Refused) as told:
        verb(*args, **more)
    assert told.value.code == code
    return str(told.value.message)


def test_the_first_why_is_what_happens_and_moves_the_problem_to_analysing(problem, mei):
    root = services.add_why(problem.pk, text="  Does not   charge ", by=mei)
    problem.refresh_from_db()
    assert (root.text, root.parent, problem.state) == ("Does not charge", None, "analysing")
    refused("has-root", services.add_why, problem.pk, text="Another", by=mei)
    refused("no-words", services.add_why, problem.pk, text=" ", parent=root.pk, by=mei)
    refused("no-parent", services.add_why, problem.pk, text="x", parent=10**6, by=mei)
    refused("too-long", services.add_why, problem.pk, text="x" * 301, parent=root.pk, by=mei)


def test_two_at_once_never_overwrite_each_other(tree, mei, omar):
    _root, why, _leaf = tree
    services.edit_why(why.pk, text="The board locks itself", version=1, by=omar)
    words = refused("changed-meanwhile", services.edit_why, why.pk, text="Mine", version=1, by=mei)
    assert "The board locks itself" in words
    assert services.edit_why(why.pk, text="Mine", version=2, by=mei).text == "Mine"


def test_a_cause_without_evidence_is_a_guess(tree, omar, labels):
    leaf = tree[2]
    refused("no-evidence", services.confirm_cause, leaf.pk, cause="supplier_batch", department=None, by=omar)
    services.add_evidence(leaf.pk, kind="note", label="ECN-77", by=omar)
    refused("no-cause", services.confirm_cause, leaf.pk, cause="nonsense", department=None, by=omar)
    confirmed = services.confirm_cause(leaf.pk, cause="supplier_batch", department=None, by=omar)
    assert (confirmed.state, confirmed.department.code) == (WhyState.CONFIRMED, "purchasing")
    assert Event.objects.get(name="review.cause_confirmed").data == {"why": leaf.pk, "cause": "supplier_batch"}


def test_only_the_last_why_of_a_branch_is_a_cause(tree, omar, labels):
    root, why, _leaf = tree
    services.add_evidence(why.pk, kind="note", label="seen", by=omar)
    refused("not-a-leaf", services.confirm_cause, why.pk, cause="manual", department=None, by=omar)
    refused("root", services.confirm_cause, root.pk, cause="manual", department=None, by=omar)


def test_an_agent_asks_and_proves_but_does_not_decide(tree, mei, labels):
    leaf = tree[2]
    services.add_evidence(leaf.pk, kind="note", label="seen", by=mei)
    refused("not-allowed", services.confirm_cause, leaf.pk, cause="manual", department=None, by=mei)
    refused("not-allowed", services.rule_out, leaf.pk, reason="no", by=mei)


def test_a_branch_is_ruled_out_with_a_reason_and_kept(tree, omar):
    root, why, leaf = tree
    refused("no-reason", services.rule_out, leaf.pk, reason=" ", by=omar)
    refused("root", services.rule_out, root.pk, reason="x", by=omar)
    services.rule_out(leaf.pk, reason="Another cable does not help", by=omar)
    assert Why.objects.get(pk=leaf.pk).reason == "Another cable does not help"
    refused("ruled-out", services.add_why, leaf.problem_id, text="x", parent=leaf.pk, by=omar)
    refused("built-on", services.drop_why, leaf.pk, by=omar)
    assert services.unconfirm(leaf.pk, by=omar).state == WhyState.OPEN
    assert services.rule_out(why.pk, reason="measured", by=omar).state == WhyState.RULED_OUT


def test_a_confirmed_cause_holds_its_branch_and_its_evidence(tree, omar, labels):
    _root, why, leaf = tree
    piece = services.add_evidence(leaf.pk, kind="note", label="ECN-77", by=omar)
    services.confirm_cause(leaf.pk, cause="supplier_batch", department=None, by=omar)
    refused("confirmed-below", services.rule_out, why.pk, reason="x", by=omar)
    refused("last-evidence", services.drop_evidence, piece.pk, by=omar)
    refused("confirmed", services.add_why, leaf.problem_id, text="x", parent=leaf.pk, by=omar)
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
    refused("circle", services.move_why, other.pk, parent=leaf.pk, by=omar)
    refused("root", services.move_why, root.pk, step=1, by=omar)
    assert why.children.count() == 0


def test_a_tree_goes_seven_whys_deep(problem, omar):
    last = services.add_why(problem.pk, text="0", by=omar)
    for depth in range(7):
        last = services.add_why(problem.pk, text=str(depth + 1), parent=last.pk, by=omar)
    refused("too-deep", services.add_why, problem.pk, text="8", parent=last.pk, by=omar)
    assert tree_of(omar, problem).columns == 7


def test_evidence_is_tickets_a_link_or_a_note(tree, mei, make_ticket, stranger):
    leaf = tree[2]
    make_ticket(48302)
    held = services.add_evidence(leaf.pk, kind="tickets", tickets=[48302, 48302, 99], by=mei)
    assert list(held.tickets.values_list("number", flat=True)) == [48302]
    services.add_evidence(leaf.pk, kind="link", url="https://docs.example.com/ecn-77", label="ECN-77", by=mei)
    refused("no-address", services.add_evidence, leaf.pk, kind="link", url="javascript:alert(1)", by=mei)
    refused("no-words", services.add_evidence, leaf.pk, kind="note", by=mei)
    refused("no-tickets", services.add_evidence, leaf.pk, kind="tickets", tickets=[99], by=mei)
    refused("no-tickets", services.add_evidence, leaf.pk, kind="tickets", by=mei)
    refused("no-value", services.add_evidence, leaf.pk, kind="number", metric="incident_rate", slice="", by=mei)
    refused("not-a-slice", services.add_evidence, leaf.pk, kind="number", slice="colour=red", by=mei)
    refused("no-such-kind", services.add_evidence, leaf.pk, kind="rumour", by=mei)
    with pytest.raises(Why.DoesNotExist):
        services.add_evidence(leaf.pk, kind="note", label="x", by=stranger)


def test_an_earlier_round_is_kept_as_it_was(tree, omar):
    leaf = tree[2]
    services.start_round(leaf.problem_id, opening="person", told={}, by=omar)
    refused("earlier-round", services.edit_why, leaf.pk, text="x", version=1, by=omar)
    leaf.problem.refresh_from_db()
    assert tree_of(omar, leaf.problem).root is None
    assert tree_of(omar, leaf.problem, 1).root.children[0].children[0].why == leaf


def test_the_tree_of_a_closed_problem_is_not_edited(tree, omar):
    leaf = tree[2]
    services.accept_risk(leaf.problem_id, reason="x", by=omar)
    refused("closed", services.edit_why, leaf.pk, text="x", version=1, by=omar)
    refused("closed", services.add_why, leaf.problem_id, text="x", parent=leaf.pk, by=omar)


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
