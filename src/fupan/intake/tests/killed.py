"""Run in a process of its own by test_killed: `prepare`, `import FILE MAPPING`, `count`. Its home is FUPAN_HOME."""

# ruff: noqa: T201  its answers go to standard output
import json
import os
import sys
from pathlib import Path

COUNTS = ("state", "rows_read", "created", "updated", "unchanged", "rejected")
EVENTS = ["intake.received", "intake.orders_stored"]
os.environ["DJANGO_SETTINGS_MODULE"] = "fupan.config.settings"


def main(verb, *arguments):
    import django

    django.setup()
    {"prepare": prepare, "import": bring_in, "count": count}[verb](*arguments)


def prepare():
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    from fupan.people.models import Workspace

    Workspace.objects.create(name="W", currency="EUR", timezone="UTC")


def bring_in(file, mapping):
    from fupan.intake import services
    from fupan.people.models import Workspace

    def told(_imported, done, _total):
        print(done, flush=True)

    toml = Path(mapping).read_text("utf-8")
    services.import_file(Workspace.objects.get(), Path(file), mapping=toml, progress=told)


def count():
    """Everything that must come out the same however often the import was killed."""
    from django.db.models import Sum

    from fupan.commerce.models import Listing, Order, OrderLine, Product
    from fupan.core.models import Event, StaleWeek
    from fupan.intake.models import Before, Coverage, Import, Received, Reject

    (imported,) = [one for one in Import.objects.all() if "same_as" not in one.options]
    lines = OrderLine.objects.order_by("order__number", "key").values_list("order__number", "key", "units", "week")
    found = {
        "counts": [getattr(imported, name) for name in COUNTS],
        "ignored": imported.options["ignored"],
        "rows": [model.objects.count() for model in (Order, OrderLine, Listing, Product, Received, Reject, Before)],
        "units": OrderLine.objects.aggregate(Sum("units")),
        "lines": hash_of(list(lines)),
        "received": hash_of(list(Received.objects.order_by("outside_id").values_list("outside_id", "chunk"))),
        "events": sorted(Event.objects.filter(name__in=EVENTS).values_list("name", "data__chunk")),
        "stale": sorted(StaleWeek.objects.values_list("table", "week")),
        "coverage": [
            str(row) for row in Coverage.objects.order_by("source").values_list("source", "first_day", "last_day")
        ],
    }
    print(json.dumps(found))


def hash_of(rows):
    import hashlib

    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


if __name__ == "__main__":
    main(*sys.argv[1:])
