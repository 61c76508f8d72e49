"""Canned replies, by the texts in force in every language; one that never was in force by its newest draft."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from fupan.desk.models import ReplyTemplate, TemplateState, TemplateVersion
from fupan.desk.policies import templates_seen_by
from fupan.library.finding.sources.base import Document, Shown, Source
from fupan.people.models import Member
from fupan.people.policies import may

STONES = {
    TemplateState.DRAFT: ("open", "faint"),
    TemplateState.IN_FORCE: ("done", "jade"),
    TemplateState.RETIRED: ("done", "slate"),
}


def _limits(member: Member) -> list[list[str]]:
    """As `templates_seen_by`; and what is retired is not looked for."""
    return [["live"]] if may(member, "edit_templates") else [["v"], ["live"]]


def _texts(templates: list[ReplyTemplate]) -> dict[int, list[str]]:
    """By template: the texts of its version in force, else of the newest."""
    wanted = {one.pk: one.version for one in templates}
    found: dict[int, list[str]] = {}
    for version in TemplateVersion.objects.filter(template__in=templates).order_by("template", "-number"):
        if wanted[version.template_id] in (0, version.number) and version.template_id not in found:
            found[version.template_id] = [text for text in version.texts.values() if text]
    return found


def _documents(templates: QuerySet[ReplyTemplate]) -> Iterator[Document]:
    rows = list(templates)
    texts = _texts(rows)
    for one in rows:
        keys = ["v" if one.version else "hidden"] + (["live"] if one.state != TemplateState.RETIRED else [])
        body = "\n".join([one.group, *texts.get(one.pk, ())])
        yield Document(one.pk, one.name, body, tuple(keys), one.issue_type_id or 0, (), one.made_at)


def _show(templates: QuerySet[ReplyTemplate]) -> Iterator[Shown]:
    rows = list(templates.select_related("issue_type"))
    texts = _texts(rows)
    for one in rows:
        state = TemplateState(one.state)
        about = [str(part) for part in (one.group, one.issue_type) if part]
        yield Shown(
            "template", one.pk, _("Template"), one.name, reverse("desk:template", args=[one.number]),
            STONES[state], str(state.label), about, texts.get(one.pk, []), [], one.made_at, "message",
        )  # fmt: skip


def _by_number(text: str) -> None:
    """They are known by their names."""


TEMPLATES = Source(
    4, "template", ReplyTemplate, ("answer", "edit_templates"), templates_seen_by, _limits, _documents, _show,
    _by_number, learnt=True,
)  # fmt: skip
