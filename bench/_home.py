"""A throw-away Fupan for a benchmark: its own home, an empty database, a workspace; gone at the end."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoMigrations:
    """Tables straight from the models."""

    def __contains__(self, app: str) -> bool:
        return True

    def __getitem__(self, app: str) -> None:
        return None


def set_up(home: Path) -> None:
    """Point Django at that home; nothing is created."""
    os.environ["FUPAN_HOME"] = str(home)
    os.environ.setdefault("FUPAN_SECRET_KEY", "a key for benchmarks, not a secret at all")
    os.environ["DATABASE_URL"] = ""
    os.environ["DJANGO_SETTINGS_MODULE"] = "fupan.config.settings"
    import django

    django.setup()


@contextmanager
def new_home() -> Iterator[Path]:
    """An empty database in a temporary home."""
    home = Path(tempfile.mkdtemp(prefix="fupan-bench-"))
    set_up(home)
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = NoMigrations()
    call_command("migrate", run_syncdb=True, verbosity=0)
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def peak_mb() -> float:
    """The most memory this process has held."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
