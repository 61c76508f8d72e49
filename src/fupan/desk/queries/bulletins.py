"""Bulletins as the war room, the tickets and the wall show them: live ones, where they are pinned, who read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from fupan.commerce.models import Platform, Shop
from fupan.commerce.policies import shops_seen_by
from fupan.core import clock
from fupan.desk.models import Bulletin, BulletinRead, HelpAsked, Ticket, TicketState
from fupan.desk.policies import bulletins_seen_by, tickets_seen_by
from fupan.desk.queries.choices import issue_names
from fupan.desk.queries.filters import filtered
from fupan.people.models import Member
from fupan.people.policies import may, roles_that_may

PINNED = ("issue_type", "product", "country", "carrier", "shop", "platform")  # what a bulletin can be pinned by
MOST = 8  # banners on one ticket
FALLBACKS = ("en", "zh")


def live(member: Member) -> QuerySet[Bulletin]:
    """In force now, the newest first."""
    return bulletins_seen_by(member).filter(_in_force()).select_related("by__user", "instead_of")


def _in_force() -> Q:
    now = clock.now()
    return Q(ended_at=None, starts_at__lte=now, expires_at__gt=now)


def over(member: Member) -> QuerySet[Bulletin]:
    return bulletins_seen_by(member).exclude(_in_force()).select_related("by__user", "instead_of")


def ticket_params(member: Member, where: Mapping[str, str]) -> dict[str, str]:
    """Where a bulletin is pinned, as filters of the ticket list."""
    params = {name: value for name, value in where.items() if value}
    if "shop" in params:
        shop = shops_seen_by(member).filter(name=params["shop"]).values_list("pk", flat=True).first()
        params["shop"] = str(shop or 0)
    return params


def waiting_for(member: Member, where: Mapping[str, str]) -> int:
    """How many tickets to answer it is pinned to at this moment."""
    return filtered(member, ticket_params(member, where) | {"state": TicketState.OPEN.value}).count()


@dataclass(frozen=True, slots=True)
class Readers:
    """Who of those who answer buyers has read the version in force."""

    read: Sequence[Member]
    unread: Sequence[Member]

    @property
    def all(self) -> int:
        return len(self.read) + len(self.unread)


def audience(bulletin: Bulletin) -> list[Member]:
    """Those who answer buyers of the shop it is about, or of any."""
    return _audience(bulletin, _answering(bulletin.workspace_id))


def _answering(workspace_id: int) -> list[Member]:
    members = Member.objects.filter(workspace_id=workspace_id, active=True, role__in=roles_that_may("answer"))
    return list(members.select_related("user"))


def _audience(bulletin: Bulletin, members: list[Member]) -> list[Member]:
    if "shop" not in bulletin.slice:
        return members
    named = Shop.objects.filter(workspace_id=bulletin.workspace_id, name=bulletin.slice["shop"])
    shops = set(named.values_list("pk", flat=True))
    return [one for one in members if not one.shop_ids or shops & set(one.shop_ids)]


def readers(bulletins: Sequence[Bulletin]) -> dict[int, Readers]:
    """By bulletin, of the version in force."""
    if not bulletins:
        return {}
    versions, seen = {one.pk: one.version for one in bulletins}, defaultdict[int, set[int]](set)
    reads = BulletinRead.objects.filter(bulletin__in=versions)
    for bulletin_id, version, member_id in reads.values_list("bulletin_id", "version", "member_id"):
        if versions[bulletin_id] == version:
            seen[bulletin_id].add(member_id)
    members, found = _answering(bulletins[0].workspace_id), {}
    for one in bulletins:
        theirs, read = _audience(one, members), seen[one.pk]
        found[one.pk] = Readers([m for m in theirs if m.pk in read], [m for m in theirs if m.pk not in read])
    return found


@dataclass(frozen=True, slots=True)
class Banner:
    """A bulletin on a ticket: the wording in the buyer's language, and whether this reader read it."""

    bulletin: Bulletin
    language: str
    wording: str
    readers: Readers
    mine: bool  # this reader is asked to read it
    read: bool


def bulletins_for(member: Member, ticket: Ticket) -> list[Banner]:
    """What is pinned to the ticket now, unread ones first."""
    pinned = [one for one in live(member)[:40] if _holds(member, one, ticket)][:MOST]
    counted = readers(pinned)
    banners = [_banner(member, one, ticket.language, counted[one.pk]) for one in pinned]
    return sorted(banners, key=lambda banner: banner.read)


