"""The people and shops of every test: mei answers tickets, omar leads the team, ines runs operations,
boss manages, root administers; the stranger administers another seller's workspace."""

from datetime import UTC, datetime

import pytest

NOON = datetime(2026, 11, 16, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen_clock():
    """Monday 16 November 2026, noon in Shanghai: week 46 has just ended."""
    from fupan.core import clock

    with clock.set_to(NOON):
        yield NOON


def new_member(workspace, name, role, tier=1):
    from fupan.people.models import Member, User

    email = f"{name}@{workspace.name.lower()}.example"
    user = User.objects.create_user(email=email, password="pass-word-12", name=name, language="en")
    return Member.objects.create(workspace=workspace, user=user, role=role, tier=tier)


def harbour():
    from fupan.people.models import Workspace

    return Workspace.objects.create(name="Harbour", currency="CNY", timezone="Asia/Shanghai")


@pytest.fixture
def workspace(db):
    return harbour()


@pytest.fixture
def mei(workspace):
    return new_member(workspace, "mei", "agent")


@pytest.fixture
def omar(workspace):
    return new_member(workspace, "omar", "lead", tier=2)


@pytest.fixture
def ines(workspace):
    return new_member(workspace, "ines", "operations")


@pytest.fixture
def boss(workspace):
    return new_member(workspace, "boss", "manager")


@pytest.fixture
def root(workspace):
    return new_member(workspace, "root", "admin")


@pytest.fixture
def stranger(db):
    from fupan.people.models import Workspace

    return new_member(Workspace.objects.create(name="Elsewhere"), "stranger", "admin")


def amazon_de(workspace):
    from fupan.commerce.models import Shop

    return Shop.objects.create(
        workspace=workspace, name="Amazon DE", platform="amazon", site="Amazon.de", country="DE",
        currency="EUR", timezone="Europe/Berlin",
    )  # fmt: skip


@pytest.fixture
def shop(workspace):
    return amazon_de(workspace)


@pytest.fixture
def shopee(workspace):
    from fupan.commerce.models import Shop

    return Shop.objects.create(
        workspace=workspace, name="Shopee MY", platform="shopee", site="shopee.com.my", country="MY",
        currency="MYR", timezone="Asia/Kuala_Lumpur",
    )  # fmt: skip


@pytest.fixture
def signed_in(client):
    """`signed_in(mei)` is a browser of hers."""

    def sign_in(member):
        client.force_login(member.user)
        return client

    return sign_in
