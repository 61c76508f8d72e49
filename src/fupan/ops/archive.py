"""The backup file: one zip with the database, the kept files, and a manifest with a checksum of each."""

from __future__ import annotations

import hashlib
import hmac
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from fupan.core.errors import Refused

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
CHUNK = 1 << 20


@dataclass(frozen=True)
class Manifest:
    made_at: datetime
    vendor: str
    migrations: list[str]
    keep_days: int  # the shortest retention of its workspaces
    key: str  # fingerprint of the secret key; without that key encrypted fields stay unreadable
    facts: bool
    fupan: str = ""
    format: int = FORMAT
    sums: dict[str, str] = field(default_factory=dict)  # name in the zip -> SHA-256

    @property
    def keep_until(self) -> datetime:
        """After this the backup holds buyer data that may no longer be kept."""
        return self.made_at + timedelta(days=self.keep_days)

    def as_json(self) -> str:
        told = asdict(self) | {"made_at": self.made_at.isoformat(), "keep_until": self.keep_until.isoformat()}
        return json.dumps(told, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        told: dict[str, Any] = json.loads(text)
        told.pop("keep_until", None)
        return cls(**told | {"made_at": datetime.fromisoformat(told["made_at"])})


def folders(*, facts: bool) -> dict[str, Path]:
    """What is kept beside the database: name in the zip -> folder."""
    kept = {
        "payloads": Path(settings.PAYLOADS_ROOT), "files": Path(settings.MEDIA_ROOT),
        "models": Path(settings.HOME) / "models",  # classifiers can be learnt anew, but not the versions to go back to
    }  # fmt: skip
    return kept | ({"facts": Path(settings.FACTS_ROOT)} if facts else {})


def backups_folder() -> Path:
    return Path(settings.HOME) / "backups"


def key_fingerprint() -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"fupan backup", hashlib.sha256).hexdigest()[:16]


def fupan_version() -> str:
    try:
        return version("fupan")
    except PackageNotFoundError:
        return ""


def write(target: Path, database: Path, manifest: Manifest) -> None:
    """Put everything into one zip; it stands under its name only when whole."""
    sums: dict[str, str] = {}
    part = target.with_name(target.name + ".part")
    part.touch(mode=0o600)
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        sums[DATABASE] = _add(archive, database, DATABASE)
        for name, path in _files(facts=manifest.facts):
            try:
                sums[name] = _add(archive, path, name)
            except FileNotFoundError:  # it ended while we were copying; the database's copy is older, so it may
                continue
        manifest.sums.update(sums)
        archive.writestr(MANIFEST, manifest.as_json())
    part.replace(target)


def read_manifest(source: Path) -> Manifest:
    """The manifest of a backup; whatever else a file is, is refused."""
    try:
        with zipfile.ZipFile(source) as archive:
            manifest = Manifest.from_json(archive.read(MANIFEST).decode())
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, TypeError) as wrong:
        raise Refused(_("%(file)s is not a backup of Fupan.") % {"file": source.name}, code="not-a-backup") from wrong
    if manifest.format != FORMAT:
        raise Refused(
            _("%(file)s was written by a newer Fupan; update first.") % {"file": source.name}, code="newer-backup"
        )
    return manifest


def extract(source: Path, target: Path) -> Manifest:
    """Unpack into the empty folder `target`, checking every checksum; nothing outside it is touched."""
    manifest = read_manifest(source)
    with zipfile.ZipFile(source) as archive:
        for name, expected in manifest.sums.items():
            place = target / _safe(name)
            place.parent.mkdir(parents=True, exist_ok=True)
            try:
                found = _take(archive, name, place)
            except (KeyError, zipfile.BadZipFile, EOFError) as wrong:
                raise _damaged(source, name) from wrong
            if found != expected:
                raise _damaged(source, name)
    return manifest


def _safe(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    known = path.parts and path.parts[0] in {DATABASE, *folders(facts=True)}
    if not known or path.is_absolute() or ".." in path.parts or "\\" in name:
        raise Refused(_("The backup names a file outside its folder."), code="not-a-backup")
    return path


def _damaged(source: Path, name: str) -> Refused:
    return Refused(
        _("%(file)s is damaged: %(part)s does not have its checksum.") % {"file": source.name, "part": name},
        code="damaged-backup",
    )


def _files(*, facts: bool) -> Iterator[tuple[str, Path]]:
    for name, folder in folders(facts=facts).items():
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _add(archive: zipfile.ZipFile, path: Path, name: str) -> str:
    told = hashlib.sha256()
    with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            told.update(chunk)
            target.write(chunk)
    return told.hexdigest()


def _take(archive: zipfile.ZipFile, name: str, place: Path) -> str:
    told = hashlib.sha256()
    with archive.open(name) as source, place.open("wb") as target:
        while chunk := source.read(CHUNK):
            told.update(chunk)
            target.write(chunk)
    return told.hexdigest()
