import pytest

from fupan.core.errors import Refused
from fupan.core.models import Event
from fupan.people import services
from fupan.people.models import Role, Workspace

HARBOUR = {
    "name": "Harbour Goods", "currency": "cny", "timezone": "Asia/Shanghai", "language": "zh-hans",
    "owner_email": "Lin@Harbour.example", "owner_name": "林晓",
}  # fmt: skip


def test_a_new_workspace_has_departments_in_its_language_and_one_administrator(db):
    workspace = services.create_workspace(**HARBOUR, password="a-long-password")
    owner = workspace.members.get()
    assert (workspace.currency, owner.role, owner.user.email) == ("CNY", Role.ADMIN, "lin@harbour.example")
    assert owner.user.check_password("a-long-password")
    assert set(workspace.departments.values_list("code", flat=True)) == {
        "service", "operations", "product", "purchasing", "logistics", "marketing",
    }  # fmt: skip
    event = Event.objects.get(name="people.workspace_created")
    assert (event.workspace_id, event.subject_id, event.actor_id) == (workspace.pk, workspace.pk, owner.pk)


def test_a_person_who_is_known_gets_a_second_workspace_and_keeps_the_password(db):
    first = services.create_workspace(**HARBOUR, password="a-long-password")
    second = services.create_workspace(**HARBOUR | {"name": "Second"}, password="something-else-1")
    assert first.members.get().user == second.members.get().user
    assert second.members.get().user.check_password("a-long-password")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("currency", "RMB", "not-a-currency"),
        ("timezone", "Shanghai", "not-a-timezone"),
        ("language", "fr", "not-a-language"),
        ("owner_email", "lin", "not-an-email"),
        ("name", "  ", "no-name"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_stays(db, field, value, code):
    with pytest.raises(Refused) as told:
        services.create_workspace(**HARBOUR | {field: value})
    assert told.value.code == code
    assert not Workspace.objects.exists()


def test_a_manager_changes_the_retention(boss, signed_in):
    answer = signed_in(boss).post(
        "/settings/workspace/",
        {"name": "Harbour", "currency": "USD", "timezone": "Asia/Shanghai", "retention_days": "14"},
    )
    boss.workspace.refresh_from_db()
    assert answer.status_code == 302
    assert (boss.workspace.currency, boss.workspace.retention_days) == ("USD", 14)
    assert Event.objects.get(name="people.workspace_changed").data == {"fields": ["currency", "retention_days"]}


def test_no_retention_beyond_a_year(boss, signed_in):
    answer = signed_in(boss).post(
        "/settings/workspace/",
        {"name": "Harbour", "currency": "USD", "timezone": "Asia/Shanghai", "retention_days": "4000"},
    )
    boss.workspace.refresh_from_db()
    assert (answer.status_code, boss.workspace.retention_days) == (422, 30)


def test_an_agent_finds_no_workspace_page(mei, signed_in):
    assert signed_in(mei).get("/settings/workspace/").status_code == 404


def test_settings_list_what_the_role_may_open(mei, root, signed_in):
    hers = signed_in(mei).get("/settings/").content.decode()
    assert "My account" in hers
    assert "Event log" not in hers
    assert "Event log" in signed_in(root).get("/settings/").content.decode()
