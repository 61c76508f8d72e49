"""How form fields are drawn: as Django draws them, but long selects without a template for each option."""

from __future__ import annotations

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SELECT = "django/forms/widgets/select.html"


class Renderer(DjangoTemplates):
    """Django's own, but for selects: one of fifty colleagues cost as much as the page around it."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        if template_name == SELECT:
            return _select(context["widget"])
        return super().render(template_name, context, request)


def _select(widget: dict[str, Any]) -> SafeString:
    groups = [_group(name, options) for name, options, _place in widget["optgroups"]]
    inside = mark_safe("".join(groups))
    return format_html('<select name="{}"{}>{}</select>', widget["name"], _attributes(widget["attrs"]), inside)


def _group(name: str | None, options: list[dict[str, Any]]) -> SafeString:
    drawn = format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((one["value"], _attributes(one["attrs"]), one["label"]) for one in options),
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, drawn) if name else drawn


def _attributes(attrs: dict[str, Any]) -> SafeString:
    """As Django writes them: True is a bare name, False is left out."""
    told = (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value)
            for name, value in attrs.items() if value is not False)  # fmt: skip
    return mark_safe("".join(told))
