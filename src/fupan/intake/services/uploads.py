"""Files that arrive through the browser: kept by their hash until they went in, one import for each."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from fupan.commerce.models import Shop
from fupan.core.errors import Refused
from fupan.core.events import record
from fupan.intake.models import Import, ImportState, Reject
from fupan.intake.payloads import payload_of
from fupan.intake.readers import Found, Survey, files_of, survey
from fupan.people.models import Member, Workspace

MOST_UPLOAD_BYTES = 1_000_000_000  # of one upload, packed
UNTOUCHED = (ImportState.UPLOADED, ImportState.CHECKED, ImportState.FAILED)


class Given(NamedTuple):
    """A file as the browser sends it."""

    name: str
    chunks: Iterable[bytes]


class _Kept(NamedTuple):
    """A file put away; `error` says why it cannot even be looked at."""

    name: str
    known: Survey | None = None
    error: str = ""


def upload(workspace: Workspace, files: Sequence[Given], *, shop: Shop | None, by: Member | None) -> list[Import]:
    """Put files away and open an import for each, and for each file inside an archive; nothing is read yet."""
    kept = [one for given in files for one in _keep(given)]
    with transaction.atomic():
        made = [_open(workspace, one, shop, by) for one in kept]
        for import_ in made:
            import_.options["upload"] = made[0].pk
            import_.save(update_fields=["options"])
        if made:
            record("intake.uploaded", made[0], by=by, files=len(made))
    return made


@transaction.atomic
def set_options(
    import_: Import, *, shop: Shop | None, options: dict[str, Any], toml: str = "", by: Member | None
) -> None:
    """Say how a file is to be read; it is then looked at anew."""
    _require_untouched(import_)
    kept = {name: import_.options[name] for name in ("upload", "survey") if name in import_.options}
    import_.shop, import_.options, import_.mapping = shop, {**kept, **options}, {"toml": toml} if toml else {}
    import_.state, import_.error, import_.profile, import_.source = ImportState.UPLOADED, "", "", ""
    import_.save()
    Reject.objects.filter(imported=import_).delete()
    record("intake.options_set", import_, by=by)


def discard_import(import_id: int, *, by: Member | None) -> None:
    """Leave a file out of which nothing went in."""
    with transaction.atomic():
        import_ = Import.objects.select_for_update().get(pk=import_id)
        _require_untouched(import_)
        record("intake.discarded", import_, by=by)
        sha256 = import_.sha256
        import_.delete()
    if sha256 and not Import.objects.filter(sha256=sha256).exists():
        payload_of(sha256).unlink(missing_ok=True)


def _require_untouched(import_: Import) -> None:
    if import_.state not in UNTOUCHED or import_.next_chunk:
        raise Refused(_("Rows of this file are already in; take the import back instead."), code="already-imported")


def _keep(given: Given) -> list[_Kept]:
    root = Path(settings.PAYLOADS_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="incoming-", dir=root) as folder:
        path = Path(folder) / "file"
        with path.open("wb") as file:
            for chunk in given.chunks:
                file.write(chunk)
        try:
            found, skipped = files_of(path, given.name, Path(folder) / "unpacked")
        except Refused as no:
            return [_Kept(given.name, error=str(no.message))]
        left = [_Kept(one.name, error=str(one.why)) for one in skipped]
        return [_put_away(one) for one in found] + left


def _put_away(found: Found) -> _Kept:
    known = survey(found.path)
    place = payload_of(known.sha256)
    place.parent.mkdir(parents=True, exist_ok=True)
    found.path.replace(place)
    place.touch()
    return _Kept(found.name, known)


def _open(workspace: Workspace, kept: _Kept, shop: Shop | None, by: Member | None) -> Import:
    known = kept.known
    return Import.objects.create(
        workspace=workspace, shop=shop, by=by, name=kept.name[-255:], sha256=known.sha256 if known else "", profile="",
        source="", options={"survey": list(known[1:])} if known else {}, error=kept.error,
        state=ImportState.FAILED if kept.error else ImportState.UPLOADED,
    )  # fmt: skip
