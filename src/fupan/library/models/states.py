from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class State(models.TextChoices):
    """Where a case or an article stands."""

    DRAFT = "draft", pgettext_lazy("library", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("library", "In review")
    PUBLISHED = "published", pgettext_lazy("library", "Published")
    STALE = "needs_verification", pgettext_lazy("library", "Needs checking")
    ARCHIVED = "archived", pgettext_lazy("library", "Archived")


READABLE = (State.PUBLISHED, State.STALE, State.ARCHIVED)  # by everybody who sees the shop
USABLE = (State.PUBLISHED, State.STALE)
