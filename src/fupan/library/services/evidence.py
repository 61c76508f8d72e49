"""Verbs of evidence: files that prove a case."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from fupan.core import attachments, clock
from fupan.core.attachments import Upload
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.library.models import CaseEvidence, Masking
from fupan.library.policies import evidence_seen_by
from fupan.library.services._common import case_to_edit, need
from fupan.library.services._values import clean
from fupan.people.models import Member, Workspace

MOST = 20


@transaction.atomic
def add_evidence(case_id: int, upload: Upload, *, label: str, masking: str, by: Member) -> CaseEvidence:
    """Put a file with a case, and say whether it shows personal data."""
    case = case_to_edit(case_id, by)
    need(by, "see_buyers")
    if case.evidence.count() >= MOST:
        raise Refused(_("At most %(most)s files a case.") % {"most": MOST}, code="too-many")
    kept = attachments.keep(case.workspace_id, upload)
    proof = CaseEvidence.objects.create(
        case=case, attachment=kept, label=clean(label, ())[:120] or kept.name[:120], masking=_known(masking), by=by,
        at=clock.now(),
    )  # fmt: skip
    record("library.evidence_added", case, by=by, evidence=proof.pk, masking=proof.masking)
    return proof


@transaction.atomic
def check_evidence(evidence_id: int, *, masking: str, by: Member) -> CaseEvidence:
    """Say what was seen when looking for personal data."""
    proof = _mine(evidence_id, by)
    proof.masking = _known(masking)
    proof.save(update_fields=["masking"])
    record("library.evidence_checked", proof.case, by=by, evidence=proof.pk, masking=proof.masking)
    return proof


@transaction.atomic
def drop_evidence(evidence_id: int, *, by: Member) -> None:
    """Take a file away; it is gone for good."""
    proof = _mine(evidence_id, by)
    record("library.evidence_dropped", proof.case, by=by, evidence=proof.pk)
    kept = proof.attachment
    proof.delete()
    if kept is not None:
        attachments.forget(kept)


def purge_evidence(workspace: Workspace) -> int:
    """Files nobody ever checked go when buyer data goes; their frame stays."""
    before = clock.now() - timedelta(days=workspace.retention_days)
    rows = CaseEvidence.objects.filter(
        case__workspace=workspace, masking=Masking.UNCHECKED, attachment__isnull=False, at__lt=before
    )
    count = 0
    for proof in rows.select_related("case", "attachment"):
        with transaction.atomic():
            kept, proof.attachment = proof.attachment, None
            proof.save(update_fields=["attachment"])
            if kept is not None:
                attachments.forget(kept)
            record("library.evidence_purged", proof.case, by=None, evidence=proof.pk)
        count += 1
    return count


def _mine(evidence_id: int, by: Member) -> CaseEvidence:
    proof = evidence_seen_by(by).select_related("case", "attachment").get(pk=evidence_id)
    case_to_edit(proof.case_id, by)
    return proof


def _known(masking: str) -> str:
    if masking not in Masking.values:
        raise Refused(_("Say whether it shows personal data."), code="no-masking")
    return masking
