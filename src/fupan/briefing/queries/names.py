"""Names of the pack in both languages, and links to the tickets behind each number."""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlencode

from fupan.commerce.models import Product, Shop
from fupan.core.weeks import Period
from fupan.desk.models import Cause, IssueType, Resolution

TICKETS = "/tickets/"  # desk's list; a pack is also made where no URLs are loaded
Name = dict[str, str]
UNLABELLED: Name = {"en": "Not labelled", "zh-hans": "未标注"}
_DIMENSION: dict[str, Name] = {
    "batch": {"en": "batch %s", "zh-hans": "批次 %s"},
}


def both(text: str) -> Name:
    return {"en": text, "zh-hans": text}


class Names:
    """The small tables of one workspace."""

    def __init__(self, workspace_id: int, period: Period) -> None:
        self.workspace_id, self.period = workspace_id, period

    @cached_property
    def _issues(self) -> dict[str, Name]:
        rows = IssueType.objects.filter(workspace_id=self.workspace_id).values_list("code", "name_en", "name_zh")
        return {code: {"en": en, "zh-hans": zh} for code, en, zh in rows}

    @cached_property
    def _causes(self) -> dict[str, Name]:
        rows = Cause.objects.filter(workspace_id=self.workspace_id).values_list("code", "name_en", "name_zh")
        return {code: {"en": en, "zh-hans": zh} for code, en, zh in rows}

    @cached_property
    def _resolutions(self) -> dict[str, Name]:
        rows = Resolution.objects.filter(workspace_id=self.workspace_id).values_list("code", "name_en", "name_zh")
        return {code: {"en": en, "zh-hans": zh} for code, en, zh in rows}

    @cached_property
    def _products(self) -> dict[str, str]:
        return dict(Product.objects.filter(workspace_id=self.workspace_id).values_list("code", "name"))

    @cached_property
    def shop_ids(self) -> dict[str, int]:
        return dict(Shop.objects.filter(workspace_id=self.workspace_id).values_list("name", "pk"))

    def issue(self, code: str) -> Name:
        return self._issues.get(code, both(code)) if code else UNLABELLED

    def cause(self, code: str) -> Name:
        return self._causes.get(code, both(code))

    def product(self, code: str) -> Name:
        return both(self._products.get(code) or code)

    def resolution(self, code: str) -> Name | None:
        return self._resolutions.get(code) if code else None

    def label(self, where: dict[str, str]) -> Name:
        """A slice as people say it: "A20 · batch 2609 · Won't charge"."""
        parts = [self._part(name, value) for name, value in where.items()]
        return {language: " · ".join(part[language] for part in parts) for language in ("en", "zh-hans")}

    def _part(self, dimension: str, value: str) -> Name:
        if dimension == "issue_type":
            return self.issue(value)
        if dimension == "product":
            return self.product(value)
        pattern = _DIMENSION.get(dimension, both("%s"))
        return {language: text % value for language, text in pattern.items()}

    def tickets(self, where: dict[str, str] | None = None, more: str = "") -> str:
        """The list of the tickets of the period in a slice."""
        query = {self.period.kind: self.period.label}
        for name, value in (where or {}).items():
            query[name] = str(self.shop_ids.get(value, value)) if name == "shop" else value or "none"
        return f"{TICKETS}?{urlencode(query)}{'&' + more if more else ''}"

    def ticket(self, number: int) -> str:
        return f"{TICKETS}{number}/"
