"""Where the library leads to what lies downstream of it: by name, as far as it is there."""

from __future__ import annotations

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from fupan.core.slices import Slice


def action_address(*, issue_type: str = "", product: str = "", **told: str) -> str:
    """The form of a new action with these fields filled in (title, detail, type, subject); "" where there is none."""
    about = {name: code for name, code in (("issue_type", issue_type), ("product", product)) if code}
    told |= {name: told.get(name, "")[:most] for name, most in (("title", 160), ("detail", 1500))}
    told["slice"] = str(Slice.of(about))
    try:
        return f"{reverse('action:new')}?{urlencode({name: text for name, text in told.items() if text})}"
    except NoReverseMatch:
        return ""
