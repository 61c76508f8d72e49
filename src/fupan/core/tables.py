"""The tables of the database: today's at once where there are none, else the steps that are missing."""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from fupan.core.errors import Refused


def bring_up_to_date(*, quiet: bool = True) -> None:
    """Many steps lead to where an empty database can start: it gets there in half a second instead of many."""
    if not connection.introspection.table_names():
        _create()
    if strange := unknown_steps():
        said = _("Another version of Fupan made this database (%(steps)s). Use that version, or another FUPAN_HOME.")
        raise Refused(said % {"steps": ", ".join(strange[:3])}, code="other-version")
    call_command("migrate", verbosity=0 if quiet else 1, interactive=False)
    call_command("createcachetable", verbosity=0)


def unknown_steps() -> list[str]:
    """What was done to this database that nobody here knows: a newer version made it, or one from before the first
    release."""
    recorder = MigrationRecorder(connection)
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith("fupan.")}
    known = MigrationLoader(connection).disk_migrations
    done = recorder.applied_migrations() if recorder.has_table() else {}
    return sorted(f"{app} {name}" for app, name in done if app in ours and (app, name) not in known)


def _create() -> None:
    """Every table as the models describe it, and every migration noted as done; all of it or nothing."""
    with connection.constraint_checks_disabled(), transaction.atomic():
        with connection.schema_editor() as editor:
            for model in apps.get_models():
                if model._meta.managed and not model._meta.proxy:
                    editor.create_model(model)
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        for app, name in MigrationLoader(connection).disk_migrations:
            recorder.record_applied(app, name)
        emit_post_migrate_signal(0, False, DEFAULT_DB_ALIAS)  # noqa: FBT003  kinds and permissions of every model
