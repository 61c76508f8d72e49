"""The simulated team's library: cases from real tickets of the demo, their uses, articles, and what is still owed."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import datetime, time, timedelta
from importlib import resources
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from fupan.action.models import Action
from fupan.core import clock, weeks
from fupan.core.slices import Slice
from fupan.demo.people import address
from fupan.desk.models import Ticket, TicketKind, TicketState
from fupan.library import contents, services
from fupan.library.drafts import CaseDraft, Step
from fupan.library.models import Article, Case, CaseUse, Run, State
from fupan.library.queries.debts import owes
from fupan.library.queries.drafting import draft_of
from fupan.library.queries.uses import came_back
from fupan.notify.models import Notice, Topic
from fupan.people.models import Member, Workspace

HOUR = timedelta(hours=1)
TEXTS = ("demand", "quote", "cause", "cause_text", "wording", "wording_language", "outcome_text", "lessons", "avoid",
         "suggestion", "check_when")  # fmt: skip
WHOLE = services.Rubric(complete=True, cause_right=True, can_follow=True, data_removed=True)
FALLBACK = "A20"  # the product of a case whose ticket names none
RUNS = 14  # of one article
MOST_USES = 90  # of one case
OWED_HOURS_AGO = (3, 9, 20, 31)  # closed so long ago


@transaction.atomic
def stock(workspace: Workspace, last_week: int) -> list[Case]:
    """Fill the library; the cases in the order they are told."""
    told = tomllib.loads(resources.files("fupan.demo").joinpath("library.toml").read_text("utf-8"))
    team = _team(workspace)
    cases = [_case(workspace, row, team, last_week) for row in told["case"]]
    _use(workspace, list(zip(cases, told["case"], strict=True)), team["agent"])
    for row in told["article"]:
        _run(_article(row, cases, team), team["agent"])
    for row in told["list"]:
        numbers = [cases[at].number for at in row["cases"]]
        services.make_list(name=row["name"], about=row["about"], cases=numbers, by=team["lead"])
    _owe(workspace, team["agent"])
    _connect(workspace, cases)
    for one in cases[:3]:
        services.mark_read(one.pk, by=team["agent"])
    Notice.objects.filter(workspace=workspace, topic=Topic.CASE, read_at=None, at__lt=clock.now() - 24 * HOUR).update(
        read_at=clock.now()
    )
    return cases


def _team(workspace: Workspace) -> dict[str, Member]:
    keys = ("agent", "lead", "operations", "manager")
    members = {one.user.email: one for one in Member.objects.filter(workspace=workspace).select_related("user")}
    return {key: members[address(key)] for key in keys}


# Cases


def _case(workspace: Workspace, row: dict[str, Any], team: dict[str, Member], last_week: int) -> Case:
    author = team[row["author"]]
    written = _instant(workspace, weeks.shift(last_week, -row["weeks"]))
    ticket = _source(workspace, row, written)
    draft = _draft(row, draft_of(ticket) if ticket else CaseDraft(), written)
    with clock.set_to(written):
        case = services.create_case(draft, by=author, ticket_ids=(ticket.pk,) if ticket else ())
        if row.get("state") == "draft":
            return case
        services.submit_case(case.pk, by=author)
    if row.get("state") == "in_review":
        return case
    reviewer = team["lead"] if author.pk != team["lead"].pk else team["manager"]
    with clock.set_to(written + 20 * HOUR):
        services.pass_case(case.pk, rubric=WHOLE, remark=row.get("remark", ""), by=reviewer)
    _revised(case, row, draft, reviewer, written)
    if row.get("state") == State.STALE:
        services.flag_case(case.pk, reason=row["reason"], by=author)
    case.refresh_from_db()
    return case


def _instant(workspace: Workspace, week: int) -> datetime:
    """Thursday afternoon of that week, or an hour ago when that is still to come."""
    day = weeks.monday(week) + timedelta(days=3)
    return min(datetime.combine(day, time(15, 20), ZoneInfo(workspace.timezone)), clock.now() - HOUR)


def _source(workspace: Workspace, row: dict[str, Any], before: datetime) -> Ticket | None:
    """A ticket of that issue and product, solved shortly before; in the language told where there is one."""
    about = Q(issue_type__code=row["issue"])
    if "product" in row:
        about &= Q(listing__product__code=row["product"])
    if "shop" in row:
        about &= Q(shop__name=row["shop"])
    if "kind" in row:
        about &= Q(kind=row["kind"])
    rows = Ticket.objects.filter(
        about, workspace=workspace, state=TicketState.SOLVED, resolved_at__lt=before, listing__isnull=False
    ).select_related("shop", "listing__product", "batch", "issue_type", "resolution", "cause_guess", "cause_confirmed")
    return (
        rows.filter(language=row["language"]).order_by("-resolved_at").first() or rows.order_by("-resolved_at").first()
    )


def _draft(row: dict[str, Any], known: CaseDraft, written: datetime) -> CaseDraft:
    values: dict[str, Any] = {name: row[name] for name in TEXTS if name in row}
    steps = [Step(*(part.strip() for part in step.split("|", 1))) for step in row["steps"]]
    if "quote" in row:
        values |= {"quote_language": row["language"], "quote_gloss": row["gloss"]}
    if "check_in" in row:
        values["check_on"] = (written + timedelta(weeks=row["check_in"] + row["weeks"])).date()
    return CaseDraft(
        title=row["title"], issue_type=row["issue"], happened_on=known.happened_on or written.date(), took=known.took,
        shop=known.shop, product=row.get("product", known.product or FALLBACK),
        batch=known.batch if "product" in row else "",
        order_masked=known.order_masked, steps=tuple(steps), points=tuple(row.get("points", ())),
        outcome=row["outcome"], cause_confirmed=row.get("confirmed", False), cause_guess=row.get("guess", ""),
        tags=tuple(row["tags"]), cost=known.cost, currency=known.currency,
        **({"quote": known.quote, "quote_language": known.quote_language} | values),
    )  # fmt: skip


def _revised(case: Case, row: dict[str, Any], draft: CaseDraft, by: Member, written: datetime) -> None:
    """Later revisions, told the newest first; each but the last lacks the newest key point."""
    notes = list(reversed(row.get("revisions", ())))
    for place, note in enumerate(notes, 1):
        sharper = draft if place == len(notes) else replace(draft, points=draft.points[:-1])
        with clock.set_to(min(written + timedelta(weeks=4 * place), clock.now())):
            services.edit_case(case.pk, sharper, by=by, note=note)


# Uses


def _use(workspace: Workspace, told: list[tuple[Case, dict[str, Any]]], agent: Member) -> None:
    """Used on tickets like it since it was published; more often where one reply was enough, as it helps."""
    made: list[CaseUse] = []
    for case, row in told:
        if not row.get("use") or case.published_at is None:
            continue
        for ticket in _like(workspace, case, row):
            settled = ticket.replies == 1 and not getattr(ticket, "again", False)
            share = row["use"] * (row.get("helps", 1.0) if settled else 1.0)
            if _chance(case.number, ticket.pk) < share and len(made) < 5000:
                at = (ticket.first_response_at or ticket.opened_at) + timedelta(minutes=1)
                said = _chance(ticket.pk, case.number)
                helpful = settled if said < 0.5 else None
                made.append(CaseUse(case=case, ticket=ticket, by=agent, at=min(at, clock.now()), helpful=helpful))
    CaseUse.objects.bulk_create(made, ignore_conflicts=True)


def _like(workspace: Workspace, case: Case, row: dict[str, Any]) -> list[Ticket]:
    rows = Ticket.objects.filter(
        workspace=workspace, issue_type=case.issue_type_id, opened_at__gte=case.published_at, merged_into=None,
        replies__gte=1,
    )  # fmt: skip
    if "product" in row:
        rows = rows.filter(listing__product__code=row["product"])
    if "shop" in row:
        rows = rows.filter(shop__name=row["shop"])
    few = rows.annotate(again=came_back()).order_by("-opened_at")
    return list(few[: int(MOST_USES / max(row["use"], 0.05))])


def _chance(*numbers: int) -> float:
    """The same number between 0 and 1 for the same pair, every time."""
    mixed = 2166136261
    for number in numbers:
        mixed = ((mixed ^ number) * 16777619) % 2**32
        mixed = (mixed ^ (mixed >> 13)) * 2654435761 % 2**32
    return (mixed >> 8) / 2**24


# Articles and debts


def _article(row: dict[str, Any], cases: list[Case], team: dict[str, Member]) -> Article:
    lead, manager = team["lead"], team["manager"]
    expires = (clock.now() + timedelta(weeks=row["expires_in"])).date() if "expires_in" in row else None
    draft = services.ArticleDraft(
        title=row["title"], body=contents.parse(row["kind"], row["text"]), about=row["about"],
        issue_type=row.get("issue", ""), cases=tuple(cases[at].number for at in row["cases"]), tags=tuple(row["tags"]),
        expires_on=expires, expires_why=row.get("expires_why", ""),
    )  # fmt: skip
    with clock.set_to(clock.now() - timedelta(weeks=9)):
        article = services.create_article(row["kind"], draft, by=lead)
        services.submit_version(article.pk, by=lead)
        services.approve_version(article.pk, by=manager)
    article.refresh_from_db()
    return article


def _run(article: Article, agent: Member) -> None:
    """Gone through on tickets of its issue since it is in force; each step takes its time."""
    if article.kind not in contents.RUNNABLE or article.issue_type_id is None:
        return
    tickets = Ticket.objects.filter(
        workspace=article.workspace_id, issue_type=article.issue_type_id, replies=1,
        first_response_at__gte=article.published_at, first_response_at__lt=clock.now(),
    )  # fmt: skip
    newest = list(tickets.order_by("-first_response_at")[:RUNS])
    runs = Run.objects.bulk_create([_walk(article, ticket, agent) for ticket in reversed(newest)])
    CaseUse.objects.bulk_create(
        [CaseUse(article=article, ticket=run.ticket, by=agent, at=run.started_at) for run in runs],
        ignore_conflicts=True,
    )


def _walk(article: Article, ticket: Ticket, agent: Member) -> Run:
    assert ticket.first_response_at is not None
    at = started = ticket.first_response_at
    place = contents.node(article.kind, article.content, contents.first(article.kind, article.content))
    path: list[dict[str, str]] = []
    while place.options:
        said, following = place.options[int(_chance(ticket.pk, len(path)) * len(place.options))]
        at += timedelta(seconds=20 + int(_chance(len(path), ticket.pk) * 60) * (1 + len(place.text) // 8))
        path.append({"node": place.name, "text": place.text, "say": said, "at": at.isoformat()})
        place = contents.node(article.kind, article.content, following)
    return Run(
        article=article, version=article.version, ticket=ticket, by=agent, at_node=place.name, path=path,
        started_at=started, ended_at=at,
    )  # fmt: skip


def _owe(workspace: Workspace, agent: Member) -> None:
    """Tickets closed lately that owe a case; one of them is overdue."""
    newest = Ticket.objects.filter(workspace=workspace, state=TicketState.SOLVED).exclude(messages=None)
    rows = newest.select_related("workspace", "resolution").order_by("-opened_at")
    refunds = rows.filter(resolution__code="refund", cost__gt=0)[:60]
    owing = [*rows.filter(kind=TicketKind.CLAIM)[:1], *(one for one in refunds if owes(one))][: len(OWED_HOURS_AGO) - 1]
    for ticket, hours in zip(owing, OWED_HOURS_AGO[1:], strict=False):
        services.owe_case(ticket.pk, by=agent, at=clock.now() - hours * HOUR)
    picked = rows.exclude(pk__in=[one.pk for one in owing]).first()
    if picked is not None:
        with clock.set_to(clock.now() - OWED_HOURS_AGO[0] * HOUR):
            services.pick_ticket(picked.pk, by=agent)


# What was measured


def _connect(workspace: Workspace, cases: list[Case]) -> None:
    """Cases of the same trouble and goods name the problem, and carry the verdicts of its actions."""
    actions = Action.objects.filter(workspace=workspace, problem__isnull=False).select_related("problem").order_by("pk")
    for action in actions:
        where = Slice.parse(action.problem.slice).as_dict() if action.problem else {}
        for case in cases:
            if case.published_at is not None and _about(case).items() <= where.items():
                _name(case, action)


def _about(case: Case) -> dict[str, str]:
    product = case.product.code if case.product else "none"
    return {"issue_type": case.issue_type.code if case.issue_type else "none", "product": product}


def _name(case: Case, action: Action) -> None:
    if action.problem is not None:
        title = f"{action.problem} {action.problem.title}"
        services.refer(case.pk, kind="problem", ref_id=action.problem.number, title=title, by=None)
    if action.verdict.get("verdict"):
        told = {name: action.verdict.get(name) for name in ("verdict", "change", "low", "high")}
        check = action.verdict.get("check") or 0
        services.prove_case(case.pk, action=action.number, title=action.title, told=told, check=check)
