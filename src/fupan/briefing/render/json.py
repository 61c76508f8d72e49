"""The pack as programs read it: the dict itself."""

from __future__ import annotations

import json as encoder

from fupan.briefing.render.words import Pack


def json(pack: Pack) -> str:
    """UTF-8 JSON, indented; a figure that is not a number is refused rather than written."""
    return encoder.dumps(pack, ensure_ascii=False, indent=2, allow_nan=False, default=str) + "\n"
