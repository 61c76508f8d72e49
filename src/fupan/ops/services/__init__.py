"""The verbs of operation."""

from fupan.ops.services.backups import backup, restore
from fupan.ops.services.purges import purge, purge_workspace

__all__ = ["backup", "purge", "purge_workspace", "restore"]
