"""What a search finds: hits the member may see, what to narrow them by, and what the index does not know yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from fupan.commerce.policies import shops_seen_by
from fupan.desk.models import IssueType
from fupan.desk.policies import issues_seen_by, tags_seen_by
from fupan.desk.queries.filters import one, several
from fupan.library.finding import marks, store, writing
from fupan.library.finding.asking import FEW, Asked, Word, ask, total, words_of
from fupan.library.finding.sources import BY_KIND, BY_NUMBER, KEYS_PER_KIND, SOURCES, Shown
from fupan.library.finding.synonyms import of_workspace
from fupan.library.models import SearchIndex
from fupan.library.queries.cases import Branch
from fupan.people.models import Member

LONGEST, SIZE, DEEPEST = 200, 20, 500  # characters of a search; hits of a page; pages
Params = Mapping[str, Any]


@dataclass(slots=True)
class Hit:
    """A row found, with its words marked."""

    shown: Shown
    title: SafeString
    snippet: SafeString
    exact: bool = False  # its number was typed


@dataclass(slots=True)
class Found:
    """One page of what was found."""

    text: str
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    everywhere: int = 0  # without the filters of kind and issue type
    kinds: dict[str, int] = field(default_factory=dict)
    tree: list[Branch] = field(default_factory=list)
    tags: list[tuple[str, int]] = field(default_factory=list)
    lenient: bool = False
    ready: bool = True
    waiting: int = 0
    also: list[str] = field(default_factory=list)  # words that mean the same and were looked for as well


def asked_of(member: Member, params: Params) -> Asked:
    """The filters of an address; what is unknown there changes nothing, an unknown issue type finds nothing."""
    page = one(params, "page")
    number = min(max(int(page), 1), DEEPEST) if page.isdecimal() and len(page) < 6 else 1
    shop = one(params, "shop")
    known = shops_seen_by(member).filter(pk=int(shop)).exists() if shop.isdecimal() and len(shop) < 18 else False
    tags = tags_seen_by(member).filter(name__in=several(params, "tag")).values_list("pk", flat=True)
    return Asked(
        one(params, "q")[:LONGEST].replace("\x00", ""),
        tuple(kind for kind in several(params, "kind") if kind in BY_KIND),
        _issues(member, several(params, "issue_type")), tuple(tags), int(shop) if known else None,
        one(params, "sort") == "new", (number - 1) * SIZE, SIZE,
    )  # fmt: skip


def _issues(member: Member, codes: Sequence[str]) -> tuple[int, ...] | None:
    """The types of these codes with those below them."""
    if not codes:
        return None
    rows = issues_seen_by(member)
    tops = list(rows.filter(code__in=codes).values_list("pk", flat=True))
    return (*tops, *rows.filter(parent__in=tops).values_list("pk", flat=True))


def found(member: Member, asked: Asked) -> Found:
    """Numbers first, on the first page; then by the words. Rows are loaded through the member's policies."""
    row = SearchIndex.objects.filter(workspace_id=member.workspace_id).first()
    searcher = store.searcher(row) if row else None
    told = Found(asked.text, ready=searcher is not None, waiting=writing.waiting(member.workspace_id))
    told.hits = _numbered(member, asked) if asked.offset == 0 else []
    if searcher is None:
        told.total = told.everywhere = len(told.hits)
        return told
    issues = list(issues_seen_by(member).only("code", "name_en", "name_zh", "parent_id", "retired_at"))
    words = words_of(asked.text, of_workspace(member.workspace_id, issues))
    answer = ask(searcher, words, asked, member, enough=0 if told.hits else FEW)
    known = {(hit.shown.kind, hit.shown.pk) for hit in told.hits}
    hits, gone = _hits(member, answer.keys, words, lenient=answer.lenient)
    told.hits += [hit for hit in hits if (hit.shown.kind, hit.shown.pk) not in known]
    told.total = max(total(answer.counts, asked) - gone, len(told.hits))
    told.everywhere = max(sum(answer.counts.values()) - gone, len(told.hits))
    told.lenient = answer.lenient
    told.kinds = _kinds(member, answer.counts, asked)
    told.tree = _tree(issues, answer.counts, asked)
    names = dict(tags_seen_by(member).filter(pk__in=[pk for pk, _count in answer.tags]).values_list("pk", "name"))
    told.tags = [(names[pk], count) for pk, count in answer.tags if pk in names]
    told.also = _also(words)
    return told


def _numbered(member: Member, asked: Asked) -> list[Hit]:
    """What a typed number names."""
    if not asked.text:
        return []
    hits: list[Hit] = []
    for source in SOURCES:
        if source.open_to(member) and (not asked.kinds or source.kind in asked.kinds):
            named = source.by_number(asked.text)
            if named is not None:
                hits += map(_named, source.show(source.seen_by(member).filter(named).order_by("-pk")[:SIZE]))
    return hits


def _named(shown: Shown) -> Hit:
    return Hit(shown, marks.marked(shown.title, []), marks.snippet(shown.texts, [], lenient=False), exact=True)


def _hits(member: Member, keys: Sequence[int], words: Sequence[Word], *, lenient: bool) -> tuple[list[Hit], int]:
    """The rows of these keys in their order, and how many there are not for this member."""
    by_kind: dict[int, list[int]] = {}
    for key in keys:
        by_kind.setdefault(key // KEYS_PER_KIND, []).append(key % KEYS_PER_KIND)
    rows: dict[int, Shown] = {}
    for number, pks in by_kind.items():
        source = BY_NUMBER[number]
        for shown in source.show(source.seen_by(member).filter(pk__in=pks)):
            rows[source.first_key + shown.pk] = shown
    hits = [
        Hit(rows[key], marks.marked(rows[key].title, words), marks.snippet(rows[key].texts, words, lenient=lenient))
        for key in keys
        if key in rows
    ]
    return hits, len(keys) - len(hits)


def _kinds(member: Member, counts: Mapping[tuple[int, int], int], asked: Asked) -> dict[str, int]:
    """Hits of each kind under the issue types chosen."""
    told: Counter[int] = Counter()
    for (kind, issue), count in counts.items():
        if asked.issues is None or issue in asked.issues:
            told[kind] += count
    return {source.kind: told[source.number] for source in SOURCES if source.open_to(member)}


def _tree(issues: Sequence[IssueType], counts: Mapping[tuple[int, int], int], asked: Asked) -> list[Branch]:
    """Issue types with hits of the kinds chosen, parents with what is below them."""
    told: Counter[int] = Counter()
    for (kind, issue), count in counts.items():
        if not asked.kinds or (kind in BY_NUMBER and BY_NUMBER[kind].kind in asked.kinds):
            told[issue] += count
    nodes = {node.pk: node for node in issues}
    tops: dict[int, Branch] = {}
    for node in nodes.values():
        if not told[node.pk]:
            continue
        top = nodes.get(node.parent_id or 0, node)
        branch = tops.setdefault(top.pk, Branch(top.code, str(top)))
        branch.count += told[node.pk]
        if top is not node:
            branch.below.append(Branch(node.code, str(node), told[node.pk]))
    return [tops[node.pk] for node in nodes.values() if node.pk in tops]


def _also(words: Sequence[Word]) -> list[str]:
    """A few of the words that were looked for beside the typed ones."""
    return [" ".join(unit.text for unit in one.units) for word in words for one in word.kin[:3]][:6]
