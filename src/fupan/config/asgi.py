"""The site as granian serves it: on PostgreSQL its requests, each in a thread of its own, share open connections."""

import os
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application

MOST_CONNECTIONS = 8  # of one process; more requests at once wait for their turn


def _share_connections(databases: dict[str, dict[str, Any]]) -> None:
    """A new connection costs PostgreSQL a process, and planning a page's questions anew costs more than answering
    them; `DATABASE_URL` may say otherwise, say for a pooler that cannot keep prepared statements."""
    for database in databases.values():
        if database["ENGINE"] == "django.db.backends.postgresql":
            pool = {"min_size": 1, "max_size": MOST_CONNECTIONS}
            shared = {"pool": pool, "server_side_binding": True, "prepare_threshold": 3}
            database["OPTIONS"] = shared | database.get("OPTIONS", {})


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fupan.config.settings")
_share_connections(settings.DATABASES)
application = get_asgi_application()
