"""Run in a process of its own by test_mail_killed: `prepare PORT`, `fetch` (which counts). Its home is FUPAN_HOME."""

# ruff: noqa: T201  its answers go to standard output
import json
import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "fupan.config.settings"


def main(verb, *arguments):
    import django

    django.setup()
    {"prepare": prepare, "fetch": fetch}[verb](*arguments)


def prepare(port):
    from datetime import date

    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    from fupan.commerce.models import Shop
    from fupan.intake.models import MailAccount
    from fupan.people.models import Workspace

    here = Workspace.objects.create(name="W", currency="EUR", timezone="UTC")
    shop = Shop.objects.create(workspace=here, name="S", platform="amazon", currency="EUR", timezone="UTC")
    MailAccount.objects.create(
        workspace=here, shop=shop, address="s@seller.example", user="killed", password="secret", imap_host="127.0.0.1",
        imap_port=int(port), imap_security="none", since=date(2000, 1, 1),
    )  # fmt: skip


def fetch():
    from fupan.core import events
    from fupan.intake import services
    from fupan.intake.channels.mail import fetch as channel
    from fupan.intake.models import MailAccount

    channel.AT_ONCE = 7
    print("ready", flush=True)
    taken = services.fetch_mail(MailAccount.objects.get())
    assert not taken.failure, taken.failure
    events.drain()
    count()


def count():
    """Every mail once, in a ticket, and nothing on the way any more."""
    from fupan.core.models import Delivery
    from fupan.desk.models import Message
    from fupan.intake.models import Incoming

    found = {
        "messages": sorted(Message.objects.values_list("outside_id", flat=True)),
        "states": sorted(Incoming.objects.values_list("state", flat=True)),
        "waiting": Delivery.objects.filter(event__name="intake.message_arrived").count(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
