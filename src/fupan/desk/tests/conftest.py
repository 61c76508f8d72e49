import pytest

from fupan.desk import services


@pytest.fixture
def planted(workspace):
    services.plant_trees(workspace)
    return workspace
