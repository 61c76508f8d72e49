"""What people say and do about a verdict, the watch over what was solved, and who may."""

import numpy as np
import pytest

from fupan.action.models import Action
from fupan.core import clock, weeks
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.insight.tests.world import instant
from fupan.notify.models import Notice
from fupan.review.models import Problem
from fupan.verification.models import Check, Look, Watch
from fupan.verification.services import choose_next, look, say_carried, start_watch, watch_all
from fupan.verification.tests.support import TREATED, counts, plant


@pytest.fixture
def judged(check):
    look(check.pk)
    check.refresh_from_db()
    return check


def turned(check, verdict):
    Look.objects.filter(check_of=check, final=True).update(verdict=verdict)


def refused(check, step, by, **more):
    with pytest.raises(Refused) as told:
        choose_next(check.pk, step, by=by, **more)
    return told.value.code


def test_a_word_stands_above_what_was_measured(judged, boss):
    say_carried(judged.pk, answer="partly", note="not yet in Japan", by=boss)
    judged.carrying.refresh_from_db()
    assert (judged.carrying.answer, judged.carrying.note, judged.carrying.by) == ("partly", "not yet in Japan", boss)
    assert Event.objects.filter(name="verification.carrying_said", actor_id=boss.pk).count() == 1


def test_half_done_needs_to_say_what_is_missing(judged, boss):
    with pytest.raises(Refused) as told:
        say_carried(judged.pk, answer="no", note=" ", by=boss)
    assert told.value.code == "no-note"
    with pytest.raises(Refused):
        say_carried(judged.pk, answer="perhaps", note="", by=boss)


def test_what_worked_closes_its_problem_and_is_copied(judged, boss):
    choose_next(judged.pk, "spread", by=boss, slices=["issue_type=size&product=B1"])
    problem = Problem.objects.get(pk=judged.action.problem_id)
    assert problem.state == "solved"
    copy = Action.objects.get(copied_from=judged.action)
    assert (copy.slice, copy.metric, copy.state) == ("issue_type=size&product=B1", "incident_rate", "todo")
    judged.refresh_from_db()
    assert judged.next_step == "spread"
    choose_next(judged.pk, "spread", by=boss, slices=["issue_type=size&product=B1"])
    assert Action.objects.filter(copied_from=judged.action).count() == 1  # the same step twice is one


def test_only_siblings_get_a_copy(judged, boss):
    assert refused(judged, "spread", boss, slices=["issue_type=size&product=Z9"]) == "not-a-sibling"
    assert Problem.objects.get(pk=judged.action.problem_id).state == "verifying"  # all or nothing


def test_what_did_not_work_is_not_spread_but_gets_another_round(judged, boss):
    turned(judged, "not_effective")
    assert refused(judged, "spread", boss) == "not-effective"
    choose_next(judged.pk, "round", by=boss)
    problem = Problem.objects.get(pk=judged.action.problem_id)
    assert (problem.round, problem.rounds.first().opening) == (2, "verdict")


def test_harm_is_taken_back_by_an_action_of_its_own(judged, boss):
    turned(judged, "harmful")
    choose_next(judged.pk, "withdraw", by=boss)
    made = Action.objects.get(copied_from=judged.action)
    assert made.title.startswith("Take back")
    assert made.problem_id == judged.action.problem_id


def test_the_owner_is_asked(judged, boss):
    choose_next(judged.pk, "chase", by=boss)
    notice = Notice.objects.get(kind="verdict_chase")
    assert notice.member_id == judged.action.owner_id


def test_a_verdict_that_is_in_does_not_wait(judged, boss):
    assert refused(judged, "wait", boss) == "decided"
    assert refused(judged, "dance", boss) == "not-a-step"


def test_without_a_verdict_there_is_no_next_round(check, boss):
    assert refused(check, "round", boss) == "no-verdict"


def test_an_agent_reads_and_the_owner_decides(judged, mei, ines):
    assert refused(judged, "chase", mei) == "not-allowed"
    choose_next(judged.pk, "chase", by=ines)
    judged.refresh_from_db()
    assert judged.next_step == "chase"


def test_a_stranger_finds_nothing(judged, stranger):
    with pytest.raises(Check.DoesNotExist):
        choose_next(judged.pk, "spread", by=stranger)
    with pytest.raises(Check.DoesNotExist):
        say_carried(judged.pk, answer="yes", note="", by=stranger)


# The watch


def solved(workspace, week):
    return Problem.objects.create(
        workspace=workspace, number=31, title="Sizes", slice=TREATED, state="solved", opened_at=clock.now(),
        closed_at=instant(week, 2),
    )  # fmt: skip


def test_a_solved_problem_is_watched_for_half_a_year_once(seller):
    problem = solved(seller, 202640)
    watch = start_watch(problem.pk)
    assert (watch.since, watch.until) == (202640, weeks.shift(202640, 26))
    assert start_watch(problem.pk).pk == watch.pk
    assert Event.objects.filter(name="verification.watch_started").count() == 1


def test_only_what_is_solved_is_watched(seller, action):
    assert start_watch(action.problem_id) is None
    assert start_watch(0) is None


def test_what_stays_quiet_says_nothing(seller, shop):
    plant(seller, shop, counts(change=0.0))
    watch = start_watch(solved(seller, 202640).pk)
    assert watch_all(seller) == 0
    watch.refresh_from_db()
    assert [one["week"] for one in watch.weeks] == weeks.between(202641, 202646)
    assert watch.closed_at is None


def test_what_comes_back_is_noticed_once(seller, shop):
    told = counts(change=0.0)
    told["A20", "size"] = np.concatenate([told["A20", "size"][:-1], [60]])
    plant(seller, shop, told)
    watch = start_watch(solved(seller, 202640).pk)
    assert watch_all(seller) == 1
    assert watch_all(seller) == 0
    event = Event.objects.get(name="verification.recurred")
    assert (event.data["problem"], event.data["week"], event.data["observed"]) == (watch.problem_id, 202646, 60)
    watch.refresh_from_db()
    assert watch.closed_at is not None


def test_solved_again_it_is_watched_anew(seller):
    problem = solved(seller, 202630)
    start_watch(problem.pk)
    Watch.objects.update(closed_at=clock.now())
    problem.closed_at = instant(202644, 2)
    problem.save()
    watch = start_watch(problem.pk)
    assert (watch.since, watch.closed_at) == (202644, None)
