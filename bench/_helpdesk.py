"""django-helpdesk with the same tickets, for `bench.desk --beside`: run by an interpreter that has it installed.

    PYTHON bench/_helpdesk.py fill TICKETS AGENTS    (prints one JSON object: cookies, open)
    PYTHON -m granian … _helpdesk:application

`DATABASE_URL_PARTS` (JSON) is Django's own description of the database. Same subjects, owners and states as our
tickets, one follow-up where we have an answer; mail is kept in memory. Both sites run on granian.
"""

from __future__ import annotations

import datetime
import json
import os
import random
import sys
from typing import Any

import django
from django.conf import settings

SUBJECTS = ("Where is my parcel", "The cable is broken", "Too small", "Wrong colour", "It won't charge", "My invoice")


def configure() -> None:
    needed = ("template.context_processors.request", "contrib.auth.context_processors.auth",
              "contrib.messages.context_processors.messages")  # fmt: skip
    context = [f"django.{name}" for name in needed]
    settings.configure(
        SECRET_KEY="a key for benchmarks", DEBUG=False, ALLOWED_HOSTS=["*"], USE_TZ=True, STATIC_URL="/static/",
        ROOT_URLCONF=__name__, DATABASES={"default": json.loads(os.environ["DATABASE_URL_PARTS"])},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField", LOGIN_URL="/login/", SITE_ID=1,
        EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend", HELPDESK_TEAMS_MODE_ENABLED=False,
        INSTALLED_APPS=[
            "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
            "django.contrib.humanize", "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.admin",
            "helpdesk", "rest_framework", "django_cleanup.apps.CleanupConfig",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True,
                    "OPTIONS": {"context_processors": context}}],
    )  # fmt: skip
    django.setup()


def fill(tickets: int, agents: int) -> dict[str, Any]:
    """The tables, the tickets and the agents' sessions."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.db import connection
    from helpdesk.models import FollowUp, Queue, Ticket

    call_command("migrate", verbosity=0)
    users_of: Any = get_user_model().objects
    users, cookies = [], []
    for number in range(agents):
        user = users_of.create(username=f"a{number}", email=f"a{number}@bench.example", is_staff=True,
                                               is_superuser=True)  # fmt: skip
        session = SessionStore()
        session.update({SESSION_KEY: str(user.pk), HASH_SESSION_KEY: user.get_session_auth_hash(),
                        BACKEND_SESSION_KEY: "django.contrib.auth.backends.ModelBackend"})  # fmt: skip
        session.save()
        users.append(user)
        cookies.append(session.session_key)
    queue = Queue.objects.create(title="Amazon DE", slug="de", allow_public_submission=True)
    dice, now, rows = random.Random(7), datetime.datetime.now(datetime.UTC), []  # noqa: TID251  it knows nothing of us
    for number in range(1, tickets + 1):
        opened = now - datetime.timedelta(days=180 * (1 - number / tickets), minutes=dice.random() * 60)
        rows.append(Ticket(
            queue=queue, title=dice.choice(SUBJECTS), created=opened, modified=opened, description="please help me.",
            submitter_email=f"b{number % 60_000}@buyer.example", priority=3, secret_key="x",
            status=1 if number > tickets * 0.9 else 3, assigned_to=dice.choice(users) if dice.random() < 0.8 else None,
        ))  # fmt: skip
    Ticket.objects.bulk_create(rows, batch_size=5000)
    FollowUp.objects.bulk_create(
        [FollowUp(ticket=one, date=one.created, title="Comment", comment="please help.", public=True, user=users[0])
         for one in rows if one.status == 3], batch_size=5000,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {"cookies": cookies, "open": [one.pk for one in rows if one.status == 1]}


if __name__ == "__main__":
    configure()
    print(json.dumps(fill(int(sys.argv[2]), int(sys.argv[3]))))
elif "DATABASE_URL_PARTS" in os.environ:
    configure()
    from django.core.asgi import get_asgi_application
    from django.urls import include, path

    urlpatterns = [path("", include("helpdesk.urls"))]
    application = get_asgi_application()
