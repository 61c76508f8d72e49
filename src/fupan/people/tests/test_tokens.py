import pytest

from fupan.core.errors import Refused
from fupan.people import queries, services
from fupan.people.models import ApiToken


def test_a_key_is_shown_once_and_kept_as_fingerprint(omar, signed_in):
    browser = signed_in(omar)
    page = browser.post("/settings/tokens/", {"name": "Sheet", "scopes": ["tickets:read"]})
    secret = page.context["made"]
    assert secret in page.content.decode()
    assert secret not in browser.get("/settings/tokens/").content.decode()
    kept = ApiToken.objects.get()
    assert secret not in str(vars(kept))
    assert queries.living_token(secret) == kept


def test_a_revoked_key_is_dead(omar, signed_in):
    token, secret = services.create_token(name="Sheet", scopes=["tickets:read"], by=omar)
    signed_in(omar).post(f"/settings/tokens/{token.pk}/revoke/")
    assert queries.living_token(secret) is None


@pytest.mark.parametrize("scopes", [[], ["everything"]])
def test_a_key_needs_scopes_of_the_list(omar, scopes):
    with pytest.raises(Refused) as told:
        services.create_token(name="Sheet", scopes=scopes, by=omar)
    assert told.value.code == "no-scope"


def test_an_agent_makes_no_keys(mei, signed_in):
    assert signed_in(mei).get("/settings/tokens/").status_code == 404
    with pytest.raises(Refused):
        services.create_token(name="Sheet", scopes=["tickets:read"], by=mei)


def test_a_lead_sees_own_keys_and_an_administrator_all(omar, ines, root, signed_in):
    services.create_token(name="Of omar", scopes=["tickets:read"], by=omar)
    assert "Of omar" not in signed_in(ines).get("/settings/tokens/").content.decode()
    assert "Of omar" in signed_in(root).get("/settings/tokens/").content.decode()


def test_a_stranger_revokes_nothing(omar, stranger, signed_in):
    token, _secret = services.create_token(name="Sheet", scopes=["tickets:read"], by=omar)
    assert signed_in(stranger).post(f"/settings/tokens/{token.pk}/revoke/").status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None
