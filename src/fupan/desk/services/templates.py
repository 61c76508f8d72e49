"""Canned replies: written, handed in, approved by somebody else, in force from a day on, swapped, retired."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Platform
from fupan.core import attachments, clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.compute.rendering import variables
from fupan.desk.models import (
    AutoReply,
    IssueType,
    ReplyTemplate,
    TemplateFile,
    TemplateState,
    TemplateVersion,
    VersionState,
)
from fupan.desk.queries.templates import platforms_of
from fupan.desk.queries.variables import VARIABLES, offences_in
from fupan.desk.services._template_notices import tell_approvers, tell_author
from fupan.people.models import Member

LONGEST = 8_000
MOST_FILES = 5
MAKING = (VersionState.DRAFT, VersionState.SENT_BACK, VersionState.WAITING)


@dataclass(frozen=True, slots=True)
class Told:
    """A template as its form tells it; `texts` by language, empty ones left out."""

    name: str
    texts: Mapping[str, str] = field(default_factory=dict)
    group: str = ""
    issue: str = ""
    platform: str = ""
    why: str = ""


@transaction.atomic
def save_template(told: Told, *, by: Member, template: ReplyTemplate | None = None, stamp: str = "") -> ReplyTemplate:
    """Keep what was written as a draft; what is in force stays so until the draft is approved.

    `stamp` is what the form was opened on: refused when somebody saved in between.
    """
    found = _begin(told, by) if template is None else _locked(template)
    if template is not None and stamp != stamp_of(found):
        raise Refused(_("Somebody saved this template while you were writing."), code="edited-meanwhile")
    _check(told)
    found.name, found.group, found.platform = told.name.strip(), told.group.strip(), told.platform
    found.issue_type = _issue(by, told.issue)
    _check_name(found)
    found.save()
    version = _draft(found, by)
    version.texts = {language: text.strip() for language, text in told.texts.items() if text.strip()}
    version.said, version.by, version.at, version.state = told.why.strip()[:300], by, clock.now(), VersionState.DRAFT
    version.save()
    record("desk.template_saved", found, by=by, version=version.number)
    return found


def stamp_of(template: ReplyTemplate) -> str:
    """Changes with every save."""
    last = template.versions.order_by("-number").first()
    return f"{last.number}.{last.at.timestamp():.6f}.{last.state}" if last else "0"


@transaction.atomic
def submit_template(template: ReplyTemplate, *, by: Member) -> TemplateVersion:
    """Ask somebody else to approve the draft."""
    version = _making(template, VersionState.DRAFT, VersionState.SENT_BACK)
    if not version.texts:
        raise Refused(_("Write the text in one language at least."), code="no-text")
    _lawful(template, version)
    version.state = VersionState.WAITING
    version.save(update_fields=["state"])
    record("desk.template_submitted", template, by=by, version=version.number)
    tell_approvers(version, by)
    return version


@transaction.atomic
def approve_template(template: ReplyTemplate, *, by: Member, effective_on: date | None = None) -> TemplateVersion:
    """Let a version go into force, today or on a later day; its writer cannot approve it."""
    version = _making(template, VersionState.WAITING)
    if version.by_id == by.pk:
        raise Refused(_("Somebody else approves what you wrote."), code="own-version")
    _lawful(template, version)
    version.state, version.approved_by, version.approved_at = VersionState.APPROVED, by, clock.now()
    version.effective_on = effective_on if effective_on and effective_on > clock.today() else None
    version.save(update_fields=["state", "approved_by", "approved_at", "effective_on"])
    record("desk.template_approved", template, by=by, version=version.number)
    if version.effective_on is None:
        _put_in_force(version, by)
    tell_author(version, by, "template_approved")
    return version


@transaction.atomic
def send_template_back(template: ReplyTemplate, said: str, *, by: Member) -> TemplateVersion:
    """Say what is to be done better."""
    version = _making(template, VersionState.WAITING)
    if not said.strip():
        raise Refused(_("Say what is to be done better."), code="no-reason")
    version.state, version.said = VersionState.SENT_BACK, said.strip()[:300]
    version.save(update_fields=["state", "said"])
    record("desk.template_sent_back", template, by=by, version=version.number)
    tell_author(version, by, "template_sent_back")
    return version


def put_templates_in_force() -> int:
    """By the clock: approved versions whose day has come; how many."""
    due = TemplateVersion.objects.filter(state=VersionState.APPROVED, effective_on__lte=clock.today())
    done = 0
    for pk in due.order_by("effective_on", "number").values_list("pk", flat=True):
        with transaction.atomic():
            version = due.select_for_update(of=("self",)).select_related("template").filter(pk=pk).first()
            if version is not None:
                version.effective_on = None
                version.save(update_fields=["effective_on"])
                done += _put_in_force(version, None)
    return done


@transaction.atomic
def retire_template(template: ReplyTemplate, *, by: Member, swapped_for: ReplyTemplate | None = None) -> ReplyTemplate:
    """Take a template out of use; another one may stand in for it, also where it answers by itself."""
    found = _locked(template)
    if swapped_for is not None and (swapped_for.pk == found.pk or swapped_for.state != TemplateState.IN_FORCE):
        raise Refused(_("What stands in for it has to be in force."), code="not-in-force")
    answering = AutoReply.objects.filter(template=found)
    if swapped_for is None and answering.filter(active=True).exists():
        raise Refused(_("It is sent as an automatic answer. Choose another one there first."), code="answers-by-itself")
    answering.update(template=swapped_for) if swapped_for else answering.delete()
    found.state, found.swapped_for = TemplateState.RETIRED, swapped_for
    found.save(update_fields=["state", "swapped_for"])
    record("desk.template_retired", found, by=by, swapped_for=swapped_for.pk if swapped_for else None)
    return found


@transaction.atomic
def restore_template(template: ReplyTemplate, *, by: Member) -> ReplyTemplate:
    """Take a retired template back into use, as it was."""
    found = _locked(template)
    if found.state != TemplateState.RETIRED:
        raise Refused(_("It is not retired."), code="not-retired")
    found.state = TemplateState.IN_FORCE if found.version else TemplateState.DRAFT
    found.swapped_for = None
    found.save(update_fields=["state", "swapped_for"])
    record("desk.template_restored", found, by=by)
    return found


@transaction.atomic
def add_template_file(template: ReplyTemplate, upload: attachments.Upload, *, by: Member) -> TemplateFile:
    """A picture or a file that goes out with the answer."""
    if template.files.count() >= MOST_FILES:
        raise Refused(_("At most %(most)s files go with a template.") % {"most": MOST_FILES}, code="too-many-files")
    row = TemplateFile.objects.create(template=template, file=attachments.keep(template.workspace_id, upload))
    record("desk.template_file_added", template, by=by, file=row.pk)
    return row


@transaction.atomic
def drop_template_file(template: ReplyTemplate, pk: int, *, by: Member) -> None:
    row = template.files.select_related("file").filter(pk=pk).first()
    if row is None:
        raise Refused(_("This file is gone already."), code="gone")
    record("desk.template_file_dropped", template, by=by, file=row.pk)
    file = row.file
    row.delete()
    attachments.forget(file)


def _begin(told: Told, by: Member) -> ReplyTemplate:
    last = ReplyTemplate.objects.select_for_update().filter(workspace_id=by.workspace_id).aggregate(top=Max("number"))
    return ReplyTemplate(
        workspace_id=by.workspace_id, number=(last["top"] or 0) + 1, name=told.name.strip(), author=by,
        made_at=clock.now(),
    )  # fmt: skip


def _locked(template: ReplyTemplate) -> ReplyTemplate:
    return ReplyTemplate.objects.select_for_update(of=("self",)).get(pk=template.pk)


def _check(told: Told) -> None:
    if not told.name.strip():
        raise Refused(_("A template needs a name."), code="no-name")
    if told.platform and told.platform not in Platform.values:
        raise Refused(_("“%(platform)s” is not a marketplace.") % {"platform": told.platform}, code="no-such-platform")
    for language, text in told.texts.items():
        if len(text) > LONGEST:
            said = {"language": language, "most": LONGEST}
            raise Refused(_("The text (%(language)s) has more than %(most)s signs.") % said, code="text-too-long")
        unknown = [name for name in variables(text) if name not in VARIABLES]
        if unknown:
            said_ = {"name": unknown[0], "language": language}
            raise Refused(_("There is no variable {%(name)s} (%(language)s).") % said_, code="no-such-variable")


def _check_name(template: ReplyTemplate) -> None:
    same = ReplyTemplate.objects.filter(workspace_id=template.workspace_id, name=template.name)
    if same.exclude(pk=template.pk).exists():
        raise Refused(_("Another template has this name."), code="name-taken")


def _issue(by: Member, code: str) -> IssueType | None:
    if not code:
        return None
    found = IssueType.objects.filter(workspace_id=by.workspace_id, code=code, retired_at=None).first()
    if found is None:
        raise Refused(_("“%(code)s” is not in the tree.") % {"code": code}, code="not-in-the-tree")
    return found


def _draft(template: ReplyTemplate, by: Member) -> TemplateVersion:
    """The version being written; one that is approved, or waits for it, is left as it stands."""
    last = template.versions.order_by("-number").first()
    if last is not None and last.state in {VersionState.DRAFT, VersionState.SENT_BACK}:
        return last
    if last is not None and last.state == VersionState.WAITING:
        raise Refused(_("A version waits for approval; have it decided first."), code="waits-for-approval")
    number = last.number + 1 if last else 1
    return TemplateVersion(template=template, number=number, by=by, at=clock.now())


def _making(template: ReplyTemplate, *states: str) -> TemplateVersion:
    rows = TemplateVersion.objects.select_for_update(of=("self",)).select_related("template")
    version = rows.filter(template=template).order_by("-number").first()
    if version is None or version.state not in states:
        raise Refused(_("This version has been decided already."), code="decided")
    return version


def _lawful(template: ReplyTemplate, version: TemplateVersion) -> None:
    """Refused when a marketplace it is meant for would not allow the words."""
    found = offences_in(version.texts, platforms_of(template))
    if found:
        words = "; ".join(f"{language}: “{one.words}” ({one.name})" for language, one in found[:4])
        raise Refused(_("The marketplace does not allow this: %(words)s.") % {"words": words}, code="against-rules")


def _put_in_force(version: TemplateVersion, by: Member | None) -> int:
    """The version is what is sent from now on, unless a newer one is already."""
    template: Any = _locked(version.template)
    if template.version >= version.number:
        return 0
    template.version = version.number
    if template.state == TemplateState.DRAFT:
        template.state = TemplateState.IN_FORCE
    template.save(update_fields=["version", "state"])
    record("desk.template_in_force", template, by=by, version=version.number)
    return 1
