"""The inbox: ready-made and saved views, the clocks in their order, columns, and one act on many tickets."""

from datetime import timedelta

import pytest
from django.urls import reverse

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.desk import queries, services
from fupan.desk.models import ClosingRule, Ticket, View
from fupan.desk.tests.support import an_import, rec, receive

LIST = "/tickets/"


@pytest.fixture
def tickets(planted, shop, shopee, frozen_clock):
    """Three questions that run out at different times, one that sleeps, and a rating without a clock."""
    source, now = an_import(planted), frozen_clock
    receive(source, shop, [
        rec("in-2h", opened_at=now - timedelta(hours=22), text="a", buyer="B1"),
        rec("late", opened_at=now - timedelta(hours=30), text="b", buyer="B1"),
        rec("asleep", opened_at=now - timedelta(hours=1), text="c"),
        rec("stars", "rating", now - timedelta(hours=1), stars=1, text="d"),
    ])  # fmt: skip
    receive(source, shopee, [rec("in-11h", opened_at=now - timedelta(hours=1), text="e")])
    services.open_received(source.pk, 0)
    return {ticket.outside_id: ticket for ticket in Ticket.objects.all()}


def outside_ids(rows):
    named = dict(Ticket.objects.values_list("pk", "outside_id"))
    return [named[row.pk] for row in rows]


def shown(browser, **params):
    return outside_ids(browser.get(LIST, params).context["rows"])


def test_by_time_left_the_latest_comes_first(tickets, mei, signed_in):
    browser = signed_in(mei)
    assert shown(browser, state="open", sort="due") == ["late", "in-2h", "in-11h", "asleep"]
    assert shown(browser, due="late") == ["late"]
    assert set(shown(browser, due="soon")) >= {"late", "in-2h"}
    text = browser.get(LIST, {"state": "open", "sort": "due"}).content.decode()
    assert "6 h over" in text
    assert "2 h left" in text


def test_every_ready_made_view_counts_what_it_shows(tickets, mei, omar, signed_in):
    services.assign(tickets["late"], mei, by=omar)
    services.snooze(tickets["asleep"].pk, clock.now() + timedelta(hours=5), by=mei)
    services.follow(tickets["stars"].pk, by=mei)
    services.save_draft(tickets["in-2h"].pk, "seller", "Dear", version=0, by=mei)
    services.note_ticket(tickets["in-11h"], "@mei look", by=omar)
    browser = signed_in(mei)
    tabs = {tab.code: tab for tab in browser.get(LIST).context["tabs"]}
    counts = {code: tab.tickets for code, tab in tabs.items()}
    assert {name: counts[name] for name in ("mine", "unassigned", "mentions", "following", "drafts", "snoozed")} == {
        "mine": 1, "unassigned": 2, "mentions": 1, "following": 1, "drafts": 1, "snoozed": 1,
    }  # fmt: skip
    for code, tab in tabs.items():
        page = browser.get(f"{LIST}?{tab.address}")
        assert len(page.context["rows"]) == tab.tickets, code
        assert page.context["view"].code == code


def test_a_view_is_kept_for_oneself_or_for_everybody(tickets, mei, omar, signed_in):
    browser = signed_in(omar)
    browser.post(f"{reverse('desk:views')}?kind=rating&stars_max=2&sort=opened", {"name": "Angry", "shared": "1"})
    view = View.objects.get()
    assert (view.owner, view.query) == (None, "kind=rating&stars_max=2&sort=opened")
    page = signed_in(mei).get(f"{LIST}?{view.query}")
    assert (page.context["here"], [tab.tickets for tab in page.context["saved"]]) == (view, [1])
    mine = signed_in(mei)
    mine.post(f"{reverse('desk:views')}?kind=rating", {"name": "Mine", "shared": "1"})
    assert View.objects.get(name="Mine").owner == mei
    assert mine.post(reverse("desk:drop_view", args=[view.pk])).status_code == 404
    assert mine.post(reverse("desk:views"), {"name": "Mine"}).status_code == 409


def test_two_who_change_a_view_do_not_overwrite_each_other(tickets, omar):
    view = services.save_view("Late ones", "due=late", shared=True, by=omar)
    services.edit_view(view.pk, name="Later ones", version=1, by=omar)
    with pytest.raises(Refused) as told:
        services.edit_view(view.pk, name="Latest ones", version=1, by=omar)
    assert told.value.code == "changed-meanwhile"
    services.drop_view(view.pk, by=omar)
    assert not View.objects.exists()


def test_columns_are_chosen(tickets, mei, signed_in):
    browser = signed_in(mei)
    usual = browser.get(LIST).context["columns"]
    browser.post(reverse("desk:columns"), {"column": ["buyer", "tags", "nonsense"]})
    page = browser.get(LIST)
    assert [column.code for column in page.context["columns"]] == ["buyer", "tags"]
    assert [column.code for column in usual] == ["due", "office", "product", "issue", "owner", "opened"]


def many(browser, *chosen, **told):
    return browser.post(reverse("desk:many"), {"ticket": [one.number for one in chosen], **told}, follow=True)


