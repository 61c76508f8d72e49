import pytest

from fupan.commerce.models import Product
from fupan.desk.models import IssueType
from fupan.people.models import Department
from fupan.review.services import open_problem


@pytest.fixture
def goods(workspace):
    """Names for the codes of the slices."""
    Product.objects.create(workspace=workspace, code="A20", name="Power bank A20", line="Power")
    IssueType.objects.create(workspace=workspace, code="size", name_en="Size does not fit", name_zh="尺寸不符")
    IssueType.objects.create(workspace=workspace, code="leak", name_en="Leaks", name_zh="漏水")


@pytest.fixture
def purchasing(workspace):
    return Department.objects.create(workspace=workspace, code="purchasing", name="Purchasing")


@pytest.fixture
def problem(workspace, goods, omar):
    return open_problem(title="A20 does not fit", slice="issue_type=size&product=A20", by=omar)
