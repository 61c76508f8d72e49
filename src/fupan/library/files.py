"""The library to take along: Markdown to read, a workbook to sort."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from fupan.core.sheets import workbook
from fupan.library import contents
from fupan.library.models import USABLE, Article, Case
from fupan.library.policies import articles_seen_by
from fupan.library.queries.articles import related
from fupan.library.queries.cases import listed
from fupan.library.wording import FIELDS
from fupan.people.models import Member
from fupan.people.policies import may

Params = Mapping[str, Any]
MARKS = str.maketrans({"*": r"\*", "_": r"\_", "`": r"\`", "<": "&lt;", "#": r"\#", "[": r"\["})


def markdown(member: Member, params: Params) -> tuple[bytes, str]:
    """Every case under its eleven fields, then the articles."""
    lines = [f"# {_('Case library')} · {plain(member.workspace.name)}", ""]
    for case in listed(member, params):
        lines += [*_case(member, case), ""]
    for article in _articles(member):
        lines += [*_article(article), ""]
    return "\n".join(lines).encode(), "text/markdown; charset=utf-8"


def plain(text: str) -> str:
    """Text of others as it is, never as markup."""
    return text.translate(MARKS).replace("\n", "  \n")


def _case(member: Member, case: Case) -> Iterator[str]:
    yield f"## {case} {plain(case.title)}"
    yield ""
    order = case.order_masked if may(member, "see_buyers") else ""
    goods = " · ".join(str(one) for one in (case.shop, case.product, case.batch, order) if one)
    told = {
        "issue_type": str(case.issue_type or ""), "happened_on": str(case.happened_on or ""), "product": goods,
        "demand": _lines(case.demand, f"“{case.quote}”" if case.quote else "", case.quote_gloss),
        "cause": _lines(str(case.cause or ""), case.cause_text),
        "steps": "\n".join(f"{at}. {step['do']}" + (f" ({step['note']})" if step.get("note") else "")
                           for at, step in enumerate(case.steps, 1)),
        "wording": _lines(case.wording, *(f"- {point}" for point in case.points)),
        "outcome": _lines(case.get_outcome_display(), case.outcome_text),
        "evidence": ", ".join(one.label for one in case.evidence.all()),
        "lessons": _lines(
            case.lessons, *_named(_("Do not do this"), case.avoid), *_named(_("Suggestion"), case.suggestion)
        ),
    }  # fmt: skip
    for name, text in told.items():
        if text:
            yield f"**{FIELDS[name]}**  "
            yield plain(text)
            yield ""


def _named(name: str, text: str) -> tuple[str, ...]:
    return (f"{name}: {text}",) if text else ()


def _lines(*parts: str) -> str:
    return "\n".join(part for part in parts if part)


def _articles(member: Member) -> list[Article]:
    return list(related(articles_seen_by(member).filter(state__in=USABLE)).order_by("kind", "number"))


def _article(article: Article) -> Iterator[str]:
    yield f"## {article} {plain(article.title)}"
    yield ""
    if article.about:
        yield plain(article.about)
        yield ""
    yield from ("```", contents.text_of(article.kind, article.content).replace("```", "'''"), "```")


def sheet(member: Member, params: Params) -> tuple[bytes, str]:
    """A row a case; text never becomes a formula."""
    head = [_("Number"), _("Title"), _("State"), *(str(words) for name, words in FIELDS.items() if name != "number"),
            _("Do not do this"), _("Suggestion"), _("Tags"), _("Author"), _("Uses")]  # fmt: skip
    rows = [_row(member, case) for case in listed(member, params).prefetch_related("evidence")]
    body = workbook(_("Case library"), head, rows, widths=(10, 40, 12, 16, 12, 28, 40, 40, 40, 40, 30, 24, 40))
    return body, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _row(member: Member, case: Case) -> list[Any]:
    order = case.order_masked if may(member, "see_buyers") else ""
    return [
        str(case), case.title, case.get_state_display(), str(case.issue_type or ""), case.happened_on,
        " · ".join(str(one) for one in (case.shop, case.product, case.batch, order) if one), case.demand,
        _lines(str(case.cause or ""), case.cause_text), "\n".join(step["do"] for step in case.steps),
        _lines(case.wording, *case.points), _lines(case.get_outcome_display(), case.outcome_text),
        ", ".join(one.label for one in case.evidence.all()), case.lessons, case.avoid, case.suggestion,
        ", ".join(tag.name for tag in case.tags.all()), str(case.author or ""), str(getattr(case, "used", 0)),
    ]  # fmt: skip


WRITERS: dict[str, Callable[[Member, Params], tuple[bytes, str]]] = {"md": markdown, "xlsx": sheet}
