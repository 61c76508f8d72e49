"""Cases, by everything that is written in them."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse

from fupan.library.finding.sources.base import NO_SHOP, Document, Shown, Source, shop_limits, typed_number
from fupan.library.models import READABLE, Case, Outcome, State
from fupan.library.policies import cases_seen_by
from fupan.library.wording import OUTCOME_STONES
from fupan.people.models import Member
from fupan.people.policies import may


def _limits(member: Member) -> list[list[str]]:
    """As `cases_seen_by`; and what is archived is not looked for."""
    seen = [] if may(member, "review_cases") else [["v", f"a{member.pk}"]]
    return [*shop_limits(member, NO_SHOP), *seen, ["live"]]


def _texts(case: Case) -> list[str]:
    steps = "\n".join(f"{one.get('do', '')} {one.get('note', '')}" for one in case.steps)
    return [
        text
        for text in (case.demand, case.quote_gloss, case.quote, case.cause_text, steps, case.wording,
                     "\n".join(case.points), case.outcome_text, case.lessons, case.avoid, case.suggestion)
        if text
    ]  # fmt: skip


def _documents(cases: QuerySet[Case]) -> Iterator[Document]:
    for case in cases.select_related("product").prefetch_related("tags"):
        shared = case.published_at is not None or case.state in READABLE
        tags = tuple(tag.pk for tag in case.tags.all())
        keys = [f"s{case.shop_id or 0}", "v" if shared else "hidden", *(f"t{pk}" for pk in tags)]
        keys += [f"a{case.author_id}"] if case.author_id else []
        keys += ["live"] if case.state != State.ARCHIVED else []
        goods = f"{case.product.code} {case.product.name}" if case.product else ""
        yield Document(
            case.pk, case.title, "\n".join([*_texts(case), goods, *(tag.name for tag in case.tags.all())]),
            tuple(keys), case.issue_type_id or 0, tags, case.published_at or case.edited_at,
        )  # fmt: skip


def _show(cases: QuerySet[Case]) -> Iterator[Shown]:
    for case in cases.select_related("issue_type", "product").prefetch_related("tags"):
        about = [str(one) for one in (case.issue_type, case.product) if one is not None]
        if case.state != State.PUBLISHED:
            about.append(str(State(case.state).label))
        yield Shown(
            "case", case.pk, str(case), case.title, reverse("library:case", args=[case.number]),
            OUTCOME_STONES.get(case.outcome, ("open", "faint")), _outcome(case), about, _texts(case),
            [tag.name for tag in case.tags.all()], case.published_at or case.edited_at,
        )  # fmt: skip


def _outcome(case: Case) -> str:
    return str(Outcome(case.outcome).label) if case.outcome else ""


def _by_number(text: str) -> Q | None:
    number = typed_number(text, "C")
    return None if number is None else Q(number=number)


CASES = Source(1, "case", Case, ("see_library",), cases_seen_by, _limits, _documents, _show, _by_number, learnt=True)
