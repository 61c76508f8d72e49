"""The seat-free link: one action for one name, for thirty days; anything else is a page that is not there."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from fupan.action import services
from fupan.action.models import Action, GuestLink
from fupan.action.tests.support import PNG, TODAY, made
from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.notify.models import Notice


@pytest.fixture(autouse=True)
def no_limits_left_over():
    cache.clear()


@pytest.fixture
def action(goods, omar):
    found = made(omar, detail="One picture per site")
    services.add_step(found.pk, text="Draw the picture", by=omar)
    return found


@pytest.fixture
def link(action, omar):
    return services.make_guest_link(action.pk, name="Ho of the factory", by=omar)


def test_only_the_hash_is_kept(link):
    kept, token = link
    assert token not in str(GuestLink.objects.values_list())
    assert len(kept.token_hash) == 64
    assert kept.expires_at == clock.now() + timedelta(days=30)


def test_a_guest_sees_the_action_and_nothing_else(client, action, link, goods, omar):
    made(omar, title="Another action nobody told of")
    services.add_comment(action.pk, text="Their last batch was bad, do not trust them", by=omar)
    services.add_proof(action.pk, given=services.Given(text="Our own audit"), by=omar)
    page = client.get(f"/g/{link[1]}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert "Add a wiring picture" in text
    assert "Draw the picture" in text
    for ours in ("Another action", "do not trust them", "Our own audit"):
        assert ours not in text
    for inside in ("/actions/", "/tickets/", "/problems/", "side-nav"):
        assert inside not in text
    assert page["Referrer-Policy"] == "same-origin"
    assert "noindex" in page["X-Robots-Tag"]
    assert 'name="robots" content="noindex' in text
    assert "no-store" in page["Cache-Control"]


def test_a_guest_ticks_comments_proves_and_carries_out_under_their_name(client, action, link, omar, signed_in):
    address = f"/g/{link[1]}/"
    step = action.steps.get()
    assert client.post(f"{address}steps/{step.pk}/", {"done": "1"}).status_code == 302
    assert client.post(f"{address}comment/", {"text": "Proofs are at the printer"}).status_code == 302
    assert client.post(f"{address}proof/", {"url": "https://factory.example/x", "place": "Line 3"}).status_code == 302
    done = client.post(f"{address}carried/", {"day": "2026-11-15", "file": SimpleUploadedFile("line.png", PNG)})
    assert done.status_code == 302
    action.refresh_from_db()
    assert (action.state, action.carried_on) == ("done", TODAY - timedelta(days=1))
    assert action.comments.get().guest == "Ho of the factory"
    assert [proof.guest for proof in action.proofs.all()] == ["Ho of the factory"] * 2
    told = Event.objects.filter(name__startswith="action.", data__guest=link[0].pk)
    assert set(told.values_list("name", flat=True)) == {
        "action.step_ticked", "action.commented", "action.proof_added", "action.carried_out"
    }  # fmt: skip
    assert "Ho" not in str(list(Event.objects.values_list("data", flat=True)))
    assert Notice.objects.filter(member=omar, kind="action_guest_done").count() == 1
    page = signed_in(omar).get("/actions/1/").content.decode()
    assert "Ho of the factory" in page
    link[0].refresh_from_db()
    assert link[0].used_at == clock.now()


def test_what_a_guest_sends_is_checked_like_anybodys(client, action, link):
    address = f"/g/{link[1]}/"
    assert client.post(f"{address}comment/", {"text": ""}).status_code == 422
    hostile = client.post(f"{address}proof/", {"file": SimpleUploadedFile("a.png", b"<html><script>")})
    assert hostile.status_code == 422
    assert "a web page" in hostile.content.decode()
    future = client.post(f"{address}carried/", {"day": "2027-01-01", "text": "soon"})
    assert "still to come" in future.content.decode()
    no_proof = client.post(f"{address}carried/", {"day": "2026-11-15"})
    assert "Without proof" in no_proof.content.decode()
    assert Action.objects.get(pk=action.pk).state == "todo"


def test_a_link_is_for_its_own_action(client, link, goods, omar):
    other = made(omar, title="Another action of the team")
    step = services.add_step(other.pk, text="Not yours", by=omar)
    assert client.post(f"/g/{link[1]}/steps/{step.pk}/", {"done": "1"}).status_code == 404
    with pytest.raises(Refused) as no:
        services.tick_step(step.pk, done=True, guest=link[0])
    assert no.value.code == "link-over"


@pytest.mark.parametrize("how", ["forged", "revoked", "expired"])
def test_a_link_that_does_not_count_is_a_page_that_is_not_there(client, link, omar, how):
    kept, token = link
    if how == "forged":
        token = token[:-1] + ("a" if token[-1] != "a" else "b")
    if how == "revoked":
        services.revoke_guest_link(kept.pk, by=omar)
    if how == "expired":
        GuestLink.objects.update(expires_at=clock.now())
    for method, path in (("get", ""), ("post", "comment/"), ("post", "carried/"), ("post", "steps/1/")):
        answer = getattr(client, method)(f"/g/{token}/{path}", {"text": "x"})
        assert answer.status_code == 404
        assert "wiring" not in answer.content.decode()
        assert answer["Referrer-Policy"] == "same-origin"


def test_guessing_is_slowed_down(client, link):
    codes = [client.get("/g/guess/").status_code for _ in range(62)]
    assert codes[0] == 404
    assert codes[-1] == 429


def test_links_are_made_listed_and_taken_back_on_the_page(action, omar, mei, signed_in):
    browser = signed_in(omar)
    made_ = browser.post("/actions/1/links/", {"name": "Ho"})
    assert "/g/" in made_.content.decode()
    assert browser.post("/actions/1/links/", {"name": ""}).status_code == 422
    link = GuestLink.objects.get()
    assert "/g/" not in browser.get("/actions/1/").content.decode()
    browser.post(f"/actions/1/links/{link.pk}/revoke/")
    link.refresh_from_db()
    assert link.revoked_at is not None
    assert "taken back" in browser.get("/actions/1/").content.decode()
    assert "Guests without a seat" not in signed_in(mei).get("/actions/1/").content.decode()


def test_nobody_makes_a_link_to_what_is_closed(action, omar):
    services.drop_action(action.pk, reason="sold out", by=omar)
    with pytest.raises(Refused) as no:
        services.make_guest_link(action.pk, name="Ho", by=omar)
    assert no.value.code == "not-open"
