"""Where the indexes lie, what a document is in them, and how they are opened."""

from __future__ import annotations

import shutil
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import tantivy
from django.conf import settings

from fupan.library.compute.lookup import index_terms
from fupan.library.finding.sources import Document, Source
from fupan.library.models import SearchIndex

VERSION = 2  # of the schema and of how words are cut; another one means building anew
MOST_OPEN = 32
HEAP = 64_000_000
TITLE = 3  # times that a word of the title counts for one of the text
PLACES = 1 << 30  # shops, and issue types, that a shelf tells apart


class Shelf(NamedTuple):
    """Where a document stands; those of one shelf are counted together."""

    kind: int
    shop: int  # 0: none
    issue: int  # 0: none

    @classmethod
    def of(cls, number: int) -> Shelf:
        above, issue = divmod(number, PLACES)
        return cls(*divmod(above, PLACES), issue)

    @property
    def number(self) -> int:
        return (self.kind * PLACES + self.shop) * PLACES + self.issue


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("keys", tokenizer_name="whitespace", index_option="basic")
    for name in ("shelf", "tags", "at"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


SCHEMA = _schema()


class Busy(Exception):
    """Another process writes this index."""


def home(workspace_id: int) -> Path:
    return Path(settings.SEARCH_ROOT) / str(workspace_id)


def new_name() -> str:
    return f"v{VERSION}-{uuid4().hex[:12]}"


def usable(workspace_id: int, name: str) -> bool:
    """Whether a folder is there and of today's shape."""
    return name.startswith(f"v{VERSION}-") and (home(workspace_id) / name / "meta.json").exists()


@contextmanager
def writer(workspace_id: int, name: str) -> Iterator[tantivy.IndexWriter]:
    """The one writer of a folder; tantivy's own lock, which the system frees when a process dies, sees to that."""
    place = home(workspace_id) / name
    place.mkdir(parents=True, exist_ok=True)
    try:
        writing = tantivy.Index(SCHEMA, path=str(place)).writer(heap_size=HEAP, num_threads=1)
    except ValueError as wrong:
        if "LockBusy" in str(wrong):
            raise Busy from wrong
        raise
    try:
        yield writing
    finally:
        writing.wait_merging_threads()


def added(source: Source, one: Document) -> tantivy.Document:
    """A document as tantivy takes it."""
    return tantivy.Document.from_dict(
        {
            "key": [source.first_key + one.pk], "words": [" ".join(_words(one))],
            "keys": [" ".join(_keys(source, one))],
            "shelf": [Shelf(source.number, one.shop, one.issue).number], "tags": list(one.tags),
            "at": [max(0, int(one.at.timestamp()))],
        },
        SCHEMA,
    )  # fmt: skip


def _words(one: Document) -> list[str]:
    """Title and text are one field, in which a search looks a word up once."""
    return index_terms(one.title) * TITLE + index_terms(one.body)


def _keys(source: Source, one: Document) -> list[str]:
    """Keys are the kind's own, so that one look-up stands for "a ticket of shop 3"."""
    return [source.key(""), *map(source.key, (*one.keys, f"i{one.issue}"))]


def discard(workspace_id: int, *, keep: set[str]) -> None:
    """Drop folders nobody names. Who still reads one keeps its files until they let go."""
    place = home(workspace_id)
    for path in place.iterdir() if place.is_dir() else ():
        if path.name not in keep:
            shutil.rmtree(path, ignore_errors=True)


# Reading

_open: OrderedDict[Path, tuple[int, tantivy.Index]] = OrderedDict()
_guard = threading.Lock()


def searcher(row: SearchIndex) -> tantivy.Searcher | None:
    """A view of the newest commit; None where nothing is built yet."""
    place = home(row.workspace_id) / row.folder
    if not row.folder or not usable(row.workspace_id, row.folder):
        return None
    with _guard:
        stamp, index = _open.get(place, (-1, None))
        if index is None:
            index = tantivy.Index.open(str(place))
            index.config_reader(reload_policy="manual")
        if stamp != row.stamp:
            index.reload()
        _open[place] = (row.stamp, index)
        _open.move_to_end(place)
        while len(_open) > MOST_OPEN:
            _open.popitem(last=False)
        return index.searcher()
