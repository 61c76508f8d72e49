"""Verbs of imports: upload, check, run, store, undo."""

from fupan.intake.services.checking import check
from fupan.intake.services.keeping import Kept, store_records
from fupan.intake.services.mail_accounts import (
    Tried,
    add_hook,
    add_mail_account,
    drop_hook,
    drop_mail_account,
    edit_mail_account,
    try_mail_account,
)
from fupan.intake.services.mail_fetching import Taken, fetch_mail, read_kept, take_mails
from fupan.intake.services.mappings import drop_mapping, save_mapping
from fupan.intake.services.messages import Accepted, drop_mail, release_mail, take_message
from fupan.intake.services.running import Imported, import_file, import_paths
from fupan.intake.services.sending import take_sent
from fupan.intake.services.trying import try_paths
from fupan.intake.services.undo import undo_by, undo_import
from fupan.intake.services.uploads import MOST_UPLOAD_BYTES, Given, discard_import, set_options, upload
from fupan.intake.services.working import check_together, check_upload, expire_payloads, run_turn, start_import

__all__ = [
    "MOST_UPLOAD_BYTES",
    "Accepted",
    "Given",
    "Imported",
    "Kept",
    "Taken",
    "Tried",
    "add_hook",
    "add_mail_account",
    "check",
    "check_together",
    "check_upload",
    "discard_import",
    "drop_hook",
    "drop_mail",
    "drop_mail_account",
    "drop_mapping",
    "edit_mail_account",
    "expire_payloads",
    "fetch_mail",
    "import_file",
    "import_paths",
    "read_kept",
    "release_mail",
    "run_turn",
    "save_mapping",
    "set_options",
    "start_import",
    "store_records",
    "take_mails",
    "take_message",
    "take_sent",
    "try_mail_account",
    "try_paths",
    "undo_by",
    "undo_import",
    "upload",
]
