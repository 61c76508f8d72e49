from fupan.intake.views.coverage import coverage
from fupan.intake.views.listing import discard, imports, rejects, undo
from fupan.intake.views.uploading import new_import
from fupan.intake.views.wizard import import_page, mapping, options, progress, start

__all__ = [
    "coverage", "discard", "import_page", "imports", "mapping", "new_import", "options", "progress", "rejects", "start",
    "undo",
]  # fmt: skip
