"""Verbs of imports: upload, check, run, store, undo."""

from fupan.intake.services.checking import check
from fupan.intake.services.keeping import Kept, store_records
from fupan.intake.services.mappings import drop_mapping, save_mapping
from fupan.intake.services.running import Imported, import_file, import_paths
from fupan.intake.services.sending import take_sent
from fupan.intake.services.trying import try_paths
from fupan.intake.services.undo import undo_by, undo_import
from fupan.intake.services.uploads import MOST_UPLOAD_BYTES, Given, discard_import, set_options, upload
from fupan.intake.services.working import check_together, check_upload, expire_payloads, run_turn, start_import

__all__ = [
    "MOST_UPLOAD_BYTES",
    "Given",
    "Imported",
    "Kept",
    "check",
    "check_together",
    "check_upload",
    "discard_import",
    "drop_mapping",
    "expire_payloads",
    "import_file",
    "import_paths",
    "run_turn",
    "save_mapping",
    "set_options",
    "start_import",
    "store_records",
    "take_sent",
    "try_paths",
    "undo_by",
    "undo_import",
    "upload",
]
