"""One home per test run, before Django reads its settings; personas and guards come from tests.support."""

import os
import tempfile

os.environ["FUPAN_HOME"] = tempfile.mkdtemp(prefix="fupan-test-")
os.environ["FUPAN_SECRET_KEY"] = "a key for tests, not a secret at all"
os.environ.setdefault("DATABASE_URL", "")

pytest_plugins = ["tests.support.settings", "tests.support.guards", "tests.support.personas", "tests.support.postgres"]
