"""Whatever a program sends, the answer is one that the description names, never a 500 (schemathesis, in process)."""

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.core import NotSet

from fupan.config.api import api
from fupan.people import services
from fupan.people.scopes import SCOPES
from tests.architecture.world import build

pytestmark = pytest.mark.once

CALM = settings(
    max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
DESCRIBED = json.loads(json.dumps(api.get_openapi_schema(), default=str))
ROUTES = [(method, path) for path, methods in DESCRIBED["paths"].items() for method in methods]


@pytest.fixture
def key(workspace, shop, mei, root, boss, monkeypatch):
    build(workspace, shop, mei, root)
    monkeypatch.setattr("fupan.people.tokens.CALLS", 1_000_000)
    _token, secret = services.create_token(name="Program", scopes=SCOPES, by=boss)
    return f"Bearer {secret}"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_no_call_breaks_us(method, path, key, client):
    operation = schemathesis.openapi.from_dict(DESCRIBED)[path][method.upper()]
    known = {int(status) for status in DESCRIBED["paths"][path][method]["responses"]}

    @CALM
    @given(case=operation.as_strategy())
    def ask(case):
        answer = send(client, case, key)
        assert answer.status_code in known, answer.content[:500]
        if answer.status_code >= 400:
            assert answer["Content-Type"] == "application/problem+json"

    ask()


def send(client, case, key):
    """The case through Django's test client."""
    told = {} if isinstance(case.query, NotSet) else dict(case.query or {})
    sent = {"query_params": told, "headers": {"Authorization": key}}
    if case.body is not None and not isinstance(case.body, NotSet):
        if case.media_type == "multipart/form-data":
            return client.post(case.formatted_path, _parts(case.body), **sent)
        return client.generic(case.method, case.formatted_path, json.dumps(case.body), "application/json", **sent)
    return client.generic(case.method, case.formatted_path, **sent)


def _parts(body):
    from django.core.files.uploadedfile import SimpleUploadedFile

    fields = body if isinstance(body, dict) else {}
    files = {name: SimpleUploadedFile("any.csv", value) for name, value in fields.items() if isinstance(value, bytes)}
    return {name: str(value) for name, value in fields.items() if value is not None and name not in files} | files
