from fupan.intake.views.coverage import coverage
from fupan.intake.views.hooks import hook
from fupan.intake.views.listing import discard, imports, rejects, undo
from fupan.intake.views.mail import (
    add_hook,
    add_mail_account,
    drop_hook,
    drop_mail,
    drop_mail_account,
    fetch_mail_account,
    held_mail,
    mail,
    mail_account,
    release_mail,
    try_mail_account,
)
from fupan.intake.views.uploading import new_import
from fupan.intake.views.wizard import import_page, mapping, options, progress, start

__all__ = [
    "add_hook", "add_mail_account", "coverage", "discard", "drop_hook", "drop_mail", "drop_mail_account",
    "fetch_mail_account", "held_mail", "hook", "import_page", "imports", "mail", "mail_account", "mapping",
    "new_import", "options", "progress", "rejects", "release_mail", "start", "try_mail_account", "undo",
]  # fmt: skip
