"""What a key for programs may be allowed to do."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SCOPES = {
    "imports:read": _("Read imports"),
    "imports:write": _("Upload and undo imports"),
    "orders:read": _("Read orders"),
    "orders:write": _("Write orders"),
    "tickets:read": _("Read tickets"),
    "tickets:write": _("Write and label tickets"),
    "messages:write": _("Leave messages of buyers"),
    "cases:read": _("Read cases"),
    "cases:write": _("Write cases"),
    "metrics:read": _("Read metrics"),
    "reviews:read": _("Read review packs"),
    "actions:read": _("Read actions"),
    "actions:write": _("Write actions"),
}
