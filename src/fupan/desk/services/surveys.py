"""Verbs about satisfaction: when buyers are asked how it went, asking them once, keeping what they say."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from fupan.core import clock, stale
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.redact import redact
from fupan.desk import survey_words
from fupan.desk.models import NEVER_ASKED, Message, MessageSide, Sending, Survey, SurveyRule, Ticket
from fupan.desk.policies import may_edit_surveys, survey_rules_seen_by
from fupan.desk.queries.surveys import SPOKEN, askable, by_token, to_ask
from fupan.desk.services._incidents import kin_weeks
from fupan.desk.services.follow_ups import open_follow_up
from fupan.intake.channels import outgoing
from fupan.people.models import Member
from fupan.people.secrets import fingerprint, new_secret

VALID = timedelta(days=14)
LATEST = timedelta(days=3)  # an answer of last week is not asked about any more
QUIET = timedelta(days=30)  # the same buyer is asked once in so long
AT_ONCE = 200


@transaction.atomic
def set_survey_rule(
    *, platform: str, active: bool, after_hours: int, low: int, follow_up_hours: int, version: int, by: Member
) -> SurveyRule:
    """Whether and when buyers of a platform are asked; Amazon's never."""
    if not may_edit_surveys(by):
        raise Refused(_("Your role cannot change when buyers are asked."), code="no-surveys")
    if platform not in askable():
        raise Refused(_("Buyers of this marketplace are never asked: it does not allow it."), code="never-asked")
    if not (0 <= after_hours <= 240 and 1 <= low <= 3 and 1 <= follow_up_hours <= 240):
        raise Refused(_("Choose up to 240 hours, and a low score of 1 to 3."), code="bad-rule")
    rule = survey_rules_seen_by(by).select_for_update().filter(platform=platform).first()
    if rule is None:
        rule = SurveyRule(workspace_id=by.workspace_id, platform=platform, version=0)
    elif rule.version != version:
        raise Refused(_("Somebody changed this meanwhile; look at it again."), code="changed")
    rule.active, rule.after_hours, rule.low, rule.follow_up_hours = active, after_hours, low, follow_up_hours
    rule.version += 1
    rule.save()
    record("desk.survey_rule_set", rule, by=by, platform=platform, active=active)
    return rule


def ask_due() -> int:
    """Ask the buyers whose ticket was solved long enough ago; the number that were asked."""
    asked = 0
    for rule in SurveyRule.objects.filter(active=True).exclude(platform=NEVER_ASKED).order_by("pk"):
        for ticket in to_ask(rule, since=LATEST).order_by("resolved_at", "pk")[:AT_ONCE]:
            asked += ask(ticket) is not None
    return asked


@transaction.atomic
def ask(ticket: Ticket) -> Survey | None:
    """Write the mail with its link, once; None where there is no way to the buyer, or who was asked of late."""
    held = Ticket.objects.select_for_update(of=("self",)).select_related("shop").get(pk=ticket.pk)
    if held.shop.platform == NEVER_ASKED or not _reachable(held) or Survey.objects.filter(ticket=held).exists():
        return None
    token = new_secret()
    now = clock.now()
    survey = Survey.objects.create(ticket=held, secret=fingerprint(token), sent_at=now, expires_at=now + VALID)
    language, _words = survey_words.words(held.language)
    text = survey_words.mail(language, shop=held.shop.name, link=link_of(token))
    Message.objects.create(
        workspace_id=held.workspace_id, ticket=held, side=MessageSide.SELLER, automatic=True, at=now, original=text,
        redacted=redact(text), language=language, sending=Sending.QUEUED, send_after=now,
    )  # fmt: skip
    record("desk.survey_asked", held, by=None, survey=survey.pk)
    return survey


def _reachable(ticket: Ticket) -> bool:
    if not (ticket.reply_to or ticket.buyer_email) or outgoing.way_of(ticket.shop_id) is None:
        return False
    since = clock.now() - QUIET
    lately = Survey.objects.filter(ticket__workspace_id=ticket.workspace_id, sent_at__gt=since)
    return not (ticket.buyer_key and lately.filter(ticket__buyer_key=ticket.buyer_key).exists())


def link_of(token: str) -> str:
    """The address in the mail; whoever holds it answers once."""
    return settings.BASE_URL + reverse("desk:survey", args=[token])


@transaction.atomic
def answer_survey(token: str, *, score: int) -> Survey:
    """The buyer's click: kept once, counted in the ticket and in the facts; a low one is followed up."""
    survey = _living(token)
    if survey.answered_at is not None:
        raise Refused(_("This link has been used."), code="survey-used")
    if score not in range(1, 6):
        raise Refused(_("A score is 1 to 5."), code="bad-score")
    survey.score, survey.answered_at = score, clock.now()
    survey.save(update_fields=["score", "answered_at"])
    ticket = survey.ticket
    Ticket.objects.filter(pk=ticket.pk).update(csat=score)
    stale.mark(ticket.workspace_id, kin_weeks([ticket.pk]))
    record("desk.survey_answered", ticket, by=None, survey=survey.pk, score=score)
    rule = SurveyRule.objects.filter(workspace_id=ticket.workspace_id, platform=ticket.shop.platform).first()
    if rule is not None and score <= rule.low:
        open_follow_up(survey, hours=rule.follow_up_hours)
    return survey


@transaction.atomic
def comment_survey(token: str, *, reason: str = "", comment: str = "") -> Survey:
    """Why, and a word, once and soon after the score; personal data is taken out before anything is kept."""
    survey = _living(token)
    open_ = survey.answered_at is not None and survey.answered_at > clock.now() - SPOKEN
    if not open_ or survey.reason or survey.comment:
        raise Refused(_("This link has been used."), code="survey-used")
    if reason and reason not in survey_words.REASONS:
        raise Refused(_("Choose one of the reasons."), code="bad-reason")
    names = (survey.ticket.buyer_name,) if survey.ticket.buyer_name else ()
    survey.reason, survey.comment = reason, redact(comment.strip()[:1000], names=names)
    survey.save(update_fields=["reason", "comment"])
    record("desk.survey_commented", survey.ticket, by=None, survey=survey.pk, reason=reason)
    return survey


def _living(token: str) -> Survey:
    found = by_token(token)
    if found is None or found.expires_at <= clock.now():
        raise Refused(_("This link is over, or it never was one."), code="survey-over")
    return Survey.objects.select_for_update(of=("self",)).select_related("ticket__shop").get(pk=found.pk)
