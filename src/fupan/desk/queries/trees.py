"""The settings of labels: trees with their use, rules, reason codes, versions, and what a rule would do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet

from fupan.desk.models import KeywordRule, LabelSource, ReasonCode, Ticket, TreeVersion
from fupan.desk.policies import (
    causes_seen_by,
    issues_seen_by,
    reason_codes_seen_by,
    resolutions_seen_by,
    rules_seen_by,
    tickets_seen_by,
    versions_seen_by,
)
from fupan.desk.rules import Matcher, Rule
from fupan.desk.texts import texts_of
from fupan.people.models import Member

TRIED = 2000  # newest tickets a rule is tried on


@dataclass(slots=True)
class Branch:
    node: Any
    tickets: int
    rules: int = 0
    children: list[Branch] = field(default_factory=list)


def branches(member: Member, tree: str) -> list[Branch]:
    """A tree's nodes under their parents, retired ones last, each with the tickets that use it."""
    nodes: Any = {"issue": issues_seen_by, "cause": causes_seen_by, "resolution": resolutions_seen_by}[tree](member)
    if tree != "resolution":
        nodes = nodes.select_related("department", "replaced_by")
    column = {"issue": "issue_type", "cause": "cause_guess", "resolution": "resolution"}[tree]
    used = _counts(tickets_seen_by(member), column)
    rules = _counts(rules_seen_by(member).filter(active=True), "issue_type") if tree == "issue" else {}
    found = {node.pk: Branch(node, used.get(node.pk, 0), rules.get(node.pk, 0)) for node in nodes}
    tops: list[Branch] = []
    for branch in sorted(found.values(), key=lambda one: one.node.retired_at is not None):
        parent = found.get(getattr(branch.node, "parent_id", None) or 0)
        (parent.children if parent else tops).append(branch)
    return tops


def _counts(rows: QuerySet[Any], column: str) -> dict[int, int]:
    counted = rows.exclude(**{column: None}).order_by().values_list(column).annotate(count=Count("pk"))
    return dict(counted)


def rules(member: Member, *, language: str = "", issue: str = "", words: str = "") -> QuerySet[KeywordRule]:
    found = rules_seen_by(member).select_related("issue_type")
    if language:
        found = found.filter(language=language)
    if issue:
        found = found.filter(issue_type__code=issue)
    if words:
        found = found.filter(words__icontains=words)
    return found.order_by("language", "issue_type__order", "words")


def reason_codes(member: Member) -> QuerySet[ReasonCode]:
    return reason_codes_seen_by(member).select_related("issue_type").order_by("code")


def versions(member: Member) -> QuerySet[TreeVersion]:
    return versions_seen_by(member).select_related("by__user").defer("content").order_by("-at", "-pk")


@dataclass(slots=True)
class Trial:
    """What a rule would do to the newest tickets, without doing it."""

    looked_at: int
    hits: int = 0
    unlabelled: int = 0  # hits without a label: these would get one
    other: int = 0  # hits that carry another label now
    samples: list[tuple[Ticket, str]] = field(default_factory=list)


def try_rule(member: Member, *, language: str, words: str, issue: str) -> Trial:
    tickets = tickets_seen_by(member).filter(language=language).select_related("issue_type", "shop")
    newest = list(tickets.order_by("-opened_at", "-pk")[:TRIED])
    texts = texts_of(newest)
    matcher = Matcher.of(language, [Rule(language, words, issue)])
    trial = Trial(len(newest))
    for ticket in newest:
        if not matcher.scores(texts[ticket.pk]):
            continue
        trial.hits += 1
        trial.unlabelled += ticket.issue_type_id is None
        trial.other += ticket.issue_type is not None and ticket.issue_type.code != issue
        if len(trial.samples) < 8:
            trial.samples.append((ticket, texts[ticket.pk][:200]))
    return trial


def relabelled_by_rules(member: Member) -> int:
    """How many tickets the rules may label again."""
    sources = [LabelSource.NONE, LabelSource.RULE, LabelSource.MODEL]
    return tickets_seen_by(member).filter(label_source__in=sources).count()
