"""Sub-topics: what buyers of an issue type write about more than before; kept as candidates, promoted when it stays."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import weeks
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import Message, MessageSide
from fupan.insight import compute
from fupan.insight.models import Signal, SignalKind, SubTopic, SubTopicState, SubTopicWeek
from fupan.insight.policies import sub_topics_seen_by
from fupan.insight.services._quiet import close_quiet
from fupan.insight.services.topic_signals import drop_topic_signals, judge_topic
from fupan.people.models import Member, Workspace
from fupan.people.policies import may

EARLIER = 12  # weeks a week's texts are held against
LEAST_TEXTS = 5
MOST_NOW, MOST_BEFORE = 600, 5_000  # texts of one issue type that are read
MOST_TICKETS = 200  # kept with a topic's week
STAYS = (2, 3)  # seen in two of three weeks: it stays


class Text(NamedTuple):
    ticket: int
    week: int
    buyer: str
    words: str


@transaction.atomic
def find_sub_topics(workspace: Workspace, week: int) -> int:
    """Look for topics that rose in a week, in every issue type. What that week held before is replaced."""
    SubTopicWeek.objects.filter(topic__workspace=workspace, week=week).delete()
    found = 0
    for issue, texts in _texts(workspace, week).items():
        now = [text for text in texts if text.week == week][:MOST_NOW]
        before = [text for text in texts if text.week != week][:MOST_BEFORE]
        if len(now) < LEAST_TEXTS or not before:
            continue
        span = weeks.between(weeks.shift(week, -EARLIER), week)
        said, said_before = ([(text.words, _owner(text)) for text in some] for some in (now, before))
        texts_of = Counter(text.week for text in (*now, *before))
        for topic in compute.rising(said, said_before, [span.index(text.week) for text in before]):
            rows = dict.fromkeys([*topic.quotes, *topic.documents])  # the most telling first
            known = _keep(workspace, issue, week, topic, [now[row].ticket for row in rows][:MOST_TICKETS])
            judge_topic(known, span, [*topic.history, topic.now], [texts_of[one] for one in span])
            found += 1
    close_quiet(workspace, week, Signal.objects.filter(kind=SignalKind.TOPIC))
    SubTopic.objects.filter(workspace=workspace, weeks=None, state=SubTopicState.CANDIDATE).delete()
    record("insight.sub_topics_found", None, by=None, workspace_id=workspace.pk, week=week, found=found)
    return found


def _owner(text: Text) -> str:
    return text.buyer or f"ticket {text.ticket}"


def _texts(workspace: Workspace, week: int) -> dict[str, list[Text]]:
    """The first words of every labelled ticket of the week and of those before it, newest first, by issue type."""
    first = weeks.shift(week, -EARLIER)
    rows = (
        Message.objects.filter(workspace=workspace, side=MessageSide.BUYER, ticket__week__range=(first, week))
        .filter(ticket__issue_type__isnull=False, ticket__merged_into=None)
        .exclude(redacted="")
        .order_by("-ticket__week", "ticket_id", "at", "pk")
        .values_list("ticket__issue_type__code", "ticket_id", "ticket__week", "ticket__buyer_key", "redacted")
    )
    found: defaultdict[str, list[Text]] = defaultdict(list)
    last = 0
    for code, ticket, at, buyer, words in rows.iterator(chunk_size=5_000):
        if ticket != last:
            found[code].append(Text(ticket, at, buyer, words))
        last = ticket
    return found


def _keep(workspace: Workspace, issue: str, week: int, topic: compute.Topic, tickets: list[int]) -> SubTopic:
    known = _known(workspace, issue, topic)
    if known is None:
        known = SubTopic(workspace=workspace, issue_type=issue, term=topic.term[:120], first_week=week, last_week=week)
    known.terms = sorted({*known.terms, *topic.terms})[:200]
    known.first_week, known.last_week = min(known.first_week, week), max(known.last_week, week)
    known.save()
    ratio = topic.change.ratio
    SubTopicWeek.objects.update_or_create(
        topic=known,
        week=week,
        defaults={
            "now": topic.now, "of_now": topic.of_now, "before": topic.before, "of_before": topic.of_before,
            "ratio": ratio if math.isfinite(ratio) else None, "low": topic.change.low, "pvalue": topic.pvalue,
            "tickets": tickets,
        },
    )  # fmt: skip
    if known.state == SubTopicState.CANDIDATE and _stays(known):
        known.state = SubTopicState.PROMOTED
        known.save(update_fields=["state"])
        record("insight.sub_topic_promoted", known, by=None, issue_type=issue)
    return known


def _known(workspace: Workspace, issue: str, topic: compute.Topic) -> SubTopic | None:
    """The one that was found by some of these words before."""
    for known in SubTopic.objects.filter(workspace=workspace, issue_type=issue).order_by("first_week", "pk"):
        if not {topic.term, *topic.terms}.isdisjoint([known.term, *known.terms]):
            return known
    return None


def _stays(topic: SubTopic) -> bool:
    least, window = STAYS
    seen = list(topic.weeks.order_by("week").values_list("week", flat=True))
    return any(sum(week <= one < weeks.shift(week, window) for one in seen) >= least for week in seen)


@transaction.atomic
def promote_sub_topic(topic_id: int, *, by: Member) -> SubTopic:
    """A person knows it as a topic of its own."""
    topic = _decided(topic_id, SubTopicState.PROMOTED, by)
    record("insight.sub_topic_promoted", topic, by=by, issue_type=topic.issue_type)
    return topic


@transaction.atomic
def drop_sub_topic(topic_id: int, *, by: Member) -> SubTopic:
    """A person says that it is none; it is not shown again."""
    topic = _decided(topic_id, SubTopicState.DROPPED, by)
    drop_topic_signals(topic, by=by)
    record("insight.sub_topic_dropped", topic, by=by, issue_type=topic.issue_type)
    return topic


def _decided(topic_id: int, state: SubTopicState, by: Member) -> SubTopic:
    if not may(by, "edit_targets"):
        raise Refused(_("Sub-topics are decided by leads, operations and managers."), code="not-allowed")
    topic = sub_topics_seen_by(by).select_for_update(of=("self",)).get(pk=topic_id)
    topic.state, topic.decided_by = state, by
    topic.save(update_fields=["state", "decided_by"])
    return topic
