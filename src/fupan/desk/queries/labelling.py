"""The label queue: tickets with words but without a sure label, and how far the first run is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When
from django.http import QueryDict

from fupan.desk.compute import DOUBTFUL, Context, LabelBook, suggest
from fupan.desk.models import LabelSource, Message, MessageSide, Ticket
from fupan.desk.policies import tickets_seen_by
from fupan.desk.queries.choices import issue_names
from fupan.desk.queries.filters import filtered
from fupan.desk.queries.learning import Kept, asked, kept
from fupan.desk.queries.lists import shown
from fupan.desk.texts import texts_of
from fupan.people.models import Member

FIRST_RUN = 50
CHOICES = 9


class Choice(NamedTuple):
    code: str
    name: str
    share: float | None


@dataclass(slots=True)
class ToLabel:
    """One ticket to judge, its words, and what the rules think of it."""

    ticket: Ticket
    text: str
    choices: list[Choice]


class Progress(NamedTuple):
    left: int
    done: int
    target: int
    kept: Kept

    @property
    def share(self) -> float:
        return min(1.0, self.done / self.target) if self.target else 1.0


def doubtful(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those without a label or with a doubtful one of a rule or the classifier. Praise waits for nobody."""
    unsure = Q(issue_type=None) | Q(
        label_confidence__lt=DOUBTFUL, label_source__in=[LabelSource.RULE, LabelSource.MODEL]
    )
    praise = Q(kind__in=["rating", "feedback"], stars__gte=4)
    return tickets.filter(unsure).exclude(praise).exclude(label_source=LabelSource.PERSON)


def worded(tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
    """Those with words of the buyer."""
    said = Message.objects.filter(ticket=OuterRef("pk"), side=MessageSide.BUYER)
    return tickets.filter(~Q(subject="") | Exists(said))


def waiting(member: Member, params: QueryDict | None = None) -> QuerySet[Ticket]:
    """Tickets somebody should look at: unlabelled first, then doubtful ones; newest first."""
    tickets = filtered(member, params) if params else tickets_seen_by(member)
    first = Case(When(issue_type=None, then=Value(0)), default=Value(1))
    return worded(doubtful(tickets)).order_by(first, "-opened_at", "-pk")


def next_to_label(member: Member, skipped: set[int], params: QueryDict | None = None) -> ToLabel | None:
    """The ticket whose label teaches the most; without a classifier the newest."""
    left = waiting(member, params).exclude(pk__in=skipped)
    useful = list(asked(member))
    still = set(left.filter(pk__in=useful).values_list("pk", flat=True)) if useful else set()
    wanted = next((pk for pk in useful if pk in still), None)
    ticket = shown(left.filter(pk=wanted) if wanted else left).first()
    return to_label(member, ticket) if ticket else None


def to_label(member: Member, ticket: Ticket) -> ToLabel:
    text = texts_of([ticket])[ticket.pk]
    book = LabelBook.of(member.workspace_id)
    context = Context(ticket.kind, ticket.reason_code, "", ticket.language, ticket.shop.country, ticket.stars)
    others = asked(member).get(ticket.pk) or suggest(book, [text], [context])[0].others
    return ToLabel(ticket, text, _choices(member, book, others))


def _choices(member: Member, book: LabelBook, others: tuple[tuple[str, float], ...]) -> list[Choice]:
    """What the classifier or the rules heard, then the labels used most often: nine to choose from."""
    names = issue_names(member)
    heard = [Choice(code, names[code], share) for code, share in others if code in book.issues and code in names]
    known = {choice.code for choice in heard}
    recent = tickets_seen_by(member).filter(issue_type__retired_at=None, issue_type__isnull=False)
    counts: dict[str, int] = {}
    for code in recent.order_by("-opened_at").values_list("issue_type__code", flat=True)[:2000]:
        counts[code] = counts.get(code, 0) + 1
    usual = sorted((code for code in counts if code not in known), key=lambda code: -counts[code])
    common = [code for code in _EXPECTED if code in names and code in book.issues]
    rest = [code for code in dict.fromkeys([*usual, *common]) if code not in known]
    return (heard + [Choice(code, names[code], None) for code in rest if code in names])[:CHOICES]


_EXPECTED = ("late", "damaged", "defect", "size", "missing_parts", "wrong_item", "refund_request", "usage", "other")


def progress(member: Member, params: QueryDict | None = None) -> Progress:
    done = tickets_seen_by(member).filter(label_source=LabelSource.PERSON).count()
    return Progress(waiting(member, params).order_by().count(), done, FIRST_RUN, kept(member))
