"""Articles: versions, approval, days, doubts, and going through them."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.library import contents, services, tasks
from fupan.library.models import CaseUse, State, VersionState
from fupan.library.policies import articles_seen_by, runs_seen_by
from fupan.library.queries.steps import course
from fupan.library.tests.conftest import article
from fupan.library.tests.test_contents import SOP, TREE
from fupan.notify.models import Notice

DAY = timedelta(days=1)


@pytest.fixture
def tree(named, omar, boss):
    return article("tree", contents.parse("tree", TREE), omar, boss, issue_type="wont_charge")


@pytest.fixture
def sop(named, omar, boss):
    return article("sop", contents.parse("sop", SOP), omar, boss)


def draft(text=SOP, **more):
    return services.ArticleDraft(**{"title": "Batteries", "body": contents.parse("sop", text)} | more)


# Versions


def test_an_article_shows_once_somebody_else_has_approved_it(named, omar, boss, mei):
    made = services.create_article("sop", draft(), by=omar)
    assert not articles_seen_by(mei).exists() and articles_seen_by(boss).exists()
    services.submit_version(made.pk, by=omar)
    assert Notice.objects.filter(member=boss, kind="article_review").exists()
    with pytest.raises(Refused) as refused:
        services.approve_version(made.pk, by=omar)
    assert refused.value.code == "not-the-reviewer"
    services.approve_version(made.pk, by=boss)
    made.refresh_from_db()
    assert (made.state, made.version, str(made)) == (State.PUBLISHED, 1, "SOP-01")
    assert articles_seen_by(mei).get() == made
    assert Notice.objects.filter(member=omar, kind="article_approved").exists()


def test_what_is_in_force_stays_until_the_next_version_is_approved(sop, omar, boss, published):
    services.save_version(sop.pk, draft(SOP + "\nOne more", cases=(published.number,), tags=("new",)), by=omar, stamp=0)
    sop.refresh_from_db()
    assert sop.version == 1 and len(sop.content["steps"]) == 2
    services.submit_version(sop.pk, by=omar)
    services.approve_version(sop.pk, by=boss)
    sop.refresh_from_db()
    assert (sop.version, len(sop.content["steps"]), sop.cases.get()) == (2, 3, published)
    assert [one.state for one in sop.versions.all()] == [VersionState.IN_FORCE, VersionState.PAST]
    assert [tag.name for tag in sop.tags.all()] == ["new"]


def test_two_editors_never_overwrite_each_other_unseen(sop, omar, boss):
    services.save_version(sop.pk, draft(), by=omar, stamp=0)
    with pytest.raises(Refused) as refused:
        services.save_version(sop.pk, draft(), by=boss, stamp=0)
    assert refused.value.code == "changed-meanwhile"
    assert services.save_version(sop.pk, draft(title="Both"), by=boss, stamp=1).stamp == 2


def test_an_approver_approves_what_they_have_read(sop, omar, boss):
    version = services.save_version(sop.pk, draft(), by=omar, stamp=0)
    services.submit_version(sop.pk, by=omar)
    with pytest.raises(Refused):
        services.approve_version(sop.pk, stamp=version.stamp + 1, by=boss)
    assert services.approve_version(sop.pk, stamp=version.stamp, by=boss).number == 2


def test_a_version_comes_into_force_on_its_day(named, omar, boss):
    made = services.create_article("sop", draft(effective_on=clock.today() + 3 * DAY), by=omar)
    services.submit_version(made.pk, by=omar)
    services.approve_version(made.pk, by=boss)
    tasks.age()
    made.refresh_from_db()
    assert made.version == 0
    with clock.set_to(clock.now() + 3 * DAY):
        assert tasks.age() == 1
    made.refresh_from_db()
    assert (made.version, made.state) == (1, State.PUBLISHED)


def test_a_version_is_sent_back_with_the_reason(named, omar, boss):
    made = services.create_article("sop", draft(), by=omar)
    services.submit_version(made.pk, by=omar)
    with pytest.raises(Refused):
        services.send_version_back(made.pk, remark="", by=boss)
    version = services.send_version_back(made.pk, remark="Which battery?", by=boss)
    made.refresh_from_db()
    assert (version.state, version.remark, made.state) == (VersionState.DRAFT, "Which battery?", State.DRAFT)
    with pytest.raises(Refused):
        services.approve_version(made.pk, by=boss)


@pytest.mark.parametrize(
    ("more", "why"),
    [({"title": " "}, "no-title"), ({"issue_type": "x"}, "not-in-the-tree"), ({"product": "x"}, "no-such-product"),
     ({"cases": (999,)}, "no-such-case"), ({"body": {"steps": []}}, "not-an-article")],
)  # fmt: skip
def test_what_is_not_known_is_refused(named, omar, more, why):
    with pytest.raises(Refused) as refused:
        services.create_article("sop", draft(**more), by=omar)
    assert refused.value.code == why


def test_an_agent_does_not_write_articles(named, mei):
    with pytest.raises(Refused):
        services.create_article("sop", draft(), by=mei)


# Later


def test_a_reader_flags_and_an_editor_settles(sop, mei, omar):
    with pytest.raises(Refused):
        services.flag_article(sop.pk, text=" ", by=mei)
    flag = services.flag_article(sop.pk, text="DHL takes them now", by=mei)
    assert Notice.objects.filter(member=omar, kind="article_flagged").exists()
    with pytest.raises(Refused):
        services.settle_flag(flag.pk, answer="mended", by=mei)
    assert services.settle_flag(flag.pk, answer="mended", by=omar).settled_by == omar
    with pytest.raises(Refused):
        services.settle_flag(flag.pk, answer="again", by=omar)


def test_articles_and_cases_are_put_up_for_a_check_on_their_day(named, omar, boss, published):
    made = article("sop", contents.parse("sop", SOP), omar, boss, expires_on=clock.today() + 10 * DAY)
    published.check_on = clock.today() + 10 * DAY
    published.save()
    with clock.set_to(clock.now() + 9 * DAY):
        assert tasks.age() == 0
    with clock.set_to(clock.now() + 10 * DAY):
        assert tasks.age() == 2 and tasks.age() == 0
    made.refresh_from_db()
    published.refresh_from_db()
    assert (made.state, made.state_reason) == (State.STALE, ":due") == (published.state, published.state_reason)
    services.confirm_article(made.pk, expires_on=clock.today() + 90 * DAY, by=omar)
    with pytest.raises(Refused):
        services.confirm_article(made.pk, expires_on=None, by=omar)


def test_an_article_nobody_used_for_half_a_year_wants_a_check(sop, tree, new_ticket, mei):
    with clock.set_to(clock.now() + 150 * DAY):
        services.use_article(tree.pk, ticket_id=new_ticket(1).pk, by=mei)
    with clock.set_to(clock.now() + 190 * DAY):
        tasks.age()
    sop.refresh_from_db()
    tree.refresh_from_db()
    assert (sop.state, sop.state_reason, tree.state) == (State.STALE, ":unused", State.PUBLISHED)


def test_an_archived_article_rests_and_comes_back_for_a_check(sop, omar):
    services.archive_article(sop.pk, reason="old", by=omar)
    for verb in (lambda: services.save_version(sop.pk, draft(), by=omar),
                 lambda: services.archive_article(sop.pk, reason="again", by=omar)):  # fmt: skip
        with pytest.raises(Refused):
            verb()
    assert services.restore_article(sop.pk, by=omar).state == State.STALE


# Step by step


def test_a_tree_is_gone_through_and_the_way_is_kept(tree, ticket, mei):
    run = services.start_run(tree.pk, ticket_id=ticket.pk, by=mei)
    assert services.start_run(tree.pk, ticket_id=ticket.pk, by=mei).pk == run.pk
    run = services.take_step(run.pk, at="1", choice=1, by=mei)
    run = services.take_step(run.pk, at="1.2", choice=0, by=mei)
    assert run.ended_at and [step["say"] for step in run.path] == ["No", "Four times"]
    assert CaseUse.objects.get(article=tree).ticket == ticket
    assert Event.objects.filter(name="library.run_ended").count() == 1
    with pytest.raises(Refused):
        services.take_step(run.pk, at=run.at_node, choice=0, by=mei)
    back = services.step_back(run.pk, by=mei)
    assert (back.at_node, back.ended_at, len(back.path)) == ("1.2", None, 1)


def test_two_people_at_one_step_do_not_both_answer_it(tree, ticket, mei, omar):
    run = services.start_run(tree.pk, ticket_id=ticket.pk, by=mei)
    services.take_step(run.pk, at="1", choice=1, by=mei)
    with pytest.raises(Refused) as refused:
        services.take_step(run.pk, at="1", choice=0, by=omar)
    assert refused.value.code == "changed-meanwhile"
    with pytest.raises(Refused):
        services.take_step(run.pk, at="1.2", choice=7, by=mei)


def test_a_trial_counts_nowhere_and_is_ones_own(tree, mei, omar):
    run = services.start_run(tree.pk, ticket_id=None, by=mei)
    services.take_step(run.pk, at="1", choice=0, by=mei)
    assert not CaseUse.objects.exists()
    assert runs_seen_by(mei).exists() and not runs_seen_by(omar).exists()


def test_a_run_keeps_the_version_it_began_with(sop, ticket, omar, boss, mei):
    run = services.start_run(sop.pk, ticket_id=ticket.pk, by=mei)
    services.save_version(sop.pk, draft("Only this"), by=omar, stamp=0)
    services.submit_version(sop.pk, by=omar)
    services.approve_version(sop.pk, by=boss)
    for at in ("1", "2"):
        run = services.take_step(run.pk, at=at, choice=0, by=mei)
    assert run.ended_at and run.version == 1


def test_steps_are_timed_so_that_the_slow_one_shows(sop, new_ticket, mei):
    for number, minutes in ((1, 4), (2, 8), (3, 60)):
        run = services.start_run(sop.pk, ticket_id=new_ticket(number).pk, by=mei)
        with clock.set_to(clock.now() + timedelta(minutes=minutes)):
            services.take_step(run.pk, at="1", choice=0, by=mei)
        with clock.set_to(clock.now() + timedelta(minutes=minutes + 1)):
            services.take_step(run.pk, at="2", choice=0, by=mei)
    told = course(sop).steps
    assert [(row.node, row.runs, row.minutes) for row in told] == [("1", 3, 8), ("2", 3, 1)]


def test_a_pitfall_guide_is_not_gone_through(named, omar, boss, mei):
    made = article("faq", {"items": [{"q": "Why?", "a": "So."}]}, omar, boss)
    with pytest.raises(Refused):
        services.start_run(made.pk, ticket_id=None, by=mei)
