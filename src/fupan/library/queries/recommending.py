"""What helps with a ticket, with why: what it says, what is known of it, how like tickets ended."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet

from fupan.desk.models import Ticket
from fupan.desk.texts import texts_of
from fupan.library.compute import likeness
from fupan.library.compute.likeness import Answer, Answers, Held, Vectors
from fupan.library.compute.weights import Weights
from fupan.library.models import USABLE, Article, Case, CaseTicket
from fupan.library.policies import articles_seen_by, cases_seen_by
from fupan.library.queries.likeness import ARTICLE, CASE, GENERAL, current, keys
from fupan.library.queries.replies import Reply, fitting
from fupan.library.queries.uses import with_uses
from fupan.people.models import Member

LOOKED_AT = 12  # likest ones, whose record is asked
LIKE = 0.27  # likeness from which a text is worth showing as long as nothing is calibrated
FITS = 0.3  # likeness from which a case of the same issue holds for other goods too
CLOSE, NEAR = 0.75, 0.45  # how alike is said in words


class Liked(NamedTuple):
    """A case or an article with why it is shown."""

    pk: int
    score: float
    likeness: float
    same: tuple[str, ...]
    words: tuple[str, ...]
    one_language: bool
    sure: bool | None

    @property
    def known(self) -> bool:
        return known(self.same, self.likeness)


@dataclass(slots=True)
class Recommended:
    cases: list[tuple[Case, Liked]]
    articles: list[tuple[Article, Liked]]
    replies: list[Reply]
    nothing: bool  # nothing like this is known; what is shown is merely the nearest


def recommend(member: Member, ticket: Ticket, *, most: int, own: Sequence[int] | None = None) -> Recommended:
    """What helps with a ticket, best first, as far as the member may see it; `own` are cases written from it."""
    one = current(member.workspace_id)
    text = texts_of([ticket])[ticket.pk]
    vectors = likeness.vectors_of(text, ticket.language)
    written = [f"{CASE}:{pk}" for pk in (cases_of(ticket) if own is None else own)]
    told = Asked(one, text, vectors, evidence_of(ticket), Weights.of(one.index.notes), own=written).of(member, most)
    told.replies = fitting(member, ticket, text, vectors, most=most)
    return told


@dataclass(slots=True)
class Asked:
    """A ticket as it is compared."""

    one: Held
    text: str
    vectors: Vectors
    evidence: Mapping[str, int | str]
    weights: Weights
    own: Sequence[str] = ()  # what was written from it

    def of(self, member: Member, most: int) -> Recommended:
        cases = self.search(CASE, shops=member.shop_ids or None)
        articles = self.search(ARTICLE)
        seen = {case.pk: case for case in _cases_seen(member, keys([one.id for one in cases.found], CASE))}
        liked = self._ranked(cases.found, seen)
        rules = {row.pk: row for row in _articles_seen(member, keys([one.id for one in articles.found], ARTICLE))}
        shown = [(seen[like.pk], like) for like in liked if like.known or self._worth(like)][:most]
        beside = [
            (rules[like.pk], like)
            for like in map(_liked, articles.found)
            if like.pk in rules and ("issue" in like.same or _alike(like))
        ]
        nothing = cases.nothing_like_this is True and not any(like.known for _case, like in shown)
        return Recommended(shown, beside[:most], [], nothing)

    def search(self, kind: str, *, shops: Sequence[int] | None = None) -> Answers:
        where: dict[str, Any] = {"kind": kind}
        if shops is not None:
            where["shop"] = [0, *shops]
        return likeness.search(
            self.one, self.text, self.vectors, most=LOOKED_AT, where=where, evidence={**self.evidence, GENERAL: 1},
            weights={**self.weights.facts, GENERAL: 0.0}, without=self.own,
        )  # fmt: skip

    def _worth(self, like: Liked) -> bool:
        """Worth showing: alike; of a ticket that says nothing, of the same issue."""
        return _alike(like) or (not self.text.strip() and "issue" in like.same)

    def _ranked(self, found: Sequence[Answer], seen: Mapping[int, Case]) -> list[Liked]:
        """Likeness and what is known in common, then how tickets ended; the record moves a case by little."""
        usual = _usual(seen.values())
        liked = [_liked(answer) for answer in found]
        told = {
            like: like.score + self.weights.record(*_record(seen[like.pk]), usual) for like in liked if like.pk in seen
        }
        return sorted(told, key=lambda like: (-told[like], -like.pk))


def known(same: Collection[str], likeness: float) -> bool:
    """The same trouble: the same issue, and the same goods, or of any goods, or a text that speaks of the like."""
    return "issue" in same and (bool({"product", GENERAL} & set(same)) or likeness >= FITS)


def evidence_of(ticket: Ticket) -> dict[str, int | str]:
    """What is known of a ticket beside its text."""
    known = {
        "issue": ticket.issue_type_id, "product": ticket.listing.product_id if ticket.listing else None,
        "cause": ticket.cause_confirmed_id or ticket.cause_guess_id, "batch": ticket.batch_id,
        "carrier": ticket.carrier, "country": ticket.country,
    }  # fmt: skip
    return {name: value for name, value in known.items() if value}


def cases_of(ticket: Ticket) -> list[int]:
    """The cases that were written from a ticket."""
    return list(CaseTicket.objects.filter(ticket=ticket, source=True).values_list("case_id", flat=True))


def _cases_seen(member: Member, pks: list[int]) -> QuerySet[Case]:
    rows = cases_seen_by(member).filter(pk__in=pks, state__in=USABLE)
    return with_uses(rows).select_related("product", "issue_type")


def _articles_seen(member: Member, pks: list[int]) -> QuerySet[Article]:
    rows = articles_seen_by(member).filter(pk__in=pks, state__in=USABLE)
    return rows.annotate(used=Count("uses"))


def _liked(answer: Answer) -> Liked:
    pk = int(answer.id.partition(":")[2])
    return Liked(pk, *answer[1:])


def _alike(like: Liked) -> bool:
    """Surely alike; by a fixed measure as long as nobody knows what sure means here."""
    return like.likeness >= LIKE if like.sure is None else like.sure or like.likeness >= NEAR


def _record(case: Case) -> tuple[int, int, int]:
    """(used, of those that ended or were judged, of these well)."""
    used, ended, worked = (int(getattr(case, name, 0)) for name in ("used", "ended", "worked"))
    helped, not_helped = (int(getattr(case, name, 0)) for name in ("helped", "not_helped"))
    return used, ended + helped + not_helped, worked + helped


def _usual(cases: Any) -> float:
    """How often tickets with any of these ended well."""
    told = [_record(case) for case in cases]
    judged = sum(row[1] for row in told)
    return (sum(row[2] for row in told) + 1) / (judged + 2)
