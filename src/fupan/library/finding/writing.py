"""The one writer of the indexes, in short turns. Killed at any instant it loses nothing:

- a change's mark goes only after the commit that holds it, so that a turn cut short is done again, to the same end;
- a new index is built beside the old one, and remembers after each commit how far it has come;
- which folder is written is decided under its lock, so that no two processes ever write at once.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable

import tantivy
from django.db import transaction
from django.db.models import F

from fupan.core import clock
from fupan.core.models import Changed
from fupan.library.finding import store
from fupan.library.finding.sources import BY_LABEL, SOURCES, Document, Source
from fupan.library.models import SearchIndex

CHUNK = 5_000  # documents between two looks at the clock while building
MARKS = 1_000  # marks read at once
Progress = Callable[[int], None]


def catch_up(workspace_id: int, *, seconds: float = 20.0, progress: Progress | None = None) -> int:
    """Write what changed, or go on building; returns soon after `seconds`. The number of documents written."""
    until = time.monotonic() + seconds
    done = 0
    while True:
        written, more = _turn(workspace_id, until, progress or (lambda _count: None))
        done += written
        if not more or time.monotonic() >= until:
            return done


def build_anew(workspace_id: int) -> None:
    """Let the next turns build the index from the database; the old one serves until then."""
    row = _row(workspace_id)
    begun = {"building": store.new_name(), "built_kind": 0, "built_to": 0}
    SearchIndex.objects.filter(pk=row.pk).update(**begun)


def waiting(workspace_id: int) -> int:
    """How many marks wait."""
    return Changed.objects.filter(workspace_id=workspace_id).count()


def ready(workspace_id: int) -> bool:
    row = SearchIndex.objects.filter(workspace_id=workspace_id).first()
    return row is not None and store.usable(workspace_id, row.folder)


def up_to_date(workspace_id: int) -> bool:
    """Whether the index in use knows every change."""
    row = _row(workspace_id)
    return not row.building and store.usable(workspace_id, row.folder) and not waiting(workspace_id)


def size(workspace_id: int) -> int:
    """How many texts the index holds."""
    row = SearchIndex.objects.filter(workspace_id=workspace_id).first()
    searcher = store.searcher(row) if row else None
    return searcher.num_docs if searcher else 0


def _row(workspace_id: int) -> SearchIndex:
    return SearchIndex.objects.get_or_create(workspace_id=workspace_id)[0]


def _turn(workspace_id: int, until: float, progress: Progress) -> tuple[int, bool]:
    """(documents written, whether more is left)."""
    row = _row(workspace_id)
    if not row.building and not store.usable(workspace_id, row.folder):
        SearchIndex.objects.filter(pk=row.pk, building="").update(building=store.new_name(), built_kind=0, built_to=0)
        row.refresh_from_db()
    if row.built_kind and not store.usable(workspace_id, row.building):  # half of it was built, and lost
        SearchIndex.objects.filter(pk=row.pk, building=row.building).update(built_kind=0, built_to=0)
    target = row.building or row.folder
    if not row.building and not Changed.objects.filter(workspace_id=workspace_id).exists():
        return 0, False
    try:
        with store.writer(workspace_id, target) as writing:
            row.refresh_from_db()
            if (row.building or row.folder) != target:  # another process was quicker
                return 0, True
            return _build(row, writing, until, progress) if row.building else _drain(row, writing)
    except store.Busy:
        return 0, False


# Building


def _build(row: SearchIndex, writing: tantivy.IndexWriter, until: float, progress: Progress) -> tuple[int, bool]:
    """Go on from where the last turn ended; its last chunk may be there already, so that one is written over."""
    done = 0
    again = True
    if not (row.built_kind or row.built_to):
        Changed.objects.filter(workspace_id=row.workspace_id).delete()  # the build reads all of it after this
    for source in sorted(SOURCES, key=lambda one: one.number):
        if source.number < row.built_kind:
            continue
        after = row.built_to if source.number == row.built_kind else 0
        while chunk := _after(row.workspace_id, source, after):
            _write(writing, source, chunk, over=again)
            writing.commit()
            again, after, done = False, chunk[-1].pk, done + len(chunk)
            if not _came_to(row, source.number, after):
                return done, True
            progress(len(chunk))
            if time.monotonic() >= until:
                return done, True
    return done, _finish(row, writing)


def _after(workspace_id: int, source: Source, pk: int) -> list[Document]:
    rows = source.model.objects.filter(workspace_id=workspace_id, pk__gt=pk).order_by("pk")
    last = rows.values_list("pk", flat=True)[:CHUNK]
    ids = list(last)
    return list(source.documents(rows.filter(pk__lte=ids[-1]))) if ids else []


def _came_to(row: SearchIndex, kind: int, pk: int) -> bool:
    """Remember how far this build has come; False when another one was begun meanwhile."""
    same = SearchIndex.objects.filter(pk=row.pk, building=row.building)
    return bool(same.update(built_kind=kind, built_to=pk))


def _finish(row: SearchIndex, writing: tantivy.IndexWriter) -> bool:
    """Put the new index in the old one's place; whether more is left: what changed meanwhile."""
    writing.commit()
    SearchIndex.objects.filter(pk=row.pk, building=row.building).update(
        folder=row.building, building="", built_kind=0, built_to=0, built_at=clock.now(), stamp=F("stamp") + 1
    )
    row.refresh_from_db()
    store.discard(row.workspace_id, keep={row.folder, row.building})
    return True


