"""Empty the places where buyer data lies; each function answers how many it emptied and may be run again."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django_q.models import Task

from fupan.core import attachments, clock
from fupan.core.models import Delivery
from fupan.desk.compute import learning
from fupan.desk.models import Draft, Message, MessageFile, Ticket
from fupan.desk.texts import texts_of
from fupan.intake.models import Before, Import, Incoming, IncomingState, Received, Reject
from fupan.notify.models import Mail
from fupan.people.idempotency import forget_old_answers

# What an import keeps of its options: how it was read, never what was read.
KEPT_OPTIONS = {
    "survey", "upload", "encoding", "sheet", "part", "dates", "comma", "shop", "profile", "platform",
    "covers", "ignored",
}  # fmt: skip


def empty_tickets(ids: list[int]) -> dict[str, int]:
    """Names, addresses and original words of these tickets; redacted text and labels stay."""
    received = Ticket.objects.filter(pk__in=ids).exclude(received_id=None).values_list("received_id", flat=True)
    counts = {
        "messages": _empty(Message.objects.filter(ticket_id__in=ids)),
        "drafts": Draft.objects.filter(ticket_id__in=ids).delete()[0],
        "received": Received.objects.filter(pk__in=list(received)).exclude(body="").update(body=""),
    }
    tickets = Ticket.objects.filter(pk__in=ids)
    tickets.update(buyer_name="", buyer_email="", reply_to="", purged_at=clock.now())
    learning.forget(list(texts_of(list(tickets.only("subject"))).values()))
    return counts | {"tickets": len(ids)}


def empty_received(ids: list[int]) -> dict[str, int]:
    return {"received": Received.objects.filter(pk__in=ids).update(body="")}


def empty_messages(ids: list[int]) -> dict[str, int]:
    return {"messages": _empty(Message.objects.filter(pk__in=ids))}


def _empty(messages: QuerySet[Message]) -> int:
    """The words as they were written, what they quote, and the files that came or went with them."""
    for file in MessageFile.objects.filter(message__in=messages).select_related("file"):
        kept = file.file
        file.name, file.file, file.refused = f"file{PurePosixPath(file.name).suffix[:8]}", None, ""
        file.save(update_fields=["name", "file", "refused"])
        if kept is not None:
            attachments.forget(kept)
    return messages.exclude(original="", quoted="").update(original="", quoted="")


def empty_incoming(ids: list[int]) -> dict[str, int]:
    """Messages that never became a turn of a ticket, and wait for nobody any more."""
    rows = Incoming.objects.filter(pk__in=ids)
    rows.exclude(state=IncomingState.TAKEN).update(state=IncomingState.DROPPED)
    return {"incoming": rows.update(raw=None, body="", sender="", subject="")}


def empty_imports(ids: list[int]) -> dict[str, int]:
    """Rejected values, copies for undo, and what the dry run showed; the counts on the import stay."""
    counts = {
        "rejects": Reject.objects.filter(imported__in=ids).delete()[0],
        "befores": Before.objects.filter(imported__in=ids).delete()[0],
    }
    for one in Import.objects.filter(pk__in=ids).only("options", "error"):
        kept = {name: value for name, value in one.options.items() if name in KEPT_OPTIONS}
        if (kept, "") != (one.options, one.error):
            Import.objects.filter(pk=one.pk).update(options=kept, error="")
    return counts


def empty_mails(workspace_id: int, before: datetime) -> dict[str, int]:
    """The words of sent or given-up mails; that they went is kept."""
    old = Mail.objects.filter(workspace_id=workspace_id, created_at__lte=before).exclude(text="", html="")
    return {"mails": old.update(text="", html="")}


def forget_traces(before: datetime) -> dict[str, int]:
    """What the machinery remembers: job results and errors, error texts of flows, ended sessions, kept answers."""
    Delivery.objects.filter(event__at__lte=before).exclude(error="").update(error="")
    jobs = Task.objects.filter(stopped__lte=before)
    return {
        "jobs": jobs.delete()[0],
        "sessions": Session.objects.filter(Q(expire_date__lt=clock.now())).delete()[0],
        "answers": forget_old_answers(),
    }


def drop_mail_files(before: datetime) -> dict[str, int]:
    """Mails that were written to files because no mail server is set."""
    folder = Path(getattr(settings, "EMAIL_FILE_PATH", "") or Path(settings.HOME) / "outbox")
    return {"mail_files": drop_files(folder, before)}


def drop_files(folder: Path, before: datetime) -> int:
    """Delete files that were last changed before an instant."""
    old = [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mtime < before.timestamp()]
    drop(old if folder.is_dir() else [])
    return len(old)


def drop(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
