"""The ticket page, the label queue, the settings of labels: who sees what, and what each act does."""

import pytest
from django.urls import reverse

from fupan.desk import services
from fupan.desk.models import Incident, IssueType, KeywordRule, ReasonCode, Ticket
from fupan.desk.queries.near import near
from fupan.desk.tests.support import an_import, at, rec, receive

NUMBER = "302-1234567-1234567"


@pytest.fixture
def tickets(planted, shop):
    source = an_import(planted)
    told = [
        rec("q1", order_number=NUMBER, text="Hallo, Anna Maier hier: lädt nicht", buyer_name="Anna Maier", reply="Tag"),
        rec("r1", "return", at(2), order_number=NUMBER, buyer="B1"),
        rec("q2", opened_at=at(1), text="Guten Tag, eine Frage", buyer="B1"),
        rec("q3", opened_at=at(1.5), text="Guten Abend zusammen"),
        rec("s2", "rating", at(3), stars=5, text="wunderbar"),
    ]
    receive(source, shop, told)
    services.open_received(source.pk, 0)
    return {ticket.outside_id: ticket for ticket in Ticket.objects.all()}


def page(browser, ticket, **params):
    return browser.get(reverse("desk:ticket", args=[ticket.number]), params)


def post(browser, name, ticket, **data):
    return browser.post(reverse(f"desk:{name}", args=[ticket.number]), data)


def test_those_who_answer_buyers_read_their_words(tickets, mei, signed_in):
    text = page(signed_in(mei), tickets["q1"]).content.decode()
    assert "Anna Maier hier" in text
    assert NUMBER in text


def test_others_read_redacted_words(tickets, ines, signed_in):
    text = page(signed_in(ines), tickets["q1"]).content.decode()
    assert "Anna" not in text
    assert "Maier" not in text
    assert NUMBER not in text
    assert "[name]" in text
    assert "redacted" in text


def test_a_purged_ticket_shows_what_is_left(tickets, mei, signed_in):
    Ticket.objects.update(purged_at=at(5), buyer_name="")
    tickets["q1"].messages.update(original="")
    text = page(signed_in(mei), tickets["q1"]).content.decode()
    assert "purged on schedule" in text
    assert "[name]" in text


def test_the_side_shows_incident_and_other_tickets_of_the_buyer(tickets, mei, signed_in):
    shown = page(signed_in(mei), tickets["r1"]).context["page"]
    assert [one.pk for one in shown.near.incident] == [tickets["q1"].pk]
    assert [one.pk for one in shown.near.buyer] == [tickets["q2"].pk]


def test_tickets_without_a_buyer_are_not_another_tickets_buyer(tickets, mei, monkeypatch):
    monkeypatch.setattr("fupan.desk.queries.near.LOOKED_AT", 1)
    Ticket.objects.update(buyer_key="")
    told = near(mei, Ticket.objects.get(pk=tickets["r1"].pk))
    assert [one.pk for one in told.incident] == [tickets["q1"].pk]
    assert (told.buyer, told.buyer_count) == ([], 0)


def test_a_stranger_finds_nothing(tickets, stranger, signed_in):
    browser = signed_in(stranger)
    assert page(browser, tickets["q1"]).status_code == 404
    for name in ("label", "note", "state", "assign", "split", "join", "label_one"):
        assert post(browser, name, tickets["q1"], issue="late", text="x", state="solved").status_code == 404
    assert Ticket.objects.filter(touched_at=None).count() == len(tickets)


def test_labels_are_saved_from_one_form(tickets, omar, signed_in):
    browser = signed_in(omar)
    told = {"issue": "usage", "cause": "manual", "resolution": "information", "cost": "1.5", "tags": "vip, 换新"}
    assert post(browser, "label", tickets["q2"], **told).status_code == 302
    ticket = Ticket.objects.get(pk=tickets["q2"].pk)
    assert (ticket.issue_type.code, ticket.cause_guess.code, ticket.resolution.code) == (
        "usage",
        "manual",
        "information",
    )
    assert float(ticket.cost) == 1.5
    assert {tag.name for tag in ticket.tags.all()} == {"vip", "换新"}
    answer = post(browser, "label", tickets["q2"], **(told | {"cost": "-4"}))
    assert answer.status_code == 422


def test_notes_states_and_owners_by_the_page(tickets, mei, omar, signed_in):
    browser = signed_in(mei)
    post(browser, "note", tickets["q2"], text="asked for a photo")
    post(browser, "assign", tickets["q2"], assignee=str(omar.pk))
    post(browser, "state", tickets["q2"], state="solved")
    shown = page(browser, tickets["q2"])
    assert "asked for a photo" in shown.content.decode()
    assert (shown.context["ticket"].assignee, shown.context["ticket"].state) == (omar, "solved")
    assert len(shown.context["page"].history) == 3
    assert post(browser, "state", tickets["q2"], state="lost").status_code == 409
    assert post(browser, "assign", tickets["q2"], assignee="999999").status_code == 404


def test_split_and_join_by_the_page(tickets, mei, signed_in):
    browser = signed_in(mei)
    post(browser, "split", tickets["r1"])
    assert Incident.objects.filter(tickets__outside_id__in=["q1", "r1"]).distinct().count() == 2
    post(browser, "join", tickets["r1"], other=f"T-{tickets['q1'].number}")
    assert Incident.objects.filter(tickets__outside_id__in=["q1", "r1"]).distinct().count() == 1
    assert post(browser, "join", tickets["r1"], other="T-99999").status_code == 409


def test_other_stages_draw_their_panels(tickets, mei, signed_in, settings):
    settings.PANELS = {"ticket": ("desk:note",)}
    text = page(signed_in(mei), tickets["q1"]).content.decode()
    assert f'hx-get="{reverse("desk:note", args=[tickets["q1"].number])}" hx-trigger="load"' in text


