"""Canned replies: the list, one of them, what is offered on a ticket, and how they do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet

from fupan.commerce.models import Shop
from fupan.desk.compute.differing import pieces
from fupan.desk.compute.lint import MARKETS
from fupan.desk.compute.usefulness import Share, rank_key, share
from fupan.desk.models import Bulletin, ReplyTemplate, TemplateState, TemplateVersion, Ticket, VersionState
from fupan.desk.policies import templates_seen_by
from fupan.desk.queries.bulletins import swapped_by, wording
from fupan.desk.queries.template_uses import counts_under
from fupan.desk.queries.variables import VARIABLES, render
from fupan.people.models import Member

OFFERED = 8
_FALLBACKS = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Offered:
    """A template as the menu of a ticket offers it; `settled` is how often its one answer was enough here."""

    template: ReplyTemplate
    version: int
    language: str
    text: str
    empty: list[str]
    settled: Share | None
    bulletin: Bulletin | None = None  # whose agreed wording stands in for the template's own

    @property
    def missing(self) -> list[Any]:
        """The empty variables by their names."""
        return [VARIABLES.get(name, name) for name in self.empty]

    @property
    def k(self) -> int:
        return self.settled.k if self.settled else 0

    @property
    def n(self) -> int:
        return self.settled.n if self.settled else 0


class Difference(NamedTuple):
    language: str
    pieces: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Usable:
    """A template that may be used on a ticket, and how often its one answer was enough under the ticket's issue."""

    template: ReplyTemplate
    texts: Mapping[str, str]
    settled: Share | None
    of_issue: bool  # written for the ticket's issue, or for the one above it


def offered(member: Member, ticket: Ticket, words: str = "", *, most: int = OFFERED) -> list[Offered]:
    """What may be put into an answer, the most useful under this issue first."""
    wanted = words.casefold().split()
    fitting = [one for one in usable(member, ticket) if _says(one, wanted)]
    return offer(member, ticket, sorted(fitting, key=_order)[:most])


def in_force(templates: QuerySet[ReplyTemplate]) -> QuerySet[ReplyTemplate]:
    """Those that may go out now; one that was swapped for another gives its place to it."""
    return templates.filter(state=TemplateState.IN_FORCE, swapped_for=None)


def usable(member: Member, ticket: Ticket) -> list[Usable]:
    """The templates in force here, with their texts and how they do."""
    rows = in_force(templates_seen_by(member)).filter(platform__in=["", ticket.shop.platform])
    versions = TemplateVersion.objects.filter(template__in=rows, number=F("template__version"))
    counts = counts_under(member.workspace_id, ticket.issue_type_id)
    issues = {ticket.issue_type_id, ticket.issue_type.parent_id if ticket.issue_type else None} - {None}
    return [
        Usable(one.template, one.texts, share(*counts.get(one.template_id, (0, 0))),
               one.template.issue_type_id in issues)
        for one in versions.select_related("template__issue_type")
        if one.texts
    ]  # fmt: skip


def offer(member: Member, ticket: Ticket, chosen: Sequence[Usable]) -> list[Offered]:
    """These as they read on the ticket, in their order."""
    swapped = swapped_by(member, ticket) if chosen else {}
    return [_offer(one, ticket, member, swapped.get(one.template.pk)) for one in chosen]


def _texts(rows: Iterable[ReplyTemplate]) -> dict[int, dict[str, str]]:
    """The texts in force, by template."""
    versions = {one.pk: one.version for one in rows}
    told = TemplateVersion.objects.filter(template__in=versions).values_list("template_id", "number", "texts")
    return {pk: texts for pk, number, texts in told if versions[pk] == number}


def _says(one: Usable, wanted: list[str]) -> bool:
    about = one.template
    said = " ".join([about.name, about.group, str(about.issue_type or ""), *one.texts.values()]).casefold()
    return all(word in said for word in wanted)


def _order(one: Usable) -> tuple[Any, ...]:
    return (-rank_key(one.settled), not one.of_issue, one.template.issue_type_id is not None, one.template.name)


def _offer(one: Usable, ticket: Ticket, member: Member, bulletin: Bulletin | None) -> Offered:
    language, text = text_in(one.texts, ticket.language)
    if bulletin is not None:
        language, text = wording(bulletin, ticket.language)
    done = render(text, ticket, member, language)
    return Offered(one.template, one.template.version, language, done.text, done.empty, one.settled, bulletin)


def text_in(texts: Mapping[str, str], language: str) -> tuple[str, str]:
    """The text in that language, else in English, Chinese, or whatever there is."""
    for code in (language, *_FALLBACKS, *texts):
        if texts.get(code):
            return code, texts[code]
    return "", ""


def listed(
    member: Member, *, words: str = "", group: str = "", state: str = "", platform: str = ""
) -> QuerySet[ReplyTemplate]:
    """The list of templates, by group and name."""
    rows = templates_seen_by(member).select_related("issue_type", "swapped_for")
    if group:
        rows = rows.filter(group="" if group == "-" else group)
    if platform:
        rows = rows.filter(platform__in=["", platform])
    rows = rows.filter(state=state) if state else rows.exclude(state=TemplateState.RETIRED)
    for word in words.split():
        named = rows.filter(name__icontains=word)
        rows = named | rows.filter(group__icontains=word) | rows.filter(pk__in=_saying(rows, word))
    return rows.annotate(files_count=Count("files", distinct=True)).order_by("group", "name", "pk")


def _saying(rows: QuerySet[ReplyTemplate], word: str) -> list[int]:
    """Templates whose text in force says the word; read here, as databases keep JSON with its letters escaped."""
    found = _texts(rows.select_related(None).only("pk", "version"))
    return [pk for pk, texts in found.items() if word.casefold() in " ".join(texts.values()).casefold()]


def groups_of(member: Member) -> list[tuple[str, int]]:
    rows = templates_seen_by(member).exclude(state=TemplateState.RETIRED).order_by("group")
    return list(rows.values_list("group").annotate(count=Count("pk")))


def waiting(member: Member) -> QuerySet[TemplateVersion]:
    """Versions that wait for somebody's approval."""
    rows = TemplateVersion.objects.filter(template__in=templates_seen_by(member), state=VersionState.WAITING)
    return rows.select_related("template", "by__user").order_by("at")


def find_template(member: Member, number: int) -> ReplyTemplate | None:
    """One template, as far as this member may see it."""
    rows = templates_seen_by(member).select_related("issue_type", "swapped_for", "author__user")
    return rows.filter(number=number).first()


def version_of(template: ReplyTemplate, number: int) -> TemplateVersion | None:
    return template.versions.filter(number=number).select_related("by__user", "approved_by__user").first()


def differences(old: TemplateVersion | None, new: TemplateVersion | None) -> list[Difference]:
    """Language by language, what two versions say differently."""
    was, now = (old.texts if old else {}), (new.texts if new else {})
    languages = list(dict.fromkeys([*was, *now]))
    pairs = [(one, str(was.get(one, "")), str(now.get(one, ""))) for one in languages]
    return [Difference(language, pieces(before, after)) for language, before, after in pairs if before != after]


def platforms_of(template: ReplyTemplate) -> set[str]:
    """The marketplaces a template may be used on: its own, or those of every shop."""
    if template.platform:
        return {template.platform}
    shops = Shop.objects.filter(workspace_id=template.workspace_id).values_list("platform", flat=True).distinct()
    return set(shops) or {MARKETS[0]}
