from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.utils.translation import gettext as _

from fupan.core.errors import Refused
from fupan.intake.readers.table import Row, Table

BATCH = 5_000


def tables(path: Path, _sheet: str = "") -> Iterator[Table]:
    """The one table of a Parquet file; row 1 is the first row."""
    try:
        with pq.ParquetFile(path) as file:
            names, length = list(file.schema_arrow.names), file.metadata.num_rows
    except (pa.ArrowInvalid, OSError) as broken:
        raise Refused(
            _("%(file)s cannot be opened as Parquet; it may be cut off.") % {"file": path.name}, code="broken-parquet"
        ) from broken

    def rows() -> Iterator[Row]:
        number = 0
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(BATCH):
                for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number += 1
                    yield number, list(cells)

    yield Table(path.name, names, rows, 0, length=length)
