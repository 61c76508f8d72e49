"""The site as granian serves it: on PostgreSQL its requests, each in a thread of its own, share open connections."""

import os
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application

MOST_CONNECTIONS = 8  # of one process; more requests at once wait for their turn


def _share_connections(databases: dict[str, dict[str, Any]]) -> None:
    """A new connection costs PostgreSQL a process and plans everything anew: dearer than the page that asks."""
    for database in databases.values():
        if database["ENGINE"] == "django.db.backends.postgresql":
            database.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": MOST_CONNECTIONS}


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fupan.config.settings")
_share_connections(settings.DATABASES)
application = get_asgi_application()
