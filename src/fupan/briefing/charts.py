"""What the browser draws: the Pareto and the heat map, as data whose every point leads to its tickets."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fupan.briefing.render.parts import Heat, Shown
from fupan.core import figures


def pareto(pack: Shown) -> dict[str, Any]:
    return {
        "unit": pgettext("unit of incidents", "incidents"),
        "labels": {"count": pgettext("unit of incidents", "incidents"), "share": _("so far")},
        "items": [
            {"name": bar.name, "value": bar.count, "share": bar.cumulative, "url": bar.url, "rest": bar.rest}
            for bar in pack.leading()
        ],
    }


def heat(drawn: Heat) -> dict[str, Any]:
    return {
        "columns": drawn.narrow(),
        "rows": list(drawn.rows),
        "unit": _("per 1,000 units"),
        "cells": [
            {
                "x": cell.column,
                "y": cell.row,
                "rate": round(cell.rate, 2),
                "count": cell.count,
                "high": cell.high,
                "url": cell.url,
                "note": figures.of(cell.count, cell.exposure) if cell.exposure else figures.number(cell.count),
            }
            for cell in drawn.cells
        ],
    }
