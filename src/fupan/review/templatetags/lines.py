"""`{% load lines %}`: a line of the minutes with its tickets as links."""

from __future__ import annotations

import re

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
TICKET = re.compile(r"(?<![\w&])(?:#T-|T-|#)(\d{1,12})\b", re.ASCII)


@register.filter
def linked(text: str) -> SafeString:
    """{{ entry.text|linked }}: "#16178" and "T-16178" lead to the ticket."""
    parts, end = [], 0
    for found in TICKET.finditer(text):
        parts += [escape(text[end : found.start()]), _link(found[1])]
        end = found.end()
    return mark_safe("".join([*parts, escape(text[end:])]))


def _link(number: str) -> SafeString:
    return format_html('<a href="{}">T-{}</a>', reverse("desk:ticket", args=[int(number)]), int(number))
