"""Saved views: a question to the ticket list under a name, one's own or everybody's."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.desk.models import View
from fupan.desk.policies import views_seen_by
from fupan.people.models import Member
from fupan.people.policies import may

MOST = 30


@transaction.atomic
def save_view(name: str, query: str, columns: Sequence[str] = (), *, shared: bool = False, by: Member) -> View:
    """Keep these filters under a name; a shared view is everybody's."""
    if shared and not may(by, "share_views"):
        raise PermissionDenied
    words = " ".join(name.split())[:60]
    if not words:
        raise Refused(_("A view needs a name."), code="empty-name")
    owner = None if shared else by
    mine = View.objects.filter(workspace_id=by.workspace_id, owner=owner)
    if mine.count() >= MOST:
        raise Refused(_("There are %(most)s views already: remove one first.") % {"most": MOST}, code="too-many-views")
    if mine.filter(name=words).exists():
        raise Refused(_("There is a view called “%(name)s” already.") % {"name": words}, code="name-taken")
    view = View.objects.create(
        workspace_id=by.workspace_id, owner=owner, name=words, query=query[:1000], columns=list(columns),
        place=mine.count() + 1,
    )  # fmt: skip
    record("desk.view_saved", view, by=by, shared=shared)
    return view


def edit_view(view_id: int, *, name: str, query: str | None = None, version: int, by: Member) -> View:
    """Another name, or other filters; refused when somebody changed it meanwhile."""
    words = " ".join(name.split())[:60]
    if not words:
        raise Refused(_("A view needs a name."), code="empty-name")
    try:
        with transaction.atomic():
            view = _mine(view_id, by)
            if view.version != version:
                raise Refused(_("Somebody changed this view meanwhile. Look at it again."), code="changed-meanwhile")
            view.name, view.version = words, version + 1
            view.query = view.query if query is None else query[:1000]
            view.save(update_fields=["name", "query", "version"])
            record("desk.view_edited", view, by=by)
    except IntegrityError as taken:
        raise Refused(
            _("There is a view called “%(name)s” already.") % {"name": words}, code="name-taken"
        ) from taken  # fmt: skip
    return view


@transaction.atomic
def drop_view(view_id: int, *, by: Member) -> None:
    view = _mine(view_id, by)
    record("desk.view_dropped", view, by=by)
    view.delete()


def _mine(view_id: int, by: Member) -> View:
    view = views_seen_by(by).select_for_update(of=("self",)).get(pk=view_id)
    if view.owner_id is None and not may(by, "share_views"):
        raise PermissionDenied
    return view
