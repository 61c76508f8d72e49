import pytest

from fupan.core import stale
from fupan.insight import storage
from fupan.insight.facts import ORDERS, TICKETS, MESSAGES, FactsView
from fupan.insight.models import FactFile
from fupan.insight.services import refresh
from fupan.insight.tests.world import LAST_WEEK, World, instant, seeded, stale_all


@pytest.fixture
def world(workspace):
    return seeded(workspace, first=202640, orders=10, tickets=6)


def rows(workspace, table, weeks=None):
    return FactsView(workspace.pk).answer(table, weeks).to_pylist()


def test_every_row_of_the_database_is_a_row_of_the_facts(world, workspace):
    from fupan.commerce.models import OrderLine
    from fupan.desk.models import Ticket

    stale_all(workspace)
    assert len(rows(workspace, ORDERS)) == OrderLine.objects.count()
    assert {row["ticket"] for row in rows(workspace, TICKETS)} == set(Ticket.objects.values_list("pk", flat=True))
    assert rows(workspace, MESSAGES)