# What changed


def _drain(row: SearchIndex, writing: tantivy.IndexWriter) -> tuple[int, bool]:
    marks = list(Changed.objects.filter(workspace_id=row.workspace_id).order_by("pk")[:MARKS])
    done = 0
    for source, ranges in _by_source(marks).items():
        for first, last in ranges:
            done += _renew(row.workspace_id, writing, source, first, last)
    writing.commit()
    with transaction.atomic():
        Changed.objects.filter(pk__in=[mark.pk for mark in marks]).delete()
        SearchIndex.objects.filter(pk=row.pk).update(stamp=F("stamp") + 1)
    return done, len(marks) == MARKS


def _by_source(marks: Iterable[Changed]) -> dict[Source, list[tuple[int, int]]]:
    """Ranges by kind, joined where they touch: a thing that changed ten times is read once."""
    found: defaultdict[Source, list[tuple[int, int]]] = defaultdict(list)
    for mark in sorted(marks, key=lambda one: (one.kind, one.first, one.last)):
        source = BY_LABEL.get(mark.kind)
        if source is None:  # a kind of an older version
            continue
        ranges = found[source]
        if ranges and mark.first <= ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], mark.last))
        else:
            ranges.append((mark.first, mark.last))
    return dict(found)


def _renew(workspace_id: int, writing: tantivy.IndexWriter, source: Source, first: int, last: int) -> int:
    """Everything of a range goes; what the database still has comes back."""
    if first == last:
        _forget(writing, source, first)
    else:
        low, high = source.first_key + first, source.first_key + last
        every = tantivy.Query.range_query(store.SCHEMA, "key", tantivy.FieldType.Unsigned, low, high)
        writing.delete_documents_by_query(every)
    rows = source.model.objects.filter(workspace_id=workspace_id, pk__gte=first, pk__lte=last).order_by("pk")
    return _write(writing, source, source.documents(rows), over=False)


def _write(writing: tantivy.IndexWriter, source: Source, documents: Iterable[Document], *, over: bool) -> int:
    count = 0
    for one in documents:
        if over:
            _forget(writing, source, one.pk)
        writing.add_document(store.added(source, one))
        count += 1
    return count


def _forget(writing: tantivy.IndexWriter, source: Source, pk: int) -> None:
    """By a query: deleting by term takes an int for a signed one and finds nothing."""
    writing.delete_documents_by_query(tantivy.Query.term_query(store.SCHEMA, "key", source.first_key + pk))
