"""What is compared with a ticket: cases in use and articles in force, read from the database as they change."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from django.db.models import Max, QuerySet

from fupan.core.models import Event
from fupan.library import contents
from fupan.library.compute import likeness
from fupan.library.compute.likeness import Entry, Held, Known
from fupan.library.drafts import steps_text
from fupan.library.models import USABLE, Article, ArticleKind, Case, CaseTicket

CASE, ARTICLE = "case", "article"
GENERAL = "general"  # a fact of cases that are about no goods in particular
KINDS = {Case._meta.label_lower: CASE, Article._meta.label_lower: ARTICLE}
OVERLAP = 200  # events that may have become visible after a later one
BUILT_NOW = 400  # so many are read by whoever asks first; more wait for the worker
MOST_WORDS = 4000
_AT_ONCE = 1000


def current(workspace_id: int) -> Held:
    """The index with all that was changed up to now, as this process holds it."""
    one = likeness.held(workspace_id)
    with one.lock:
        keep_up(one, workspace_id, whole=not one.seen and _few(workspace_id))
    return one


def keep_up(one: Held, workspace_id: int, *, whole: bool) -> int:
    """Put in what changed since the newest event seen, or compare with `whole` the library; how much was changed."""
    newest = Event.objects.filter(workspace_id=workspace_id).aggregate(last=Max("pk"))["last"] or 0
    if whole or one.seen > newest:  # a database that was restored
        done = _all(one, workspace_id)
    elif one.seen and newest > one.seen:
        done = _changed(one, workspace_id)
    else:
        return 0
    one.seen = newest
    return done


def _few(workspace_id: int) -> bool:
    counted = (model.objects.filter(workspace_id=workspace_id, state__in=USABLE).count() for model in (Case, Article))
    return sum(counted) <= BUILT_NOW


def _all(one: Held, workspace_id: int) -> int:
    done, there = 0, set()
    for part in _chunks(_ids(workspace_id)):
        found = entries(part)
        there |= {entry.id for entry in found}
        done += likeness.put(one, found)
    return done + likeness.drop(one, [case for case in one.stamps if case not in there])


def _changed(one: Held, workspace_id: int) -> int:
    rows = Event.objects.filter(workspace_id=workspace_id, pk__gt=one.seen - OVERLAP, subject_kind__in=KINDS)
    ids = {f"{KINDS[kind]}:{pk}" for kind, pk in rows.values_list("subject_kind", "subject_id").distinct()}
    done = 0
    for part in _chunks(ids):
        found = entries(part)
        there = {entry.id for entry in found}
        done += likeness.put(one, found) + likeness.drop(one, [case for case in part if case not in there])
    return done


def _ids(workspace_id: int) -> Iterator[str]:
    for kind, model in ((CASE, Case), (ARTICLE, Article)):
        rows = model.objects.filter(workspace_id=workspace_id, state__in=USABLE).order_by("pk")
        yield from (f"{kind}:{pk}" for pk in rows.values_list("pk", flat=True))


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    listed = list(ids)
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]


# One case, one article


def entries(ids: Collection[str]) -> list[Entry]:
    """Those of these ids that are in use."""
    return [*map(_case, _cases(keys(ids, CASE))), *map(_article, _articles(keys(ids, ARTICLE)))]


def keys(ids: Iterable[str], kind: str) -> list[int]:
    """The primary keys of one kind, in their order."""
    return [int(one.partition(":")[2]) for one in ids if one.startswith(f"{kind}:")]


def _cases(pks: list[int]) -> list[Case]:
    rows: QuerySet[Case] = Case.objects.filter(pk__in=pks, state__in=USABLE).select_related("issue_type")
    found = list(rows.prefetch_related("issue_type__children"))
    source = CaseTicket.objects.filter(case__in=found, source=True).order_by("-pk")
    met = {case: told for case, *told in source.values_list("case_id", "ticket__carrier", "ticket__country")}
    for one in found:
        one.carrier, one.country = met.get(one.pk, ("", ""))  # type: ignore[attr-defined]
    return found


def _case(case: Case) -> Entry:
    names = _names(case)
    told = [*names, case.title, case.demand, case.quote_gloss]
    if not case.demand and not case.quote_gloss:
        told.append(case.quote)
    done = [steps_text(case.steps), case.wording, *case.points, case.lessons, case.avoid]
    facts: Known = {"kind": CASE, "shop": case.shop_id or 0}
    known = {
        "issue": _issues(case), "product": case.product_id, "cause": case.cause_id, "batch": case.batch_id,
        "carrier": getattr(case, "carrier", ""), "country": getattr(case, "country", ""),
        GENERAL: int(case.product_id is None),
    }  # fmt: skip
    return Entry(f"{CASE}:{case.pk}", _joined(told), _joined(done), facts | _told(known))


def _articles(pks: list[int]) -> list[Article]:
    rows = Article.objects.filter(pk__in=pks, state__in=USABLE).select_related("issue_type")
    return list(rows.prefetch_related("issue_type__children"))


def _article(article: Article) -> Entry:
    questions = [one["q"] for one in article.content.get("items", ())] if article.kind == ArticleKind.FAQ else []
    told = [*_names(article), article.title, article.about, *questions]
    facts: Known = {"kind": ARTICLE, "shop": 0}
    known = {"issue": _issues(article), "product": article.product_id}
    done = contents.text_of(article.kind, article.content)
    return Entry(f"{ARTICLE}:{article.pk}", _joined(told), done[:MOST_WORDS], facts | _told(known))


def _names(one: Case | Article) -> list[str]:
    """What the trouble is called in both languages of the team; the name of a whole branch says too little."""
    exact = one.issue_type is not None and not one.issue_type.children.all()
    return [one.issue_type.name_zh, one.issue_type.name_en] if one.issue_type is not None and exact else []


def _issues(one: Case | Article) -> tuple[int, ...]:
    """Its issue type; what holds for a type holds for those below it."""
    return (one.issue_type.pk, *sorted(child.pk for child in one.issue_type.children.all())) if one.issue_type else ()


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(part.strip() for part in parts if part.strip())[:MOST_WORDS]


def _told(facts: Mapping[str, int | str | tuple[int, ...] | None]) -> Known:
    return {name: value for name, value in facts.items() if value}
