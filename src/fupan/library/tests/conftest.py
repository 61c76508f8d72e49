"""A trouble as the desk has it: issue, cause, product, a solved ticket with its words; and a case of it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from fupan.commerce.models import Batch, Listing, Product
from fupan.core import clock
from fupan.desk.models import Cause, IssueType, Message, Resolution, Ticket
from fupan.library import services
from fupan.library.drafts import CaseDraft, Step

WHOLE = services.Rubric(complete=True, cause_right=True, can_follow=True, data_removed=True)


@pytest.fixture
def named(workspace):
    """The trees, the product and its batch."""
    top = IssueType.objects.create(workspace=workspace, code="product", name_en="Product", name_zh="商品质量")
    IssueType.objects.create(
        workspace=workspace, code="wont_charge", name_en="Won't charge", name_zh="充不进电", parent=top
    )
    IssueType.objects.create(workspace=workspace, code="late", name_en="Late delivery", name_zh="物流延误")
    Cause.objects.create(workspace=workspace, code="batch", name_en="Supplier batch", name_zh="供应商批次")
    Cause.objects.create(workspace=workspace, code="misuse", name_en="Misuse", name_zh="误操作")
    Resolution.objects.create(workspace=workspace, code="refund", name_en="Refund", name_zh="退款")
    product = Product.objects.create(workspace=workspace, code="A20", name="Power bank A20")
    Batch.objects.create(workspace=workspace, product=product, code="2609")
    return workspace


@pytest.fixture
def new_ticket(named, shop, mei):
    """`new_ticket(7, replies=1)`: a solved ticket about a power bank that will not charge."""

    def make(number, *, issue="wont_charge", said="", **more):
        product = Product.objects.get(code="A20")
        listing, _new = Listing.objects.get_or_create(workspace=named, shop=shop, product=product, sku="A20-BK")
        opened = clock.now() - timedelta(days=more.pop("days", 2))
        values = {
            "kind": "inquiry", "outside_id": f"t-{number}", "week": 202646, "opened_at": opened, "listing": listing,
            "state": "solved", "resolved_at": opened + timedelta(hours=19), "replies": 1, "language": "de",
            "issue_type": IssueType.objects.filter(code=issue).first(), "assignee": mei, "buyer_name": "Jonas Keller",
            "order_number": "302-7712345-1234567", "subject": "Lädt nicht",
        }  # fmt: skip
        ticket = Ticket.objects.create(workspace=named, shop=shop, number=number, **values | more)
        if said:
            Message.objects.create(
                workspace=named, ticket=ticket, side="buyer", at=opened, language="de", redacted=said
            )
        return ticket

    return make


@pytest.fixture
def ticket(new_ticket, named, mei):
    found = new_ticket(
        48302, said="Hallo,\nDie LED blinkt viermal. Jonas Keller, jonas@example.com. Noch etwas.",
        batch=Batch.objects.get(code="2609"), cause_guess=Cause.objects.get(code="misuse"),
        cause_confirmed=Cause.objects.get(code="batch"), resolution=Resolution.objects.get(code="refund"),
        cost=Decimal("39.99"), currency="EUR", csat=5,
    )  # fmt: skip
    at = found.opened_at + timedelta(hours=2)
    Message.objects.create(workspace=named, ticket=found, side="note", author=mei, at=at, redacted="Ask for the batch")
    Message.objects.create(
        workspace=named, ticket=found, side="seller", author=mei, at=at, language="de",
        redacted="Hallo Jonas Keller,\nSie müssen nichts zurückschicken. Ein neues Gerät ist unterwegs.",
    )  # fmt: skip
    return found


def whole(**more):
    """A draft with all that a review asks for."""
    values = {
        "title": "Change the cable first", "issue_type": "wont_charge", "happened_on": clock.today(), "product": "A20",
        "demand": "A power bank that works", "cause": "batch", "cause_text": "A bad lot",
        "steps": (Step("Ask how often it blinks", "four times: locked"), Step("Send a new one")),
        "wording": "Nothing comes back.", "wording_language": "de", "points": ("Say first that nothing comes back",),
        "outcome": "success", "outcome_text": "replaced", "lessons": "Blinks tell more than cables",
    }  # fmt: skip
    return CaseDraft(**values | more)


@pytest.fixture
def draft_case(named, mei):
    return services.create_case(whole(), by=mei)


@pytest.fixture
def published(draft_case, mei, omar):
    return publish(draft_case, mei, omar)


def publish(case, author, reviewer):
    services.submit_case(case.pk, by=author)
    return services.pass_case(case.pk, rubric=WHOLE, by=reviewer)


def article(kind, body, by, approver, **more):
    """An article in force."""
    told = services.ArticleDraft(title=more.pop("title", "Batteries"), body=body, **more)
    made = services.create_article(kind, told, by=by)
    services.submit_version(made.pk, by=by)
    services.approve_version(made.pk, by=approver)
    made.refresh_from_db()
    return made
