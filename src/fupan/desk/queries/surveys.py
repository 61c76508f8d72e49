"""What buyers said of our help: by shop, why, and whom they thank; and the follow-ups of low scores."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from fupan.commerce.models import Platform
from fupan.commerce.policies import shops_seen_by
from fupan.core import clock
from fupan.desk.compute.satisfaction import FEW, Fair, fair_shares
from fupan.desk.models import NEVER_ASKED, FollowUp, Survey, SurveyRule, Ticket, TicketState
from fupan.desk.policies import follow_ups_seen_by, survey_rules_seen_by, surveys_seen_by, tickets_seen_by
from fupan.people.models import Member
from fupan.people.secrets import fingerprint

HIGH = 4
DAYS = 90
WARM = 6
SPOKEN = timedelta(hours=1)  # after the score, words may still be added


def by_token(token: str) -> Survey | None:
    """The survey behind a link, used or not, living or not; None when there never was one."""
    return Survey.objects.filter(secret=fingerprint(token)).select_related("ticket__shop").first()


# Rules


def askable() -> list[str]:
    """The platforms whose buyers may be asked at all."""
    return [code for code in Platform.values if code != NEVER_ASKED]


def rules(member: Member) -> list[SurveyRule]:
    """One for each platform we sell on, in force or not."""
    kept = {one.platform: one for one in survey_rules_seen_by(member)}
    sold_on = set(shops_seen_by(member).values_list("platform", flat=True)) & set(askable())
    wanted = [code for code in askable() if code in sold_on or code in kept]
    return [kept.get(code) or SurveyRule(workspace_id=member.workspace_id, platform=code) for code in wanted]


def to_ask(rule: SurveyRule, *, since: timedelta) -> QuerySet[Ticket]:
    """Solved tickets of the rule's platform whose buyer wrote, got an answer, and was not asked yet."""
    solved = Ticket.objects.filter(
        workspace_id=rule.workspace_id, shop__platform=rule.platform, state=TicketState.SOLVED, merged_into=None,
        surveys=None, purged_at=None, replies__gte=1, csat=None,
    ).exclude(shop__platform=NEVER_ASKED)  # fmt: skip
    until = clock.now() - timedelta(hours=rule.after_hours)
    return solved.filter(resolved_at__lte=until, resolved_at__gt=until - since).select_related("shop")


# Figures


@dataclass(frozen=True, slots=True)
class Score:
    """How content the buyers of a shop are, with how many said so."""

    name: str
    mean: float | None
    answers: int
    high: int
    low: int

    @property
    def few(self) -> bool:
        return self.answers < FEW


@dataclass(frozen=True, slots=True)
class Satisfaction:
    days: int
    asked: int
    answered: int
    every: Score
    shops: list[Score]
    reasons: list[tuple[str, int]]  # of low scores, the most frequent first
    thanked: list[Thanked]
    warm: list[Survey]


@dataclass(frozen=True, slots=True)
class Thanked:
    """Somebody whom more buyers thank than chance explains."""

    name: str
    fair: Fair
    url_params: str


def satisfaction(member: Member, days: int = DAYS) -> Satisfaction:
    """All of the page; scores count whether they came by survey or with an import."""
    since = clock.now() - timedelta(days=days)
    scored = tickets_seen_by(member).filter(csat__isnull=False, opened_at__gte=since, merged_into=None).order_by()
    surveys = surveys_seen_by(member).filter(sent_at__gte=since)
    figures: dict[str, Any] = {
        "mean": Avg("csat"), "answers": Count("pk"), "high": Count("pk", filter=Q(csat__gte=HIGH)),
        "low": Count("pk", filter=Q(csat__lte=2)),
    }  # fmt: skip
    by_shop: Iterable[Any] = scored.values("shop__name").annotate(**figures)
    shops = [Score(row.pop("shop__name"), **row) for row in map(dict, by_shop)]
    told = surveys.filter(answered_at__isnull=False)
    reasons = Counter(told.filter(score__lte=2).exclude(reason="").values_list("reason", flat=True))
    warm = told.filter(score__gte=HIGH).exclude(comment="").select_related("ticket__assignee__user", "ticket__shop")
    return Satisfaction(
        days, surveys.count(), told.count(), Score("", **scored.aggregate(**figures)),
        sorted(shops, key=lambda one: -one.answers), reasons.most_common(), _thanked(scored),
        list(warm.order_by("-answered_at")[:WARM]),
    )  # fmt: skip


def _thanked(scored: QuerySet[Ticket]) -> list[Thanked]:
    """By name, not by place: the list says who stands out, not who leads."""
    counts: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    rows: Iterable[Any] = scored.values_list("assignee_id", "assignee__user__name", "agent", "csat")
    for assignee, name, agent, csat in rows:
        if assignee or agent:
            key = (name, f"assignee={assignee}") if assignee else (agent, f"agent={agent}")
            counts[key][0] += csat >= HIGH
            counts[key][1] += 1
    shares = fair_shares([k for k, _n in counts.values()], [n for _k, n in counts.values()])
    found = [Thanked(key[0], fair, key[1]) for key, fair in zip(counts, shares, strict=True) if fair.beyond_chance]
    return sorted(found, key=lambda one: one.name)


# Follow-ups


def follow_ups(member: Member, *, which: str = "open") -> QuerySet[FollowUp]:
    """Open ones by their due time; done ones, the newest first."""
    rows = follow_ups_seen_by(member).select_related(
        "survey__ticket__shop", "survey__ticket__issue_type", "owner__user", "cause"
    )
    if which == "done":
        return rows.exclude(done_at=None).order_by("-done_at", "-pk")
    rows = rows.filter(done_at=None).order_by("due_at", "pk")
    return rows.filter(owner=member) if which == "mine" else rows


def follow_up_counts(member: Member) -> dict[str, int]:
    rows = follow_ups_seen_by(member)
    counts = rows.aggregate(
        open=Count("pk", filter=Q(done_at=None)), mine=Count("pk", filter=Q(done_at=None, owner=member)),
        done=Count("pk", filter=Q(done_at__isnull=False)),
    )  # fmt: skip
    return {name: int(number) for name, number in counts.items()}


def late_follow_ups(now: datetime) -> QuerySet[FollowUp]:
    """Open beyond their time, of every workspace."""
    return FollowUp.objects.filter(done_at=None, due_at__lt=now).select_related(
        "survey__ticket__workspace", "owner__user"
    )
