"""What the tests of problems share: labels, a problem with its slice, tickets, a tree of three."""

from datetime import timedelta

import pytest

from fupan.core import clock
from fupan.desk.models import Cause, IssueType, Ticket
from fupan.people.models import Department
from fupan.review import services

SLICE = "batch=2609&issue_type=wont_charge&product=A20"


@pytest.fixture
def purchasing(workspace):
    return Department.objects.create(workspace=workspace, code="purchasing", name="Purchasing")


@pytest.fixture
def labels(workspace, purchasing):
    """An issue type and two causes."""
    IssueType.objects.create(workspace=workspace, code="wont_charge", name_en="Won't charge", name_zh="充不进电")
    for code, name in (("supplier_batch", "Supplier batch"), ("manual", "Unclear manual")):
        Cause.objects.create(workspace=workspace, code=code, name_en=name, name_zh=name, department=purchasing)


@pytest.fixture
def problem(omar):
    return services.open_problem(title="A20 won't charge", slice=SLICE, by=omar, selection_weeks=[202645, 202646])


@pytest.fixture
def make_ticket(workspace, shop):
    def make(number, **more):
        told = {"kind": "return", "week": 202646, "opened_at": clock.now() - timedelta(days=3), "subject": "no charge"}
        return Ticket.objects.create(
            workspace=workspace, shop=shop, number=number, outside_id=f"r-{number}", **told | more
        )

    return make


@pytest.fixture
def tree(problem, mei, omar):
    """What happens, why, and why that: (root, why, leaf)."""
    root = services.add_why(problem.pk, text="Does not charge after two weeks", by=mei)
    why = services.add_why(problem.pk, text="The board locks", parent=root.pk, by=mei)
    leaf = services.add_why(problem.pk, text="The threshold was set too low", parent=why.pk, by=omar)
    return root, why, leaf
