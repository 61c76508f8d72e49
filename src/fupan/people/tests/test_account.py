from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.core.models import Event
from fupan.people import services
from fupan.people.links import sign_in_link
from fupan.people.models import Member, User


def test_somebody_changes_name_and_language(mei, signed_in):
    answer = signed_in(mei).post("/settings/account/", {"name": "Mei Lin", "language": "en"})
    mei.user.refresh_from_db()
    assert (mei.user.name, mei.user.language) == ("Mei Lin", "en")
    assert answer.cookies["django_language"].value == "en"


def test_signing_in_by_email_and_password(mei, client):
    mei.user.language = "zh-hans"
    mei.user.save()
    answer = client.post("/account/login/", {"login": "mei@harbour.example", "password": "pass-word-12"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert answer.cookies["django_language"].value == "zh-hans"


def test_guessing_passwords_is_slowed_down(mei, client):
    for _n in range(12):
        answer = client.post("/account/login/", {"login": "mei@harbour.example", "password": "wrong-wrong-1"})
    last = client.post("/account/login/", {"login": "mei@harbour.example", "password": "pass-word-12"})
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 429)
    assert last.status_code in (200, 429)


def test_nobody_signs_up(client, db):
    client.post("/account/signup/", {"email": "a@b.example", "password1": "long-enough-word"})
    assert not User.objects.exists()


def test_a_second_factor_is_asked_for_at_a_sign_in_link(mei, client):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(mei.user, generate_totp_secret())
    answer = client.post(sign_in_link(mei.user).removeprefix("http://localhost:8000"))
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert "_auth_user_id" not in client.session


@pytest.fixture
def owner_link(db):
    workspace = services.create_workspace(
        name="Quay", currency="CNY", timezone="Asia/Shanghai", language="en", owner_email="lin@quay.example",
        owner_name="林晓",
    )  # fmt: skip
    return sign_in_link(workspace.members.get().user).removeprefix("http://localhost:8000")


def test_the_sign_in_link_of_the_owner_works_once(owner_link, client):
    assert client.get(owner_link).status_code == 200  # a look does not use it up
    answer = client.post(owner_link)
    assert answer["Location"] == "/account/password/set/"
    assert Event.objects.filter(name="people.entered_by_link").count() == 1
    client.logout()
    assert client.post(owner_link).status_code == 410
    assert "_auth_user_id" not in client.session


def test_the_sign_in_link_ends_after_a_day(owner_link, client, monkeypatch):
    later = (clock.now() + timedelta(days=800)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert client.get(owner_link).status_code == 410


def test_a_forged_link_is_nobody(client, db):
    assert client.post("/enter/eyJ1c2VyIjoxfQ:1abc:forged/").status_code == 410


def test_somebody_in_two_workspaces_switches(mei, stranger, signed_in):
    Member.objects.create(workspace=stranger.workspace, user=mei.user, role="lead")
    browser = signed_in(mei)
    assert "Elsewhere" in browser.get("/settings/account/").content.decode()
    assert browser.post("/settings/switch/", {"workspace": stranger.workspace_id}).status_code == 302
    assert browser.get("/settings/account/").context["member"].workspace == stranger.workspace


@pytest.mark.parametrize("wanted", ["nonsense", ""])
def test_nobody_switches_to_nonsense(mei, signed_in, wanted):
    assert signed_in(mei).post("/settings/switch/", {"workspace": wanted}).status_code == 404


def test_a_stranger_cannot_switch_to_this_workspace(mei, stranger, signed_in):
    browser = signed_in(stranger)
    assert browser.post("/settings/switch/", {"workspace": mei.workspace_id}).status_code == 404
