"""What the library should learn is put forward once, taken up by a person, and stays declined unless it grows."""

from datetime import date, timedelta

import numpy as np
import pytest

from fupan.commerce.models import Promotion
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.desk.models import Message, Resolution, Ticket
from fupan.library import services
from fupan.library.compute import distil as reading
from fupan.library.distilled import Found
from fupan.library.models import Article, Case, Proposal
from fupan.library.policies import proposals_seen_by
from fupan.library.queries.proposals import article_start, best_reply, grows, quotes, solved
from fupan.library.tests.conftest import article, publish, whole
from fupan.notify.models import Notice

BLINKS, COLD = "Die LED blinkt viermal", "It stops in the cold"


@pytest.fixture(autouse=True)
def toy_reader(monkeypatch):
    """A text is read by the words it shares with two troubles; tests of the encoder itself lie in the engine."""

    def read(texts):
        return np.array([[("blink" in one) + 0.01, ("cold" in one) + 0.01] for one in texts], dtype=np.float32)

    monkeypatch.setattr(reading, "read", read)


@pytest.fixture
def group(new_ticket, named, mei):
    """`group(7, 100)`: so many like solved tickets, each answered."""

    def make(count, first=100, said=BLINKS, **more):
        for number in range(first, first + count):
            ticket = new_ticket(number, said=f"{said} {number}", **more)
            Message.objects.create(
                workspace=named, ticket=ticket, side="seller", author=mei, at=ticket.opened_at, language="de",
                redacted="Guten Tag,\nein neues Gerät ist unterwegs.",
            )  # fmt: skip

    return make


def found(key="problem:1", code="cause", **more):
    reason = {"code": code, "problem": "P-001", "text": "A bad lot"}
    return Found(key, more.pop("kind", "case"), reason, title=more.pop("title", "A20 won't charge"), **more)


def forward(workspace, *all_found, once="x"):
    return services.put_forward(workspace.pk, all_found or [found()], once=once)


# From like tickets


def test_like_solved_tickets_are_put_forward_once_and_reviewers_hear_of_it(workspace, group, omar, mei):
    group(7)
    assert services.distil(workspace) == 1
    one = Proposal.objects.get()
    assert (one.kind, one.size, one.product.code, one.issue_type.code) == ("case", 7, "A20", "wont_charge")
    assert one.reasons == [{"code": "tickets", "count": 7, "since": "2026-08-17"}]
    assert list(Notice.objects.values_list("member__user__name", "kind")) == [("omar", "proposals")]
    assert services.distil(workspace) == 0
    assert Proposal.objects.count() == 1 and not proposals_seen_by(mei).exists()


def test_a_group_too_small_or_told_by_a_case_is_left_alone(workspace, group, mei, omar):
    group(5)
    assert services.distil(workspace) == 0
    group(4, first=200)
    publish(services.create_case(whole(title="It blinks: change the cable"), by=mei), mei, omar)
    assert services.distil(workspace) == 0


def test_tickets_a_case_was_written_from_or_used_on_do_not_count(workspace, group, mei, omar, published):
    group(7)
    Case.objects.update(issue_type=None)
    services.use_case(published.pk, ticket_id=Ticket.objects.get(number=100).pk, by=mei)
    services.draft_case(Ticket.objects.get(number=101).pk, by=mei)
    assert services.distil(workspace) == 0


def test_two_troubles_of_one_type_are_two_proposals(workspace, group):
    group(6)
    group(8, first=200, said=COLD)
    assert services.distil(workspace) == 2
    assert list(Proposal.objects.values_list("size", flat=True)) == [8, 6]


def test_answered_questions_make_an_faq_and_bad_ends_a_pitfall_guide(workspace, group):
    group(
        6, resolution=Resolution.objects.create(workspace=workspace, code="information", name_en="Told", name_zh="解")
    )
    group(6, first=200, said=COLD, reopened=1)
    services.distil(workspace)
    assert set(Proposal.objects.values_list("kind", flat=True)) == {"faq", "pitfall"}


def test_a_declined_group_comes_back_only_when_it_has_doubled(workspace, group, omar):
    group(6)
    services.distil(workspace)
    one = services.decline_proposal(Proposal.objects.get().pk, reason="the batch is gone", by=omar)
    group(5, first=200)
    assert services.distil(workspace) == 0
    group(1, first=300)
    assert services.distil(workspace) == 1
    one.refresh_from_db()
    assert (one.state, one.size, one.decline_reason) == ("open", 12, "the batch is gone")
    assert one.grown_at == clock.now()


def test_a_promotion_is_gone_through_once_when_its_weeks_have_closed(workspace, group):
    group(6, days=30)
    Promotion.objects.create(workspace=workspace, name="Deal days", start=date(2026, 10, 13), end=date(2026, 10, 20))
    Promotion.objects.create(workspace=workspace, name="11.11", start=date(2026, 11, 9), end=date(2026, 11, 12))
    assert services.distil_promotions(workspace) == 1
    assert Proposal.objects.get().reasons == [{"code": "promotion", "count": 6, "name": "Deal days"}]
    assert services.distil_promotions(workspace) == 0
    assert Event.objects.filter(name="library.distilled").count() == 1


def test_at_most_a_dozen_groups_wait_at_a_time(workspace, named, monkeypatch):
    several = [services.proposals.Cluster("case", None, None, (number,)) for number in range(1, 20)]
    monkeypatch.setattr(services.proposals, "clusters", lambda *_args: several)
    assert services.distil(workspace) == 12
    assert services.distil(workspace) == 0


# What speaks for it


