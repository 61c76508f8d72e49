"""The canned replies that fit a ticket, best first: by its issue and what came of them there, else by what they say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fupan.desk.compute.usefulness import rank_key
from fupan.desk.models import ReplyTemplate, Ticket
from fupan.desk.queries.templates import Offered, Usable, in_force, offer, usable
from fupan.library.compute import likeness
from fupan.library.compute.likeness import Answer, Entry, Vectors
from fupan.people.models import Member

KIND = "template"
ALIKE = 0.33  # likeness from which one is worth showing on a ticket without an issue
SURE = 0.45  # and on one whose issue none was written for


@dataclass(frozen=True, slots=True)
class Reply:
    """A template as it reads on the ticket, and what speaks for it."""

    offered: Offered
    of_issue: bool  # written for it
    used: bool  # and enough, under the ticket's issue
    likeness: float
    words: tuple[str, ...]
    one_language: bool


def fitting(member: Member, ticket: Ticket, text: str, vectors: Vectors, *, most: int) -> list[Reply]:
    """Those written for the issue or of proven use there, the most useful first; then those that speak of the like."""
    rows = usable(member, ticket)
    alike = _alike(member.workspace_id, rows, text, vectors)
    labelled = ticket.issue_type_id is not None
    found = [_Found(one, labelled and _enough_once(one), alike.get(_key(one.template))) for one in rows]
    best = sorted((one for one in found if one.worth(SURE if labelled else ALIKE)), key=_Found.order)[:most]
    offers = offer(member, ticket, [one.usable for one in best])
    return [one.reply(shown) for shown, one in zip(offers, best, strict=True)]


class _Found(NamedTuple):
    """A template in force with what is known of it on the ticket."""

    usable: Usable
    used: bool
    like: Answer | None

    @property
    def of_use(self) -> bool:
        return self.usable.of_issue or self.used

    def worth(self, least: float) -> bool:
        return self.of_use or (self.like is not None and self.like.likeness >= least)

    def order(self) -> tuple[bool, float, float, str]:
        sure = -rank_key(self.usable.settled) if self.of_use else 0.0
        return not self.of_use, sure, -self.like.likeness if self.like else 0.0, self.usable.template.name

    def reply(self, offered: Offered) -> Reply:
        said = (self.like.likeness, self.like.words, self.like.one_language) if self.like else (0.0, (), False)
        return Reply(offered, self.usable.of_issue, self.used, *said)


def _enough_once(one: Usable) -> bool:
    return one.settled is not None and one.settled.k > 0


def entries_of(templates: Iterable[ReplyTemplate]) -> list[Entry]:
    """Templates by what they are for; their words are answers, and answers resemble one another."""
    return [Entry(_key(one), "\n".join(_about(one)), "", {"kind": KIND}) for one in templates]


def every_in_force(workspace_id: int) -> list[ReplyTemplate]:
    rows = in_force(ReplyTemplate.objects.filter(workspace_id=workspace_id))
    return list(rows.select_related("issue_type").order_by("pk"))


def _about(one: ReplyTemplate) -> list[str]:
    return [*([one.issue_type.name_zh, one.issue_type.name_en] if one.issue_type else ()), one.name]


def _key(one: ReplyTemplate) -> str:
    return f"{KIND}:{one.pk}"


def _alike(workspace_id: int, rows: Sequence[Usable], text: str, vectors: Vectors) -> dict[str, Answer]:
    """How like the ticket each is; nothing where the ticket says nothing."""
    entries = entries_of(one.template for one in rows)
    if not entries or not text.strip():
        return {}
    shelf = likeness.shelf(workspace_id, entries)
    where = {"id": [entry.id for entry in entries]}
    found = likeness.search(shelf, text, vectors, most=len(entries), where=where, evidence={}, weights={}).found
    return {answer.id: answer for answer in found}
