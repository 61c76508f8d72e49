"""A template or article came into force -> the actions that were to change it are carried out, with that as proof."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from fupan.action.models import OPEN_STATES, Action
from fupan.action.services import Given, carry_out
from fupan.core import weeks
from fupan.core.events import when
from fupan.core.models import Event
from fupan.desk.models import ReplyTemplate
from fupan.library.models import Article


@when("desk.template_in_force")
def close_template_actions(event: Event) -> None:
    template = ReplyTemplate.objects.filter(pk=event.subject_id or 0).first()
    if template is not None:
        _close(event, "template", template.number, str(template))


@when("library.article_in_force")
def close_article_actions(event: Event) -> None:
    article = Article.objects.filter(pk=event.subject_id or 0).first()
    if article is not None:
        _close(event, "article", article.number, str(article))


def _close(event: Event, kind: str, number: int, name: str) -> None:
    """Those made before it came into force: a later one asks for a later version."""
    rows = Action.objects.filter(workspace_id=event.workspace_id or 0, state__in=OPEN_STATES, created_at__lte=event.at)
    rows = rows.filter(subject__kind=kind, subject__id=number).select_related("workspace")
    for action in rows.order_by("pk"):
        day = event.at.astimezone(weeks.zone(action.workspace.timezone)).date()
        with translation.override(action.workspace.language):
            said = _("%(name)s is in force, version %(version)s.") % {"name": name, "version": event.data["version"]}
        carry_out(action.pk, day=day, given=Given(text=said, day=day))
