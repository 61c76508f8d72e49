"""Who may do what is said once (people.policies), and asked for by the name of the right."""

from fupan.briefing import services as briefing
from fupan.people.models import Role
from fupan.people.policies import RIGHTS, roles_that_may
from tests.architecture.source import modules, short


def test_no_stage_keeps_a_second_table_of_roles():
    """A permission rule written twice will disagree (style.md, finding 4)."""
    second = [
        short(path)
        for path in modules()
        if path.name == "policies.py" and path.parent.name != "people" and "Role." in path.read_text(encoding="utf-8")
    ]
    assert not second


def test_an_administrator_may_everything_and_an_agent_sees_no_money():
    assert all(Role.ADMIN in roles for roles in RIGHTS.values())
    assert Role.AGENT not in RIGHTS["see_money"]


def test_a_right_is_a_list_of_roles_for_decorators():
    assert roles_that_may("manage_members") == ("admin", "manager")


def test_who_hears_of_a_review_may_read_it():
    assert set(briefing.LEADERS) <= RIGHTS["see_reviews"]
