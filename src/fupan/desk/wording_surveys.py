"""A buyer's reasons as colleagues read them; what buyers themselves read lies in survey_words.toml."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REASONS: dict[str, Any] = {
    "speed": _("speed of the answer"),
    "answer": _("whether the answer helped"),
    "outcome": _("what they got in the end"),
    "tone": _("how we talked to them"),
    "product": pgettext_lazy("reason", "the product itself"),
    "delivery": pgettext_lazy("reason", "the delivery"),
}