def test_quotes_solutions_and_the_best_reply_are_of_tickets_one_may_see(workspace, group, omar, shop):
    group(6)
    services.distil(workspace)
    one = Proposal.objects.get()
    assert len(quotes(omar, one)) == 3
    told = solved(omar, one)
    assert (told.seen, told.settled.k, told.settled.n, told.took) == (6, 6, 6, timedelta(hours=19))
    assert best_reply(omar, one) == ("ein neues Gerät ist unterwegs.", "de")
    omar.shop_ids = [shop.pk + 1]
    omar.save()
    assert quotes(omar, one) == [] and solved(omar, one).seen == 0
    assert not proposals_seen_by(omar).exists()


def test_a_buyers_name_never_stands_in_a_proposal(workspace, new_ticket, omar):
    for number in range(6):
        new_ticket(number + 1, said=f"blink {number}. Jonas Keller, jonas@example.com")
    services.distil(workspace)
    assert not any("Jonas" in one.text or "@" in one.text for one in quotes(omar, Proposal.objects.get()))


# From what was decided


def test_the_same_word_twice_changes_nothing_and_a_new_reason_is_added(workspace, omar):
    assert len(forward(workspace)) == 1
    assert forward(workspace) == []
    assert forward(workspace, found(code="verdict")) == []
    assert [one["code"] for one in Proposal.objects.get().reasons] == ["cause", "verdict"]


def test_a_declined_one_comes_back_for_a_new_kind_of_reason_only(workspace, omar):
    (one,) = forward(workspace)
    services.decline_proposal(one.pk, reason="known", by=omar)
    assert forward(workspace) == []
    assert forward(workspace, found(code="verdict")) == [one]


def test_a_case_is_drafted_from_it_with_cause_lesson_and_references(workspace, ticket, named, omar):
    issue, cause = ticket.issue_type, ticket.cause_confirmed
    (one,) = forward(workspace, found(
        issue_type=issue.pk, cause=cause.pk, tickets=(ticket.pk,),
        words={"cause_text": "The board locks", "lessons": "Ask first"},
        refs=({"kind": "problem", "id": 31, "title": "P-031 A20"},),
    ))  # fmt: skip
    case = services.accept_proposal(one.pk, by=omar, version=1).case
    assert (case.title, case.cause_text, case.lessons) == ("A20 won't charge", "The board locks", "Ask first")
    assert (case.cause, case.cause_confirmed, case.state) == (cause, True, "draft")
    assert case.refs == [{"kind": "problem", "id": 31, "title": "P-031 A20"}]
    assert case.links.get().source and case.author == omar
    assert forward(workspace) == []


def test_a_draft_thrown_away_counts_as_declined(workspace, group, omar):
    group(6)
    services.distil(workspace)
    case = services.accept_proposal(Proposal.objects.get().pk, by=omar).case
    services.drop_draft(case.pk, by=omar)
    assert services.distil(workspace) == 0
    group(6, first=200)
    assert services.distil(workspace) == 1


def test_two_people_never_take_up_the_same(workspace, omar, boss, mei):
    (one,) = forward(workspace)
    with pytest.raises(Refused):
        services.accept_proposal(one.pk, by=omar, version=9)
    with pytest.raises(Proposal.DoesNotExist):
        services.accept_proposal(one.pk, by=_asking(mei, "senior", one, workspace))
    services.accept_proposal(one.pk, by=omar, version=1)
    for again in (services.accept_proposal, lambda pk, by: services.decline_proposal(pk, reason="no", by=by)):
        with pytest.raises(Refused) as told:
            again(one.pk, by=boss)
        assert told.value.code == "decided"


def _asking(member, role, proposal, workspace):
    """A senior of another shop only."""
    member.role, member.shop_ids = role, [999]
    member.save()
    return member


def test_agents_neither_take_up_nor_decline_and_a_reason_is_needed(workspace, omar, mei):
    (one,) = forward(workspace)
    with pytest.raises(Refused):
        services.accept_proposal(one.pk, by=mei)
    with pytest.raises(Refused) as told:
        services.decline_proposal(one.pk, reason="  ", by=omar)
    assert told.value.code == "no-reason"


def test_an_article_is_taken_up_when_it_is_saved(workspace, group, omar):
    (one,) = forward(workspace, found(kind="sop", words={"text": "Ask for a photo first"}, title="Photo first"))
    with pytest.raises(Refused):
        services.accept_proposal(one.pk, by=omar)
    start = article_start(omar, one)
    assert (start["title"], start["text"]) == ("Photo first", "Ask for a photo first")
    draft = services.ArticleDraft(start["title"], {"steps": [{"stage": "", "do": start["text"], "note": ""}]})
    made = services.accept_as_article(one.pk, draft, by=omar)
    one.refresh_from_db()
    assert (one.state, one.article, made.kind) == ("accepted", made, "sop")


def test_an_answered_question_goes_into_the_questions_there_are(workspace, named, group, ticket, omar, boss):
    known = article("faq", {"items": [{"q": "Why?", "a": "So."}]}, omar, boss, issue_type="wont_charge")
    (one,) = forward(workspace, found(kind="faq", issue_type=ticket.issue_type_id, tickets=(ticket.pk,)))
    assert grows(omar, one) == known
    body = {"items": [{"q": "Why?", "a": "So."}, {"q": "Blinks?", "a": "Change it."}]}
    services.accept_as_article(one.pk, services.ArticleDraft("Batteries", body), into=known.pk, stamp=0, by=omar)
    assert Article.objects.get().versions.first().number == 2


def test_a_template_is_taken_up_as_an_action_elsewhere(workspace, omar):
    (one,) = forward(workspace, found(kind="template"))
    taken = services.accept_proposal(one.pk, by=omar)
    assert (taken.state, taken.case, taken.article) == ("accepted", None, None)
