"""The classifier learns from people's labels; a new version serves only when it is not worse than the serving one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.core.jobs import enqueue
from fupan.desk.compute import learning
from fupan.desk.models import Classifier, ClassifierState
from fupan.desk.services import _shelf
from fupan.desk.services._material import Material, material
from fupan.desk.services._numbers import lock
from fupan.people.models import Member, Workspace

DEAD = timedelta(minutes=4)  # a worker's job does not live longer, so a learner older than this was killed
TURN = 20.0  # seconds


def encoded(workspace_id: int, names: Sequence[str]) -> bool:
    """Read ahead what the next version learns from, for some seconds; whether nothing is left to read."""
    told = material(workspace_id, names)
    idle = not told.enough or _nothing_new(workspace_id, told)
    return idle or learning.encode_ahead(names, told.texts(), seconds=TURN)


def names_for(workspace_id: int, *, deep: bool) -> tuple[str, ...]:
    """The encoders to learn with: the quick one at first, all that are installed once they are asked for or in use."""
    here = learning.installed()
    serving = _serving(workspace_id)
    return here if deep or (serving is not None and len(serving.encoders) > 1) else here[:1]


def train(
    workspace: Workspace, *, by: Member | None = None, encoders: Sequence[str] | None = None
) -> Classifier | None:
    """Make a version from today's labels; None when there is nothing new to learn, or somebody learns already.

    Killed at any moment it leaves the serving version as it was; the next run sweeps what was begun.
    """
    names = tuple(names_for(workspace.pk, deep=False) if encoders is None else encoders)
    told = material(workspace.pk, names)
    if not names or not told.enough or _nothing_new(workspace.pk, told):
        return None
    candidate = _begin(workspace, told, names, by)
    if candidate is None:
        return None
    try:
        _learn(candidate, told, names)
        return _decide(candidate, by)
    finally:
        Classifier.objects.filter(pk=candidate.pk, state=ClassifierState.CANDIDATE).delete()


@transaction.atomic
def use_version(version: Classifier, *, by: Member) -> Classifier:
    """Let this version serve from now on; waiting tickets are read again."""
    lock(version.workspace_id)
    version.refresh_from_db()
    if version.state not in {ClassifierState.RETIRED, ClassifierState.WORSE}:
        raise Refused(_("This version cannot be chosen."), code="not-to-be-chosen")
    if not _shelf.there(version):
        raise Refused(_("The file of this version is gone."), code="file-gone")
    _serve(version)
    record("desk.classifier_chosen", version, by=by, number=version.number)
    transaction.on_commit(partial(enqueue, "fupan.desk.tasks.label_waiting", version.workspace_id))
    return version


def _serving(workspace_id: int) -> Classifier | None:
    return Classifier.objects.filter(workspace_id=workspace_id, state=ClassifierState.SERVING).first()


def _nothing_new(workspace_id: int, told: Material) -> bool:
    """One of the newest versions learnt from just this, and the serving one has its file."""
    ended = Classifier.objects.filter(workspace_id=workspace_id).exclude(state=ClassifierState.CANDIDATE)
    digests = ended.order_by("-number").values_list("digest", flat=True)[: _shelf.KEPT]
    serving = _serving(workspace_id)
    return told.digest in digests and serving is not None and _shelf.there(serving)


@transaction.atomic
def _begin(workspace: Workspace, told: Material, names: Sequence[str], by: Member | None) -> Classifier | None:
    lock(workspace.pk)
    versions = Classifier.objects.filter(workspace=workspace)
    begun = versions.filter(state=ClassifierState.CANDIDATE)
    begun.filter(made_at__lt=clock.now() - DEAD).delete()
    if begun.exists():
        return None
    last = versions.order_by("-number").values_list("number", flat=True).first() or 0
    return Classifier.objects.create(
        workspace=workspace, number=last + 1, made_at=clock.now(), by=by, corrections=told.persons,
        sheet_labels=len(told.lessons) - told.persons, unlabelled=len(told.pool), encoders=list(names),
        digest=told.digest, seen_event=told.seen_event,
    )  # fmt: skip


def _learn(candidate: Classifier, told: Material, names: Sequence[str]) -> None:
    """Fit it, look at it, compare it, and put its files on the shelf."""
    fitted = learning.learn(told.classes, told.lessons, told.pool, names)
    for name, value in learning.figures_of(fitted)._asdict().items():
        setattr(candidate, name, value)
    compared = told.compared
    if compared:
        twin = learning.learn(told.classes, told.apart_from, told.pool, names)
        candidate.right = learning.right_of(twin, compared)
        candidate.twin_sha256 = _shelf.put(candidate, learning.to_bytes(twin), _shelf.TWIN)
        serving = _serving(candidate.workspace_id)
        before = _shelf.take(serving, _shelf.TWIN) if serving else None
        if before is not None:
            candidate.compared = len(compared)
            candidate.right_before = learning.right_of(before.fitted, compared)
    candidate.sha256 = _shelf.put(candidate, learning.to_bytes(fitted))


@transaction.atomic
def _decide(candidate: Classifier, by: Member | None) -> Classifier | None:
    lock(candidate.workspace_id)
    if not Classifier.objects.filter(pk=candidate.pk).exists():
        return None  # swept meanwhile: it took too long
    told: dict[str, Any] = {"number": candidate.number, "corrections": candidate.corrections}
    if candidate.compared and candidate.right < candidate.right_before:
        candidate.state = ClassifierState.WORSE
        candidate.save()
        record("desk.classifier_worse", candidate, by=by, **told)
    else:
        _serve(candidate)
        record("desk.classifier_serves", candidate, by=by, **told)
    serving = _serving(candidate.workspace_id)
    _shelf.tidy(candidate.workspace_id, {serving.number} if serving else set())
    return candidate


def _serve(version: Classifier) -> None:
    others = Classifier.objects.filter(workspace_id=version.workspace_id, state=ClassifierState.SERVING)
    others.exclude(pk=version.pk).update(state=ClassifierState.RETIRED)
    version.state, version.asks_stale = ClassifierState.SERVING, True
    version.save()
