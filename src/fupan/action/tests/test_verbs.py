"""The life of an action: decided, moved, carried out with proof, taken back, dropped; and who may do which."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fupan.action import services
from fupan.action.models import Action, ActionState
from fupan.action.tests.support import PNG, TODAY, carried, made, plan
from fupan.core.errors import Refused
from fupan.core.models import Attachment, Event
from fupan.notify.models import Notice
from tests.support.refusals import refused


def names(action):
    done = Event.objects.filter(subject_id=action.pk, name__startswith="action.").order_by("pk")
    return list(done.values_list("name", flat=True))


def test_an_action_is_numbered_owned_and_told_to_its_owner(goods, omar, ines, problem):
    first, second = made(omar, owner=ines, problem=problem), made(omar)
    assert [str(first), str(second)] == ["A-001", "A-002"]
    assert (first.problem, first.round, first.state) == (problem, 1, ActionState.TO_DO)
    assert names(first) == ["action.created"]
    assert list(Notice.objects.values_list("kind", "member")) == [("action_given", ines.pk)]


def test_what_it_hangs_on_is_of_the_same_workspace(goods, omar, stranger, workspace):
    from fupan.review.models import Problem

    theirs = Problem.objects.create(workspace=stranger.workspace, number=1, title="x", opened_at=omar.joined_at)
    assert refused(made, omar, problem=theirs) == "other-workspace"


def test_two_people_never_overwrite_each_other(goods, omar, ines):
    action = made(omar)
    services.edit_action(action.pk, plan=plan(omar, title="Add two wiring pictures to L2"), version=1, by=omar)
    with pytest.raises(Refused) as no:
        services.edit_action(action.pk, plan=plan(omar, title="Something else entirely"), version=1, by=ines)
    assert no.value.code == "changed-meanwhile"
    assert "Add two wiring pictures" in str(no.value.message)
    action.refresh_from_db()
    assert (action.title, action.version) == ("Add two wiring pictures to L2", 2)


def test_a_new_owner_hears_of_it_and_a_new_deadline_counts_from_anew(goods, omar, ines):
    action = made(omar)
    Action.objects.filter(pk=action.pk).update(escalated_at=action.created_at)
    services.edit_action(
        action.pk, plan=plan(ines, deadline=TODAY + timedelta(days=30)), version=action.version, by=omar
    )
    action.refresh_from_db()
    assert action.escalated_at is None
    assert Notice.objects.get(member=ines).kind == "action_given"


def test_a_deadline_that_passed_meanwhile_need_not_be_chosen_anew(goods, omar):
    action = made(omar, ago=20, deadline=TODAY - timedelta(days=3))
    services.edit_action(
        action.pk, plan=plan(omar, deadline=TODAY - timedelta(days=3), title="Add three wiring pictures"), version=1,
        by=omar,
    )  # fmt: skip
    action.refresh_from_db()
    assert action.title == "Add three wiring pictures"


def test_cards_are_moved_by_hand_between_to_do_and_under_way(goods, omar):
    first, second, third = (made(omar, deadline=TODAY + timedelta(days=days)) for days in (3, 6, 9))
    for one in (first, second, third):
        services.move_action(one.pk, state="doing", by=omar)
    services.move_action(third.pk, state="doing", before=first.pk, by=omar)
    services.move_action(first.pk, state="doing", after=second.pk, by=omar)
    order = Action.objects.filter(state="doing").order_by("position").values_list("number", flat=True)
    assert list(order) == [3, 2, 1]
    services.move_action(second.pk, state="todo", by=omar)
    assert names(second)[-1] == "action.moved"
    assert Event.objects.filter(name="action.moved").last().data == {"to": "todo", "from": "doing"}


def test_proof_and_verdict_are_doors_no_hand_opens(goods, omar):
    action = made(omar)
    assert refused(services.move_action, action.pk, state="done", by=omar) == "no-proof"
    assert refused(services.move_action, action.pk, state="verified", by=omar) == "verdict-only"
    assert refused(services.move_action, action.pk, state="dropped", by=omar) == "not-by-hand"
    assert refused(services.move_action, action.pk, state="heaven", by=omar) == "no-column"
    services.add_proof(action.pk, given=services.Given(text="seen"), by=omar)
    assert refused(services.move_action, action.pk, state="done", by=omar) == "no-day"
    carried(action, omar)
    assert refused(services.move_action, action.pk, state="todo", by=omar) == "carried-out"
    assert Action.objects.get(pk=action.pk).state == "done"


def test_it_is_carried_out_since_a_day_with_proof(goods, omar):
    action = made(omar)
    assert refused(services.carry_out, action.pk, day=TODAY, by=omar) == "no-proof"
    assert refused(services.carry_out, action.pk, day=TODAY + timedelta(days=1), by=omar) == "day-to-come"
    assert refused(services.carry_out, action.pk, day=TODAY - timedelta(days=400), by=omar) == "long-ago"
    upload = SimpleUploadedFile("before.png", PNG)
    services.carry_out(
        action.pk, day=TODAY - timedelta(days=2), given=services.Given(upload=upload, place="Amazon DE"), by=omar
    )
    action.refresh_from_db()
    assert (action.state, action.carried_on) == ("done", TODAY - timedelta(days=2))
    assert Attachment.objects.get().kind == "image/png"
    assert names(action)[-2:] == ["action.proof_added", "action.carried_out"]
    assert refused(services.carry_out, action.pk, day=TODAY, by=omar) == "not-open"


def test_carried_out_is_taken_back_until_there_is_a_verdict(goods, omar):
    action = carried(made(omar), omar)
    services.undo_carry_out(action.pk, by=omar)
    action.refresh_from_db()
    assert (action.state, action.carried_on, action.verdict) == ("doing", None, {})
    assert names(action)[-1] == "action.carry_undone"
    carried(action, omar)
    services.take_verdict(action.pk, told={"verdict": "effective", "week": 202646, "check": 1}, final=True)
    assert refused(services.undo_carry_out, action.pk, by=omar) == "not-done"


def test_what_is_being_checked_keeps_its_target(goods, omar):
    action = carried(made(omar), omar)
    assert refused(services.edit_action, action.pk, plan=plan(omar, change=-0.5), version=1, by=omar) == "target-frozen"
    services.edit_action(action.pk, plan=plan(omar, title="Another title for it"), version=1, by=omar)
    assert Action.objects.get(pk=action.pk).title == "Another title for it"


def test_dropping_and_blocking_want_a_reason(goods, omar):
    action = made(omar)
    assert refused(services.drop_action, action.pk, reason="  ", by=omar) == "no-reason"
    services.block(action.pk, reason="waits for the factory", by=omar)
    services.block(action.pk, reason="waits for the factory", by=omar)
    services.block(action.pk, reason="", by=omar)
    services.drop_action(action.pk, reason="the product is sold out", by=omar)
    assert names(action)[1:] == ["action.blocked", "action.unblocked", "action.dropped"]
    assert refused(services.drop_action, action.pk, reason="again", by=omar) == "not-open"
    assert refused(services.block, action.pk, reason="x", by=omar) == "not-open"
    assert refused(services.edit_action, action.pk, plan=plan(omar), version=1, by=omar) == "not-open"
    assert refused(services.add_proof, action.pk, given=services.Given(text="x"), by=omar) == "not-open"


@pytest.mark.parametrize(
    ("given", "code"),
    [(services.Given(), "no-proof"), (services.Given(place="DE"), "no-proof"),
     (services.Given(url="javascript:alert(1)"), "not-an-address"), (services.Given(url="ftp://x"), "not-an-address"),
     (services.Given(text="x", day=TODAY + timedelta(days=2)), "day-to-come"),
     (services.Given(upload=SimpleUploadedFile("x.png", b"<html>")), "file-not-allowed")],
)  # fmt: skip
def test_proof_is_a_file_a_link_or_a_note(goods, omar, given, code):
    action = made(omar)
    assert refused(services.add_proof, action.pk, given=given, by=omar) == code
    assert not action.proofs.exists()


def test_the_last_proof_of_what_was_carried_out_stays(goods, omar):
    action = carried(made(omar), omar)
    assert refused(services.drop_proof, action.proofs.get().pk, by=omar) == "last-proof"
    services.add_proof(action.pk, given=services.Given(url="https://a.example/x"), by=omar)
    services.drop_proof(action.proofs.first().pk, by=omar)
    assert action.proofs.get().kind == "link"


def test_steps_are_ticked_once_and_comments_reach_the_owner(goods, omar, ines, mei):
    action = made(omar, owner=ines)
    step = services.add_step(action.pk, text="Draw it", by=ines)
    services.tick_step(step.pk, done=True, by=ines)
    services.tick_step(step.pk, done=True, by=ines)
    services.tick_step(step.pk, done=False, by=ines)
    services.drop_step(step.pk, by=ines)
    services.add_comment(action.pk, text="Buyers ask for this daily", by=mei)
    assert refused(services.add_comment, action.pk, text="  ", by=mei) == "no-text"
    assert refused(services.add_step, action.pk, text="", by=ines) == "no-text"
    assert names(action)[1:] == [
        "action.step_added", "action.step_ticked", "action.step_unticked", "action.step_dropped", "action.commented"
    ]  # fmt: skip
    assert Notice.objects.filter(member=ines, kind="action_comment").count() == 1


def test_its_owner_its_department_and_the_host_move_it_nobody_else(goods, omar, ines, mei, purchasing, boss):
    from fupan.people.models import Member

    action = made(omar, owner=mei, department_id=purchasing.pk)
    services.move_action(action.pk, state="doing", by=mei)  # an agent, but the owner
    Member.objects.filter(pk=ines.pk).update(role="product")
    other = Member.objects.get(pk=ines.pk)
    assert refused(services.move_action, action.pk, state="todo", by=other) == "not-yours"
    assert refused(services.drop_action, action.pk, reason="x", by=other) == "not-yours"
    other.departments.add(purchasing)
    services.move_action(action.pk, state="todo", by=other)
    services.move_action(action.pk, state="doing", by=boss)
    assert Action.objects.get(pk=action.pk).state == "doing"


def test_a_stranger_finds_nothing(goods, omar, stranger):
    action = made(omar)
    for verb, more in (
        (services.move_action, {"state": "doing"}), (services.drop_action, {"reason": "x"}),
        (services.add_comment, {"text": "x"}), (services.carry_out, {"day": TODAY}),
        (services.make_guest_link, {"name": "x"}),
    ):  # fmt: skip
        with pytest.raises(Action.DoesNotExist):
            verb(action.pk, by=stranger, **more)


def test_a_subject_is_a_kind_and_a_number(goods, omar):
    assert made(omar, subject={"kind": "template", "id": 7}).subject == {"kind": "template", "id": 7}
    for odd in ({"kind": "x/y", "id": 1}, {"kind": "template", "id": "7"}, {"kind": 3, "id": 3}):
        assert refused(made, omar, subject=odd) == "not-a-subject"