def _holds(member: Member, bulletin: Bulletin, ticket: Ticket) -> bool:
    """By the very filters of the ticket list, so that banner and list never disagree."""
    return filtered(member, ticket_params(member, bulletin.slice)).filter(pk=ticket.pk).exists()


def _banner(member: Member, bulletin: Bulletin, language: str, read_by: Readers) -> Banner:
    spoken, words = wording(bulletin, language)
    ids = {one.pk for one in read_by.read}
    mine = member.pk in ids or member.pk in {one.pk for one in read_by.unread}
    return Banner(bulletin, spoken, words, read_by, mine, member.pk in ids)


def wording(bulletin: Bulletin, language: str) -> tuple[str, str]:
    """The agreed words for a buyer's language, with the language they are in."""
    for code in (language, *FALLBACKS, *bulletin.wordings):
        if bulletin.wordings.get(code):
            return code, str(bulletin.wordings[code])
    return "", ""


def swapped_by(member: Member, ticket: Ticket) -> dict[int, Bulletin]:
    """Templates whose text a live bulletin replaces on this ticket: id of the template -> the bulletin."""
    rows = live(member).filter(instead_of__isnull=False)[:40]
    return {one.instead_of_id: one for one in rows if one.instead_of_id and _holds(member, one, ticket)}


@dataclass(slots=True)
class Listed:
    """A bulletin as the war room lists it."""

    bulletin: Bulletin
    readers: Readers
    chips: list[str]
    waiting: int
    asked: list[HelpAsked] = field(default_factory=list)
    mine: bool = False
    read: bool = False

    @property
    def open_asks(self) -> int:
        return sum(1 for one in self.asked if one.answered_at is None)


def listed(member: Member, bulletins: Sequence[Bulletin], *, count: bool = True) -> list[Listed]:
    counted, names = readers(bulletins), issue_names(member)
    asked: dict[int, list[HelpAsked]] = {}
    for question in HelpAsked.objects.filter(bulletin__in=bulletins).select_related("department", "answered_by__user"):
        asked.setdefault(question.bulletin_id, []).append(question)
    found = []
    for one in bulletins:
        who = counted[one.pk]
        read = member.pk in {reader.pk for reader in who.read}
        mine = read or member.pk in {reader.pk for reader in who.unread}
        waiting = waiting_for(member, one.slice) if count else 0
        found.append(Listed(one, who, chips(one.slice, names), waiting, asked.get(one.pk, []), mine, read))
    return found


def chips(where: Mapping[str, str], issues: Mapping[str, str]) -> list[str]:
    """The conditions in words; platforms by their name."""
    told: dict[str, Mapping[str, Any]] = {"issue_type": issues, "platform": dict(Platform.choices)}
    return [str(told.get(name, {}).get(value, value)) for name, value in where.items()]


def unread_count(member: Member) -> int:
    """Live bulletins this member has yet to read."""
    if not may(member, "answer"):
        return 0
    rows = list(live(member).values_list("pk", "version"))
    read = set(
        BulletinRead.objects.filter(member=member, bulletin__in=[pk for pk, _v in rows]).values_list(
            "bulletin_id", "version"
        )
    )
    return sum(1 for row in rows if row not in read)


def reads_of(bulletin: Bulletin) -> list[BulletinRead]:
    """Receipts of the version in force, the earliest first."""
    rows = BulletinRead.objects.filter(bulletin=bulletin, version=bulletin.version).select_related("member__user")
    return list(rows.order_by("at", "pk"))


def asked_of(bulletin: Bulletin) -> list[HelpAsked]:
    rows = HelpAsked.objects.filter(bulletin=bulletin)
    return list(rows.select_related("department", "ticket", "by__user", "answered_by__user").order_by("-at", "-pk"))


def languages_asked_for(member: Member, since: datetime) -> list[str]:
    """The languages buyers write in, the most frequent first."""
    rows: Any = tickets_seen_by(member).filter(opened_at__gte=since).exclude(language="").order_by()
    return [str(code) for code, _n in rows.values_list("language").annotate(n=Count("pk")).order_by("-n", "language")]
