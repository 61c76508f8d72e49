"""A workspace's own mappings."""

from __future__ import annotations

from django.db import transaction

from fupan.core.events import record
from fupan.intake.models import Mapping
from fupan.intake.profiles.parse import from_toml
from fupan.people.models import Member, Workspace


@transaction.atomic
def save_mapping(
    workspace: Workspace, *, name: str, toml: str, header_key: str = "", by: Member | None = None
) -> Mapping:
    """Keep a mapping under a name; a sheet with the same columns is recognised by it next time."""
    from_toml(toml, name=name)
    row, _made = Mapping.objects.update_or_create(
        workspace=workspace, name=name[:80], defaults={"toml": toml, "header_key": header_key[:64]}
    )
    record("intake.mapping_saved", row, by=by)
    return row


@transaction.atomic
def drop_mapping(mapping: Mapping, *, by: Member | None = None) -> None:
    """Forget a mapping; imports keep their own copy."""
    record("intake.mapping_dropped", mapping, by=by)
    mapping.delete()
