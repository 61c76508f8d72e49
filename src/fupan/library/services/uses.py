"""Verbs of use: a case or article is put to use on a ticket, found helpful or not, or gone through step by step."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.library import contents
from fupan.library.models import USABLE, Article, Case, CaseUse, Run
from fupan.library.policies import runs_seen_by, uses_seen_by
from fupan.library.services._common import article_for, case_for, need, ticket_for
from fupan.library.services._telling import tell_thanks
from fupan.people.models import Member

THANKED_AT = (3, 10, 25, 50, 100, 200, 500)  # uses by others


@transaction.atomic
def use_case(case_id: int, *, ticket_id: int, by: Member) -> CaseUse:
    """Put a case to use on a ticket; a second time changes nothing."""
    need(by, "answer")
    case = case_for(case_id, by)
    if case.state not in USABLE:
        raise Refused(_("Only a published case is put to use."), code="not-published")
    return _use(by, ticket_id, case=case)


@transaction.atomic
def use_article(article_id: int, *, ticket_id: int, by: Member) -> CaseUse:
    """The same of an article."""
    need(by, "answer")
    article = article_for(article_id, by)
    if article.state not in USABLE:
        raise Refused(_("Only an article in force is put to use."), code="not-in-force")
    return _use(by, ticket_id, article=article)


def _use(by: Member, ticket_id: int, *, case: Case | None = None, article: Article | None = None) -> CaseUse:
    ticket = ticket_for(ticket_id, by)
    use, made = CaseUse.objects.get_or_create(
        case=case, article=article, ticket=ticket, defaults={"by": by, "at": clock.now()}
    )
    if made:
        record("library.used", case or article, by=by, ticket=ticket.pk, use=use.pk)
        if case is not None:
            _thank(case, by)
    return use


def _thank(case: Case, by: Member) -> None:
    """A word to the author at round numbers, counted without their own uses."""
    count = CaseUse.objects.filter(case=case).exclude(by=case.author_id).count()
    if count in THANKED_AT:
        tell_thanks(case, count, by=by)


@transaction.atomic
def say_helpful(use_id: int, *, helpful: bool, by: Member) -> CaseUse:
    """Whether it helped, said by whoever works on the ticket; the last word counts."""
    need(by, "answer")
    use = uses_seen_by(by).select_for_update(of=("self",)).select_related("case", "article").get(pk=use_id)
    use.helpful = helpful
    use.save(update_fields=["helpful"])
    record("library.helpful_said", use.case or use.article, by=by, use=use.pk, helpful=helpful)
    return use


# Step by step


@transaction.atomic
def start_run(article_id: int, *, ticket_id: int | None, by: Member) -> Run:
    """Begin to go through a procedure or a decision tree; a run still open on that ticket is taken up again."""
    article = article_for(article_id, by)
    if article.kind not in contents.RUNNABLE:
        raise Refused(_("Procedures and decision trees can be gone through; this is neither."), code="not-runnable")
    if article.state not in USABLE:
        raise Refused(_("Only an article in force is put to use."), code="not-in-force")
    ticket = ticket_for(ticket_id, by) if ticket_id is not None else None
    if ticket is not None:
        need(by, "answer")
        open_run = Run.objects.filter(article=article, ticket=ticket, version=article.version, ended_at=None).first()
        if open_run is not None:
            return open_run
    run = Run.objects.create(
        article=article, version=article.version, ticket=ticket, by=by, started_at=clock.now(),
        at_node=contents.first(article.kind, article.content),
    )  # fmt: skip
    record("library.run_started", article, by=by, run=run.pk, ticket=ticket.pk if ticket else None)
    return run


@transaction.atomic
def take_step(run_id: int, *, at: str, choice: int, by: Member) -> Run:
    """Answer the question, or tick the step, that the run stands at."""
    run, content = _open_run(run_id, by)
    if run.at_node != at:
        raise Refused(_("Somebody has gone on from here already."), code="changed-meanwhile")
    here = contents.node(run.article.kind, content, at)
    if choice not in range(len(here.options)):
        raise Refused(_("This is not one of the answers."), code="no-such-answer")
    said, following = here.options[choice]
    step = {"node": at, "text": here.text, "say": said, "at": clock.now().isoformat()}
    run.path, run.at_node = [*run.path, step], following
    if not contents.node(run.article.kind, content, following).options:
        run.ended_at = clock.now()
    run.save(update_fields=["path", "at_node", "ended_at"])
    name = "library.run_ended" if run.ended_at else "library.step_taken"
    record(name, run.article, by=by, run=run.pk, node=following)
    if run.ended_at and run.ticket_id is not None:
        _use(by, run.ticket_id, article=run.article)
    return run


@transaction.atomic
def step_back(run_id: int, *, by: Member) -> Run:
    """Go one step back; what was answered there is forgotten."""
    run, _content = _open_run(run_id, by, ended=True)
    if run.path:
        run.at_node, run.path, run.ended_at = run.path[-1]["node"], run.path[:-1], None
        run.save(update_fields=["path", "at_node", "ended_at"])
        record("library.step_back", run.article, by=by, run=run.pk, node=run.at_node)
    return run


def _open_run(run_id: int, by: Member, *, ended: bool = False) -> tuple[Run, contents.Content]:
    """A run, locked, with the content of the version it was begun with."""
    run = runs_seen_by(by).select_for_update(of=("self",)).select_related("article").get(pk=run_id)
    if run.ticket_id is not None:
        need(by, "answer")
    if run.ended_at is not None and not ended:
        raise Refused(_("This run is over."), code="run-over")
    version = run.article.versions.get(number=run.version)
    return run, version.content["body"]
