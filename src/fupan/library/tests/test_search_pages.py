"""The search page, what was opened from it, synonyms, and the same for programs and the console."""

import json

import pytest
import typer
from typer.testing import CliRunner

from fupan.cli.search import search
from fupan.library import services
from fupan.library.finding import writing
from fupan.library.models import Search, Synonyms
from fupan.people.services import create_token

HTMX = {"HX-Request": "true"}
URL, API = "/library/search/", "/api/v1/search"


@pytest.fixture
def filled(new_ticket, published, workspace):
    new_ticket(5, subject="Parcel <b>", said="The parcel & the umbrella have not arrived")
    writing.catch_up(workspace.pk)
    return workspace


def page(client, address, status=200, **more):
    answer = client.get(address, **more)
    assert answer.status_code == status
    return answer.content.decode()


def test_before_anything_is_typed_it_says_what_to_try(filled, mei, signed_in):
    assert "In your words or the buyer’s" in page(signed_in(mei), URL)
    assert not Search.objects.exists()


def test_hits_are_marked_and_lead_on_through_the_search(filled, mei, signed_in):
    client = signed_in(mei)
    shown = page(client, f"{URL}?q=umbrella", headers=HTMX)
    assert "<html" not in shown
    assert "The parcel &amp; the <mark>umbrella</mark> have" in shown
    assert "Parcel &lt;b&gt;" in shown
    kept = Search.objects.get()
    assert (kept.text, kept.hits, kept.by) == ("umbrella", 1, mei)
    ticket = filled.ticket_set.get(number=5)
    answer = client.get(f"{URL}{kept.pk}/ticket/{ticket.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/tickets/5/")
    kept.refresh_from_db()
    assert (kept.opened_kind, kept.opened_id) == ("ticket", ticket.pk)


def test_only_who_searched_opens_and_only_what_they_see(filled, mei, omar, signed_in):
    kept = services.note_search("umbrella", hits=1, by=mei)
    ticket = filled.ticket_set.get(number=5)
    assert signed_in(omar).get(f"{URL}{kept.pk}/ticket/{ticket.pk}/").status_code == 404
    client = signed_in(mei)
    for rest in (f"nothing/{ticket.pk}/", "ticket/99999/", "case/99999/"):
        assert client.get(f"{URL}{kept.pk}/{rest}").status_code == 404
    kept.refresh_from_db()
    assert (kept.opened_kind, kept.opened_id) == ("", None)


def test_nothing_found_says_what_to_do_and_is_kept(filled, mei, signed_in):
    client = signed_in(mei)
    assert "Nothing says “xylophone”." in page(client, f"{URL}?q=xylophone&ticket=T-5")
    kept = Search.objects.get()
    assert (kept.hits, kept.ticket.number) == (0, 5)
    assert "Without kind and issue type there is 1." in page(client, f"{URL}?q=umbrella&kind=case")


def test_without_an_index_numbers_are_found_and_it_says_so(published, mei, signed_in):
    shown = page(signed_in(mei), f"{URL}?q=C-0001")
    assert "The search is being prepared" in shown
    assert "Change the cable first" in shown
    assert not Search.objects.exists()


def test_the_top_bar_leads_here(filled, mei, signed_in):
    assert f'action="{URL}"' in page(signed_in(mei), "/")


@pytest.mark.parametrize("odd", ["page=99999&q=umbrella", "page=x&shop=x&kind=x&sort=x&q=umbrella", "q=%FF&tag=%22"])
def test_odd_addresses_are_answered(filled, mei, signed_in, odd):
    assert "search-form" in page(signed_in(mei), f"{URL}?{odd}")


def test_synonyms_are_saved_and_two_editors_notice_each_other(filled, omar, signed_in):
    client = signed_in(omar)
    assert client.post("/settings/synonyms/", {"text": "rain, umbrella", "version": 0}).status_code == 302
    late = client.post("/settings/synonyms/", {"text": "sun, umbrella", "version": 0})
    assert late.status_code == 422
    assert "rain, umbrella" in late.content.decode()
    assert Synonyms.objects.get().text == "rain, umbrella"
    assert client.post("/settings/synonyms/", {"text": "sun, umbrella", "version": 1}).status_code == 302
    assert "T-5" in page(client, f"{URL}?q=sun")


@pytest.mark.parametrize(
    ("text", "words"),
    [("alone", "Line 1: A group needs two words"), ("a, b\n" + ", ".join(map(str, range(30))), "Line 2: At most 20"),
     ("a, " + "b" * 70, "Line 1: A word has at most 60")],
)  # fmt: skip
def test_a_group_that_cannot_be_used_is_named(filled, omar, signed_in, text, words):
    answer = signed_in(omar).post("/settings/synonyms/", {"text": text, "version": 0})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_programs_search_what_their_scopes_allow(filled, omar, client):
    def call(address, *scopes):
        _row, secret = create_token(name="t", scopes=list(scopes), by=omar)
        return client.get(address, headers={"Authorization": f"Bearer {secret}"})

    told = call(f"{API}?q=umbrella", "cases:read", "tickets:read").json()
    (hit,) = told["items"]
    assert (hit["kind"], hit["number"], hit["snippet"]) == (
        "ticket", "T-5", "The parcel & the «umbrella» have not arrived",
    )  # fmt: skip
    assert hit["url"].endswith("/tickets/5/")
    less = call(f"{API}?q=umbrella", "cases:read").json()
    assert (less["total"], less["items"], set(less["kinds"])) == (0, [], {"case", "article", "template"})
    assert call(f"{API}?q=umbrella&kind=ticket", "cases:read").json()["items"] == []
    assert call(f"{API}?q=umbrella", "metrics:read").status_code == 403
    assert call(API, "cases:read").status_code == 422


def run(*words):
    app = typer.Typer()
    app.command("search")(search)
    return CliRunner().invoke(app, words, env={"COLUMNS": "140"})


def test_the_console_finds_and_builds(new_ticket, published):
    new_ticket(5, subject="Parcel", said="The umbrella has not arrived")
    assert "2 texts in the index." in run("--rebuild").stdout
    told = json.loads(run("umbrella", "--json").stdout)
    assert [hit["number"] for hit in told["hits"]] == ["T-5"]
    assert "The umbrella has not arrived" in run("umbrella").stdout
    assert "Nothing found" in run("xylophone").stdout
    assert run("umbrella", "--kind", "nonsense").exit_code == 2
    assert run().exit_code == 2