def test_many_are_assigned_tagged_and_closed_and_each_failure_says_why(tickets, mei, omar, signed_in):
    browser = signed_in(mei)
    two = tickets["late"], tickets["in-2h"]
    many(browser, *two, do="assignee", assignee=str(omar.pk))
    assert Ticket.objects.filter(assignee=omar).count() == 2
    many(browser, *two, do="tag", tag="vip, 换新")
    assert Ticket.objects.filter(tags__name="换新").count() == 2
    ClosingRule.objects.create(workspace=mei.workspace, needs=["issue"])
    services.label_ticket(tickets["late"], "late", by=mei)
    answer = many(browser, *two, do="state", state="solved")
    assert answer.context["bulk"]["done"] == 1
    assert answer.context["bulk"]["left"] == [[tickets["in-2h"].number, "Before it is solved, say: issue."]]
    assert "1 ticket is done." in answer.content.decode()


def test_many_are_merged_into_one(tickets, mei, signed_in):
    chosen = tickets["late"], tickets["in-2h"], tickets["in-11h"]
    answer = many(signed_in(mei), *chosen, do="into", into=f"T-{tickets['late'].number}")
    assert answer.context["bulk"]["done"] == 2
    assert Ticket.objects.get(pk=tickets["in-2h"].pk).merged_into == tickets["late"]
    assert Ticket.objects.get(pk=tickets["in-11h"].pk).merged_into is None


@pytest.mark.parametrize(
    "told",
    [{"do": "nonsense"}, {"do": "state"}, {"do": "assignee", "assignee": "99999"}, {"do": "into", "into": "T-9"}],
)
def test_an_act_that_says_nothing_is_refused(tickets, mei, signed_in, told):
    assert many(signed_in(mei), tickets["late"], **told).status_code == 409


def test_who_does_not_answer_changes_nothing(tickets, ines, stranger, signed_in):
    assert many(signed_in(ines), tickets["late"], do="tag", tag="x").status_code == 404
    many(signed_in(stranger), tickets["late"], do="tag", tag="x")
    assert not Ticket.objects.filter(tags__name="x").exists()


def test_the_rail_alone_is_asked_for_when_something_new_came(signed_in, mei, tickets):
    answer = signed_in(mei).get(LIST, {"state": "open"}, headers={"HX-Request": "true", "HX-Target": "rail"})
    text = answer.content.decode()
    assert text.lstrip().startswith('<nav class="rail"')
    assert "To answer" in text
    assert "<table" not in text


def test_counts_are_remembered_for_seconds_and_ones_own_until_one_acts(tickets, mei, omar, frozen_clock):
    def counts(member):
        return {tab.code: tab.tickets for tab in queries.tabs(member, {})}

    before = counts(mei)
    services.assign(tickets["late"], mei, by=omar)
    Ticket.objects.filter(pk=tickets["in-2h"].pk).update(state="solved")
    assert counts(mei) == before
    queries.forget_counts(mei)
    assert counts(mei)["mine"] == before["mine"] + 1
    assert counts(mei)["to_answer"] == before["to_answer"]
    with clock.set_to(frozen_clock + timedelta(seconds=5)):
        assert counts(mei)["to_answer"] == counts(omar)["to_answer"] == before["to_answer"] - 1


def test_a_search_by_words_stops_and_says_so(signed_in, mei, tickets, monkeypatch):
    monkeypatch.setattr("fupan.desk.queries.lists.FOUND", 2)
    Ticket.objects.update(subject="Where is my parcel")
    answer = signed_in(mei).get(LIST, {"q": "PARCEL where"})
    assert len(answer.context["rows"]) == 2
    assert "more were found" in answer.content.decode()


def test_the_queue_beside_a_ticket_knows_its_neighbours(tickets, mei):
    beside = queries.queue_beside(mei, {"state": "open", "sort": "due"}, tickets["in-2h"])
    assert outside_ids(beside.rows) == ["late", "in-2h", "in-11h", "asleep"]
    assert (beside.before.pk, beside.after.pk) == (tickets["late"].pk, tickets["in-11h"].pk)


def test_closing_rules_and_days_off_are_set_on_one_page(tickets, omar, mei, signed_in):
    browser = signed_in(omar)
    browser.post(reverse("desk:closing"), {"kind": "inquiry", "needs": ["issue", "cost", "nonsense"]})
    assert ClosingRule.objects.get().needs == ["issue", "cost"]
    browser.post(reverse("desk:day_off"), {"day": "2026-12-31", "name": "Year’s end"})
    assert "Year’s end" in browser.get(reverse("desk:closing")).content.decode()
    browser.post(reverse("desk:closing"), {"kind": "inquiry"})
    assert not ClosingRule.objects.exists()
    assert browser.post(reverse("desk:closing"), {"kind": "x", "needs": "issue"}).status_code == 409
    assert signed_in(mei).get(reverse("desk:closing")).status_code == 404


def test_labels_are_not_overwritten_unseen(tickets, mei, omar, signed_in):
    browser = signed_in(mei)
    page = browser.get(reverse("desk:ticket", args=[tickets["late"].number]))
    services.label_ticket(tickets["late"], "late", by=omar)
    told = {"issue": "usage", "stood": page.context["stood"]}
    assert browser.post(reverse("desk:label", args=[tickets["late"].number]), told).status_code == 409
    assert Ticket.objects.get(pk=tickets["late"].pk).issue_type.code == "late"
