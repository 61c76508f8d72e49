"""A ticket as the war room's tests need it, and a bulletin pinned to it."""

from datetime import timedelta

from fupan.core import clock
from fupan.desk import services
from fupan.desk.models import IssueType, Ticket
from fupan.intake.models import MailAccount

HOUR = timedelta(hours=1)


def a_ticket(shop, number=1, **more):
    """A question that waits, unless told otherwise."""
    now = clock.now()
    values = {
        "workspace": shop.workspace, "shop": shop, "number": number, "kind": "inquiry", "outside_id": f"q-{number}",
        "week": 202647, "opened_at": now - HOUR, "waiting_since": now - HOUR, "language": "de", "carrier": "DHL",
    }  # fmt: skip
    return Ticket.objects.create(**(values | more))


def solved(shop, number=1, **more):
    """A question somebody answered and solved some hours ago."""
    now = clock.now()
    told = {
        "state": "solved", "resolved_at": now - 5 * HOUR, "opened_at": now - 9 * HOUR, "waiting_since": None,
        "first_response_at": now - 8 * HOUR, "replies": 1, "reply_to": "buyer@example.com", "buyer_key": f"b{number}",
        "language": "vi",
    }  # fmt: skip
    return a_ticket(shop, number, **(told | more))


def issue(workspace, code="late"):
    return IssueType.objects.create(workspace=workspace, code=code, name_en=code, name_zh=code)


def post(by, **more):
    told = {
        "kind": "carrier", "title": "DHL is late", "facts": "Four days, all of Germany.",
        "wordings": {"de": "Es dauert länger.", "en": "It takes longer."}, "slice": {"carrier": "DHL"},
        "expires_at": clock.now() + 24 * HOUR,
    }  # fmt: skip
    return services.post_bulletin(by=by, **(told | more))


def mailbox(shop):
    return MailAccount.objects.create(
        workspace=shop.workspace, shop=shop, address="care@example.com", imap_host="imap.example.com",
        smtp_host="smtp.example.com", user="care", password="secret", since=clock.today(),
    )  # fmt: skip
