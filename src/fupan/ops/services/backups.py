from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from fupan.core import clock
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.ops import archive, databases
from fupan.ops.services.purges import purge
from fupan.people.models import Workspace

DEFAULT_KEEP = 30


def backup(out: Path | None = None, *, facts: bool = False) -> Path:
    """Write everything into one file, while others go on working; facts are left out unless asked for."""
    target = out or archive.backups_folder() / f"fupan-{clock.now():%Y%m%d-%H%M%S}.zip"
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    manifest = archive.Manifest(
        made_at=clock.now(),
        vendor=databases.vendor(),
        migrations=databases.migrations_applied(),
        keep_days=Workspace.objects.aggregate(least=Min("retention_days"))["least"] or DEFAULT_KEEP,
        key=archive.key_fingerprint(),
        facts=facts,
        fupan=archive.fupan_version(),
    )
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=target.parent) as folder:
        copy = Path(folder) / archive.DATABASE
        databases.copy_to(copy)
        archive.write(target, copy, manifest)
    record("ops.backed_up", None, by=None, bytes=target.stat().st_size)
    return target


def restore(source: Path, *, force: bool = False) -> archive.Manifest:
    """Put everything back as it was, after checking the whole file; then purge what may no longer be kept."""
    manifest = archive.read_manifest(source)
    home = Path(settings.HOME)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _may_be_restored(manifest, source, force=force)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=home) as folder:
        unpacked = Path(folder)
        archive.extract(source, unpacked)
        databases.copy_from(unpacked / archive.DATABASE)
        for name, place in archive.folders(facts=True).items():
            _swap_folder(unpacked / name, place)
        shutil.rmtree(settings.SEARCH_ROOT, ignore_errors=True)  # built anew from what was restored
    if manifest.migrations:
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    record("ops.restored", None, by=None, made_at=manifest.made_at.isoformat())
    purge()
    return manifest


def _may_be_restored(manifest: archive.Manifest, source: Path, *, force: bool) -> None:
    if manifest.vendor != databases.vendor():
        raise Refused(
            _("This backup is of a %(theirs)s database; here is %(ours)s.")
            % {"theirs": manifest.vendor, "ours": databases.vendor()},
            code="other-database",
        )
    if set(manifest.migrations) - databases.migrations_known():
        raise Refused(
            _("%(file)s was written by a newer Fupan; update first.") % {"file": source.name}, code="newer-backup"
        )
    if force:
        return
    if clock.now() > manifest.keep_until:
        raise Refused(
            _("%(file)s is older than buyer data may be kept; --force restores it and purges at once.")
            % {"file": source.name},
            code="backup-too-old",
        )
    if databases.made() and Workspace.objects.exists():
        raise Refused(_("There are workspaces here already; --force replaces them."), code="not-empty")


def _swap_folder(new: Path, place: Path) -> None:
    """`new` takes the place of what is there; a folder the backup lacks becomes empty."""
    shutil.rmtree(place, ignore_errors=True)
    if new.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(new, place)
