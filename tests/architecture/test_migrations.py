"""The migrations say what the models say."""

import os
import subprocess
import sys

from tests.architecture.source import PACKAGE, ROOT


def test_no_migration_is_missing(tmp_path):
    surroundings = {**os.environ, "FUPAN_HOME": str(tmp_path), "DATABASE_URL": "", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        env=surroundings, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_migrations_are_named_for_what_they_do():
    auto = [path.name for path in PACKAGE.rglob("migrations/0*.py") if "_auto_" in path.name]
    assert not auto
