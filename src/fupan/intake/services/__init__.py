"""Verbs of imports: look, check, run, store, undo."""

from fupan.intake.services.keeping import Kept, store_records
from fupan.intake.services.running import Imported, finish, import_file, import_paths
from fupan.intake.services.undo import undo_import

__all__ = ["Imported", "Kept", "finish", "import_file", "import_paths", "store_records", "undo_import"]
