"""What selects offer: nodes under their parents, colleagues, shops, and the values tickets really have."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from fupan.commerce.policies import shops_seen_by
from fupan.core import figures
from fupan.desk.models import Cause, IssueType, LabelSource, Resolution, TicketKind, TicketState
from fupan.desk.policies import causes_seen_by, issues_seen_by, resolutions_seen_by, tags_seen_by
from fupan.desk.queries.filters import NAMES, Params, several
from fupan.people.models import Member

Choices = list[tuple[str, Any]]


def tree_choices(nodes: list[Any]) -> Choices:
    """(code, name), children grouped under their parent; a parent can be chosen too."""
    standing = [node for node in nodes if node.retired_at is None]
    children: dict[int | None, list[Any]] = {}
    for node in standing:
        children.setdefault(node.parent_id, []).append(node)
    found: Choices = []
    for top in children.get(None, []):
        below = children.get(top.pk, [])
        own = (top.code, str(top))
        found.append((str(top), [(node.code, str(node)) for node in below] + [own]) if below else own)
    return found


def issue_choices(member: Member) -> Choices:
    return tree_choices(list(issues_seen_by(member)))


def cause_choices(member: Member) -> Choices:
    return tree_choices(list(causes_seen_by(member)))


def resolution_choices(member: Member) -> Choices:
    return [(node.code, str(node)) for node in resolutions_seen_by(member).filter(retired_at=None)]


def member_choices(member: Member) -> Choices:
    colleagues = Member.objects.filter(workspace_id=member.workspace_id, active=True)
    named = colleagues.values_list("pk", "user__name", "user__email")
    return [(str(pk), name or email) for pk, name, email in named]


class Selects:
    """What the selects of one page offer; each is asked for once, when something first wants it."""

    def __init__(self, member: Member) -> None:
        self.member = member

    @cached_property
    def issue(self) -> Choices:
        return issue_choices(self.member)

    @cached_property
    def cause(self) -> Choices:
        return cause_choices(self.member)

    @cached_property
    def resolution(self) -> Choices:
        return resolution_choices(self.member)

    @cached_property
    def colleagues(self) -> Choices:
        return member_choices(self.member)

    @cached_property
    def shops(self) -> Choices:
        return [(str(pk), name) for pk, name in shops_seen_by(self.member).values_list("pk", "name")]


class Chosen(NamedTuple):
    """One filter in force: its parameter and value, both in words, and the address without it."""

    param: str
    raw: str
    name: str
    words: str
    without: str


def chosen(member: Member, params: Params) -> list[Chosen]:
    """The filters in force, as chips; names instead of codes where we know them."""
    words, labels = _words(member, params), _labels()
    pairs = [(name, value) for name in NAMES for value in several(params, name)]
    numbers = [pair for pair in pairs if pair[0] == "number"]
    told = [
        Chosen(name, value, labels[name], words.get((name, value), value), _without(pairs, [(name, value)]))
        for name, value in pairs
        if name != "number"
    ]
    if not numbers:
        return told
    count = figures.number(len(numbers))
    return [Chosen("number", numbers[0][1], labels["number"], count, _without(pairs, numbers)), *told]


def _without(pairs: list[tuple[str, str]], gone: list[tuple[str, str]]) -> str:
    return f"?{urlencode([pair for pair in pairs if pair not in gone])}"


def _labels() -> dict[str, str]:
    return {
        "number": _("chosen tickets"),
        "week": _("week"), "month": _("month"), "from": _("from"), "to": _("until"), "shop": _("shop"),
        "kind": _("kind"), "platform": _("marketplace"), "issue_type": _("issue"), "product": _("product"),
        "line": _("product line"),
        "supplier": _("supplier"), "batch": _("batch"), "country": _("country"), "carrier": _("carrier"),
        "fulfilment": _("fulfilment"), "cause": _("cause"), "liable": _("liable"), "resolution": _("resolution"),
        "state": _("state"), "assignee": _("owner"), "agent": _("agent"), "language": _("language"),
        "channel": _("channel"), "label_source": _("label by"), "stars_max": _("at most stars"), "tag": _("tag"),
        "due": _("time left"), "snoozed": _("snoozed"), "following": _("followed by"), "mentioned": _("mentions"),
        "draft": _("drafts of"),
        "incident": _("incident"), "late": _("answered late"), "first": _("first of its incident"), "q": _("search"),
    }  # fmt: skip


def _words(member: Member, params: Params) -> dict[tuple[str, str], str]:
    """(parameter, value) -> words."""
    found: dict[tuple[str, str], str] = {
        ("assignee", "me"): _("me"),
        ("first", "1"): _("yes"),
        ("late", "platform"): _("yes"),
        ("due", "soon"): _("ends within 4 h"),
        ("due", "late"): _("over"),
        ("snoozed", "1"): _("yes"),
        ("snoozed", "0"): _("no"),
        ("following", "me"): _("me"),
        ("mentioned", "me"): _("me"),
        ("mentioned", "new"): _("not read yet"),
        ("draft", "me"): _("me"),
    }
    for name, kind in (("kind", TicketKind), ("state", TicketState), ("label_source", LabelSource)):
        found |= {(name, value): str(label) for value, label in kind.choices}
    for name in NAMES:
        found[name, "none"] = _("not told")
    found["issue_type", "none"] = _("no label")
    wanted = {name for name in ("shop", "issue_type", "cause", "resolution", "assignee") if several(params, name)}
    sources: dict[str, Any] = {
        "shop": lambda: [(str(shop.pk), shop.name) for shop in shops_seen_by(member)],
        "issue_type": lambda: [(node.code, str(node)) for node in issues_seen_by(member)],
        "cause": lambda: [(node.code, str(node)) for node in causes_seen_by(member)],
        "resolution": lambda: [(node.code, str(node)) for node in resolutions_seen_by(member)],
        "assignee": lambda: member_choices(member),
    }
    for name in wanted:
        found |= {(name, value): words for value, words in sources[name]()}
    return found


def issue_names(member: Member) -> dict[str, str]:
    return {node.code: str(node) for node in issues_seen_by(member)}


def tag_names(member: Member) -> list[str]:
    return list(tags_seen_by(member).order_by("name").values_list("name", flat=True)[:200])


NODES: dict[str, Any] = {"issue": IssueType, "cause": Cause, "resolution": Resolution}