# The queue


def queue(browser):
    return browser.get(reverse("desk:label_queue"))


def test_the_queue_asks_for_what_has_words_and_no_sure_label(tickets, mei, signed_in):
    shown = queue(signed_in(mei)).context
    assert shown["shown"].ticket.outside_id == "q3"
    assert shown["progress"].left == 2
    assert len(shown["shown"].choices) == 9


def test_choosing_skipping_and_undoing_by_keyboard(tickets, mei, signed_in):
    browser = signed_in(mei)
    htmx = {"HTTP_HX_REQUEST": "true"}
    answer = browser.post(reverse("desk:label_one", args=[tickets["q3"].number]), {"issue": "usage"}, **htmx)
    assert answer.context["shown"].ticket.outside_id == "q2"
    assert b"<html" not in answer.content
    answer = browser.post(reverse("desk:label_one", args=[tickets["q2"].number]), {"do": "undo"}, **htmx)
    assert answer.context["shown"].ticket.outside_id == "q3"
    assert Ticket.objects.get(outside_id="q3").issue_type is None
    answer = browser.post(reverse("desk:label_one", args=[tickets["q3"].number]), {"do": "skip"}, **htmx)
    assert answer.context["shown"].ticket.outside_id == "q2"
    browser.post(reverse("desk:label_one", args=[tickets["q2"].number]), {"name": "How to use it"}, **htmx)
    assert Ticket.objects.get(outside_id="q2").issue_type.code == "usage"
    assert "sure label" in queue(browser).content.decode()
    wrong = browser.post(reverse("desk:label_one", args=[tickets["q3"].number]), {"name": "no such thing"}, **htmx)
    assert wrong.status_code == 409


# Settings


def settings_of(browser, **params):
    return browser.get(reverse("desk:labels"), params)


@pytest.mark.parametrize("section", ["issue", "cause", "resolution", "rules", "codes", "versions", "nonsense"])
def test_every_section_opens(tickets, omar, signed_in, section):
    assert settings_of(signed_in(omar), section=section).status_code == 200


def test_nodes_are_added_renamed_and_retired(tickets, omar, signed_in):
    browser = signed_in(omar)
    told = {"name_en": "Smells", "name_zh": "异味", "parent": "product", "department": "", "simple": ""}
    browser.post(reverse("desk:add_node", args=["issue"]), told)
    assert IssueType.objects.get(code="smells").parent.code == "product"
    browser.post(reverse("desk:node", args=["issue", "smells"]), told | {"name_zh": "有异味"})
    assert IssueType.objects.get(code="smells").name_zh == "有异味"
    browser.post(reverse("desk:retire_node", args=["issue", "smells"]), {"replaced_by": "defect"})
    assert IssueType.objects.get(code="smells").replaced_by.code == "defect"
    assert browser.get(reverse("desk:node", args=["issue", "nonsense"])).status_code == 404
    assert browser.get(reverse("desk:node", args=["nonsense", "late"])).status_code == 404


def test_a_rule_is_tried_before_it_is_added(tickets, omar, signed_in):
    browser = signed_in(omar)
    told = {"language": "de", "words": "guten + frage", "issue": "usage"}
    before = KeywordRule.objects.count()
    trial = settings_of(browser, section="rules", **{"try": "1"}, **told).context["trial"]
    assert (trial.hits, trial.unlabelled, trial.other) == (1, 1, 0)
    assert KeywordRule.objects.count() == before
    browser.post(reverse("desk:add_rule"), told)
    browser.post(reverse("desk:relabel"))
    assert Ticket.objects.get(outside_id="q2").issue_type.code == "usage"
    rule = KeywordRule.objects.get(words="guten + frage")
    browser.post(reverse("desk:drop_rule", args=[rule.pk]))
    assert not KeywordRule.objects.filter(pk=rule.pk).exists()


def test_a_reason_code_is_mapped_in_any_spelling(planted, omar, signed_in):
    signed_in(omar).post(reverse("desk:set_code"), {"code": "cr-new_thing", "issue": "leak"})
    assert ReasonCode.objects.get(code="NEW_THING").issue_type.code == "leak"


def test_an_agent_reads_the_trees_but_does_not_edit_them(tickets, mei, signed_in):
    browser = signed_in(mei)
    assert "Add a node" not in settings_of(browser).content.decode()
    assert browser.post(reverse("desk:add_node", args=["issue"]), {"name_en": "x", "name_zh": "y"}).status_code == 404
    assert browser.post(reverse("desk:relabel")).status_code == 404


def test_trees_of_others_cannot_be_touched(planted, stranger, signed_in):
    browser = signed_in(stranger)
    assert browser.get(reverse("desk:node", args=["issue", "late"])).status_code == 404
    rule = KeywordRule.objects.first()
    assert browser.post(reverse("desk:drop_rule", args=[rule.pk])).status_code == 404
    assert browser.post(reverse("desk:retire_node", args=["issue", "late"])).status_code == 404


def test_the_same_words_about_one_order_are_said_so(planted, shop, mei, signed_in):
    source = an_import(planted)
    told = [
        rec("d1", order_number=NUMBER, text="The cable is broken, what now?"),
        rec("d2", "return", at(1), order_number=NUMBER, text="the cable is broken what now"),
        rec("d3", opened_at=at(2), order_number=NUMBER, text="Where is my invoice?"),
    ]
    receive(source, shop, told)
    services.open_received(source.pk, 0)
    one, other = Ticket.objects.get(outside_id="d1"), Ticket.objects.get(outside_id="d2")
    answer = page(signed_in(mei), one)
    assert [row.pk for row in answer.context["page"].near.said_before] == [other.pk]
    assert "The same words about the same order" in answer.content.decode()
