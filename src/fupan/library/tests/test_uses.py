"""Reuse is counted, and tied to how the tickets ended; lists for newcomers."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.desk.models import Incident, Ticket
from fupan.library import services
from fupan.library.models import Case, CaseRead, CaseUse
from fupan.library.queries import lists as asked
from fupan.library.queries.beside import beside
from fupan.library.queries.cases import counts, listed, tags_of, tree
from fupan.library.queries.uses import record_of, with_uses
from fupan.library.tests.conftest import article, publish, whole

DAY = timedelta(days=1)


@pytest.fixture
def old(published):
    """Published long ago, so that tickets came after it."""
    Case.objects.filter(pk=published.pk).update(published_at=clock.now() - 90 * DAY)
    published.refresh_from_db()
    return published


def test_using_a_case_twice_on_a_ticket_counts_once(published, ticket, mei):
    first = services.use_case(published.pk, ticket_id=ticket.pk, by=mei)
    assert services.use_case(published.pk, ticket_id=ticket.pk, by=mei).pk == first.pk
    assert services.say_helpful(first.pk, helpful=False, by=mei).helpful is False
    assert services.say_helpful(first.pk, helpful=True, by=mei).helpful is True


def test_only_those_who_answer_use_it_and_only_what_is_published(draft_case, published, ticket, ines, mei, stranger):
    with pytest.raises(Refused):
        services.use_case(published.pk, ticket_id=ticket.pk, by=ines)
    other = services.create_case(whole(), by=mei)
    with pytest.raises(Refused):
        services.use_case(other.pk, ticket_id=ticket.pk, by=mei)
    with pytest.raises(Case.DoesNotExist):
        services.use_case(published.pk, ticket_id=ticket.pk, by=stranger)


def test_outcomes_with_and_without_the_case_stand_side_by_side(old, new_ticket, mei, workspace, shop):
    for number in range(1, 11):
        ticket = new_ticket(number, replies=1 if number != 3 else 2, reopened=number == 4)
        if number <= 6:
            services.use_case(old.pk, ticket_id=ticket.pk, by=mei)
    told = record_of(mei, old)
    assert (told.used, told.settled.k, told.settled.n) == (6, 4, 6)
    assert (told.without.k, told.without.n) == (4, 4)
    assert told.gap.low < told.gap.mid < 0 < told.gap.high or told.gap.detectable
    assert told.settled.low < 4 / 6 < told.settled.high


def test_a_buyer_who_comes_back_within_a_week_was_not_settled(old, new_ticket, mei, workspace, shop):
    incident = Incident.objects.create(workspace=workspace, shop=shop, opened_at=clock.now() - 9 * DAY)
    first, again = new_ticket(1, days=9, incident=incident), new_ticket(2, days=4, incident=incident)
    for one in (first, again):
        services.use_case(old.pk, ticket_id=one.pk, by=mei)
    case = with_uses(Case.objects.all()).get()
    assert (case.used, case.ended, case.worked) == (2, 2, 1)
    assert (record_of(mei, old).settled.k, record_of(mei, old).settled.n) == (1, 2)


def test_uses_on_tickets_one_does_not_see_do_not_count(old, new_ticket, mei, shopee):
    services.use_case(old.pk, ticket_id=new_ticket(1).pk, by=mei)
    mei.shop_ids = [shopee.pk]
    assert record_of(mei, old).used == 0


def test_a_case_nobody_used_says_nothing(published, mei):
    told = record_of(mei, published)
    assert told.settled is None and told.gap is None and told.used == 0


# Beside a ticket


def test_beside_a_ticket_the_same_product_comes_first_then_what_worked(named, ticket, new_ticket, mei, omar):
    plain = publish(services.create_case(whole(title="other goods", product="", order_masked="1"), by=mei), mei, omar)
    weak = publish(services.create_case(whole(title="weak"), by=mei), mei, omar)
    strong = publish(services.create_case(whole(title="strong"), by=mei), mei, omar)
    late = publish(
        services.create_case(whole(title="late", issue_type="late", product="", order_masked="1"), by=mei), mei, omar
    )
    for number, (case, good) in enumerate([(weak, False), (weak, False), (strong, True)], 100):
        services.use_case(case.pk, ticket_id=new_ticket(number, csat=5 if good else 1).pk, by=mei)
    found = [one.case for one in beside(mei, ticket).cases]
    assert found == [strong, weak, plain] and late not in found
    assert beside(mei, ticket).cases[0].why[:3] == ["same product", "same issue", "same cause"]


def test_the_case_a_ticket_wrote_is_not_recommended_to_it(ticket, mei, omar, boss):
    case = services.draft_case(ticket.pk, by=mei)
    services.edit_case(case.pk, whole(), by=mei)
    publish(case, mei, omar)
    told = beside(mei, ticket)
    assert told.written.pk == case.pk and not told.cases


def test_drafts_of_others_are_never_shown_beside(ticket, named, omar, mei):
    services.create_case(whole(), by=omar)
    assert not beside(mei, ticket).cases


def test_articles_of_the_issue_or_its_parent_stand_beside(ticket, omar, boss, mei):
    body = {"items": [{"q": "?", "a": "!"}]}
    close = article("faq", body, omar, boss, issue_type="wont_charge", product="A20")
    wide = article("faq", body, omar, boss, issue_type="product")
    article("faq", body, omar, boss, issue_type="late")
    assert [one.article for one in beside(mei, ticket).articles] == [close, wide]


def test_a_ticket_that_says_nothing_and_has_no_label_gets_no_guess(new_ticket, published, mei):
    told = beside(mei, new_ticket(1, issue="", subject="", listing=None))
    assert not told.cases and not told.articles


# The list


def test_the_list_is_filtered_by_tree_tags_words_and_outcome(named, mei, omar):
    first = publish(services.create_case(whole(tags=("lithium", "DE"), avoid="x"), by=mei), mei, omar)
    second = publish(
        services.create_case(whole(issue_type="late", tags=("DE",), outcome="failed", avoid="never"), by=mei), mei, omar
    )
    services.create_case(whole(), by=mei)

    def found(**params):
        return [one.number for one in listed(mei, params)]

    assert found() == [second.number, first.number]
    assert found(issue_type="product") == [first.number] == found(issue_type="wont_charge")
    assert found(tag=["DE", "lithium"]) == [first.number] and len(found(tag="DE")) == 2
    assert found(outcome="failed") == [second.number] == found(q="never")
    assert found(q=f"C-{first.number:04d}") == [first.number] and found(q="lithium blinks") == [first.number]
    assert len(found(state="all")) == 3 and len(found(state="draft", author="me")) == 1
    assert found(shop="x", product="A20", author="9" * 30) == found()
    assert [(one.code, one.count) for one in tree(mei, {})] == [("product", 1), ("late", 1)]
    assert tags_of(mei, {}) == [("DE", 2), ("lithium", 1)]
    assert counts(mei) == (2, 0, 1, 1)


# Classic cases


def test_a_newcomer_reads_a_list_in_its_order(named, mei, omar):
    cases = [publish(services.create_case(whole(title=name), by=mei), mei, omar) for name in ("a", "b", "c")]
    made = services.make_list(name="First week", about="", cases=[cases[2].number, cases[0].number], by=omar)
    assert [case.title for case, _read in asked.cases_in(mei, made)] == ["c", "a"]
    services.mark_read(cases[2].pk, by=mei)
    services.mark_read(cases[2].pk, by=mei)
    assert CaseRead.objects.count() == 1 and asked.next_unread(mei, made) == cases[0]
    (told,) = asked.lists(mei)
    assert (told.read, told.cases, told.done) == (1, 2, False)
    assert asked.team(omar, made)[0] == (mei, 1, 2) and asked.team(mei, made) == []
    services.mark_read(cases[2].pk, read=False, by=mei)
    assert not CaseRead.objects.exists()


def test_lists_are_kept_by_reviewers_and_never_overwritten_unseen(published, mei, omar):
    with pytest.raises(Refused):
        services.make_list(name="x", about="", cases=[published.number], by=mei)
    made = services.make_list(name="x", about="", cases=[published.number], by=omar)
    for wrong in ({"name": ""}, {"cases": []}, {"cases": [4711]}, {"version": 9}):
        told = {"name": "y", "about": "", "cases": [published.number], "version": 1} | wrong
        with pytest.raises(Refused):
            services.edit_list(made.pk, **told, by=omar)
    with pytest.raises(Refused):
        services.make_list(name="x", about="", cases=[published.number], by=omar)
    assert services.edit_list(made.pk, name="y", about="", cases=[published.number], version=1, by=omar).version == 2
    services.drop_list(made.pk, by=omar)
    assert not asked.lists(mei) and CaseUse.objects.count() == 0 == Ticket.objects.count()
