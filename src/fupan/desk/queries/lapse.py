"""Time between two columns, worked out by the database itself (on SQLite intervals are a slow Python function)."""

from __future__ import annotations

from typing import Any

from django.db.models import FloatField, Func


class Hours(Func):
    """Hours from the second instant given to the first, as a number; NULL when either is missing."""

    template = "(EXTRACT(EPOCH FROM (%(expressions)s)) / 3600.0)"
    arg_joiner = " - "
    arity = 2

    def __init__(self, *expressions: Any, **extra: Any) -> None:
        super().__init__(*expressions, output_field=FloatField(), **extra)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        days = self.copy()
        days.set_source_expressions([Func(one, function="julianday") for one in self.get_source_expressions()])
        return days.as_sql(compiler, connection, template="((%(expressions)s) * 24.0)", **context)
