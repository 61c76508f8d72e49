from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from fupan.people.models import Workspace


class FactFile(models.Model):
    """The manifest: which immutable Parquet file holds a week of a facts table. Readers see whole files only."""

    workspace = models.ForeignKey(Workspace, models.CASCADE)
    table = models.CharField(max_length=20)  # orders | tickets | messages
    week = models.IntegerField()
    name = models.CharField(max_length=80)  # under FACTS_ROOT/<workspace>/<table>/
    rows = models.PositiveIntegerField()
    built_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "table", "week"], name="fact_file_once_per_week")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.week}"


class Target(models.Model):
    """A dated bound on a metric."""

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="targets")
    metric = models.CharField(_("metric"), max_length=40)
    bound = models.FloatField(_("bound"))
    slice = models.CharField(max_length=300, blank=True)  # Slice text; "" = everything
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["metric", "valid_from"]

    def __str__(self) -> str:
        return f"{self.metric} {self.bound}"
