from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.people import services
from fupan.people.models import Invitation, Member, User


@pytest.fixture
def link(workspace, root):
    """The path of an invitation of xiao@harbour.example as senior agent."""
    _invitation, token = services.invite(workspace.pk, email="Xiao@Harbour.example", role="senior", by=root)
    return f"/join/{token}/"


PERSON = {"name": "陈默", "password": "long-enough-word", "language": "zh-hans"}


def test_a_new_person_joins_by_the_link_and_is_signed_in(link, client, workspace):
    assert "Harbour" in client.get(link).content.decode()
    answer = client.post(link, PERSON)
    member = Member.objects.get(user__email="xiao@harbour.example")
    assert (answer.status_code, member.role, member.workspace) == (302, "senior", workspace)
    assert member.user.check_password("long-enough-word")
    assert client.session["_auth_user_id"] == str(member.user_id)
    assert answer.cookies["django_language"].value == "zh-hans"


def test_only_the_fingerprint_of_the_token_is_kept(link):
    token = link.split("/")[2]
    kept = Invitation.objects.get()
    assert token not in (kept.token_hash, str(Event.objects.filter(name="people.invited").values()))
    assert len(kept.token_hash) == 64


def test_the_link_works_once(link, client, db):
    client.post(link, PERSON)
    client.logout()
    assert client.get(link).status_code == 410
    with pytest.raises(Refused) as told:
        services.join(link.split("/")[2], **PERSON)
    assert told.value.code == "invitation-over"


def test_two_who_use_the_link_at_the_same_instant_make_one_member(link, monkeypatch):
    """The second has read the invitation as open before the first took it."""
    token = link.split("/")[2]
    as_read = Invitation.objects.select_related("workspace").get()
    services.join(token, **PERSON)
    monkeypatch.setattr("fupan.people.services.invitations.open_invitation", lambda _token: as_read)
    with pytest.raises(Refused) as told:
        services.join(token, **PERSON)
    assert told.value.code == "invitation-over"
    assert Member.objects.filter(user__email="xiao@harbour.example").count() == 1


def test_the_link_ends_after_seven_days(link, client):
    with clock.set_to(clock.now() + timedelta(days=7, seconds=1)):
        assert client.get(link).status_code == 410


def test_a_newer_invitation_ends_the_older(link, client, workspace, root):
    services.invite(workspace.pk, email="xiao@harbour.example", role="agent", by=root)
    assert client.get(link).status_code == 410


def test_a_weak_password_is_told_and_the_link_stays_good(link, client):
    answer = client.post(link, PERSON | {"password": "short"}, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "12" in answer.content.decode()
    assert client.post(link, PERSON).status_code == 302


def test_a_known_person_must_sign_in_before_joining(link, client):
    known = User.objects.create_user(email="xiao@harbour.example", password="word-of-before", name="Xiao")
    assert "/account/login/" in client.get(link)["Location"]
    client.force_login(known)
    assert client.post(link).status_code == 302
    assert known.members.get().role == "senior"
    known.refresh_from_db()
    assert known.check_password("word-of-before")


def test_somebody_else_cannot_take_the_place(link, client, stranger):
    User.objects.create_user(email="xiao@harbour.example", password="word-of-before", name="Xiao")
    client.force_login(stranger.user)
    assert "somebody else" in client.get(link).content.decode()
    assert client.post(link).status_code == 409
    assert not Member.objects.filter(user__email="xiao@harbour.example").exists()


def test_trying_links_is_limited(client, db):
    answers = [client.get(f"/join/guess-{n}/").status_code for n in range(31)]
    assert (answers[0], answers[-1]) == (410, 429)


def test_a_manager_invites_on_the_page_and_sees_the_link_once(boss, signed_in, settings):
    browser = signed_in(boss)
    answer = browser.post("/settings/members/invite/", {"email": "new@harbour.example", "role": "agent"})
    assert f"{settings.BASE_URL}/join/" in answer.content.decode()
    assert "/join/" not in browser.get("/settings/members/").content.decode()


def test_a_manager_makes_no_administrators(boss, signed_in, workspace):
    answer = signed_in(boss).post("/settings/members/invite/", {"email": "new@harbour.example", "role": "admin"})
    assert answer.status_code == 422
    with pytest.raises(Refused) as told:
        services.invite(workspace.pk, email="new@harbour.example", role="admin", by=boss)
    assert told.value.code == "role-not-yours-to-give"


def test_an_invitation_is_taken_back(link, client, root, signed_in):
    signed_in(root).post(f"/settings/invitations/{Invitation.objects.get().pk}/revoke/")
    client.logout()
    assert client.get(link).status_code == 410


def test_a_stranger_takes_nothing_back(link, stranger, signed_in):
    answer = signed_in(stranger).post(f"/settings/invitations/{Invitation.objects.get().pk}/revoke/")
    assert answer.status_code == 404
    assert Invitation.objects.get().revoked_at is None
