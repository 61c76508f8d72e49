"""Tickets and templates, for the tests of canned replies, routing and authority."""

from datetime import timedelta
from decimal import Decimal

from fupan.core import clock
from fupan.desk import services
from fupan.desk.models import (
    IssueType,
    Message,
    ReplyTemplate,
    Resolution,
    TemplateUse,
    Ticket,
)
from fupan.desk.services.templates import Told

TEXTS = {"en": "Hello {buyer}, order {order}: sorry. {agent}", "de": "Guten Tag {buyer}, es tut uns leid."}


def a_ticket(shop, number=1, issue="", **more):
    node = IssueType.objects.filter(workspace=shop.workspace, code=issue).first()
    values = {
        "workspace": shop.workspace, "shop": shop, "number": number, "kind": "inquiry", "outside_id": f"q{number}",
        "week": 202647, "opened_at": clock.now() - timedelta(hours=1), 
        "waiting_since": clock.now() - timedelta(hours=1),
        "issue_type": node, "language": "en", "order_number": "028-4417302-5540817", "buyer_name": "Anna",
        "currency": "CNY",
    }  # fmt: skip
    ticket = Ticket.objects.create(**(values | more))
    said(ticket, more.get("subject", "") or "Where is it?")
    return ticket


def said(ticket, text, side="buyer", at=None, **more):
    return Message.objects.create(
        workspace=ticket.workspace, ticket=ticket, side=side, at=at or ticket.opened_at, redacted=text, original=text,
        **more,
    )  # fmt: skip


def in_force(by, other, name="Late", texts=None, **more):
    template = services.save_template(Told(name, texts or TEXTS, **more), by=by)
    services.submit_template(template, by=by)
    services.approve_template(template, by=other)
    template.refresh_from_db()
    return template


def used(template, ticket, days_ago=20, **more):
    at = clock.now() - timedelta(days=days_ago)
    message = said(ticket, "Sorry.", side="seller", at=at)
    return TemplateUse.objects.create(
        template=template, version=template.version, language="en", ticket=ticket, message=message, at=at, **more
    )


def resolution(workspace, code):
    return Resolution.objects.get(workspace=workspace, code=code)


def template_named(name):
    return ReplyTemplate.objects.get(name=name)


def money(amount):
    return Decimal(str(amount))
