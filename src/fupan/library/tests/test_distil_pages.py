"""The pages of proposals, statistics, contributions and the monthly report, as people find them."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.desk.models import Cause
from fupan.library import contents, services
from fupan.library.distilled import Found
from fupan.library.models import Article, Case, Proposal, Run
from fupan.library.queries.steps import course
from fupan.library.tests.conftest import article, whole
from fupan.library.tests.test_pages import page, posted
from fupan.people.models import Department

SOP = "# Diagnose\nAsk how it blinks\nAsk for a photo\nSend a new one"


@pytest.fixture
def lead(omar, signed_in):
    return signed_in(omar)


@pytest.fixture
def forward(workspace):
    def make(kind="case", **more):
        reason = {"code": "decided", "meeting": "2026-W46", "text": "Ask for a photo first"}
        told = {"title": "Photo first", "words": {"text": "Ask for a photo first"}} | more
        (made,) = services.put_forward(workspace.pk, [Found(f"{kind}:1", kind, reason, **told)], once=kind)
        return made

    return make


# Proposals


def test_an_empty_page_says_where_proposals_come_from(lead):
    assert "Nothing is put forward." in page(lead, "/library/proposals/")


def test_a_proposal_says_why_shows_words_and_is_drafted(forward, ticket, lead):
    made = forward(tickets=(ticket.pk,), issue_type=ticket.issue_type_id)
    text = page(lead, "/library/proposals/")
    assert "Decided in “2026-W46”: Ask for a photo first" in text and "Die LED blinkt viermal." in text
    assert "Jonas" not in text and "Sie müssen nichts zurückschicken" in text and "1 / 1" in text
    assert posted(lead, f"/library/proposals/{made.pk}/accept/", {"version": "1"}).url == "/library/cases/1/edit/"
    assert "C-0001" in page(lead, "/library/proposals/?state=accepted")
    posted(lead, f"/library/proposals/{made.pk}/accept/", {"version": "1"}, 409)


def test_a_proposal_is_declined_with_a_reason(forward, lead):
    made = forward()
    posted(lead, f"/library/proposals/{made.pk}/decline/", {"reason": ""}, 409)
    posted(lead, f"/library/proposals/{made.pk}/decline/", {"reason": "known to all", "version": "x"})
    assert "known to all" in page(lead, "/library/proposals/?state=declined")
    assert "known to all" not in page(lead, "/library/proposals/?state=nonsense")


@pytest.mark.parametrize("kind", ["faq", "sop", "pitfall"])
def test_the_form_of_an_article_comes_filled_in_and_saving_takes_it_up(forward, ticket, lead, kind):
    made = forward(kind, tickets=(ticket.pk,))
    address = f"/library/articles/new/{kind}/?proposal={made.pk}"
    assert address in page(lead, "/library/proposals/")
    assert "Ask for a photo first" in page(lead, address)
    text = {"faq": "Photo?\n  Yes", "sop": "Photo", "pitfall": "No photo\n  > A photo"}[kind]
    posted(lead, address, {"title": "Photo first", "text": text})
    made.refresh_from_db()
    assert made.article == Article.objects.get() and made.state == "accepted"
    assert "Ask for a photo first" not in page(lead, address)


def test_a_question_is_added_to_the_questions_there_are(forward, ticket, omar, boss, lead):
    article("faq", {"items": [{"q": "Why?", "a": "So."}]}, omar, boss, issue_type="wont_charge")
    made = forward("faq", tickets=(ticket.pk,), issue_type=ticket.issue_type_id)
    address = f"/library/articles/1/edit/?proposal={made.pk}"
    assert address in page(lead, "/library/proposals/")
    text = page(lead, address)
    assert "Why?" in text and "Ask for a photo first" in text
    posted(lead, address, {"title": "Batteries", "text": "Why?\n  So.\nPhoto?\n  Yes", "stamp": "0"})
    made.refresh_from_db()
    assert made.article == Article.objects.get()


def test_a_template_leads_to_the_form_of_an_action(forward, lead):
    made = forward("template")
    address = posted(lead, f"/library/proposals/{made.pk}/accept/").url
    assert address.startswith("/actions/new/?type=template&title=Photo+first&detail=Ask")
    assert 'value="Photo first"' in page(lead, address)


def test_looking_again_searches_at_once(lead, workspace):
    assert posted(lead, "/library/proposals/look/").url == "/library/proposals/"


def test_agents_and_strangers_find_no_proposals(forward, mei, stranger, client):
    made = forward()
    for member in (mei, stranger):
        client.force_login(member.user)
        posted(client, f"/library/proposals/{made.pk}/accept/", status=404)
    page(client, "/library/articles/new/faq/?proposal=" + "9" * 30)
    client.force_login(mei.user)
    page(client, "/library/proposals/", 404)
    assert Proposal.objects.get().state == "open" and not Case.objects.exists()


# Statistics


def test_statistics_say_too_few_and_that_nobody_drew_lots(published, ticket, mei, lead):
    services.use_case(published.pk, ticket_id=ticket.pk, by=mei)
    text = page(lead, "/library/statistics/?span=26&by=outcome")
    assert "too few to say" in text and "nobody drew lots" in text and "Success" in text and "1 use" in text
    for odd in ("?span=x&by=y", "?by=liable", "?by=age", "?by=kind", "?by=line", "?by=cause"):
        page(lead, f"/library/statistics/{odd}")


def test_an_empty_library_has_statistics_too(lead):
    text = page(lead, "/library/statistics/")
    assert "Nothing is published yet." in text and "No case was used on a closed ticket" in text
    assert "Nobody’s case was published or used" in page(lead, "/library/contributions/")


def test_the_table_is_taken_along(published, lead):
    answer = lead.get("/library/statistics.csv?by=issue_type")
    assert "Won't charge" in answer.content.decode()
    assert lead.get("/library/statistics.xlsx").content[:2] == b"PK"
    page(lead, "/library/statistics.pdf", 404)


def test_contributions_show_points_and_how_they_are_counted(published, lead):
    text = page(lead, "/library/contributions/?span=52")
    assert "mei" in text and "5 points for a case that passed review" in text


# The monthly report


@pytest.fixture
def department(named):
    made = Department.objects.create(workspace=named, code="purchasing", name="Purchasing")
    Cause.objects.filter(code="batch").update(department=made)
    return made


def test_the_report_opens_on_ones_department_and_goes_along(department, ticket, published, lead):
    assert lead.get("/library/reports/").url == "/library/reports/2026-10/purchasing/"
    assert "Nothing of this department" in page(lead, "/library/reports/2026-10/purchasing/")
    text = page(lead, "/library/reports/2026-11/purchasing/")
    assert "Supplier batch" in text and "1 / 1" in text and "Blinks tell more than cables" in text
    answer = lead.get("/library/reports/2026-11/purchasing.md")
    assert "## Causes of yours" in answer.content.decode() and "attachment" in answer["Content-Disposition"]
    assert lead.get("/library/reports/2026-11/purchasing.pdf").content[:4] == b"%PDF"


def test_a_month_or_department_that_is_not_there_is_a_404(department, lead, stranger, client):
    for odd in ("2026-13/purchasing/", "nonsense/purchasing/", "2026-11/nobody/", "2026-11/purchasing.exe"):
        page(lead, f"/library/reports/{odd}", 404)
    client.force_login(stranger.user)
    page(client, "/library/reports/2026-11/purchasing/", 404)
    assert "No cause belongs to a department yet." in page(client, "/library/reports/")


# A procedure as it is gone through


@pytest.fixture
def sop(named, omar, boss):
    return article("sop", contents.parse("sop", SOP), omar, boss)


def gone_through(sop, number, ticket, seconds, *, to=3):
    """A run that left each step after so many seconds."""
    start, at, path = clock.now() - timedelta(days=3), clock.now() - timedelta(days=3), []
    for node in range(1, to + 1):
        at += timedelta(seconds=seconds[node - 1])
        path.append({"node": str(node), "text": f"step {node}", "say": "", "at": at.isoformat()})
    return Run.objects.create(
        article=sop, version=1, ticket=ticket, started_at=start, path=path, at_node="end" if to == 3 else str(to + 1),
        ended_at=at if to == 3 else None,
    )  # fmt: skip


def test_the_idle_the_slow_and_the_leaking_step_are_marked_with_enough_runs(sop, ticket, lead):
    for number in range(9):
        gone_through(sop, number, ticket, (60, 2, 600))
    assert not any(one.idle or one.drags or one.leaks for one in course(sop).steps)
    gone_through(sop, 9, ticket, (60, 2, 600))
    for number in range(4):
        gone_through(sop, 10 + number, ticket, (60, 2, 600), to=2)
    told = course(sop)
    assert [(one.node, one.runs, one.idle, one.drags, one.stopped, one.leaks) for one in told.steps] == [
        ("1", 14, False, False, 0, False), ("2", 14, True, False, 0, False), ("3", 10, False, True, 4, True),
    ]  # fmt: skip
    assert (told.runs, told.ended, round(told.total, 1)) == (14, 10, 11.0)
    text = page(lead, "/library/articles/1/")
    assert "ticked off at once: can it go?" in text and "here it drags" in text and "4 stopped here" in text


def test_steps_taken_again_are_counted_from_the_events(sop, ticket, mei, lead):
    run = services.start_run(sop.pk, ticket_id=ticket.pk, by=mei)
    services.take_step(run.pk, at="1", choice=0, by=mei)
    services.step_back(run.pk, by=mei)
    assert [(one.node, one.again, one.stopped) for one in course(sop).steps] == [("1", 1, 0)]
    assert "taken again 1 time" in page(lead, "/library/articles/1/")


# From a case or an article to an action


def test_a_case_and_an_article_become_actions_with_their_words(published, sop, lead):
    services.edit_case(published.pk, whole(suggestion="Test every lot"), by=published.author)
    assert "/actions/new/?title=Test+every+lot" in page(lead, "/library/cases/1/").replace("&amp;", "&")
    text = page(lead, "/library/articles/1/").replace("&amp;", "&")
    assert "type=process" in text and "subject=article%3A1" in text
