"""A world that the tests of one module share: it is built once, and each test works upon it in a savepoint of its own.

A module that wants one defines its fixtures with `scope="module"` on `kept_workspace` and the like; whatever a test
changes is taken back, and files of facts have names of their own, so that tests cannot see each other's.
"""

import pytest


@pytest.fixture(scope="module")
def kept_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="module")
def kept_database(django_db_setup, django_db_blocker, kept_folder):
    from django.conf import settings
    from django.db import transaction

    from fupan.core import clock
    from tests.support.personas import NOON

    before = {name: getattr(settings, name) for name in ("FACTS_ROOT", "PAYLOADS_ROOT", "MEDIA_ROOT", "JOBS_AT_ONCE")}
    settings.FACTS_ROOT = kept_folder / "facts"
    settings.PAYLOADS_ROOT = kept_folder / "payloads"
    settings.MEDIA_ROOT = kept_folder / "files"
    settings.JOBS_AT_ONCE = True
    with django_db_blocker.unblock(), clock.set_to(NOON), transaction.atomic():
        yield
        transaction.set_rollback(True)
    for name, value in before.items():
        setattr(settings, name, value)
