"""One home per test run, before Django reads its settings; personas and guards come from tests.support."""

import os
import tempfile
from pathlib import Path

import django

HOME = Path(tempfile.mkdtemp(prefix="fupan-test-"))
(HOME / "static").mkdir()
os.environ["FUPAN_HOME"] = str(HOME)
os.environ["FUPAN_SECRET_KEY"] = "a key for tests, not a secret at all"
os.environ.setdefault("DATABASE_URL", "")
# Here and not in pyproject.toml, where pytest-django would read the settings before the lines above.
os.environ["DJANGO_SETTINGS_MODULE"] = "fupan.config.settings"
django.setup()

pytest_plugins = [
    "tests.support.settings",
    "tests.support.guards",
    "tests.support.personas",
    "tests.support.kept",
    "tests.support.postgres",
    "tests.support.browser",
    "tests.support.endpoint",
    "tests.support.mail",
]


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are named by their argument: an archive carries the second it was made in, and workers must agree."""
    return argname if isinstance(val, bytes) else None
