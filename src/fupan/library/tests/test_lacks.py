"""What the library lacks is listed for the lead: tickets no case fits, searches that found nothing."""

from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.desk.compute import learning
from fupan.library import services, tasks
from fupan.library.models import Lack, Search
from fupan.library.queries.lacks import listed, open_count
from fupan.library.tests.conftest import publish, whole
from fupan.library.tests.test_pages import page, posted

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def words_alone(monkeypatch):
    """Labels and words tell enough here."""
    monkeypatch.setattr(learning, "installed", lambda: ())


@pytest.fixture
def late(new_ticket):
    """Six late parcels, and nothing in the library of it."""
    return [new_ticket(number, issue="late", said=f"Where is my parcel {number}") for number in range(1, 7)]


@pytest.fixture
def searched(workspace, mei, omar):
    def make(text, hits=0, by=mei, days=1, ticket=None):
        return Search.objects.create(
            workspace=workspace, by=by, text=text, hits=hits, at=clock.now() - days * DAY, ticket=ticket
        )

    return make


def keys(member):
    return [str(one) for one in listed(member)]


def test_tickets_of_a_trouble_without_a_case_are_a_gap_until_one_is_published(late, workspace, mei, omar, boss):
    assert services.find_lacks(workspace) == 1 == open_count(omar)
    (lack,) = listed(omar)
    assert (lack.count, lack.unlike, lack.looked, lack.used) == (6, 6, 6, 0) and lack.ticket in late
    assert str(lack) == "Late delivery · Power bank A20"
    publish(services.create_case(whole(issue_type="late"), by=mei), mei, omar)
    assert services.find_lacks(workspace) == 0 and not Lack.objects.exists()


def test_a_fitting_case_that_is_never_used_on_many_tickets_is_a_gap_too(monkeypatch, late, workspace, mei, omar):
    monkeypatch.setattr("fupan.library.queries.lacks.UNUSED", 6)
    made = publish(services.create_case(whole(issue_type="late"), by=mei), mei, omar)
    services.find_lacks(workspace)
    (lack,) = listed(omar)
    assert lack.unlike == 0 and lack.used == 0
    services.use_case(made.pk, ticket_id=late[0].pk, by=mei)
    assert tasks.find_lacks() == 0


def test_few_and_old_tickets_and_praise_are_no_gap(new_ticket, workspace, omar):
    for number in range(1, 5):
        new_ticket(number, issue="late", said="Where is it")
    for number in range(5, 15):
        new_ticket(number, issue="wont_charge", said="Dead", days=80)
    assert services.find_lacks(workspace) == 0 and not keys(omar)


def test_a_search_in_vain_is_a_gap_until_it_finds_something(searched, workspace, omar, mei):
    searched("Rückgabe  Etikett"), searched("rückgabe etikett", by=omar), searched("old", days=80)
    assert services.find_lacks(workspace) == 1
    (lack,) = listed(omar)
    assert (str(lack), lack.count, lack.people) == ("“rückgabe etikett”", 2, 2)
    searched("rückgabe etikett", hits=3, days=0)
    assert services.find_lacks(workspace) == 0


def test_what_is_not_needed_comes_back_when_it_doubles(late, new_ticket, workspace, omar, mei):
    services.find_lacks(workspace)
    lack = Lack.objects.get()
    with pytest.raises(Refused, match="why"):
        services.dismiss_lack(lack.pk, reason=" ", by=omar)
    services.dismiss_lack(lack.pk, reason="The carrier's strike is over", by=omar)
    with pytest.raises(Refused, match="already"):
        services.dismiss_lack(lack.pk, reason="again", by=omar)
    assert services.find_lacks(workspace) == 0 and list(listed(omar, dismissed=True)) == [lack]
    for number in range(20, 26):
        new_ticket(number, issue="late", said="Still no parcel")
    assert services.find_lacks(workspace) == 1 and keys(omar) == ["Late delivery · Power bank A20"]
    services.dismiss_lack(lack.pk, reason="Still no", by=omar)
    services.recall_lack(lack.pk, by=omar)
    with pytest.raises(Refused):
        services.recall_lack(lack.pk, by=omar)
    assert open_count(omar) == 1


def test_only_those_who_review_see_gaps_and_of_their_shops_only(late, searched, workspace, omar, mei, shopee):
    searched("secret")
    services.find_lacks(workspace)
    assert open_count(mei) == 0 and open_count(omar) == 2
    omar.shop_ids = [shopee.pk]
    assert open_count(omar) == 0
    with pytest.raises(Refused):
        services.dismiss_lack(Lack.objects.first().pk, reason="x", by=mei)


def test_the_page_leads_to_the_tickets_to_a_draft_and_away(late, searched, workspace, omar, mei, signed_in):
    searched("Etikett", ticket=late[0]), searched("nothing beside")
    services.find_lacks(workspace)
    client = signed_in(omar)
    told = page(client, "/library/gaps/")
    assert "Late delivery · Power bank A20" in told and "6 of the newest 6" in told and "issue_type=late" in told
    assert "“etikett”" in told and "Gaps" in page(client, "/library/")
    row = Lack.objects.get(kind="tickets")
    assert posted(client, f"/library/draft/{row.ticket.number}/").url.endswith("/edit/")
    book = client.get("/library/gaps/export.xlsx")
    cells = CalamineWorkbook.from_filelike(BytesIO(book.content)).get_sheet_by_index(0).to_python()
    assert len(cells) == 4 and "Late delivery" in cells[1]
    assert posted(client, f"/library/gaps/{row.pk}/dismiss/", {"reason": "strike"}).url == "/library/gaps/"
    assert "strike" in page(client, "/library/gaps/?state=dismissed")
    posted(client, f"/library/gaps/{row.pk}/dismiss/", {"reason": "strike"}, 409)
    assert posted(client, f"/library/gaps/{row.pk}/recall/").url == "/library/gaps/"
    posted(signed_in(mei), f"/library/gaps/{row.pk}/recall/", {}, 404)


def test_an_empty_page_tells_whether_anybody_has_looked(named, omar, mei, signed_in):
    client = signed_in(omar)
    assert "Nobody has looked yet" in page(client, "/library/gaps/")
    assert "Nothing was set aside" in page(client, "/library/gaps/?state=dismissed")
    assert posted(client, "/library/gaps/look/").url == "/library/gaps/"
    assert tasks.find_lacks_of(named.pk) == 0 == tasks.find_lacks_of(0)
    told = page(client, "/library/gaps/")
    assert "Nothing is missing" in told and "last looked" in told
    posted(signed_in(mei), "/library/gaps/look/", {}, 404)
