"""A case from its ticket to the library: filled in, without personal data, reviewed, kept up to date."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.library import services
from fupan.library.drafts import CaseDraft
from fupan.library.models import Case, CaseDebt, State
from fupan.library.policies import cases_seen_by, may_review_case
from fupan.library.queries.content import changes, content_of, filled_count, gaps
from fupan.library.queries.drafting import draft_of
from fupan.library.tests.conftest import WHOLE, publish, whole
from fupan.notify.models import Notice
from tests.support.personas import new_member


def events(name):
    return Event.objects.filter(name=name).count()


def code(refused):
    return refused.value.code


# Begun from a ticket


def test_a_draft_knows_what_the_ticket_tells(ticket, omar):
    case = services.draft_case(ticket.pk, by=omar)
    assert (case.issue_type.code, case.product.code, case.batch.code) == ("wont_charge", "A20", "2609")
    assert (case.cause.code, case.cause_confirmed, case.cause_guess.code) == ("batch", True, "misuse")
    assert (case.outcome, case.outcome_text) == ("success", "Refund, satisfaction 5 of 5")
    assert (str(case.cost), case.currency, case.took) == ("39.99", "EUR", timedelta(hours=19))
    assert [step["do"] for step in case.steps] == ["Ask for the batch", "Reply to the buyer", "Refund"]
    assert case.wording_language == case.quote_language == "de"
    assert case.state == State.DRAFT and case.links.get().source
    assert events("library.case_begun") == 1


def test_no_personal_data_gets_into_a_draft(ticket, omar):
    case = services.draft_case(ticket.pk, by=omar)
    everything = " ".join(str(value) for value in Case.objects.filter(pk=case.pk).values()[0].values())
    for told in ("Jonas", "Keller", "jonas@example.com", "7712345"):
        assert told not in everything
    assert "[name]" in case.wording and case.order_masked == "302-77•••••"
    assert case.demand.startswith("Die LED blinkt viermal.")


def test_a_second_click_finds_the_case_already_begun(ticket, mei, omar):
    first = services.draft_case(ticket.pk, by=mei)
    assert services.draft_case(ticket.pk, by=mei).pk == first.pk
    assert services.draft_case(ticket.pk, by=omar).pk == first.pk


def test_who_sees_no_money_begins_a_case_without_cost(ticket, mei):
    assert services.draft_case(ticket.pk, by=mei).cost is None


@pytest.mark.parametrize(
    ("more", "outcome"),
    [({"csat": 1}, "failed"), ({"stars": 2}, "failed"), ({"reopened": 1}, "partial"), ({"csat": 3}, "partial"),
     ({}, "success"), ({"state": "open", "resolved_at": None}, "")],
)  # fmt: skip
def test_the_outcome_is_guessed_from_how_the_ticket_ended(new_ticket, more, outcome):
    assert draft_of(new_ticket(1, **more)).outcome == outcome


def test_a_ticket_without_words_still_makes_a_draft(new_ticket, mei):
    case = services.draft_case(new_ticket(1, issue="").pk, by=mei)
    assert case.demand == "Lädt nicht" and not case.steps and "cause" in gaps(case)


# Written


def test_numbers_run_by_workspace(named, mei, stranger):
    first, second = (services.create_case(whole(), by=mei) for _time in range(2))
    other = services.create_case(CaseDraft(title="x"), by=stranger)
    assert [str(first), str(second), str(other)] == ["C-0001", "C-0002", "C-0001"]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": " "}, "no-title"), ({"issue_type": "nowhere"}, "not-in-the-tree"), ({"shop": 98765}, "no-such-shop"),
        ({"product": "Q9"}, "no-such-product"), ({"batch": "1999"}, "no-such-batch"),
        ({"cause": "x"}, "not-in-the-tree"), ({"outcome": "great"}, "no-such-outcome"),
    ],
)  # fmt: skip
def test_what_is_not_known_here_is_refused(named, mei, wrong, why):
    with pytest.raises(Refused) as refused:
        services.create_case(whole(**wrong), by=mei)
    assert code(refused) == why
    assert not Case.objects.exists()


def test_every_save_is_a_revision_that_can_be_compared(draft_case, mei):
    first = draft_case.revisions.get().content
    changed = services.edit_case(draft_case.pk, whole(lessons="Blinks tell all"), by=mei, version=1, note="shorter")
    newest = changed.revisions.first()
    assert (changed.version, newest.note) == (2, "shorter")
    (one,) = changes(first, newest.content)
    assert one.field == "lessons" and ("gone", "more than cables") in one.pieces


def test_saving_what_is_the_same_makes_no_revision(draft_case, mei):
    assert services.edit_case(draft_case.pk, whole(), by=mei, version=1).version == 1


def test_two_writers_never_overwrite_each_other_unseen(draft_case, mei, omar):
    services.edit_case(draft_case.pk, whole(lessons="theirs"), by=omar, version=1)
    with pytest.raises(Refused) as refused:
        services.edit_case(draft_case.pk, whole(lessons="mine"), by=mei, version=1)
    assert code(refused) == "changed-meanwhile"
    draft_case.refresh_from_db()
    assert draft_case.lessons == "theirs"


def test_a_save_takes_names_of_the_linked_tickets_out(ticket, mei):
    case = services.draft_case(ticket.pk, by=mei)
    saved = services.edit_case(case.pk, whole(lessons="Keller was kind, 0171 2345678"), by=mei)
    assert "Keller" not in saved.lessons and "2345678" not in saved.lessons


def test_a_writer_who_sees_no_money_leaves_the_cost_alone(ticket, mei, omar):
    case = services.draft_case(ticket.pk, by=omar)
    services.pass_case(_handed_in(case, omar).pk, rubric=WHOLE, by=_boss(omar))
    saved = services.edit_case(case.pk, whole(), by=mei)
    assert str(saved.cost) == "39.99"


def _handed_in(case, by):
    services.edit_case(case.pk, whole(cost=case.cost, currency=case.currency), by=by)
    return services.submit_case(case.pk, by=by)


def _boss(member):
    return new_member(member.workspace, "chief", "manager")


def test_a_draft_can_be_thrown_away_a_published_case_cannot(draft_case, published, mei, omar):
    with pytest.raises(Refused) as refused:
        services.drop_draft(published.pk, by=omar)
    assert code(refused) == "was-published"
    other = services.create_case(whole(), by=mei)
    services.drop_draft(other.pk, by=mei)
    assert not Case.objects.filter(pk=other.pk).exists()


# Reviewed


def test_the_eleven_fields_are_counted(draft_case, ticket):
    assert filled_count(draft_case, 0) == 10 and filled_count(draft_case, 2) == 11
    assert gaps(services.create_case(CaseDraft(title="Nothing yet"), by=draft_case.author)) == [
        "issue_type", "happened_on", "product", "demand", "cause", "steps", "wording", "outcome", "lessons"
    ]  # fmt: skip


def test_an_unfinished_case_is_not_handed_in(named, mei):
    case = services.create_case(whole(steps=(), outcome=""), by=mei)
    with pytest.raises(Refused, match="Solution and steps, Outcome"):
        services.submit_case(case.pk, by=mei)


def test_a_failed_case_lives_from_what_not_to_do(named, mei):
    case = services.create_case(whole(outcome="failed"), by=mei)
    assert gaps(case) == ["lessons"]
    services.edit_case(case.pk, whole(outcome="failed", avoid="Do not write recall"), by=mei)
    assert services.submit_case(case.pk, by=mei).state == State.IN_REVIEW


def test_a_case_goes_through_review_into_the_library(draft_case, mei, omar, ines):
    services.submit_case(draft_case.pk, by=mei)
    assert Notice.objects.filter(member=omar, kind="case_review").count() == 1
    assert not cases_seen_by(ines).exists()
    case = services.pass_case(
        draft_case.pk, rubric=WHOLE, remark="Good.", check_on=date(2027, 11, 1), version=1, by=omar
    )
    assert (case.state, case.reviewer, case.check_on) == (State.PUBLISHED, omar, date(2027, 11, 1))
    assert cases_seen_by(ines).get() == case
    assert Notice.objects.filter(member=mei, kind="case_published").count() == 1
    assert case.reviews.get().passed and events("library.case_published") == 1


def test_a_case_passes_only_with_all_four_points(draft_case, mei, omar):
    services.submit_case(draft_case.pk, by=mei)
    with pytest.raises(Refused) as refused:
        services.pass_case(draft_case.pk, rubric=replace(WHOLE, data_removed=False), by=omar)
    assert code(refused) == "rubric-not-whole"


def test_a_reviewer_passes_the_revision_they_have_read(draft_case, mei, omar):
    services.submit_case(draft_case.pk, by=mei)
    services.edit_case(draft_case.pk, whole(lessons="changed meanwhile"), by=mei)
    with pytest.raises(Refused) as refused:
        services.pass_case(draft_case.pk, rubric=WHOLE, version=1, by=omar)
    assert code(refused) == "changed-meanwhile"


def test_a_case_is_sent_back_with_the_reason(draft_case, mei, omar):
    services.submit_case(draft_case.pk, by=mei)
    with pytest.raises(Refused, match="done better"):
        services.send_back(draft_case.pk, rubric=WHOLE, remark=" ", by=omar)
    case = services.send_back(draft_case.pk, rubric=WHOLE, remark="Say why nothing comes back.", by=omar)
    assert case.state == State.DRAFT and not case.reviews.get().passed
    assert "nothing comes back" in Notice.objects.get(member=mei, kind="case_sent_back").context["reason"]


def test_nobody_reviews_their_own_case_while_somebody_else_can(named, omar, boss):
    case = services.create_case(whole(), by=omar)
    services.submit_case(case.pk, by=omar)
    with pytest.raises(Refused) as refused:
        services.pass_case(case.pk, rubric=WHOLE, by=omar)
    assert code(refused) == "not-the-reviewer"
    assert may_review_case(boss, case)


def test_the_only_reviewer_of_a_small_shop_may_review_their_own(named, omar):
    case = services.create_case(whole(), by=omar)
    assert publish(case, omar, omar).state == State.PUBLISHED


def test_an_agent_does_not_review(draft_case, mei):
    services.submit_case(draft_case.pk, by=mei)
    with pytest.raises(Refused):
        services.pass_case(draft_case.pk, rubric=WHOLE, by=mei)


# Later


def test_a_writers_change_of_a_published_case_waits_for_review_again(published, mei, omar):
    case = services.edit_case(published.pk, whole(lessons="something new"), by=mei)
    assert case.state == State.IN_REVIEW and cases_seen_by(mei).filter(pk=case.pk).exists()
    back = services.send_back(case.pk, rubric=WHOLE, remark="no", by=omar)
    assert back.state == State.STALE


def test_a_reviewers_change_stays_published(published, omar):
    assert services.edit_case(published.pk, whole(lessons="better"), by=omar).state == State.PUBLISHED


def test_an_outdated_case_is_marked_checked_archived_and_restored(published, mei, omar):
    with pytest.raises(Refused, match="out of date"):
        services.flag_case(published.pk, reason="", by=mei)
    flagged = services.flag_case(published.pk, reason="The policy changed", by=mei)
    assert (flagged.state, flagged.state_reason) == (State.STALE, "The policy changed")
    assert Notice.objects.filter(member=omar, kind="case_flagged").exists()
    assert services.confirm_case(published.pk, check_on=date(2027, 1, 1), by=omar).state == State.PUBLISHED
    heir = publish(services.create_case(whole(title="Newer"), by=mei), mei, omar)
    gone = services.archive_case(published.pk, reason="replaced", replaced_by=heir.pk, by=omar)
    assert (gone.state, gone.replaced_by) == (State.ARCHIVED, heir)
    assert services.restore_case(published.pk, by=omar).state == State.STALE


@pytest.mark.parametrize("verb", ["confirm_case", "restore_case"])
def test_verbs_out_of_turn_are_refused(published, omar, verb):
    with pytest.raises(Refused):
        getattr(services, verb)(published.pk, by=omar)


def test_a_case_cannot_replace_itself_or_be_checked_yesterday(published, omar, mei):
    with pytest.raises(Refused) as refused:
        services.archive_case(published.pk, reason="x", replaced_by=published.pk, by=omar)
    assert code(refused) == "replaces-itself"
    services.flag_case(published.pk, reason="old", by=mei)
    with pytest.raises(Refused) as refused:
        services.confirm_case(published.pk, check_on=clock.today(), by=omar)
    assert code(refused) == "not-later"


# Who sees it


def test_drafts_are_for_their_author_and_for_reviewers(draft_case, mei, omar, ines, stranger):
    seen = [cases_seen_by(one).filter(pk=draft_case.pk).exists() for one in (mei, omar, ines, stranger)]
    assert seen == [True, True, False, False]


def test_a_case_of_a_shop_is_for_those_who_see_that_shop(named, shop, shopee, mei, omar):
    case = publish(services.create_case(whole(shop=shop.pk), by=mei), mei, omar)
    mei.shop_ids = [shopee.pk]
    mei.save()
    assert not cases_seen_by(mei).filter(pk=case.pk).exists()
    free = publish(services.create_case(whole(), by=omar), omar, _boss(omar))
    assert cases_seen_by(mei).get() == free


def test_a_stranger_cannot_touch_it(published, stranger):
    with pytest.raises(Case.DoesNotExist):
        services.edit_case(published.pk, whole(), by=stranger)


def test_an_inactive_member_sees_nothing(published, mei):
    mei.active = False
    assert not cases_seen_by(mei).exists()


# What it is tied to


def test_tickets_problems_and_actions_hang_on_a_case(published, new_ticket, mei, omar):
    ticket = new_ticket(77)
    services.link_case(published.pk, ticket_id=ticket.pk, by=mei)
    services.link_case(published.pk, ticket_id=ticket.pk, by=mei)
    assert published.links.count() == 1 and events("library.ticket_linked") == 1
    services.unlink_case(published.pk, ticket_id=ticket.pk, by=mei)
    assert published.links.count() == 0
    services.refer(published.pk, kind="problem", ref_id=31, title="Batch 2609", by=None)
    case = services.refer(published.pk, kind="problem", ref_id=31, title="Batch 2609, solved", by=omar)
    assert case.refs == [{"kind": "problem", "id": 31, "title": "Batch 2609, solved"}]
    assert services.unrefer(published.pk, kind="problem", ref_id=31, by=omar).refs == []
    with pytest.raises(Refused):
        services.refer(published.pk, kind="invoice", ref_id=1, title="x", by=omar)


def test_the_ticket_a_case_was_written_from_stays(ticket, mei):
    case = services.draft_case(ticket.pk, by=mei)
    services.unlink_case(case.pk, ticket_id=ticket.pk, by=mei)
    assert case.links.count() == 1


def test_content_reads_without_the_database(draft_case):
    content = content_of(draft_case)
    assert content["issue_type"] == "wont_charge" and content["steps"].startswith("Ask how often it blinks\n  four")
    assert not CaseDebt.objects.exists()
