import pytest

from fupan.core.events import record
from fupan.people.policies import RIGHTS, may


@pytest.fixture
def happened(root, mei):
    record("people.joined", mei, by=mei)
    record("desk.labelled", None, by=root, workspace_id=root.workspace_id)
    record("ops.purged", None, by=None, workspace_id=root.workspace_id)


def rows(page):
    return [row["event"].name for row in page.context["rows"]]


def test_the_log_is_read_newest_first(happened, root, signed_in):
    assert rows(signed_in(root).get("/settings/events/")) == ["ops.purged", "desk.labelled", "people.joined"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("stage=desk", ["desk.labelled"]),
        ("from=2026-11-16&to=2026-11-16", ["ops.purged", "desk.labelled", "people.joined"]),
        ("from=2026-11-17", []),
        ("from=nonsense", ["ops.purged", "desk.labelled", "people.joined"]),
    ],
)
def test_the_log_is_narrowed_in_the_address(happened, root, signed_in, query, found):
    assert rows(signed_in(root).get(f"/settings/events/?{query}")) == found


def test_the_log_of_one_person(happened, root, mei, signed_in):
    assert rows(signed_in(root).get(f"/settings/events/?actor={mei.pk}")) == ["people.joined"]


def test_htmx_gets_the_rows_alone(happened, root, signed_in):
    part = signed_in(root).get("/settings/events/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "ops.purged" in part


def test_a_lead_finds_no_log(happened, omar, signed_in):
    assert signed_in(omar).get("/settings/events/").status_code == 404


def test_a_stranger_reads_nothing_of_us(happened, stranger, signed_in):
    assert rows(signed_in(stranger).get("/settings/events/")) == []


def test_rights_end_with_access(root):
    root.active = False
    assert not any(may(root, right) for right in RIGHTS)


def test_an_unknown_right_is_a_bug(root):
    with pytest.raises(KeyError):
        may(root, "fly")
