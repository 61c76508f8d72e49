import pytest

from fupan.core.errors import Refused
from fupan.people import services
from fupan.people.models import Department, Member

CHANGE = {"role": "lead", "tier": 2, "departments": [], "languages": ["de", "en"], "shop_ids": []}


def test_an_administrator_changes_a_member(root, mei, shop, signed_in):
    department = Department.objects.create(workspace=mei.workspace, code="service", name="Service")
    answer = signed_in(root).post(
        f"/settings/members/{mei.pk}/",
        {"role": "senior", "tier": "2", "departments": [department.pk], "languages": ["de"], "shop_ids": [shop.pk]},
    )
    mei.refresh_from_db()
    assert answer.status_code == 302
    assert (mei.role, mei.tier, mei.languages, mei.shop_ids) == ("senior", 2, ["de"], [shop.pk])
    assert list(mei.departments.all()) == [department]


def test_departments_and_shops_of_others_are_left_out(root, mei, stranger):
    theirs = Department.objects.create(workspace=stranger.workspace, code="service", name="Service")
    services.change_member(mei.pk, **CHANGE | {"departments": [theirs.pk], "shop_ids": [12345]}, by=root)
    mei.refresh_from_db()
    assert (list(mei.departments.all()), mei.shop_ids) == ([], [])


def test_who_lost_access_sees_nothing_and_keys_stop(root, omar, signed_in, client):
    token, _secret = services.create_token(name="sheet", scopes=["tickets:read"], by=omar)
    services.deactivate_member(omar.pk, by=root)
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert signed_in(omar).get("/settings/account/").status_code == 404
    services.reactivate_member(omar.pk, by=root)
    assert signed_in(omar).get("/settings/account/").status_code == 200


@pytest.mark.parametrize("verb", ["deactivate", "demote"])
def test_the_last_administrator_stays(root, verb):
    with pytest.raises(Refused) as told:
        if verb == "deactivate":
            services.deactivate_member(root.pk, by=root)
        else:
            services.change_member(root.pk, **CHANGE, by=root)
    assert told.value.code == "last-admin"
    root.refresh_from_db()
    assert (root.role, root.active) == ("admin", True)


def test_of_two_administrators_one_may_go(root, mei):
    services.change_member(mei.pk, **CHANGE | {"role": "admin"}, by=root)
    services.deactivate_member(root.pk, by=Member.objects.get(pk=mei.pk))
    with pytest.raises(Refused):
        services.deactivate_member(mei.pk, by=Member.objects.get(pk=mei.pk))


def test_a_manager_cannot_touch_an_administrator_nor_make_one(boss, root, mei):
    for member, role in ((root, "lead"), (mei, "admin")):
        with pytest.raises(Refused):
            services.change_member(member.pk, **CHANGE | {"role": role}, by=boss)


def test_an_agent_finds_no_members_page(mei, signed_in):
    assert signed_in(mei).get("/settings/members/").status_code == 404


def test_a_stranger_finds_nobody(mei, stranger, signed_in):
    browser = signed_in(stranger)
    assert browser.get(f"/settings/members/{mei.pk}/").status_code == 404
    assert browser.post(f"/settings/members/{mei.pk}/deactivate/").status_code == 404
    assert "mei@" not in browser.get("/settings/members/").content.decode()
