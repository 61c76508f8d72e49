import pytest

from fupan.verification.services import plan_check
from fupan.verification.tests.support import a_problem, an_action, check_of, counts, plant
from tests.support.personas import amazon_de, harbour


@pytest.fixture(scope="module")
def workspace(kept_database):
    return harbour()


@pytest.fixture(scope="module")
def shop(workspace):
    return amazon_de(workspace)


@pytest.fixture(scope="module")
def seller(workspace, shop):
    """Forty-five weeks; A20's size trouble falls by 60 % after week 34."""
    plant(workspace, shop, counts())
    return workspace


@pytest.fixture
def action(seller, ines):
    """Carried out in week 34, with proof, for a problem that week 31 drew attention to."""
    return an_action(seller, ines, problem=a_problem(seller, ines, selection=[202631]))


@pytest.fixture
def check(action):
    plan_check(action.pk)
    return check_of(action)
