"""The site as granian serves it: each request in one thread of its own, on PostgreSQL with connections they share."""

import os
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

MOST_CONNECTIONS = 4  # of one process: more threads at once only fight for the interpreter, so they wait for their turn


class Handler(ASGIHandler):
    """Django's own, but a request changes threads once: no view and no middleware here is asynchronous, and going
    back to the event loop between them cost a seventh of every page. Streams are sent asynchronously all the same."""

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT001, FBT002  Django's own signature
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def _share_connections(databases: dict[str, dict[str, Any]]) -> None:
    """A new connection costs PostgreSQL a process, and planning a page's questions anew costs more than answering
    them. Behind a pooler of its own neither is ours to keep."""
    for database in databases.values():
        if database["ENGINE"] == "django.db.backends.postgresql" and not settings.POOLER:
            pool = {"min_size": 1, "max_size": MOST_CONNECTIONS}
            shared = {"pool": pool, "server_side_binding": True, "prepare_threshold": 3}
            database["OPTIONS"] = shared | database.get("OPTIONS", {})


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fupan.config.settings")
_share_connections(settings.DATABASES)
django.setup(set_prefix=False)
application = Handler()
